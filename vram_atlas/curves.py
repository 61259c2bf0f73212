"""A model's memory with one number varied: the lines of its page."""

from collections.abc import Iterable
from typing import Final

from vram_atlas.catalog import ModelEntry
from vram_atlas.cells import Cell
from vram_atlas.grid import Grid, sweep
from vram_atlas.schema.base import Task
from vram_atlas.units import KIB

CONTEXT_LENGTHS: Final = tuple(
    KIB * power for power in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, KIB)
)
MICRO_BATCHES: Final = (1, 2, 4, 8, 16, 32, 64)

Curves = dict[str, list[tuple[int, int]]]
"""By matrix title: pairs of a value and the peak in bytes."""


def by_context(entry: ModelEntry, grid: Grid) -> Curves:
    """Peaks against context length: the inference of a decoder, up to its longest context."""
    if entry.model.architecture.kind != "decoder":
        return {}
    longest = entry.model.context_length or CONTEXT_LENGTHS[-1]
    lengths = [length for length in CONTEXT_LENGTHS if length <= longest]
    cells = (cell for cell in grid.of_model(entry) if cell.matrix.task is Task.INFERENCE)
    return _curves(cells, grid, "context_length", lengths)


def by_micro_batch(entry: ModelEntry, grid: Grid) -> Curves:
    """Peaks against the micro-batch: training, and inference of models that are not decoders."""
    decoder = entry.model.architecture.kind == "decoder"
    cells = (
        cell
        for cell in grid.of_model(entry)
        if not (decoder and cell.matrix.task is Task.INFERENCE)
    )
    return _curves(cells, grid, "micro_batch_size", MICRO_BATCHES)


def _curves(cells: Iterable[Cell], grid: Grid, field: str, values: Iterable[int]) -> Curves:
    wanted = list(values)
    curves: Curves = {}
    for cell in cells:
        if cell.request is None or cell.estimate is None:
            continue
        own = getattr(cell.workload, field)
        others = [value for value in wanted if value != own]
        found = dict(sweep(cell.request, grid.catalog, field, others))
        if own in wanted:
            found[own] = cell.estimate
        curves[cell.matrix.title] = [(value, found[value].peak.expected) for value in sorted(found)]
    return {title: points for title, points in curves.items() if len(points) > 1}
