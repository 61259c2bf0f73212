"""What fits each board, counted in advance: "what can a 3060 run" then needs no model's record."""

import json
from collections.abc import Iterator, Mapping, Sequence

from vram_atlas.catalog import BoardEntry
from vram_atlas.cells import Cell
from vram_atlas.grid import Grid
from vram_atlas.model_sizes import size_ranks
from vram_atlas.schema.method import Matrix
from vram_atlas.units import GIB, Bytes
from vram_atlas.verdict import Verdict, judge
from vram_atlas.views import MEMORY_SIZES, MODELS_SHOWN


def open_tables(grid: Grid) -> Iterator[tuple[str, str]]:
    """Scripts by name: one for each board, and for each size in the list of the question box."""
    matrices = grid.catalog.matrices.values()
    ranks = size_ranks(grid.catalog)
    for board in grid.catalog.boards.values():
        found = {one.id: grid.models_that_fit(board, one).fits for one in matrices}
        yield _script(board.id, found, ranks, board)
    for gib in MEMORY_SIZES:
        have = Bytes(gib * GIB)
        within = {one.id: _within(grid, one, have) for one in matrices}
        yield _script(f"memory-{gib}", within, ranks)


def _script(
    name: str,
    fitting: Mapping[str, Sequence[Cell]],
    ranks: Mapping[str, int],
    board: BoardEntry | None = None,
) -> tuple[str, str]:
    """For each matrix how many models fit, and the first of them."""
    table = {
        matrix: [len(cells), *(_row(cell, board, ranks) for cell in cells[:MODELS_SHOWN])]
        for matrix, cells in fitting.items()
    }
    shown = json.dumps([name, table], separators=(",", ":"))
    return f"boards/{name}.js", f"vramAtlas.onBoard(...{shown});\n"


def _within(grid: Grid, matrix: Matrix, have: Bytes) -> list[Cell]:
    return [cell for cell in grid.by_size(matrix) if judge(cell.estimate, have) is Verdict.FITS]


def _row(cell: Cell, board: BoardEntry | None, ranks: Mapping[str, int]) -> list[object]:
    """A model's id, its need in bytes, its rank by size and the format of its weights."""
    request = cell.request_on(board)
    found = cell.on(board)
    need = found.peak.expected if found is not None else 0
    weights = request.weights if request is not None else None
    return [cell.entry.id, need, ranks[cell.entry.id], weights]
