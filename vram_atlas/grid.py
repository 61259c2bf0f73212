"""Every model in every matrix, judged against every board; and one question in steps."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial

from vram_atlas import defaults
from vram_atlas.catalog import BoardEntry, Catalog, ModelEntry
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.judged import ENOUGH, Judged, Place, by_kind, divide, place
from vram_atlas.kernels import on_older_boards
from vram_atlas.problems import ProblemsError
from vram_atlas.request import Request, make_request
from vram_atlas.resolve import altered, resolve
from vram_atlas.schema.base import Task
from vram_atlas.schema.board import Segment
from vram_atlas.schema.method import Matrix
from vram_atlas.schema.software import FormatKind
from vram_atlas.verdict import Verdict, judge
from vram_atlas.workload import Workload

NATIVE_BITS_TOLERANCE = 0.5
"""A published format with at most this many bits more than the matrix asks for stands in for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A model in a matrix.

    estimate  on boards that run the workload as it is
    older     where that is another: on boards whose attention is not fused (kernels.py)

    workload and estimate are None for a model whose size is not published (`reason` empty) and
    for a combination that no runtime offers (`reason` says why). `request` is what was estimated.
    """

    entry: ModelEntry
    matrix: Matrix
    workload: Workload | None
    estimate: Estimate | None
    older: Estimate | None = None
    reason: str = ""
    request: Request | None = None

    @property
    def offered(self) -> bool:
        """Whether the combination exists at all."""
        return not self.reason

    def verdict(self, board: BoardEntry) -> Verdict:
        """The verdict on one board."""
        return judge(self.on(board), board.visible)

    def on(self, board: BoardEntry) -> Estimate | None:
        """The estimate for one board."""
        return self.on_kind(bf16=board.board.bf16)

    def on_kind(self, *, bf16: bool) -> Estimate | None:
        """The estimate for boards with bf16, or for those without."""
        return self.estimate if bf16 or self.older is None else self.older


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
        """The board whose verdict stands for the size: the smallest of those that compute in bf16.

        On the others some models need more, because attention is not fused.
        """
        return self.kinds[0][0]

    @cached_property
    def kinds(self) -> tuple[tuple[BoardEntry, ...], ...]:
        """Those with bf16, and the others: among either, a larger one never does worse."""
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
        """A larger board never has a worse verdict, so two searches find where each begins.

        Once for boards with bf16 and once for the others, on which a cell can need more.
        """
        kinds = by_kind(self.boards)
        divided = cache(partial(divide, kinds))
        found: dict[Cell, Judged] = {}
        for cell in self.cells.values():
            worst = Verdict.UNKNOWN if cell.estimate is None else Verdict.NO
            found[cell] = divided(worst, tuple(_begins(cell, boards) for boards in kinds))
        return found

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


def _begins(cell: Cell, boards: tuple[BoardEntry, ...]) -> tuple[int, int]:
    """Where boards in the order of their memory begin to be tight, and to fit."""
    tight = bisect_left(boards, x=True, key=lambda board: cell.verdict(board) in ENOUGH)
    fits = bisect_left(boards, x=True, key=lambda board: cell.verdict(board) is Verdict.FITS)
    return tight, fits


def _runnable(cells: Sequence[tuple[Cell, Verdict]]) -> Runnable:
    return Runnable(
        tuple(cells),
        tuple(cell for cell, verdict in cells if verdict is Verdict.FITS),
        tuple(cell for cell, verdict in cells if verdict is Verdict.TIGHT),
    )


def _largest_first(cell: Cell) -> tuple[int, int, str]:
    """More parameters first; among equals the larger need."""
    parameters = cell.entry.model.parameters
    counted = parameters.counted if parameters is not None else 0
    need = cell.estimate.peak.expected if cell.estimate is not None else 0
    return -counted, -need, cell.entry.id


def build_grid(catalog: Catalog, only: Iterable[str] | None = None) -> Grid:
    """Estimate every model (or `only` those ids) in every matrix at the stated defaults."""
    chosen = (
        [catalog.models[name] for name in only]
        if only is not None
        else list(catalog.models.values())
    )
    cells = {
        (entry.id, matrix.id): _cell(entry, matrix, catalog)
        for entry in chosen
        for matrix in catalog.matrices.values()
    }
    return Grid(catalog, cells)


def _cell(entry: ModelEntry, matrix: Matrix, catalog: Catalog) -> Cell:
    if entry.architecture is None:
        return Cell(entry, matrix, None, None)
    request = make_request(
        {"model": entry.id, "task": matrix.task, **matrix_format(entry, matrix, catalog)}
    )
    try:
        workload = resolve(request, catalog).workload
    except ProblemsError as error:
        return Cell(entry, matrix, None, None, reason=error.problems[0].expected)
    if workload is None:
        return Cell(entry, matrix, None, None)
    found = estimate(workload, catalog)
    older = on_older_boards(workload)
    return Cell(
        entry,
        matrix,
        workload,
        found,
        None if older is None else estimate(older, catalog),
        request=request,
    )


def matrix_format(entry: ModelEntry, matrix: Matrix, catalog: Catalog) -> dict[str, str]:
    """The matrix' format for this kind of model, or the published one where it has as many bits."""
    choices = matrix.weights
    if not choices:
        return {}
    native = catalog.formats[entry.native_format]
    bits = (native.experts or native.linear).bits
    if (
        native.kind is FormatKind.QUANTISED
        and not defaults.runs_from_file(entry)
        and abs(bits - matrix.bits) <= NATIVE_BITS_TOLERANCE
        and matrix.task is Task.INFERENCE
    ):
        return {"weights": native.id}
    kind = entry.model.architecture.kind
    return {"weights": choices.get(kind, choices["default"])}


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
