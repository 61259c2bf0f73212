"""What the formulas need of each model: a script for one, and one script for all of them."""

import json
from collections.abc import Iterator
from typing import Final

from vram_atlas.browser.classes import Classes
from vram_atlas.browser.kept import Document, Kept, unnamed
from vram_atlas.browser.packed import Packed
from vram_atlas.catalog import Catalog, ModelEntry

ALL: Final = "models.js"
_ALL: Final = """\
(function (vramAtlas) {
  "use strict";
  const [keys, records] = RECORDS;
  const read = vramAtlas.unpacked(keys);
  const ids = Object.keys(vramAtlas.names.models);
  for (const [index, record] of records.entries()) vramAtlas.record(ids[index], read(record));
})(globalThis.vramAtlas);
"""


def record_files(catalog: Catalog, classes: Classes) -> Iterator[tuple[str, str]]:
    """Names and texts of the scripts."""
    kept, packed = Kept(classes), Packed()
    records = {entry.id: _record(entry, kept) for entry in catalog.models.values()}
    together = [packed.of(record) for record in records.values()]
    yield ALL, _ALL.replace("RECORDS", _shown([packed.keys, together]))
    for name, record in records.items():
        yield f"models/{name}.js", f"vramAtlas.record({_shown(name)},{_shown(record)});\n"


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _record(entry: ModelEntry, kept: Kept) -> Document:
    parameters = entry.model.parameters
    counted = {} if parameters is None else {"counted": parameters.counted}
    active = (
        {} if parameters is None or parameters.active is None else {"active": parameters.active}
    )
    return unnamed(kept.of(entry.model) | {"parameters": counted | active})
