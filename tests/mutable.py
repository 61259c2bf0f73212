"""The printed script with a switch at every term: one change of one formula at a time.

Where the script says `a * b`, this one says `$.term.mul(17, a, b)`, which is `a / b` while change
17 is on. So every change can be tried in one process that reads the script once.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, Final

from vram_atlas.browser.source import top_level
from vram_atlas.browser.statements import Statements

NO_FORMULAS: Final = frozenset(
    f"vram_atlas.{name}"
    for name in (
        *("altering", "answers", "catalog", "cells", "change_words", "crosschecks", "crossing"),
        *("defaults", "entries", "grid", "holding", "inverse", "ladder", "layouts"),
        *("margins", "names", "own_model", "problems", "refusal", "request", "resolve"),
        *("schema.board", "sentences", "settings", "strict_yaml", "unequal"),
    )
)
"""Printed modules that read, check and say things, or ask the estimator; memory is not theirs."""

_OPERATORS: Final[dict[type[ast.AST], tuple[str, str, str]]] = {
    ast.Add: ("add", "+", "-"),
    ast.Sub: ("sub", "-", "+"),
    ast.Mult: ("mul", "*", "/"),
    ast.Div: ("div", "/", "*"),
    ast.FloorDiv: ("wholes", "//", "/"),
    ast.Mod: ("modulo", "%", "//"),
    ast.Pow: ("power", "**", "*"),
}
_ORDER: Final[dict[type[ast.AST], tuple[str, str, str]]] = {
    ast.Lt: ("<", "<=", ">="),
    ast.LtE: ("<=", "<", ">"),
    ast.Gt: (">", ">=", "<="),
    ast.GtE: (">=", ">", "<"),
}
_SWAPPED: Final = {"maximum": "minimum", "minimum": "maximum", "max": "min", "min": "max"}
_ROUNDED: Final = {"Math.ceil": "ceil", "$.round": "round"}


class Mutable(Statements):
    """Prints one function with its switches."""

    changes: ClassVar[dict[str, int]] = {}
    """The number of every change, by what it changes."""

    def __init__(self, names: Any, signatures: Any, module: str, node: ast.FunctionDef) -> None:  # noqa: ANN401 - as the printer's
        super().__init__(names, signatures, module, node)
        self._watched = module not in NO_FORMULAS
        self._where = f"{module.removeprefix('vram_atlas.')}.{_owner(module, node)}{node.name}"
        self._repeats: Counter[str] = Counter()
        self._terms = {id(leaf): whole for leaf, whole in _terms(node)} if self._watched else {}

    def _change(self, node: ast.AST, what: str) -> int:
        """The number of a change: of the function, the expression, and what becomes of it."""
        name = f"{self._where}: {ast.unparse(node)} [{what}]"
        self._repeats[name] += 1
        if self._repeats[name] > 1:
            name = f"{name} #{self._repeats[name]}"
        return self.changes.setdefault(name, len(self.changes))

    def value(self, node: ast.expr) -> str:
        """An expression for its value, with a switch where it is a plain term."""
        shown = super().value(node)
        whole = self._terms.get(id(node))
        if whole is None:
            return shown
        match node:
            case ast.Constant(value=bool() as before):
                return f"$.term.not({self._change(whole, f'not {before}')}, {shown})"
            case ast.Constant():
                return f"$.term.more({self._change(whole, f'{shown} + 1')}, {shown})"
            case _ if self._is_no_value(node):
                return shown
            case _:
                return f"$.term.other({self._change(whole, ast.unparse(node))}, {shown})"

    def _is_no_value(self, node: ast.expr) -> bool:
        """A function, a class, or a member of an enum."""
        found = self.resolved(node) if isinstance(node, ast.Name | ast.Attribute) else None
        return found is not None and not isinstance(found.value, int | float)

    def _binop(self, node: ast.BinOp) -> str:
        change = None if self._is_of_lists(node) else _OPERATORS.get(type(node.op))
        if not self._watched or change is None:
            return super()._binop(node)
        name, before, after = change
        number = self._change(node, f"{before} to {after}")
        return f"$.term.{name}({number}, {self.value(node.left)}, {self.value(node.right)})"

    def condition(self, node: ast.expr) -> str:
        """An expression for its truth, which is denied while its change is on."""
        shown = super().condition(node)
        inside = isinstance(node, ast.BoolOp | ast.Compare) or (
            isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        )
        if not self._watched or inside:
            return shown
        return f"$.term.not({self._change(node, 'not')}, {shown})"

    def _comparison(self, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> str:
        if not self._watched:
            return super()._comparison(operator, left, right)
        node = ast.Compare(left=left, ops=[operator], comparators=[right])
        found = _ORDER.get(type(operator))
        if found is None:
            shown = super()._comparison(operator, left, right)
            return f"$.term.not({self._change(node, 'not')}, {shown})"
        sign, edge, otherwise = found
        first = self._change(node, f"{sign} to {edge}")
        second = self._change(node, f"{sign} to {otherwise}")
        one, other = self.value(left), self.value(right)
        return f'$.term.order({first}, {second}, "{sign}", {one}, {other})'

    def _boolop(self, node: ast.BoolOp) -> str:
        return (
            self._joined(node, node.values, self.value) if self._watched else super()._boolop(node)
        )

    def _joined(
        self, node: ast.BoolOp, values: Iterable[ast.expr], show: Callable[[ast.expr], str]
    ) -> str:
        if not self._watched:
            return super()._joined(node, values, show)
        sign = "and" if isinstance(node.op, ast.And) else "or"
        number = self._change(node, f"{sign} to {'or' if sign == 'and' else 'and'}")
        return f"$.term.{sign}({number}, {', '.join(f'() => {show(one)}' for one in values)})"

    def _unaryop(self, node: ast.UnaryOp) -> str:
        if not self._watched or not isinstance(node.op, ast.USub):
            return super()._unaryop(node)
        return f"$.term.minus({self._change(node, 'without -')}, {self.value(node.operand)})"

    def _call_of_helper(self, shown: str, node: ast.Call) -> str:
        text = super()._call_of_helper(shown, node)
        swapped = _SWAPPED.get(shown.removeprefix("$."))
        if self._watched and swapped is not None:
            name, _, rest = text.partition("(")
            other = name.replace(shown, f"$.{swapped}")
            return f"$.term.call({self._change(node, swapped)}, {name}, {other}, {rest}"
        if self._watched and shown in _ROUNDED:
            name, _, rest = text.partition("(")
            return f"$.term.call({self._change(node, 'down')}, {name}, Math.floor, {rest}"
        return text

    def _call_of_value(self, node: ast.Call) -> str:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if not self._watched or name not in {"maximum", "minimum", "ceil", "where"}:
            return super()._call_of_value(node)
        arguments = ", ".join(map(self.value, node.args))
        if name == "where":
            return f"$.term.where({self._change(node, 'the other')}, {arguments})"
        if name == "ceil":
            number = self._change(node, "down")
            return f"$.term.call({number}, Math.ceil, Math.floor, {arguments})"
        other = _SWAPPED[name]
        number = self._change(node, other)
        return f"$.term.call({number}, Math.{name[:3]}, Math.{other[:3]}, {arguments})"


def _owner(module: str, node: ast.FunctionDef) -> str:
    for name, item in top_level(module).items():
        if isinstance(item, ast.ClassDef) and node in item.body:
            return f"{name}."
    return ""


def _terms(node: ast.FunctionDef) -> Iterator[tuple[ast.expr, ast.AST]]:
    """Plain terms, each with the expression that it is part of."""
    for whole in ast.walk(node):
        for part in _parts(whole):
            number = isinstance(part, ast.Constant) and isinstance(part.value, int | float)
            called = isinstance(part, ast.Call) and isinstance(whole, ast.BinOp)
            if number or called or isinstance(part, ast.Name | ast.Attribute | ast.Subscript):
                yield part, whole


def _parts(whole: ast.AST) -> Iterable[ast.expr]:
    """The parts of an expression or statement that can be terms."""
    match whole:
        case ast.BinOp(left=left, right=right):
            return (left, right)
        case ast.Compare(left=left, comparators=others):
            return [one for one in (left, *others) if isinstance(one, ast.Constant)]
        case ast.IfExp(body=body, orelse=otherwise):
            return (body, otherwise)
        case ast.Call(func=ast.Name(id="assert_never" | "AssertionError" | "ValueError")):
            return ()
        case ast.Call(args=arguments):
            return [one for one in arguments if not isinstance(one, ast.Starred)]
        case ast.Dict(values=values):
            return values
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return elements
        case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
            return (element,)
        case _:
            return _given(whole)


def _given(whole: ast.AST) -> Iterable[ast.expr]:
    """What a keyword, an assignment, a `return` or a `yield` is given."""
    match whole:
        case ast.keyword(arg=str(name), value=value):
            return () if name in {"ops", "strict"} else (value,)
        case (
            ast.Return(value=ast.expr() as value)
            | ast.Assign(value=value)
            | ast.AnnAssign(value=ast.expr() as value)
            | ast.AugAssign(value=value)
            | ast.Yield(value=ast.expr() as value)
        ):
            return (value,)
        case _:
            return ()
