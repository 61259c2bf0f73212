"""All published answers in one document, so that two versions of the Atlas can be compared."""

from typing import Final

from vram_atlas.catalog import Catalog
from vram_atlas.cells import Cell
from vram_atlas.grid import Grid, build_grid
from vram_atlas.verdict import Verdict

VERSION: Final = 1
LETTERS: Final = {
    Verdict.FITS: "f",
    Verdict.TIGHT: "t",
    Verdict.NO: "n",
    Verdict.UNKNOWN: "u",
}
"""A verdict in one letter: a cell has as many as there are boards."""


def snapshot(catalog: Catalog) -> dict[str, object]:
    """Boards with what they offer, models, and every cell with its need and its verdicts.

    The letters of a cell stand in the order of the boards. Sizes are bytes.
    """
    grid = build_grid(catalog)
    return {
        "snapshot": VERSION,
        "boards": {
            board.id: {"name": board.board.name, "file": board.file, "visible": board.visible}
            for board in grid.boards
        },
        "models": {
            entry.id: {"name": entry.model.name, "file": entry.file}
            for entry in catalog.models.values()
        },
        "matrices": {matrix.id: matrix.title for matrix in catalog.matrices.values()},
        "cells": {
            f"{model}/{matrix}": _cell(cell, grid)
            for (model, matrix), cell in grid.cells.items()
            if cell.offered
        },
    }


def _cell(cell: Cell, grid: Grid) -> dict[str, object]:
    found = cell.estimate
    peak = found.peak if found is not None else None
    return {
        "peak": [peak.low, peak.expected, peak.high] if peak is not None else [],
        "parts": {part.value: size for part, size in found.parts.items()} if found else {},
        "verdicts": "".join(LETTERS[cell.verdict(board)] for board in grid.boards),
    }
