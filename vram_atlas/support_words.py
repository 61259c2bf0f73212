"""The words of the table of what runs where. Translate them with reference_words.py."""

from typing import Final

from vram_atlas.schema.base import AttentionKernel
from vram_atlas.schema.board import Vendor
from vram_atlas.schema.support import EVERY, Elsewhere, Need

CAPTION: Final = "On which boards software runs, and for which weights, optimizers and attention"
VENDORS: Final = {
    Vendor.AMD: "AMD",
    Vendor.INTEL: "Intel",
    Vendor.APPLE: "Apple",
    Vendor.HUAWEI: "Huawei",
    Vendor.MOORE_THREADS: "Moore Threads",
}
HEAD: Final = ("Software", "For", "NVIDIA, from", *VENDORS.values())
ALL: Final = "all"
EVERY_BOARD: Final = "yes"
NO_BOARD: Final = "no"
NOT_KNOWN: Final = "not known"
WIDENS: Final = "elsewhere they become bf16"


def attention(kind: AttentionKernel) -> str:
    """'flash attention'."""
    return f"{kind} attention"


def from_capability(need: Need) -> str:
    """'7.0', '8.0; 7.0 not known', '5.0; above 9.0 not known', or that it runs on none."""
    least = need.least or NO_BOARD
    tried = f"; {need.tried} {NOT_KNOWN}" if need.tried else ""
    until = f"; above {need.until} {NOT_KNOWN}" if need.until else ""
    return f"{least}{tried}{until}"


def architectures(said: Elsewhere | None) -> str:
    """Architectures of a maker; or none, all, or that nobody says."""
    if said is None:
        return NOT_KNOWN
    if EVERY in said.architectures:
        return EVERY_BOARD
    return ", ".join(said.architectures) or NO_BOARD
