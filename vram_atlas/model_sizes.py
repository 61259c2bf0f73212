"""Sizes of models: which of the catalog "a 13B" can mean, and which is larger."""

import re
from collections.abc import Iterator
from typing import Final

from vram_atlas.catalog import Catalog, ModelEntry
from vram_atlas.units import GIGA, MEGA

_SIZE: Final = re.compile(r"(?<![\w.])(?:\d+x)?(\d+(?:\.\d+)?)([BM])(?![a-z])", re.IGNORECASE)
_UNIT: Final = {"b": GIGA, "m": MEGA}
_ROUNDED: Final = 0.25
"""A name may round a count this far: Gemma 7B has 8.54 billion parameters."""


def models_by_size(catalog: Catalog) -> dict[str, list[str]]:
    """Ids of the models that are called a size, by that size in lower case, the smallest first."""
    found: dict[str, list[str]] = {}
    for entry in catalog.models.values():
        size = size_name(entry)
        if size:
            found.setdefault(size, []).append(entry.id)
    return dict(sorted(found.items(), key=lambda item: (_parameters(item[0]), item[0])))


def size_ranks(catalog: Catalog) -> dict[str, int]:
    """The place of each model among all, the fewest parameters first; equal ones have one place."""
    sizes = sorted({entry.size for entry in catalog.models.values()})
    places = {size: place for place, size in enumerate(sizes)}
    return {entry.id: places[entry.size] for entry in catalog.models.values()}


def size_name(entry: ModelEntry) -> str:
    """The size in a model's name, else in another name of it: "13b", "8x7b"; "" without any.

    A number that is not the total is passed over: OLMoE 1B-7B goes by 7B.
    """
    if entry.groups is None or entry.architecture is None:
        return ""
    total = entry.groups.total
    for name in (entry.model.name, *entry.model.aliases):
        for size in _sizes(name):
            if "x" in size or abs(_parameters(size) / total - 1) <= _ROUNDED:
                return size
    return ""


def _sizes(name: str) -> Iterator[str]:
    for match in _SIZE.finditer(name.replace("-", " ").replace("/", " ")):
        yield match[0].lower()


def _parameters(size: str) -> float:
    """Parameters of "13b"; of "8x7b" the experts' without what they share."""
    match = _SIZE.fullmatch(size)
    if match is None:
        return 0
    experts = int(size.split("x", maxsplit=1)[0]) if "x" in size else 1
    return experts * float(match[1]) * _UNIT[match[2]]
