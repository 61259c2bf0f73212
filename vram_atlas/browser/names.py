"""Names of the printed script: which definition has which, and what is still to be printed."""

import builtins
import dataclasses
import difflib
import itertools
import json
import math
import re
import typing
from collections import defaultdict
from collections.abc import Iterable
from enum import Enum
from types import ModuleType
from typing import Any, Final

from vram_atlas.adding import add_up
from vram_atlas.browser.source import PACKAGE, Definition, NotPrintableError
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.own_model import read_shape
from vram_atlas.problems import ProblemsError
from vram_atlas.request import given_fields, make_request

HELPERS: Final[dict[int, str]] = {
    id(value): name
    for value, name in (
        (builtins.abs, "Math.abs"),
        (builtins.all, "$.all"),
        (builtins.any, "$.any"),
        (builtins.bool, "$.truth"),
        (builtins.enumerate, "$.enumerate"),
        (builtins.frozenset, "$.set"),
        (builtins.int, "$.int"),
        (builtins.len, "$.len"),
        (builtins.list, "$.list"),
        (builtins.map, "$.map"),
        (builtins.max, "$.max"),
        (builtins.min, "$.min"),
        (builtins.next, "$.first"),
        (builtins.range, "$.range"),
        (builtins.round, "$.round"),
        (builtins.set, "$.set"),
        (builtins.sorted, "$.sorted"),
        (builtins.str, "$.str"),
        (add_up, "$.sum"),
        (builtins.tuple, "$.list"),
        (builtins.zip, "$.zip"),
        (dataclasses.replace, "$.replace"),
        (difflib.get_close_matches, "$.closeMatches"),
        (json.dumps, "$.json"),
        (itertools.pairwise, "$.pairwise"),
        (math.ceil, "Math.ceil"),
        (re.sub, "$.substitute"),
        (typing.assert_never, "$.unreachable"),
        (NUMBERS, "$.ops"),
        (ProblemsError, "$.ProblemsError"),
        (given_fields, "$.givenFields"),
        (make_request, "$.makeRequest"),
        (read_shape, "$.readShape"),
    )
}
"""What the printed script finds in the hand-written python.js."""

RESERVED: Final = frozenset(
    {"arguments", "break", "case", "catch", "class", "const", "continue", "default", "delete"}
    | {"do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function"}
    | {"if", "implements", "import", "in", "instanceof", "interface", "let", "new", "null"}
    | {"package", "private", "protected", "public", "return", "static", "super", "switch", "this"}
    | {"throw", "true", "try", "typeof", "var", "void", "while", "with", "yield"}
)


def local(name: str) -> str:
    """A Python name as a JavaScript variable."""
    return f"{name}_" if name in RESERVED else name


class Names:
    """Gives every definition its name, and remembers which were asked for, and by which.

    `user` is the name of the definition that is being printed.
    """

    def __init__(self) -> None:
        self._owners: dict[str, tuple[str, str]] = {}
        self.functions: dict[str, Definition] = {}
        self.classes: dict[str, Definition] = {}
        self.constants: dict[str, Definition] = {}
        self.attributes: set[str] = set()
        self.users: defaultdict[str, set[str]] = defaultdict(set)
        self.user = ""

    def definitions(self) -> dict[str, Definition]:
        """Everything that was asked for."""
        return self.functions | self.classes | self.constants

    def reference(self, found: Definition) -> str:
        """The JavaScript expression that stands for a definition."""
        value = found.value
        helper = HELPERS.get(id(value))
        if helper is not None:
            return helper
        if not found.is_own or isinstance(value, ModuleType):
            message = f"{found.module}.{found.name} has no counterpart"
            raise NotPrintableError(message)
        module = found.module.removeprefix(f"{PACKAGE}.").rsplit(".", 1)[-1]
        plain = found.name.lstrip("_")
        qualified = f"{module}_{plain}"
        if isinstance(value, type):
            if issubclass(value, Enum):
                return f"[{', '.join(literal(member) for member in value)}]"
            return self._register(self.classes, (plain, qualified), found)
        if callable(value):
            return self._register(self.functions, (qualified,), found)
        private = found.name.startswith("_")
        names = (qualified,) if private else (plain, qualified)
        return self._register(self.constants, names, found)

    def helper(self, found: Definition) -> str | None:
        """The helper that stands for a definition, if one does."""
        return HELPERS.get(id(found.value))

    def _register(
        self, group: dict[str, Definition], names: Iterable[str], found: Definition
    ) -> str:
        """The first of the names that no other definition has."""
        owner = (found.module, found.name)
        for name in names:
            if self._owners.setdefault(name, owner) == owner:
                group.setdefault(name, found)
                self.users[name].add(self.user)
                return name
        message = f"{found.module}.{found.name} shares its names with another definition"
        raise NotPrintableError(message)


def literal(value: Any) -> str:  # noqa: ANN401 - any constant of the source
    """A constant as JavaScript."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Enum():
            return literal(value.value)
        case str():
            return _text(value)
        case int() | float():
            return number(value)
        case tuple() | list():
            return f"[{', '.join(map(literal, value))}]"
        case frozenset() | set():
            return f"new Set([{', '.join(sorted(map(literal, value)))}])"
        case dict():
            pairs = (f"{_key(key)}: {literal(item)}" for key, item in value.items())
            return f"{{ {', '.join(pairs)} }}"
        case _:
            return _record(value)


def _record(value: Any) -> str:  # noqa: ANN401 - any constant of the source
    if dataclasses.is_dataclass(value):
        members = (
            f"{field.name}: {literal(getattr(value, field.name))}"
            for field in dataclasses.fields(value)
        )
        return f"{{ {', '.join(members)} }}"
    message = f"a constant of type {type(value).__name__}"
    raise NotPrintableError(message)


def number(value: float) -> str:
    """A number that both languages read as the same double."""
    whole = int(value)
    return repr(whole if whole == value else value)


def _key(value: object) -> str:
    return _text(str(value.value if isinstance(value, Enum) else value))


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
