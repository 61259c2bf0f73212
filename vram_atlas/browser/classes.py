"""Dataclasses and schema models as JavaScript classes."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from vram_atlas.browser.names import Names, literal
from vram_atlas.browser.signatures import Signatures
from vram_atlas.browser.source import Definition, methods
from vram_atlas.browser.statements import Statements, function_lines, star
from vram_atlas.margins import Margins


class Classes:
    """Prints the classes that were referred to, with the members that are used."""

    def __init__(self, names: Names, signatures: Signatures, printer: type[Statements]) -> None:
        self._names = names
        self._signatures = signatures
        self._printer = printer

    def lines(self, name: str, found: Definition) -> Iterator[str]:
        """One class."""
        cls = found.value
        yield f"class {name} {{"
        yield from self._constructor(cls)
        for method, node in methods(found.module, found.name).items():
            if method in self._names.attributes:
                printer = self._printer(self._names, self._signatures, found.module, node)
                getter = isinstance(getattr(cls, method, None), property) or not callable(
                    getattr(cls, method, None)
                )
                opening = f"{'get ' if getter else star(node)}{method}"
                for line in function_lines(printer, opening):
                    yield f"  {line}"
        yield "}"

    def _constructor(self, cls: type) -> Iterator[str]:
        members = [*self.fields(cls)]
        ordered = getattr(getattr(cls, "__dataclass_params__", None), "order", False)
        defaults = ", ".join(
            f"{name}: {'undefined' if default is None else default}"
            for name, default, _ in members
            if ordered or default is not None
        )
        yield "  constructor(given) {"
        yield f"    Object.assign(this, {f'{{ {defaults} }}, ' if defaults else ''}given);"
        for name, _, revived in members:
            if revived != f"this.{name}":
                yield f"    this.{name} = {revived};"
        yield "  }"

    def fields(self, cls: type) -> Iterator[tuple[str, str | None, str]]:
        """Members: name, default as JavaScript, and how the given value becomes the member's."""
        if issubclass(cls, BaseModel):
            for name in self.kept(cls):
                field = cls.model_fields[name]
                default = None if field.is_required() else literal(field.default)
                yield name, default, self._revived(f"this.{name}", field.annotation)
        elif hasattr(cls, "_field_defaults"):  # a NamedTuple
            for name in cls.__annotations__:
                given = name in cls._field_defaults
                yield name, literal(cls._field_defaults[name]) if given else None, f"this.{name}"
        elif dataclasses.is_dataclass(cls):
            for member in dataclasses.fields(cls):
                name = f"this.{member.name}"
                given = cls is Margins  # comes from catalog.js; the others are made of instances
                revived = self._revived(name, member.type) if given else name
                yield member.name, _default(member), revived

    def kept(self, cls: type) -> list[str]:
        """Fields of a class that the script reads."""
        if not issubclass(cls, BaseModel):
            return [name for name, _, _ in self.fields(cls)]
        return [
            name
            for name, field in cls.model_fields.items()
            if name in self._names.attributes or get_origin(field.annotation) is Literal
        ]

    def _revived(self, value: str, annotation: Any) -> str:  # noqa: ANN401 - any annotation
        """Plain data as an instance of the class that the annotation names."""
        origin, members = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._revived(value, members[0])
        if origin in {Union, UnionType}:
            return self._one_of(value, members)
        if origin is tuple:
            inner = self._revived("each", members[0])
            return value if inner == "each" else f"{value}.map((each) => {inner})"
        if origin in {dict, Mapping}:
            inner = self._revived("each", members[1])
            return value if inner == "each" else f"$.mapped({value}, (each) => {inner})"
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return f"new {self.refer(annotation)}({value})"
        return value

    def _one_of(self, value: str, members: Iterable[Any]) -> str:
        models = [item for item in map(_bare, members) if item is not NoneType]
        classes = [
            item for item in models if isinstance(item, type) and issubclass(item, BaseModel)
        ]
        if not classes:
            inner = self._revived(value, models[0]) if len(models) == 1 else value
        elif len(classes) == 1:
            inner = self._revived(value, classes[0])
        else:
            tag = next(
                name
                for name, f in classes[0].model_fields.items()
                if get_origin(f.annotation) is Literal
            )
            table = ", ".join(
                f"{literal(get_args(item.model_fields[tag].annotation)[0])}: {self.refer(item)}"
                for item in classes
            )
            return f"$.revived({value}, {literal(tag)}, {{ {table} }})"
        if NoneType in members and inner != value:
            return f"{value} === null ? null : {inner}"
        return inner

    def refer(self, cls: type) -> str:
        """The name of a class, which is printed from now on."""
        return self._names.reference(Definition(cls.__module__, cls.__name__, cls))


def _default(field: "dataclasses.Field[Any]") -> str | None:
    if field.default is not dataclasses.MISSING:
        return literal(field.default)
    if field.default_factory is not dataclasses.MISSING:
        return literal(field.default_factory())
    return None


def _bare(annotation: Any) -> Any:  # noqa: ANN401 - any annotation
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
