"""The page and the document of every model: most of a build."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from vram_atlas import api
from vram_atlas.catalog import Catalog
from vram_atlas.figures import figure
from vram_atlas.jobs import Desk, Drawing
from vram_atlas.pages import model_page

_FEW: Final = 40
"""Fewer models than this are done sooner than other processes start."""
_LARGEST: Final = 5
"""The share of what is left that the next part takes: in large ones more is drawn at once."""
_FEWEST: Final = 4
"""Models in the last parts, so that all processes end at the same time."""


Figures = dict[str, dict[str, str]]
"""By model id: what is drawn for it, by the anchor of its heading on the page."""


def model_files(models: Sequence[str], catalog: Catalog) -> list[Drawing[Figures]]:
    """The files of models, given by id, in parts that become smaller.

    Models with charts of one layout are in one part: together they are drawn in half the time.
    """
    if len(models) < _FEW:
        return [_files(models)]
    ordered = sorted(models, key=lambda name: _shape(name, catalog))
    return [_files(part) for part in _parts(ordered)]


def _files(models: Sequence[str]) -> Drawing[Figures]:
    return Drawing(partial(draw_models, models), write_models)


def _shape(name: str, catalog: Catalog) -> tuple[str, int]:
    """What the layout of a model's charts mostly depends on."""
    model = catalog.models[name].model
    return model.architecture.kind, model.context_length or 0


def _parts(models: Sequence[str]) -> Iterator[Sequence[str]]:
    while models:
        size = max(_FEWEST, len(models) // _LARGEST)
        yield models[:size]
        models = models[size:]


def draw_models(models: Sequence[str], desk: Desk) -> Figures:
    """The figures of models, given by id."""
    from vram_atlas.model_charts import charts_of  # with Altair: only what draws waits for it

    grid, album = desk.grid, desk.album
    charts = {name: charts_of(grid.catalog.models[name], grid) for name in models}
    album.draw(chart for found in charts.values() for chart in found.values())
    return {
        name: {kind: figure(one, album.picture(one)) for kind, one in found.items()}
        for name, found in charts.items()
    }


def write_models(figures: Figures, desk: Desk) -> None:
    """Write the files of models around their figures."""
    grid, writer = desk.grid, desk.writer
    for name, found in figures.items():
        entry = grid.catalog.models[name]
        writer.write(f"models/{name}.md", model_page(entry, grid, found))
        writer.write(f"api/v1/models/{name}.json", api.as_text(api.model(entry, grid)))
