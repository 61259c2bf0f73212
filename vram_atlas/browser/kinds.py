"""What an expression of the source holds, as far as annotations and displays say."""

import ast
import dataclasses
import inspect
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from enum import Enum, StrEnum
from types import FunctionType, UnionType
from typing import Annotated, Any, Final, Protocol, Union, get_args, get_origin

from vram_atlas.browser.source import Definition


class Kind(StrEnum):
    """Kinds that the two languages treat differently."""

    LIST = "list"
    SET = "set"
    DICTIONARY = "dictionary"
    ITERATOR = "iterator"
    RECORD = "record"
    FLAG = "flag"
    NUMBER = "number"
    FRACTION = "fraction"
    TEXT = "text"


SCALARS: Final = frozenset({Kind.FLAG, Kind.NUMBER, Kind.FRACTION, Kind.TEXT})
"""Nothing, 0 and the empty text are false in both languages."""
CONTAINERS: Final = frozenset({Kind.LIST, Kind.SET, Kind.DICTIONARY, Kind.ITERATOR})
"""An empty one is false in Python and true in JavaScript; two equal ones are not identical."""

_CLASSES: Final[Mapping[object, Kind]] = {
    list: Kind.LIST,
    tuple: Kind.LIST,
    set: Kind.SET,
    frozenset: Kind.SET,
    dict: Kind.DICTIONARY,
    Mapping: Kind.DICTIONARY,
    Iterable: Kind.ITERATOR,
    Iterator: Kind.ITERATOR,
    Generator: Kind.ITERATOR,
    Sequence: Kind.ITERATOR,
    map: Kind.ITERATOR,
    zip: Kind.ITERATOR,
    enumerate: Kind.ITERATOR,
    sorted: Kind.LIST,
    all: Kind.FLAG,
    any: Kind.FLAG,
    bool: Kind.FLAG,
    isinstance: Kind.FLAG,
    int: Kind.NUMBER,
    len: Kind.NUMBER,
    float: Kind.FRACTION,
    str: Kind.TEXT,
}
"""Classes, and built-ins by what they return."""

_DISPLAYS: Final[Mapping[type[ast.expr], Kind]] = {
    ast.Tuple: Kind.LIST,
    ast.List: Kind.LIST,
    ast.ListComp: Kind.LIST,
    ast.Set: Kind.SET,
    ast.SetComp: Kind.SET,
    ast.Dict: Kind.DICTIONARY,
    ast.DictComp: Kind.DICTIONARY,
    ast.GeneratorExp: Kind.ITERATOR,
    ast.JoinedStr: Kind.TEXT,
    ast.Compare: Kind.FLAG,
}

_NAMES: Final[Mapping[str, Kind]] = {
    getattr(found, "__name__", str(found)): kind for found, kind in _CLASSES.items()
}


class Printer(Protocol):
    """What is known of the function that is printed."""

    held: dict[str, set[Kind]]
    given: frozenset[str]
    known: frozenset[str]

    def resolved(self, node: ast.expr) -> Definition | None:
        """What a name stands for; None for a variable."""
        ...

    def members_called(self, name: str) -> Iterable[object]:
        """The types of a member of that name in all classes."""
        ...


def kinds(printer: Printer, node: ast.expr) -> set[Kind]:
    """Every kind that the expression may hold; empty where nothing is known."""
    shown = _DISPLAYS.get(type(node))
    if shown is not None:
        return {shown}
    match node:
        case ast.UnaryOp(op=ast.Not()):
            return {Kind.FLAG}
        case ast.Constant(value=value):
            return _of_value(value)
        case ast.IfExp(body=body, orelse=otherwise):
            return kinds(printer, body) | kinds(printer, otherwise)
        case ast.BoolOp(values=values):
            return set[Kind]().union(*(kinds(printer, value) for value in values))
        case ast.Name(id=name) if name in printer.known:
            return printer.held.get(name, set())
        case ast.Attribute(attr=attr) if printer.resolved(node) is None:
            return _agreed([*map(_of_type, printer.members_called(attr))])
        case ast.Call(func=func):
            return _of_call(printer.resolved(func))
        case _:
            return set()


def _agreed(found: list[set[Kind]]) -> set[Kind]:
    """What members of one name hold in several classes; nothing where they differ."""
    stated = [one for one in found if one]
    return stated[0] if stated and all(one == stated[0] for one in stated) else set()


def _of_value(value: object) -> set[Kind]:
    found = _CLASSES.get(type(value))
    return set() if found is None else {found}


def _of_call(found: Definition | None) -> set[Kind]:
    value = None if found is None else inspect.unwrap(found.value)
    if isinstance(value, FunctionType):
        return _of_type(value.__annotations__.get("return"))
    return {_CLASSES[value]} if isinstance(value, Callable) and value in _CLASSES else set()  # type: ignore[arg-type]


def _of_type(annotation: Any) -> set[Kind]:  # noqa: ANN401 - any annotation
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        return set[Kind]().union(*map(_of_type, get_args(annotation)))
    if origin is Annotated:
        return _of_type(get_args(annotation)[0])
    if hasattr(annotation, "__supertype__"):
        return _of_type(annotation.__supertype__)
    found = _CLASSES.get(origin or annotation)
    if found is not None:
        return {found}
    if isinstance(annotation, type):
        if issubclass(annotation, Enum):
            return {Kind.TEXT}
        if dataclasses.is_dataclass(annotation) and annotation.__dataclass_params__.eq:  # type: ignore[attr-defined]
            return {Kind.RECORD}
    return set()


def of_annotation(node: ast.expr | None) -> set[Kind]:
    """What an annotation of a parameter or variable says."""
    match node:
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)) if name in _NAMES:
            return {_NAMES[name]}
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return of_annotation(left) | of_annotation(right)
        case _:
            return set()
