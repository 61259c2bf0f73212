"""What a memory size is good for: the smallest size per class of models, and what the next buys.

Language models only, at the defaults of the site.
"""

from dataclasses import dataclass
from statistics import median_low

from vram_atlas.catalog import BoardEntry, ModelEntry
from vram_atlas.cells import Cell
from vram_atlas.grid import Grid, MemorySize
from vram_atlas.schema.board import Segment
from vram_atlas.schema.method import Matrix
from vram_atlas.views import SizeClass, by_size_class, columns, smallest_fit

NO_SIZE = 0
"""Stands for: no single board."""


def language_models(grid: Grid) -> list[ModelEntry]:
    """Decoders whose size is published."""
    return [
        entry
        for entry in grid.catalog.models.values()
        if entry.model.architecture.kind == "decoder"
    ]


@dataclass(frozen=True, slots=True)
class ClassNeed:
    """A class of models in one matrix: the label in GB for a typical model, and for all.

    NO_SIZE where no single board is enough.
    """

    typical: int
    every: int


def class_needs(grid: Grid) -> list[tuple[SizeClass, int, list[ClassNeed]]]:
    """Size classes with their number of models, and their need in each matrix."""
    found: list[tuple[SizeClass, int, list[ClassNeed]]] = []
    for item, members in by_size_class(language_models(grid)):
        needs = [
            _class_need([grid.cell(entry, matrix) for entry in members], grid)
            for matrix in grid.catalog.matrices.values()
        ]
        found.append((item, len(members), needs))
    return found


def _class_need(cells: list[Cell], grid: Grid) -> ClassNeed:
    endless = float("inf")
    labels = sorted(
        boards[0].board.memory.label_gb if (boards := smallest_fit(cell, grid)) else endless
        for cell in cells
        if cell.offered
    )
    typical, every = (median_low(labels), labels[-1]) if labels else (endless, endless)
    return ClassNeed(*(NO_SIZE if size == endless else int(size) for size in (typical, every)))


@dataclass(frozen=True, slots=True, eq=False)
class SizeGain:
    """A memory size: how many language models fit, and how many more than on the size before."""

    size: MemorySize
    matrix: Matrix
    count: int
    gain: int
    largest: Cell | None


def size_gains(grid: Grid) -> list[list[SizeGain]]:
    """A row per memory size that has a column, a gain per matrix, for the least board."""
    rows: list[list[SizeGain]] = []
    before: dict[str, int] = {}
    for size in columns(grid):
        row: list[SizeGain] = []
        for matrix in grid.catalog.matrices.values():
            cells = _fitting(grid, size.usual, matrix)
            count = len(cells)
            gain = count - before.get(matrix.id, 0)
            row.append(SizeGain(size, matrix, count, gain, cells[0] if cells else None))
            before[matrix.id] = count
        rows.append(row)
    return rows


def _fitting(grid: Grid, board: BoardEntry, matrix: Matrix) -> list[Cell]:
    """Language models that fit a board, the largest first."""
    return [
        cell
        for cell in grid.models_that_fit(board, matrix).fits
        if cell.entry.model.architecture.kind == "decoder"
    ]


def unified(grid: Grid, matrix: Matrix) -> list[tuple[BoardEntry, list[Cell]]]:
    """Unified memory, the least board per label and maker, with the language models that fit it."""
    found: dict[tuple[int, str], BoardEntry] = {}
    for board in grid.boards:
        if board.board.segment is Segment.UNIFIED:
            found.setdefault((board.board.memory.label_gb, board.line.vendor), board)
    return [(found[key], _fitting(grid, found[key], matrix)) for key in sorted(found)]
