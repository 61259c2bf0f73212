"""formulas.js: everything between a request and its answer, printed from the package itself."""

from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import Any, Final
from zlib import crc32

from vram_atlas import own_model, request
from vram_atlas.answers import (
    answer_division,
    answer_inverse,
    answer_ladder,
    answer_need,
    answer_question,
)
from vram_atlas.board_memory import BoardMemory
from vram_atlas.browser import parts
from vram_atlas.browser.classes import Classes
from vram_atlas.browser.names import Names, literal
from vram_atlas.browser.parts import placed
from vram_atlas.browser.signatures import Signatures
from vram_atlas.browser.source import Definition, NotPrintableError, function_node
from vram_atlas.browser.statements import Statements, function_lines, star
from vram_atlas.catalog import BoardEntry, Catalog, ModelEntry
from vram_atlas.cells import matrix_format
from vram_atlas.defaults import lightest
from vram_atlas.formulas.counting import count
from vram_atlas.inverse import largest_batch, longest_text
from vram_atlas.margins import Margins, band_name
from vram_atlas.names import normalised
from vram_atlas.obstacles import obstacle
from vram_atlas.problems import Problem
from vram_atlas.request import OwnBoard, field_problem, not_an_object
from vram_atlas.resolve import resolve
from vram_atlas.schema.board import Board
from vram_atlas.schema.engine import Mebibytes
from vram_atlas.schema.method import TaskMethod
from vram_atlas.schema.model import Model
from vram_atlas.schema.software import Format, Optimizer, Runtime
from vram_atlas.schema.support import Need
from vram_atlas.verdict import judge

CLASSES: Final = (
    Catalog,
    ModelEntry,
    Model,
    BoardEntry,
    Board,
    BoardMemory,
    Format,
    Optimizer,
    Runtime,
    TaskMethod,
    Need,
    Mebibytes,
    Margins,
    OwnBoard,
    Problem,
)
FUNCTIONS: Final = (
    count,
    normalised,
    band_name,
    not_an_object,
    field_problem,
    resolve,
    answer_question,
    answer_need,
    answer_ladder,
    answer_inverse,
    answer_division,
    largest_batch,
    longest_text,
    matrix_format,
    lightest,
    obstacle,
    judge,
)
CONSTANTS: Final = (
    (request, "FIELDS"),
    (request, "LARGEST"),
    (own_model, "OWN_ID"),
    (own_model, "OWN_NAME"),
)
_ARRIVING: Final = """\
const given = new Proxy({ LENT }, { get: (known, name) => known[name] ?? $.Later });
const renewals = [() => ({ TAKEN } = given)];
const renewed = () => renewals.forEach((renew) => renew());
vramAtlas.printed.SHARED = given;
vramAtlas.printed.arrived = (brought, renew = () => {}) => {
  Object.assign(given, brought);
  renewals.push(renew);
  renewed();
};
renewed();"""
"""What later scripts bring is nothing until they do, and taken anew whenever one has arrived."""

HEADER: Final = (
    "// Printed by build_tables.py from the Python of vram_atlas/. Edit that, not this.\n"
)


class Script:
    """Prints the roots and whatever they need, until nothing new turns up.

    `printer` prints the body of one function.
    """

    def __init__(self, printer: type[Statements] = Statements) -> None:
        self._printer = printer
        self.names = Names()
        self.signatures = Signatures(self.names)
        self.classes = Classes(self.names, self.signatures, printer)
        self.places: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._parts: dict[str, str] = {}
        self._refused: dict[str, None] = {}

    def texts(self) -> dict[str, str]:
        """The scripts by name. The first stands alone, the others come after it."""
        exported = {item.__name__: _definition(item) for item in (*CLASSES, *FUNCTIONS)}
        for module, name in CONSTANTS:
            exported[name] = Definition(module.__name__, name, getattr(module, name))
        roots = {name: self.names.reference(found) for name, found in exported.items()}
        self._discover()
        if self._refused:
            raise NotPrintableError("\n".join(self._refused))
        self._parts.clear()  # printed again, now that all classes and their members are known
        self._discover()
        for name, found in self.names.constants.items():
            self._parts[name] = f"const {name} = {literal(found.value)};"
        self.places = placed(self.names)
        self._numbers = self._shared()
        return {
            parts.FIRST: self._first(roots),
            **{script: self._later(script) for script in parts.LATER},
        }

    def class_places(self) -> dict[type, str]:
        """The script of every class that is printed."""
        return {found.value: self.places[name] for name, found in self.names.classes.items()}

    def _first(self, roots: Mapping[str, str]) -> str:
        """What it lends to the others, and what it takes of them when they arrive."""
        lent = sorted({name for script in parts.LATER for name in self._lent(script, parts.FIRST)})
        taken = self._lent(parts.FIRST)
        exported = ", ".join(
            f"{name}: {own}" if self.places[own] == parts.FIRST else _getter(name, own)
            for name, own in roots.items()
        )
        arriving = _ARRIVING.replace("SHARED", self._shared_name())
        shown = [
            f"let {', '.join(taken)};",
            *self._printed(parts.FIRST),
            f"vramAtlas.printed = {{ {exported} }};",
            arriving.replace("LENT", self._numbered(lent)).replace("TAKEN", self._numbered(taken)),
        ]
        return _wrapped("$", shown, "vramAtlas.python")

    def _later(self, script: str) -> str:
        """A script that takes what the first one lends, and brings what the others call.

        What a third one brings it takes anew whenever a script has arrived: they come in any order.
        """
        brought = f"{{ {self._numbered(self._brought(script))} }}"
        others = self._numbered(self._lent(script))
        shown = [
            f"const {{ {self._numbered(self._lent(script, parts.FIRST))} }} = lent;",
            *([f"let {{ {others} }} = lent;"] if others else []),
            *self._printed(script),
            f"vramAtlas.printed.arrived({brought}, () => ({{ {others} }} = lent));"
            if others
            else f"vramAtlas.printed.arrived({brought});",
        ]
        given = f"vramAtlas.python, vramAtlas.printed.{self._shared_name()}"
        return _wrapped("$, lent", shown, given)

    def _shared(self) -> dict[str, int]:
        """A number for every definition that scripts pass to each other: shorter than its name."""
        scripts = (parts.FIRST, *parts.LATER)
        passed = {name for script in scripts for name in self._lent(script)}
        lent = {name for script in parts.LATER for name in self._lent(script, parts.FIRST)}
        return {name: number for number, name in enumerate(sorted(passed | lent))}

    def _shared_name(self) -> str:
        """Another one where the numbers are others: scripts of two versions do not go together."""
        return f"lent_{crc32(' '.join(self._numbers).encode()):x}"

    def _numbered(self, names: Iterable[str]) -> str:
        """What a number stands for, as members of an object."""
        return ", ".join(f"{self._numbers[name]}: {name}" for name in names)

    def _printed(self, script: str) -> Iterable[str]:
        """Constants, then functions and classes."""
        here = sorted(name for name, place in self.places.items() if place == script)
        constants = [name for name in here if name in self.names.constants]
        others = [name for name in here if name not in self.names.constants]
        return [self._parts[name] for name in (*constants, *others)]

    def _brought(self, script: str) -> list[str]:
        """What other scripts use of a later one."""
        return sorted(
            name
            for name, place in self.places.items()
            if place == script and self._users(name) - {script}
        )

    def _lent(self, script: str, by: str | None = None) -> list[str]:
        """What a script uses of another one, or of all others that come later."""
        return sorted(
            name
            for name, place in self.places.items()
            if place != script
            and (place == by if by else place != parts.FIRST)
            and script in self._users(name)
        )

    def _users(self, name: str) -> set[str]:
        """The scripts that use a definition."""
        return {self.places.get(user, parts.FIRST) for user in self.names.users[name]}

    def _discover(self) -> None:
        """Print functions and classes until nothing new turns up."""
        before = -1
        while before != (before := self._size()):
            self._print_functions()
            self._print_classes()

    def _size(self) -> int:
        names = self.names
        return len(names.functions) + len(names.classes) + len(names.attributes)

    def _print_functions(self) -> None:
        done: set[str] = set()
        while pending := [name for name in self.names.functions if name not in done]:
            for name in pending:
                done.add(name)
                if name not in self._parts:
                    self._print(name, self._function, self.names.functions[name])

    def _function(self, name: str, found: Definition) -> Iterable[str]:
        node = function_node(found.module, found.name)
        printer = self._printer(self.names, self.signatures, found.module, node)
        one = len(node.args.args) == 1
        if isinstance(found.value, FunctionType) or not one:  # $.cached knows results by one object
            return function_lines(printer, f"function{star(node)} {name}")
        lines = [*function_lines(printer, "function ")]
        return [f"const {name} = $.cached({lines[0]}", *lines[1:-1], "});"]

    def _print_classes(self) -> None:
        done: set[str] = set()
        while pending := [name for name in self.names.classes if name not in done]:
            for name in pending:
                done.add(name)
                self._print(name, self.classes.lines, self.names.classes[name])

    def _print(
        self, name: str, printed: Callable[[str, Definition], Iterable[str]], found: Definition
    ) -> None:
        """Keep the text of a definition; what is refused in it is kept, to be said all at once."""
        self.names.user = name
        try:
            self._parts[name] = "\n".join(printed(name, found))
        except NotPrintableError as error:
            self._refused[str(error)] = None
            self._parts[name] = ""


def _getter(name: str, own: str) -> str:
    """A member that is what a variable holds by then."""
    return f"get {name}() {{ return {own}; }}"


def _wrapped(taken: str, lines: Iterable[str], given: str) -> str:
    """A script whose names are its own."""
    opening = f'(function ({taken}) {{\n"use strict";\n'
    return HEADER + opening + "\n".join(lines) + f"\n}})({given});\n"


def _definition(item: Any) -> Definition:  # noqa: ANN401 - a class or a function, cached or not
    return Definition(item.__module__, item.__name__, item)
