"""catalog.js: what the printed formulas need of the catalog, as data."""

import json
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Literal, get_origin

from pydantic import BaseModel

from vram_atlas.browser.classes import Classes
from vram_atlas.catalog import BoardEntry, Catalog, ModelEntry
from vram_atlas.margins import Margins

Document = dict[str, Any]


def catalog_text(catalog: Catalog, classes: Classes) -> str:
    """The script that sets vramAtlas.catalog."""
    shown = json.dumps(catalog_data(catalog, classes), ensure_ascii=False, separators=(",", ":"))
    return _SCRIPT.replace("CATALOG", shown)


_SCRIPT = """\
(function (vramAtlas) {
  "use strict";
  const known = (vramAtlas.catalog = CATALOG);
  const read = (value) => {
    if (!Array.isArray(value)) return value;
    const [keys, ...values] = value;
    if (keys === -1) return values.map(read);
    return Object.fromEntries(known.keys[keys].map((key, index) => [key, read(values[index])]));
  };
  const entries = (kind) => Object.entries(vramAtlas.names[kind]);
  for (const kind of ["models", "boards", "formats", "optimizers", "runtimes"]) {
    const values = read(known[kind]);
    known[kind] = Object.fromEntries(
      entries(kind).map(([id, [name]], index) => [id, { id, name, ...values[index] }]),
    );
  }
  for (const [pages, kind] of [["models", "models"], ["gpus", "boards"]]) {
    for (const entry of Object.values(known[kind])) entry.page = `${pages}/${entry.id}.html`;
  }
})((globalThis.vramAtlas = globalThis.vramAtlas || {}));
"""


def catalog_data(catalog: Catalog, classes: Classes) -> Document:
    """Entries in the order of vramAtlas.names, each with the fields that the script reads."""
    kept, packed = _Kept(classes), _Packed()
    return {
        "models": packed.of([_model(entry, kept) for entry in catalog.models.values()]),
        "boards": packed.of([_board(entry) for entry in catalog.boards.values()]),
        "formats": packed.of([_unnamed(kept.of(item)) for item in catalog.formats.values()]),
        "optimizers": packed.of([_unnamed(kept.of(item)) for item in catalog.optimizers.values()]),
        "runtimes": packed.of([_unnamed(kept.of(item)) for item in catalog.runtimes.values()]),
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


class _Packed:
    """Records as lists: which keys they have, by number, then the values. Lists begin with -1."""

    def __init__(self) -> None:
        self.keys: list[tuple[str, ...]] = []

    def of(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        match value:
            case dict():
                keys = tuple(value)
                if keys not in self.keys:
                    self.keys.append(keys)
                return [self.keys.index(keys), *map(self.of, value.values())]
            case list() | tuple():
                return [-1, *map(self.of, value)]
            case _:
                return value


class _Kept:
    """Schema models as plain data, without what nobody reads and without defaults."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes

    def of_all(self, entries: Mapping[str, BaseModel]) -> Document:
        return {name: self.of(entry) for name, entry in entries.items()}

    def of(self, entry: BaseModel | Margins) -> Document:
        if isinstance(entry, BaseModel):
            return dict(self._members(entry))
        kept = self._classes.kept(type(entry))
        return {name: self._plain(getattr(entry, name)) for name in kept}

    def _members(self, entry: BaseModel) -> Iterator[tuple[str, Any]]:
        for name in self._classes.kept(type(entry)):
            value, field = getattr(entry, name), type(entry).model_fields[name]
            tag = get_origin(field.annotation) is Literal
            if tag or field.is_required() or value != field.default:
                yield name, self._plain(value)

    def _plain(self, value: Any) -> Any:  # noqa: ANN401 - any value of a field
        match value:
            case BaseModel():
                return self.of(value)
            case Enum():
                return value.value
            case tuple():
                return [self._plain(item) for item in value]
            case dict():
                return {str(self._plain(key)): self._plain(item) for key, item in value.items()}
            case float() if value.is_integer():
                return int(value)
        return value


def _model(entry: ModelEntry, kept: _Kept) -> Document:
    parameters = entry.model.parameters
    counted = {} if parameters is None else {"counted": parameters.counted}
    active = (
        {} if parameters is None or parameters.active is None else {"active": parameters.active}
    )
    return _unnamed(kept.of(entry.model) | {"parameters": counted | active})


def _unnamed(fields: Document) -> Document:
    """Without what the list of names tells."""
    return {name: value for name, value in fields.items() if name not in {"id", "name", "aliases"}}


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
