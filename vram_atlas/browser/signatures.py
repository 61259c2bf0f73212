"""Members of the printed classes, found by name: the source does not say the class of a value."""

import dataclasses
import inspect
from collections.abc import Iterator
from typing import get_origin

from pydantic import BaseModel

from vram_atlas.browser.names import Names
from vram_atlas.browser.source import NotPrintableError, methods


class Signatures:
    """What the classes of the script say about their members."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def of_method(self, name: str) -> inspect.Signature | None:
        """Signature of the method `name`; None where no class of the script has one."""
        found = [
            inspect.signature(getattr(owner.value, name))
            for owner in self._names.classes.values()
            if name in methods(owner.module, owner.name)
            and callable(getattr(owner.value, name, None))
        ]
        if len({tuple(signature.parameters) for signature in found}) > 1:
            message = f"several classes have a method {name}() with different parameters"
            raise NotPrintableError(message)
        return found[0] if found else None

    def has_member(self, name: str) -> bool:
        """Whether any class has a member of that name."""
        return any(True for _ in self._annotations(name))

    def is_boolean(self, name: str) -> bool:
        """Whether the member `name` is true or false in every class that has one."""
        found = [*self._annotations(name)]
        return bool(found) and all(annotation is bool for annotation in found)

    def is_list(self, name: str) -> bool:
        """Whether the member `name` is a list or tuple in every class that has one."""
        found = [*self._annotations(name)]
        return bool(found) and all(map(is_sequence, found))

    def _annotations(self, name: str) -> Iterator[object]:
        """The types of a member in the classes that have one of that name."""
        for owner in self._names.classes.values():
            cls = owner.value
            if issubclass(cls, BaseModel):
                if name in cls.model_fields:
                    yield cls.model_fields[name].annotation
            elif dataclasses.is_dataclass(cls):
                yield from (field.type for field in dataclasses.fields(cls) if field.name == name)
            if name in methods(owner.module, owner.name):
                member = inspect.getattr_static(cls, name)
                function = getattr(member, "fget", None) or getattr(member, "func", member)
                yield function.__annotations__.get("return")


def is_sequence(annotation: object) -> bool:
    """Whether a type is a list or a tuple."""
    return get_origin(annotation) in {tuple, list}
