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
  vramAtlas.catalog = CATALOG;
  for (const [pages, kind] of [["models", "models"], ["gpus", "boards"]]) {
    const entries = vramAtlas.catalog[kind];
    for (const id of Object.keys(entries)) {
      Object.assign(entries[id], { id, page: `${pages}/${id}.html` });
    }
  }
})((globalThis.vramAtlas = globalThis.vramAtlas || {}));
"""


def catalog_data(catalog: Catalog, classes: Classes) -> Document:
    """Entries by id, each with the fields that the script reads."""
    kept = _Kept(classes)
    return {
        "models": {name: _model(entry, kept) for name, entry in catalog.models.items()},
        "boards": {name: _board(entry) for name, entry in catalog.boards.items()},
        "formats": kept.of_all(catalog.formats),
        "optimizers": kept.of_all(catalog.optimizers),
        "runtimes": kept.of_all(catalog.runtimes),
        "tasks": kept.of_all({task.value: item for task, item in catalog.tasks.items()}),
        "matrices": {
            name: {"title": item.title, "task": item.task.value, "bits": item.bits}
            | {"weights": item.weights}
            for name, item in catalog.matrices.items()
        },
        "communication": kept.of(catalog.communication),
        "margins": kept.of(catalog.margins),
    }


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
    known = kept.of(entry.model) | {"family": entry.family.name, "parameters": counted | active}
    return {name: value for name, value in known.items() if name != "id"}


def _board(entry: BoardEntry) -> Document:
    board = entry.board
    return {
        "name": board.name,
        "aliases": board.aliases,
        "vendor": entry.line.vendor.value,
        "segment": board.segment.value,
        "label_gb": board.memory.label_gb,
        "visible": entry.visible,
        "bf16": board.bf16,
        "fp8": board.fp8,
        "fp4": board.fp4,
        "modified": board.modified,
    }
