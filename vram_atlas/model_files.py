"""The page and the document of every model: most of a build."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from vram_atlas import api
from vram_atlas.catalog import Catalog
from vram_atlas.figures import figure
from vram_atlas.jobs import Desk, Job
from vram_atlas.model_charts import charts_of
from vram_atlas.pages import model_page

_FEW: Final = 40
"""Fewer models than this are done sooner than other processes start."""
_LARGEST: Final = 8
"""The share of what is left that the next job takes: in large ones more is drawn at once."""
_FEWEST: Final = 4
"""Models in the last jobs, so that all processes end at the same time."""


def model_jobs(models: Sequence[str], catalog: Catalog) -> list[Job]:
    """The files of models, given by id, as jobs that become smaller.

    Models with charts of one layout are in one job: together they are drawn in half the time.
    """
    if len(models) < _FEW:
        return [partial(write_models, models)]
    ordered = sorted(models, key=lambda name: _shape(name, catalog))
    return [partial(write_models, part) for part in _parts(ordered)]


def _shape(name: str, catalog: Catalog) -> tuple[str, int]:
    """What the layout of a model's charts mostly depends on."""
    model = catalog.models[name].model
    return model.architecture.kind, model.context_length or 0


def _parts(models: Sequence[str]) -> Iterator[Sequence[str]]:
    while models:
        size = max(_FEWEST, len(models) // _LARGEST)
        yield models[:size]
        models = models[size:]


def write_models(models: Sequence[str], desk: Desk) -> None:
    """Write the files of models, given by id."""
    grid, album, writer = desk.grid, desk.album, desk.writer
    entries = [grid.catalog.models[name] for name in models]
    charts = [charts_of(entry, grid) for entry in entries]
    album.draw(chart for found in charts for chart in found.values())
    for entry, found in zip(entries, charts, strict=True):
        figures = {kind: figure(one, album.picture(one)) for kind, one in found.items()}
        writer.write(f"models/{entry.id}.md", model_page(entry, grid, figures))
        writer.write(f"api/v1/models/{entry.id}.json", api.as_text(api.model(entry, grid)))
