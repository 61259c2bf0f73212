"""All boards by their verdict on one cell of the grid."""

from collections.abc import Sequence
from dataclasses import dataclass

from vram_atlas.catalog import BoardEntry
from vram_atlas.units import Bytes
from vram_atlas.verdict import Verdict

ENOUGH = frozenset({Verdict.FITS, Verdict.TIGHT})
"""Verdicts with which a model can be tried."""

Place = tuple[Bytes, bool]
"""What a verdict depends on beside the cell: usable memory, and whether the board has bf16."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """All boards by their verdict, smallest first. Cells with the same verdicts share one.

    fitting   those that fit or are tight, each with its verdict
    places    the same by what a verdict depends on, which boards share
    """

    boards: dict[Verdict, tuple[BoardEntry, ...]]
    fitting: tuple[tuple[BoardEntry, Verdict], ...]
    places: dict[Place, Verdict]


def place(board: BoardEntry) -> Place:
    """What the verdict on a board depends on."""
    return board.visible, board.board.bf16


def by_kind(boards: Sequence[BoardEntry]) -> tuple[tuple[BoardEntry, ...], ...]:
    """Boards with bf16, then those without, on which a cell can need more; none empty."""
    kinds = (tuple(one for one in boards if one.board.bf16 is bf16) for bf16 in (True, False))
    return tuple(kind for kind in kinds if kind)


def divide(
    kinds: Sequence[tuple[BoardEntry, ...]], worst: Verdict, begins: Sequence[tuple[int, int]]
) -> Judged:
    """Boards of each kind begin to be tight, and to fit, at two places in their order."""
    verdicts = {
        board: worst if index < tight else Verdict.TIGHT if index < fits else Verdict.FITS
        for boards, (tight, fits) in zip(kinds, begins, strict=True)
        for index, board in enumerate(boards)
    }
    ordered = sorted(verdicts, key=lambda board: (board.visible, board.id))
    fitting = tuple((board, verdicts[board]) for board in ordered if verdicts[board] in ENOUGH)
    return Judged(
        {
            verdict: tuple(board for board in ordered if verdicts[board] is verdict)
            for verdict in (worst, Verdict.TIGHT, Verdict.FITS)
        },
        fitting,
        {place(board): verdict for board, verdict in fitting},
    )
