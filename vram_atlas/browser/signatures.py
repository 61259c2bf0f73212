"""Members of the printed classes, found by name: the source does not say the class of a value."""

import dataclasses
import inspect
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice
from typing import get_origin

from pydantic import BaseModel

from vram_atlas.browser.names import Names
from vram_atlas.browser.source import Definition, NotPrintableError, methods


class Signatures:
    """What the classes of the script say about their members."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._read = 0
        self._types = defaultdict[str, list[object]](list)

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
        return bool(self.types(name))

    def is_boolean(self, name: str) -> bool:
        """Whether the member `name` is true or false in every class that has one."""
        found = self.types(name)
        return bool(found) and all(annotation is bool for annotation in found)

    def is_list(self, name: str) -> bool:
        """Whether the member `name` is a list or tuple in every class that has one."""
        found = self.types(name)
        return bool(found) and all(map(is_sequence, found))

    def types(self, name: str) -> Sequence[object]:
        """The types of a member in the classes that have one of that name."""
        for owner in islice(self._names.classes.values(), self._read, None):  # the new ones
            self._read += 1
            for member, types in _members(owner).items():
                self._types[member] += types
        return self._types.get(name, ())


def _members(owner: Definition) -> dict[str, list[object]]:
    """The members of a class and the types that it gives them."""
    cls, found = owner.value, defaultdict[str, list[object]](list)
    if issubclass(cls, BaseModel):
        for name, info in cls.model_fields.items():
            found[name].append(info.annotation)
    elif dataclasses.is_dataclass(cls):
        for field in dataclasses.fields(cls):
            found[field.name].append(field.type)
    for name in methods(owner.module, owner.name):
        member = inspect.getattr_static(cls, name)
        function = getattr(member, "fget", None) or getattr(member, "func", member)
        found[name].append(function.__annotations__.get("return"))
    return found


def is_sequence(annotation: object) -> bool:
    """Whether a type is a list or a tuple."""
    return get_origin(annotation) in {tuple, list}
