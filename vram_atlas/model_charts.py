"""The charts of a model's page."""

from vram_atlas.catalog import ModelEntry
from vram_atlas.charts import breakdown, lines
from vram_atlas.curves import Curves, by_context, by_micro_batch
from vram_atlas.grid import Grid
from vram_atlas.memory_lines import common_sizes
from vram_atlas.pictures import Chart


def charts_of(entry: ModelEntry, grid: Grid) -> dict[str, Chart]:
    """What there is to draw for a model, by the anchor of its heading on the page."""
    found = {
        "parts": breakdown(grid.of_model(entry)),
        "context": _lines(entry, by_context(entry, grid), "context_length", grid),
        "micro-batch": _lines(entry, by_micro_batch(entry, grid), "micro_batch_size", grid),
    }
    return {kind: chart for kind, chart in found.items() if chart is not None}


def _lines(entry: ModelEntry, curves: Curves, field: str, grid: Grid) -> Chart | None:
    return lines(entry.model.name, curves, field, common_sizes(grid.sizes)) if curves else None
