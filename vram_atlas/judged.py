"""All boards by their verdict on one cell of the grid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vram_atlas.entries import BoardEntry
from vram_atlas.units import Bytes
from vram_atlas.verdict import Verdict

ENOUGH = frozenset({Verdict.FITS, Verdict.TIGHT})
"""Verdicts with which a model can be tried."""

Place = tuple[Bytes, str]
"""What a verdict depends on beside the cell: usable memory, and what software runs there."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """All boards by their verdict, smallest first. Cells with the same verdicts share one.

    fitting   those that fit or are tight, each with its verdict
    places    the same by what a verdict depends on, which boards share
    verdicts  of each board
    """

    boards: dict[Verdict, tuple[BoardEntry, ...]]
    fitting: tuple[tuple[BoardEntry, Verdict], ...]
    places: dict[Place, Verdict]
    verdicts: dict[BoardEntry, Verdict]


def place(board: BoardEntry) -> Place:
    """What the verdict on a board depends on."""
    return board.visible, board.kind


def by_kind(boards: Sequence[BoardEntry]) -> tuple[tuple[BoardEntry, ...], ...]:
    """Boards that run the same software, in their order; those that lack least first."""
    kinds: dict[str, list[BoardEntry]] = {}
    for board in boards:
        kinds.setdefault(board.kind, []).append(board)
    return tuple(map(tuple, sorted(kinds.values(), key=lambda found: _lacking(found[0]))))


def _lacking(board: BoardEntry) -> tuple[bool, int, str]:
    return not board.board.bf16, len(board.lacks), board.kind


def by_size(boards: Iterable[BoardEntry]) -> tuple[BoardEntry, ...]:
    """The least usable memory first."""
    return tuple(sorted(boards, key=lambda board: (board.visible, board.id)))


@dataclass(frozen=True, slots=True)
class Part:
    """Boards with the same need, and from which of them on a cell is tight, and fits.

    worst   the verdict on the others
    """

    boards: tuple[BoardEntry, ...]
    worst: Verdict
    tight: int
    fits: int


def divide(parts: Iterable[Part], ordered: Sequence[BoardEntry]) -> Judged:
    """All boards, judged; `ordered` has those of all parts, the least usable memory first."""
    verdicts = {
        board: part.worst
        if index < part.tight
        else Verdict.TIGHT
        if index < part.fits
        else Verdict.FITS
        for part in parts
        for index, board in enumerate(part.boards)
    }
    fitting = tuple((board, verdicts[board]) for board in ordered if verdicts[board] in ENOUGH)
    found = {
        verdict: tuple(board for board in ordered if verdicts[board] is verdict)
        for verdict in (Verdict.UNKNOWN, Verdict.NO, Verdict.TIGHT, Verdict.FITS)
    }
    places = {place(board): verdict for board, verdict in fitting}
    return Judged(found, fitting, places, verdicts)
