"""How much of a board's memory a program can use, observed or derived by a stated rule."""

from collections.abc import Iterable
from dataclasses import dataclass

from vram_atlas.schema.board import Board, Segment, Vendor, VisibleRule
from vram_atlas.units import Bytes, from_gib, from_mib, to_mib


@dataclass(frozen=True, slots=True)
class BoardMemory:
    """Memory of a board. Unit: bytes.

    total    what the driver reports; where that is not known, the label read as GiB
    visible  what PyTorch can allocate from, at least
    derived  `visible` follows from the rule of data/platforms.yml, it was not observed
    """

    total: Bytes
    visible: Bytes
    derived: bool


def board_memory(board: Board, vendor: Vendor, rules: Iterable[VisibleRule]) -> BoardMemory:
    """The lowest observed figure, or the driver's total less what the rule says is kept back."""
    memory = board.memory
    total = from_mib(memory.total.mib) if memory.total else from_gib(memory.label_gb)
    if memory.visible is not None:
        return BoardMemory(total, from_mib(memory.visible.linux_mib), derived=False)
    rule = _rule(board.segment, vendor, rules)
    if rule is None:
        return BoardMemory(total, total, derived=True)
    kept = to_mib(total) * rule.deficit_share + rule.deficit_mib
    return BoardMemory(total, from_mib(to_mib(total) - kept), derived=True)


def _rule(segment: Segment, vendor: Vendor, rules: Iterable[VisibleRule]) -> VisibleRule | None:
    """The rule of the vendor and segment, else of the vendor."""
    own = [rule for rule in rules if rule.vendor == vendor and rule.segment in {None, segment}]
    return max(own, key=lambda rule: rule.segment is not None, default=None)
