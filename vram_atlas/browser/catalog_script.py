"""catalog.js: what the printed formulas need of the catalog, as data. Models come one by one."""

from collections.abc import Iterator, Sequence

from vram_atlas.browser.kept import Document, Kept, unnamed
from vram_atlas.browser.packed import SCRIPT, packed
from vram_atlas.browser.parts import scripts_of
from vram_atlas.browser.script import Script
from vram_atlas.catalog import BoardEntry, Catalog
from vram_atlas.columns import columns, compact
from vram_atlas.model_sizes import models_by_size


def catalog_text(catalog: Catalog, script: Script) -> str:
    """The script that sets vramAtlas.catalog; vramAtlas.record() takes the record of a model."""
    shown = compact(catalog_data(catalog, script))
    return _SCRIPT.replace("CATALOG", shown).replace("UNPACKED", SCRIPT)


_SCRIPT = """\
(function (vramAtlas) {
  "use strict";
  const known = (vramAtlas.catalog = CATALOG);
UNPACKED  const entries = (kind) => Object.entries(vramAtlas.names[kind]);
  for (const kind of ["models", "boards", "formats", "optimizers", "runtimes"]) {
    const inColumns = kind === "models" || kind === "boards";
    const values = inColumns ? vramAtlas.recordsOf(known[kind]) : unpacked(known[kind]);
    known[kind] = Object.fromEntries(
      entries(kind).map(([id, [name]], index) => [id, { id, name, ...values[index] }]),
    );
  }
  for (const [index, board] of Object.values(known.boards).entries()) {
    Object.assign(board, vramAtlas.sold[index]);
  }
  for (const [pages, kind] of [["models", "models"], ["gpus", "boards"]]) {
    for (const entry of Object.values(known[kind])) entry.page = `${pages}/${entry.id}.html`;
  }
  vramAtlas.record = (id, record) => Object.assign(known.models[id], record, { here: true });
  vramAtlas.records = (ids, records) => {
    for (const [index, record] of unpacked(records).entries()) vramAtlas.record(ids[index], record);
  };
  vramAtlas.ranks = (ranks) => {
    for (const [index, model] of Object.values(known.models).entries()) model.rank = ranks[index];
  };
  vramAtlas.sizes = {}; // models by size, as far as their scripts are here
})((globalThis.vramAtlas = globalThis.vramAtlas || {}));
"""


def catalog_data(catalog: Catalog, script: Script) -> Document:
    """Entries in the order of vramAtlas.names, each with the fields that the script reads.

    Of a model the scripts of its formulas.
    """
    kept, places = Kept(script.classes), script.class_places()
    margins = kept.of(catalog.margins)
    needs = (scripts_of(entry.model.architecture, places) for entry in catalog.models.values())
    return {
        "sizes": [*models_by_size(catalog)],
        "models": columns([{"scripts": sorted(one)} for one in needs]),
        "boards": columns([_board(entry, [*catalog.needs]) for entry in catalog.boards.values()]),
        "formats": packed([unnamed(kept.of(item)) for item in catalog.formats.values()]),
        "optimizers": packed([unnamed(kept.of(item)) for item in catalog.optimizers.values()]),
        "runtimes": packed([unnamed(kept.of(item)) for item in catalog.runtimes.values()]),
        "support": columns([*_support(catalog)]),
        "tasks": kept.of_all({task.value: item for task, item in catalog.tasks.items()}),
        "matrices": {
            name: {"title": item.title, "task": item.task.value, "bits": item.bits}
            | {"weights": item.weights}
            for name, item in catalog.matrices.items()
        },
        "communication": kept.of(catalog.communication),
        "margins": margins | {"bands": columns([*margins["bands"].values()])},
    }


def _support(catalog: Catalog) -> Iterator[Document]:
    """The needs of software; their ids are their places, which are shorter."""
    for need in catalog.needs.values():
        yield {
            "name": need.name,
            "runtimes": need.runtimes,
            "formats": need.formats,
            "optimizers": need.optimizers,
            "attention": need.attention,
            "widens": need.widens,
            "least": need.least,
        }


def _board(entry: BoardEntry, needs: Sequence[str]) -> Document:
    board = entry.board
    return {
        "visible": entry.visible,
        "bf16": board.bf16,
        "fp8": board.fp8,
        "fp4": board.fp4,
        "example": entry.example,
        "lacks": [
            [needs.index(name) for name in entry.lacks if name not in entry.unsure],
            [needs.index(name) for name in entry.unsure],
        ],
    }
