"""catalog.js: what the printed formulas need of the catalog, as data. Models come one by one."""

import json

from vram_atlas.browser.kept import Document, Kept, unnamed
from vram_atlas.browser.packed import Packed
from vram_atlas.browser.parts import scripts_of
from vram_atlas.browser.script import Script
from vram_atlas.catalog import BoardEntry, Catalog
from vram_atlas.columns import columns
from vram_atlas.model_sizes import models_by_size


def catalog_text(catalog: Catalog, script: Script) -> str:
    """The script that sets vramAtlas.catalog; vramAtlas.record() takes the record of a model."""
    shown = json.dumps(catalog_data(catalog, script), ensure_ascii=False, separators=(",", ":"))
    return _SCRIPT.replace("CATALOG", shown)


_SCRIPT = """\
(function (vramAtlas) {
  "use strict";
  const known = (vramAtlas.catalog = CATALOG);
  const unpacked = (keys) => {
    const read = (value) => {
      if (!Array.isArray(value)) return value;
      const [kind, ...values] = value;
      if (kind === -1) return values.map(read);
      return Object.fromEntries(keys[kind].map((key, index) => [key, read(values[index])]));
    };
    return read;
  };
  const read = unpacked(known.keys);
  const entries = (kind) => Object.entries(vramAtlas.names[kind]);
  for (const kind of ["boards", "formats", "optimizers", "runtimes"]) {
    const values = kind === "boards" ? vramAtlas.recordsOf(known[kind]) : read(known[kind]);
    known[kind] = Object.fromEntries(
      entries(kind).map(([id, [name]], index) => [id, { id, name, ...values[index] }]),
    );
  }
  const scripts = (index) => known.scripts[known.needs[index]];
  known.models = Object.fromEntries(
    entries("models").map(([id, [name]], index) => [id, { id, name, scripts: scripts(index) }]),
  );
  for (const [pages, kind] of [["models", "models"], ["gpus", "boards"]]) {
    for (const entry of Object.values(known[kind])) entry.page = `${pages}/${entry.id}.html`;
  }
  vramAtlas.record = (id, record) => Object.assign(known.models[id], record);
  vramAtlas.records = (ids, keys, records) => {
    const read = unpacked(keys);
    for (const [index, record] of records.entries()) vramAtlas.record(ids[index], read(record));
  };
  vramAtlas.sizes = {}; // models by size, as far as their scripts are here
})((globalThis.vramAtlas = globalThis.vramAtlas || {}));
"""


def catalog_data(catalog: Catalog, script: Script) -> Document:
    """Entries in the order of vramAtlas.names, each with the fields that the script reads.

    Of a model the scripts of its formulas: `needs` has a digit for each, its place in `scripts`.
    """
    kept, packed = Kept(script.classes), Packed()
    needs = [
        sorted(scripts_of(entry.model.architecture, script.places))
        for entry in catalog.models.values()
    ]
    scripts = sorted(map(list, {tuple(one) for one in needs}))
    return {
        "scripts": scripts,
        "sizes": [*models_by_size(catalog)],
        "needs": "".join(str(scripts.index(one)) for one in needs),
        "boards": columns([_board(entry) for entry in catalog.boards.values()]),
        "formats": packed.of([unnamed(kept.of(item)) for item in catalog.formats.values()]),
        "optimizers": packed.of([unnamed(kept.of(item)) for item in catalog.optimizers.values()]),
        "runtimes": packed.of([unnamed(kept.of(item)) for item in catalog.runtimes.values()]),
        "keys": packed.keys,
        "tasks": kept.of_all({task.value: item for task, item in catalog.tasks.items()}),
        "matrices": {
            name: {"title": item.title, "task": item.task.value, "bits": item.bits}
            | {"weights": item.weights}
            for name, item in catalog.matrices.items()
        },
        "communication": kept.of(catalog.communication),
        "margins": kept.of(catalog.margins),
    }


def _board(entry: BoardEntry) -> Document:
    board = entry.board
    return {
        "vendor": entry.line.vendor.value,
        "segment": board.segment.value,
        "label_gb": board.memory.label_gb,
        "visible": entry.visible,
        "bf16": board.bf16,
        "fp8": board.fp8,
        "fp4": board.fp4,
        "example": entry.example,
    }
