"""formulas.js: everything between a request and its answer, printed from the package itself."""

from collections.abc import Iterable
from types import FunctionType
from typing import Any, Final

from vram_atlas import own_model, request
from vram_atlas.answers import answer_division, answer_inverse, answer_ladder, answer_question
from vram_atlas.board_memory import BoardMemory
from vram_atlas.browser.classes import Classes
from vram_atlas.browser.names import Names, literal
from vram_atlas.browser.signatures import Signatures
from vram_atlas.browser.source import Definition, NotPrintableError, function_node
from vram_atlas.browser.statements import Statements, function_lines, star
from vram_atlas.catalog import BoardEntry, Catalog, ModelEntry
from vram_atlas.formulas.counting import count
from vram_atlas.grid import matrix_format
from vram_atlas.inverse import largest_batch, longest_text
from vram_atlas.margins import Margins
from vram_atlas.names import normalised
from vram_atlas.problems import Problem
from vram_atlas.request import OwnBoard, field_problem, not_an_object
from vram_atlas.resolve import resolve
from vram_atlas.schema.board import Board
from vram_atlas.schema.method import TaskMethod
from vram_atlas.schema.model import Model
from vram_atlas.schema.software import Format, Mebibytes, Optimizer, Runtime
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
    Mebibytes,
    Margins,
    OwnBoard,
    Problem,
)
FUNCTIONS: Final = (
    count,
    normalised,
    not_an_object,
    field_problem,
    resolve,
    answer_question,
    answer_ladder,
    answer_inverse,
    answer_division,
    largest_batch,
    longest_text,
    matrix_format,
    judge,
)
CONSTANTS: Final = (
    (request, "FIELDS"),
    (request, "LARGEST"),
    (own_model, "OWN_ID"),
    (own_model, "OWN_NAME"),
)
HEADER: Final = """\
// Printed by build_tables.py from the Python of vram_atlas/. Edit that, not this.
(function ($) {
"use strict";
"""


class Script:
    """Prints the roots and whatever they need, until nothing new turns up.

    `printer` prints the body of one function.
    """

    def __init__(self, printer: type[Statements] = Statements) -> None:
        self._printer = printer
        self.names = Names()
        self.signatures = Signatures(self.names)
        self.classes = Classes(self.names, self.signatures, printer)
        self._parts: dict[str, str] = {}
        self._refused: dict[str, None] = {}

    def text(self) -> str:
        """The whole script."""
        exported = {item.__name__: _definition(item) for item in (*CLASSES, *FUNCTIONS)}
        for module, name in CONSTANTS:
            exported[name] = Definition(module.__name__, name, getattr(module, name))
        members = [f"{name}: {self.names.reference(found)}" for name, found in exported.items()]
        self._discover()
        if self._refused:
            raise NotPrintableError("\n".join(self._refused))
        self._parts.clear()  # printed again, now that all classes and their members are known
        self._discover()
        constants = (
            f"const {name} = {literal(found.value)};"
            for name, found in sorted(self.names.constants.items())
        )
        exports = f"vramAtlas.printed = {{ {', '.join(members)} }};"
        parts = [*constants, *(self._parts[name] for name in sorted(self._parts)), exports]
        return HEADER + "\n".join(parts) + "\n})(vramAtlas.python);\n"

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
                    lines = self._function(name, self.names.functions[name])
                    self._parts[name] = self._joined(lines)

    def _function(self, name: str, found: Definition) -> Iterable[str]:
        node = function_node(found.module, found.name)
        printer = self._printer(self.names, self.signatures, found.module, node)
        if isinstance(found.value, FunctionType):
            return function_lines(printer, f"function{star(node)} {name}")
        lines = [*function_lines(printer, "function ")]
        return [f"const {name} = $.cached({lines[0]}", *lines[1:-1], "});"]

    def _print_classes(self) -> None:
        done: set[str] = set()
        while pending := [name for name in self.names.classes if name not in done]:
            for name in pending:
                done.add(name)
                lines = self.classes.lines(name, self.names.classes[name])
                self._parts[name] = self._joined(lines)

    def _joined(self, lines: Iterable[str]) -> str:
        """The text of the lines; what is refused in them is kept, to be said all at once."""
        try:
            return "\n".join(lines)
        except NotPrintableError as error:
            self._refused[str(error)] = None
            return ""


def _definition(item: Any) -> Definition:  # noqa: ANN401 - a class or a function, cached or not
    return Definition(item.__module__, item.__name__, item)
