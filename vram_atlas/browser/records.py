"""What the formulas need of each model: a script for one, for those of a size, and for all."""

from collections.abc import Iterable, Iterator
from typing import Final

from vram_atlas.browser.classes import Classes
from vram_atlas.browser.kept import Document, Kept, unnamed
from vram_atlas.browser.packed import packed
from vram_atlas.catalog import Catalog, ModelEntry
from vram_atlas.columns import compact
from vram_atlas.model_sizes import models_by_size, size_ranks

ALL: Final = "models.js"


def record_files(catalog: Catalog, classes: Classes) -> Iterator[tuple[str, str]]:
    """Names and texts of the scripts."""
    kept = Kept(classes)
    records = {entry.id: _record(entry, kept) for entry in catalog.models.values()}
    sizes = models_by_size(catalog)
    known = f"Object.assign(vramAtlas.sizes,{compact(sizes)});\n"
    ranks = compact([*size_ranks(catalog).values()])
    every = "Object.keys(vramAtlas.names.models)"
    yield ALL, f"{known}vramAtlas.ranks({ranks});\n{_together(every, records.values())}"
    for size, ids in sizes.items():
        here = f"vramAtlas.sizes[{compact(size)}]"
        members = _together(here, (records[name] for name in ids))
        yield f"sizes/{size}.js", f"{here}={compact(ids)};\n{members}"
    for name, record in records.items():
        yield f"models/{name}.js", f"vramAtlas.record({compact(name)},{compact(record)});\n"


def _together(ids: str, records: Iterable[Document]) -> str:
    """Several records in one call; `ids` is the list of their models, as JavaScript."""
    return f"vramAtlas.records({ids},{compact(packed([*records]))});\n"


def _record(entry: ModelEntry, kept: Kept) -> Document:
    """Without how many parameters there are, where the formulas count them."""
    record = unnamed(kept.of(entry.model))
    if entry.architecture is not None:
        record.pop("parameters", None)
    return record
