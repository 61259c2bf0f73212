"""Schema models as the plain data that the printed classes take."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Literal, get_origin

from pydantic import BaseModel

from vram_atlas.browser.classes import Classes
from vram_atlas.margins import Margins

Document = dict[str, Any]


class Kept:
    """Schema models as plain data, without what nobody reads and without defaults."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes

    def of_all(self, entries: Mapping[str, BaseModel]) -> Document:
        """Several, by name."""
        return {name: self.of(entry) for name, entry in entries.items()}

    def of(self, entry: BaseModel | Margins) -> Document:
        """One."""
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


def unnamed(fields: Document) -> Document:
    """Without what the list of names tells."""
    return {name: value for name, value in fields.items() if name not in {"id", "name", "aliases"}}
