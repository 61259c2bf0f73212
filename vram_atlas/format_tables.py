"""What each model needs in a format, counted in advance: "what can a 3060 run in int4".

For formats that a number of bits stands for. Whether a model fits is judged where it is shown, so
that one list serves every board and every size.
"""

import json
from collections.abc import Iterator

from vram_atlas.altering import meant
from vram_atlas.catalog import Catalog, ModelEntry
from vram_atlas.estimator import Spread, estimate
from vram_atlas.language import load_language
from vram_atlas.request import make_request
from vram_atlas.schema.base import Task


def format_tables(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Scripts by name, one for each format."""
    for name in listed_formats(catalog):
        shown = json.dumps([name, *_columns(catalog, name)], separators=(",", ":"))
        yield f"formats/{name}.js", f"vramAtlas.onFormat(...{shown});\n"


def listed_formats(catalog: Catalog) -> list[str]:
    """The formats that have a list: what "4 bit" means, in a file of weights and as GGUF."""
    widths = load_language(catalog).widths.widths
    named = {name for one in widths for name in (one.default, one.gguf)}
    return [
        item.id
        for item in catalog.formats.values()
        if item.id in named and item.weights and item.suits(Task.INFERENCE)
    ]


def _columns(catalog: Catalog, name: str) -> list[list[int]]:
    """Places of models in the catalog, the largest first; expected needs and high ends. Bytes."""
    found = []
    for place, entry in enumerate(catalog.models.values()):
        peak = _peak(entry, name, catalog)
        if peak is not None:
            found.append((-entry.size, -peak.expected, entry.id, place, peak))
    found.sort(key=lambda one: one[:3])
    return [
        [place for *_, place, _ in found],
        [peak.expected for *_, peak in found],
        [peak.high for *_, peak in found],
    ]


def _peak(entry: ModelEntry, name: str, catalog: Catalog) -> Spread | None:
    """None where the model is not offered in the format."""
    if entry.architecture is None:
        return None
    request = make_request({"model": entry.id, "task": Task.INFERENCE, "weights": name})
    workload = meant(request, catalog)
    return None if workload is None else estimate(workload, catalog).peak
