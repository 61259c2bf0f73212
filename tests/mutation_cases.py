"""Questions that between them show the terms of the formulas: all shapes, rare kinds more often."""

import itertools
from collections import Counter
from collections.abc import Iterator

from hybrids import HYBRIDS
from parity_cases import Request, requests

from vram_atlas.catalog import Catalog, ModelEntry
from vram_atlas.own_model import read_shape
from vram_atlas.schema.base import Task

COMMON, RARE = 3, 30
RARE_KIND = 30
"""Of a kind with fewer models, each is asked more often."""


def mutation_requests(catalog: Catalog) -> Iterator[Request]:
    """Requests about the models of the catalog, and about published shapes that are not in it."""
    kinds = Counter(entry.model.architecture.kind for entry in catalog.models.values())
    for entry in catalog.models.values():
        number = RARE if kinds[entry.model.architecture.kind] < RARE_KIND else COMMON
        yield from _about(entry, number, catalog)
    for shape in HYBRIDS.values():
        own = read_shape(shape.model_dump_json(exclude={"source"}))
        for request in _about(own, 2 * COMMON, catalog):
            yield {**request, "model": shape.model_dump(mode="json")}


def _about(entry: ModelEntry, number: int, catalog: Catalog) -> Iterator[Request]:
    for task in Task:
        yield from itertools.islice(requests(entry, task, catalog), number)
