"""How much of a board's memory a program can use, observed or derived by a stated rule."""

from collections.abc import Iterable
from dataclasses import dataclass

from vram_atlas.schema.board import Board, PlatformFile, Vendor, VisibleRule
from vram_atlas.units import Bytes, from_gib, from_mib, to_mib


@dataclass(frozen=True, slots=True)
class BoardMemory:
    """Memory of a board. Unit: bytes.

    total    what the driver reports; where that is not known, the label read as GiB
    visible  what PyTorch can allocate from on Linux, at least
    derived  `visible` follows from the rule of data/platforms.yml, it was not observed
    windows  what a program sees on Windows, observed or by the rule; None where neither tells
    """

    total: Bytes
    visible: Bytes
    derived: bool
    windows: Bytes | None


def board_memory(board: Board, vendor: Vendor, rules: PlatformFile | None) -> BoardMemory:
    """The lowest observed figures, or the driver's total less what the rules say is kept back."""
    memory = board.memory
    total = from_mib(memory.total.mib) if memory.total else from_gib(memory.label_gb)
    windows = _on_windows(board, vendor, rules)
    if memory.visible is not None:
        visible = from_mib(memory.visible.linux_mib)
        return BoardMemory(total, visible, derived=False, windows=windows)
    rule = _rule(board, vendor, rules.visible if rules else ())
    visible = total if rule is None else _less(total, rule)
    return BoardMemory(total, visible, derived=True, windows=windows)


def _on_windows(board: Board, vendor: Vendor, rules: PlatformFile | None) -> Bytes | None:
    """What was seen there; else by the rule, which needs the driver's total, not the label."""
    memory = board.memory
    if memory.windows is not None:
        return from_mib(memory.windows.mib)
    rule = _rule(board, vendor, rules.windows if rules else ())
    if rule is None or memory.total is None:
        return None
    return _less(from_mib(memory.total.mib), rule)


def _less(total: Bytes, rule: VisibleRule) -> Bytes:
    """The total without what a rule says is kept back."""
    kept = to_mib(total) * rule.deficit_share + rule.deficit_mib
    return from_mib(to_mib(total) - kept)


def _rule(board: Board, vendor: Vendor, rules: Iterable[VisibleRule]) -> VisibleRule | None:
    """The rule of the vendor, rather of this segment, rather for boards as large as this one."""
    own = [
        rule
        for rule in rules
        if rule.vendor == vendor
        and rule.segment in {None, board.segment}
        and rule.from_gb <= board.memory.label_gb
    ]
    return max(own, key=lambda rule: (rule.segment is not None, rule.from_gb), default=None)
