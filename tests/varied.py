"""Records of the schema with other numbers and choices, the same ones every time."""

import types
import typing
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from random import Random
from typing import Any, Final, TypeVar

from annotated_types import Ge
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

HALF, SELDOM, RARELY = 0.5, 0.2, 0.1
MOST_LAYERS: Final = 60

Item = TypeVar("Item", bound=BaseModel)
Pools = dict[type, list[BaseModel]]


def pools(roots: Iterable[BaseModel]) -> Pools:
    """Every record inside the given ones, by its class: what can stand in another's place."""
    found: Pools = defaultdict(list)
    waiting = [*roots]
    while waiting:
        item = waiting.pop()
        found[type(item)].append(item)
        for name in type(item).model_fields:
            value = getattr(item, name)
            members = value if isinstance(value, tuple) else (value,)
            waiting += [member for member in members if isinstance(member, BaseModel)]
    return found


@dataclass(frozen=True)
class Variety:
    """Makes other records out of records."""

    rng: Random
    pools: Pools = field(repr=False)

    def other(self, item: Item) -> Item | None:
        """The record with some members changed; None where its schema refuses it."""
        fields = type(item).model_fields
        members = {name: self._member(item, name, info) for name, info in fields.items()}
        try:
            return type(item).model_validate(members)
        except ValidationError:
            return None

    def _member(self, item: BaseModel, name: str, info: FieldInfo) -> Any:  # noqa: ANN401 - any member
        annotation: Any = info.annotation
        value, classes = getattr(item, name), _classes(annotation)
        if value is None:
            return self._something(classes)
        if types.NoneType in classes and self.rng.random() < RARELY:
            return None
        if not isinstance(value, tuple):
            return self._value(value, name, classes, least=0 if Ge(ge=0) in info.metadata else 1)
        inner = typing.get_args(annotation)[0]
        if not value and name == "other_parameters" and self.rng.random() < SELDOM:
            return (self.rng.choice(self.pools[inner]),)
        least = 0 if "ge=0" in str(inner) else 1
        return tuple(self._value(one, name, _classes(inner), least=least) for one in value)

    def _value(self, value: Any, name: str, classes: tuple[Any, ...], *, least: int) -> Any:  # noqa: ANN401 - any member
        rng = self.rng
        match value:
            case bool():
                return not value if rng.random() < SELDOM else value
            case Enum():
                return rng.choice([*type(value)]) if rng.random() < SELDOM else value
            case int():
                return self._number(value, name, least)
            case float():
                return value * rng.choice([1, 1, 0.5, 1.03, 1.7, 3])
            case BaseModel():
                others = [one for kind in classes for one in self.pools.get(kind, ())]
                chosen = rng.choice(others) if others and rng.random() < SELDOM else value
                return self.other(chosen) or chosen
            case _:
                return value

    def _number(self, value: int, name: str, least: int) -> int:
        rng = self.rng
        if value == 0:
            return rng.choice([1, 3, 64, 700]) if rng.random() < SELDOM else 0
        if least == 0 and rng.random() < RARELY:
            return 0
        if rng.random() < HALF:
            return value
        if "layers" in name or name in {"repeat", "transformer_depth", "middle_depth"}:
            return rng.choice([1, 2, 3, min(value, MOST_LAYERS) + 1])
        if name == "image_size":
            return rng.choice([1, value // 2 + 1, value + 1])
        return rng.choice([1, 2, 3, 5, value + 1, value // 2 + 1, 3 * value, 20 * value])

    def _something(self, classes: tuple[Any, ...]) -> Any:  # noqa: ANN401 - any member
        """Where there was nothing: nothing as a rule."""
        rng = self.rng
        if rng.random() > SELDOM:
            return None
        if int in classes:
            return rng.choice([1, 2, 8, 128, 1000])
        if float in classes:
            return rng.choice([0.5, 1, 2, 8])
        others = [one for kind in classes for one in self.pools.get(kind, ())]
        return rng.choice(others) if others else None


@cache
def _classes(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any annotation
    """The classes that a member can have."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _classes(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        return tuple(inner for one in typing.get_args(annotation) for inner in _classes(one))
    return (annotation,)
