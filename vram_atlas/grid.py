"""Every model in every matrix, judged against every board; and one question in steps."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from vram_atlas.altering import altered
from vram_atlas.catalog import BoardEntry, Catalog, ModelEntry
from vram_atlas.cells import Cell, make_cell
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.judged import ENOUGH, Judged, Part, Place, by_kind, by_size, divide, place
from vram_atlas.request import Request
from vram_atlas.schema.board import Segment
from vram_atlas.schema.method import Matrix
from vram_atlas.verdict import Verdict


@dataclass(frozen=True, eq=False)
class MemorySize:
    """All boards sold with one memory size, the one with the least usable memory first."""

    label_gb: int
    boards: tuple[BoardEntry, ...]

    @property
    def smallest(self) -> BoardEntry:
        """The board with the least usable memory."""
        return self.boards[0]

    @property
    def usual(self) -> BoardEntry:
        """The board whose verdict stands for the size: the smallest of those that lack least.

        On the others some models need more, because attention is not fused, or software does not
        run.
        """
        return self.kinds[0][0]

    @cached_property
    def kinds(self) -> tuple[tuple[BoardEntry, ...], ...]:
        """Those that run the same software: among them, a larger one never does worse."""
        return by_kind(self.boards)


@dataclass(frozen=True, slots=True, eq=False)
class Runnable:
    """Cells of a matrix that fit a memory or are tight in it, the largest model first."""

    cells: tuple[tuple[Cell, Verdict], ...]
    fits: tuple[Cell, ...]
    tight: tuple[Cell, ...]


@dataclass(frozen=True, eq=False, repr=False)  # MkDocs logs what it is given: megabytes of this
class Grid:
    """All cells, by model id and matrix id."""

    catalog: Catalog
    cells: dict[tuple[str, str], Cell]

    def cell(self, entry: ModelEntry, matrix: Matrix) -> Cell:
        """The cell of a model in a matrix."""
        return self.cells[entry.id, matrix.id]

    def of_model(self, entry: ModelEntry) -> list[Cell]:
        """A model's cells in the order of the matrices."""
        return [self.cell(entry, matrix) for matrix in self.catalog.matrices.values()]

    def of_matrix(self, matrix: Matrix) -> list[Cell]:
        """A matrix' cells in the order of the models."""
        return [self.cell(entry, matrix) for entry in self.catalog.models.values()]

    @cached_property
    def boards(self) -> tuple[BoardEntry, ...]:
        """All boards, the least usable memory first."""
        return self.catalog.boards_by_memory()

    @cached_property
    def sizes(self) -> tuple[MemorySize, ...]:
        """Boards by the number on the label, for the columns of tables.

        Unified memory has none, because a share of it is set; nor have boards that PyTorch needs a
        plug-in for: the least board speaks for its size, and that is not the PyTorch estimated.
        """
        own: dict[int, list[BoardEntry]] = {}
        for board in self.boards:
            if board.board.segment is not Segment.UNIFIED and not board.line.vendor.plug_in:
                own.setdefault(board.board.memory.label_gb, []).append(board)
        return tuple(MemorySize(label, tuple(own[label])) for label in sorted(own))

    def judged(self, cell: Cell) -> Judged:
        """All boards by their verdict on a cell."""
        return self._judged[cell]

    @cached_property
    def _judged(self) -> dict[Cell, Judged]:
        """A larger board with the same need never has a worse verdict.

        So two searches find where each begins, among boards of all kinds with one need.
        """
        kinds = by_kind(self.boards)
        together = cache(lambda places: by_size(board for at in places for board in kinds[at]))
        divided = cache(
            lambda parts: divide((Part(together(at), *found) for at, *found in parts), self.boards)
        )
        judged: dict[Cell, Judged] = {}
        for cell in self.cells.values():
            parts = ((at, *_begins(cell, together(at))) for at in _same_need(cell, kinds))
            judged[cell] = divided(tuple(parts))
        return judged

    def models_that_fit(self, board: BoardEntry, matrix: Matrix) -> Runnable:
        """Cells of a matrix that fit a board or are tight on it; boards as large share one."""
        return self._models_that_fit[matrix.id, place(board)]

    @cached_property
    def _models_that_fit(self) -> dict[tuple[str, Place], Runnable]:
        """By matrix and place."""
        found: dict[tuple[str, Place], list[tuple[Cell, Verdict]]] = {}
        for matrix in self.catalog.matrices.values():
            found |= {(matrix.id, place(board)): [] for board in self.boards}
            for cell in self.by_size(matrix):
                for where, verdict in self.judged(cell).places.items():
                    found[matrix.id, where].append((cell, verdict))
        return {where: _runnable(cells) for where, cells in found.items()}

    def by_size(self, matrix: Matrix) -> list[Cell]:
        """Cells of a matrix that have an estimate, the most parameters first."""
        return self._by_size[matrix.id]

    @cached_property
    def _by_size(self) -> dict[str, list[Cell]]:
        return {
            matrix.id: sorted(
                (cell for cell in self.of_matrix(matrix) if cell.estimate is not None),
                key=_largest_first,
            )
            for matrix in self.catalog.matrices.values()
        }


def _same_need(cell: Cell, kinds: Sequence[tuple[BoardEntry, ...]]) -> Iterable[tuple[int, ...]]:
    """Places of the kinds of board on which a cell has the same estimate, or the same refusal."""
    found: dict[object, list[int]] = {}
    for at, boards in enumerate(kinds):
        estimate = cell.on(boards[0])
        same = cell.verdict(boards[0]) if estimate is None else id(estimate)
        found.setdefault(same, []).append(at)
    return map(tuple, found.values())


def _begins(cell: Cell, boards: tuple[BoardEntry, ...]) -> tuple[Verdict, int, int]:
    """The worst verdict, and where boards begin to be tight, and to fit, by their memory."""
    if cell.on(boards[0]) is None:
        return cell.verdict(boards[0]), len(boards), len(boards)
    tight = bisect_left(boards, x=True, key=lambda board: cell.verdict(board) in ENOUGH)
    fits = bisect_left(boards, x=True, key=lambda board: cell.verdict(board) is Verdict.FITS)
    return Verdict.NO, tight, fits


def _runnable(cells: Sequence[tuple[Cell, Verdict]]) -> Runnable:
    return Runnable(
        tuple(cells),
        tuple(cell for cell, verdict in cells if verdict is Verdict.FITS),
        tuple(cell for cell, verdict in cells if verdict is Verdict.TIGHT),
    )


def _largest_first(cell: Cell) -> tuple[int, int, str]:
    """More parameters first; among equals the larger need."""
    need = cell.estimate.peak.expected if cell.estimate is not None else 0
    return -cell.entry.size, -need, cell.entry.id


def build_grid(catalog: Catalog, only: Iterable[str] | None = None) -> Grid:
    """Estimate every model (or `only` those ids) in every matrix at the stated defaults."""
    chosen = (
        [catalog.models[name] for name in only]
        if only is not None
        else list(catalog.models.values())
    )
    cells = {
        (entry.id, matrix.id): make_cell(entry, matrix, catalog)
        for entry in chosen
        for matrix in catalog.matrices.values()
    }
    return Grid(catalog, cells)


def sweep(
    request: Request, catalog: Catalog, field: str, values: Iterable[int]
) -> list[tuple[int, Estimate]]:
    """Estimates of one question with one number varied; impossible values are left out."""
    found: list[tuple[int, Estimate]] = []
    for value in values:
        workload = altered(request, {field: value}, catalog)
        if workload is not None:
            found.append((value, estimate(workload, catalog)))
    return found
