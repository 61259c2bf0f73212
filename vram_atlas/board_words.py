"""The words of what is known of a board. Translate them with page_words.py."""

from typing import Final

from vram_atlas.board_facts import Fact
from vram_atlas.catalog import BoardEntry
from vram_atlas.page_words import month
from vram_atlas.schema.board import PciExpress, Vendor
from vram_atlas.units import format_size

FACT_ROW: Final = {
    Fact.TOTAL: "Total that the driver reports",
    Fact.VISIBLE: "Usable by a program",
    Fact.WINDOWS: "Visible on Windows",
    Fact.TYPE: "Kind of memory",
    Fact.BANDWIDTH: "Memory bandwidth",
    Fact.INT8: "Whether it computes in int8",
    Fact.PCIE: "Connection to the host",
    Fact.LINK: "Link between GPUs",
    Fact.POWER: "Power limit",
    Fact.LAUNCH: "Launched",
}
LABEL_ROW: Final = "Memory on the label"
FORMATS_ROW: Final = "Computes in"
HEAD_FACTS: Final = ("Fact", "Value", "From")
NO_SOURCE: Final = "no source yet"
NO_FLASH: Final = (
    "PyTorch has no flash attention on it either: where heads share keys, as in most new models, "
    "a long prompt in Transformers needs more than on newer GPUs. It is counted."
)
NO_LINK: Final = "none besides PCI Express"
DERIVED_WINDOWS: Final = "derived: the driver's total; the desktop takes its part of it"
DERIVED: Final = "derived: total less what comparable boards keep for themselves"
OBSERVED: Final = "seen in PyTorch or in the driver on Linux"
OBSERVED_ON_A_MAC: Final = "the working set that Metal recommends, as seen on a Mac"
FROM_LABEL: Final = "taken from the label"
SOFTWARE: Final = {
    Vendor.AMD: "ROCm",
    Vendor.INTEL: "its XPU backend",
    Vendor.APPLE: "Metal, as the device mps",
    Vendor.HUAWEI: "CANN, through torch_npu",
    Vendor.MOORE_THREADS: "MUSA, through torch_musa",
}
"""What PyTorch runs on where it is not CUDA."""


def other_software(board: BoardEntry) -> str:
    """Said of boards without CUDA: what the estimates assume, and that nobody measured it here."""
    software = SOFTWARE.get(board.line.vendor)
    if software is None:
        return ""
    return (
        f"The estimates are for PyTorch with CUDA. Here PyTorch runs on {software}: tensors take "
        "the same memory, reserves and temporary buffers can differ, and not every number format "
        "is available. All measured runs behind the error bands are from NVIDIA GPUs."
    )


def gb_per_second(value: float) -> str:
    """'1,008 GB/s', '112.5 GB/s'."""
    return f"{value:,.10g} GB/s"


def pci_express(bus: PciExpress) -> str:
    """'PCI Express 4.0 x16'."""
    return f"PCI Express {bus.generation} x{bus.lanes}"


def derivation(board: BoardEntry, about: Fact) -> str:
    """How a fact follows from others where nobody stated it; empty where it does not."""
    follows = about is Fact.WINDOWS and board.memory.windows is not None
    return DERIVED_WINDOWS if follows else ""


def fact(board: BoardEntry, about: Fact) -> str:
    """One of the further facts, or that nobody has named a source for it."""
    facts = board.board
    match about:
        case Fact.WINDOWS if board.memory.windows is not None:
            return format_size(board.memory.windows)
        case Fact.BANDWIDTH if facts.memory.bandwidth:
            return gb_per_second(facts.memory.bandwidth.gb_s)
        case Fact.PCIE if facts.pcie:
            return pci_express(facts.pcie)
        case Fact.LINK if facts.link:
            return gb_per_second(facts.link.gb_s) if facts.link.gb_s else NO_LINK
        case Fact.POWER if facts.power:
            return f"{facts.power.watt:,} W"
        case Fact.LAUNCH if facts.launch:
            return month(facts.launch.date)
        case _:
            return NO_SOURCE
