"""Python expressions as JavaScript expressions.

The two languages agree on numbers (doubles), on `+ - * /` and their order; everything else goes
through a helper of python.js that does it as Python does.
"""

import ast
import inspect
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from types import FunctionType
from typing import Final

from vram_atlas.browser.function import Function
from vram_atlas.browser.kinds import SCALARS, kinds
from vram_atlas.browser.names import literal, local
from vram_atlas.browser.signatures import is_sequence

_OPERATORS: Final[Mapping[type[ast.AST], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Eq: "===",
    ast.NotEq: "!==",
    ast.Is: "===",
    ast.IsNot: "!==",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_HELPER_OPERATORS: Final[Mapping[type[ast.AST], str]] = {
    ast.Mod: "$.modulo",
    ast.FloorDiv: "$.wholes",
    ast.BitAnd: "$.intersection",
    ast.BitOr: "$.union",
    ast.Pow: "Math.pow",
}
CHOICE, LOGIC, COMPARISON, SUM, PRODUCT, SIGN, WHOLE = range(7)
"""How tightly an expression binds, loosest first."""


class Expressions(Function):
    """Prints the expressions of one function."""

    def value(self, node: ast.expr) -> str:
        """An expression for its value."""
        self.check(node)
        printer = getattr(self, f"_{type(node).__name__.lower()}", None)
        if printer is None:
            raise self.refused(node)
        return str(printer(node))

    def condition(self, node: ast.expr) -> str:
        """An expression for its truth, which in Python an empty list does not have."""
        match node:
            case ast.BoolOp(values=values):
                return self._joined(node, values, self.condition)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"!{self._negated(operand)}"
            case _:
                shown = self.value(node)
                return shown if self.is_boolean(node) else f"$.truth({shown})"

    def is_boolean(self, node: ast.expr) -> bool:
        """Whether an expression is true or false and nothing else, as far as one can see."""
        match node:
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return True
            case ast.Name(id=name):
                return name in self.booleans and name in self.known
            case ast.Call(func=ast.Name(id="isinstance" | "bool")):
                return True
            case ast.BoolOp(values=values):
                return all(map(self.is_boolean, values))
            case ast.Attribute(attr=attr):
                return self.signatures.is_boolean(attr)
            case ast.Call(func=func):
                found = self.resolved(func)
                value = None if found is None else found.value
                annotations = value.__annotations__ if isinstance(value, FunctionType) else {}
                return annotations.get("return") is bool
            case _:
                return False

    def operand(self, node: ast.expr, least: int) -> str:
        """Part of an expression, in brackets where it binds less tightly than its place asks."""
        shown = self.value(node)
        return f"({shown})" if self._binding(node) < least else shown

    def _binding(self, node: ast.expr) -> int:
        match node:
            case ast.IfExp() | ast.Lambda() | ast.NamedExpr():
                return CHOICE
            case ast.BoolOp():
                return LOGIC  # also as a call of a helper: brackets do no harm
            case ast.Compare():
                return COMPARISON
            case ast.BinOp() if self._is_of_lists(node) or type(node.op) in _HELPER_OPERATORS:
                return WHOLE
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return SUM
            case ast.BinOp():
                return PRODUCT
            case ast.UnaryOp():
                return SIGN
            case ast.Call(func=ast.Name(id="isinstance")):
                return COMPARISON
            case _:
                return WHOLE

    def _constant(self, node: ast.Constant) -> str:
        if isinstance(node.value, str) and node.value.isidentifier():
            self.names.attributes.add(node.value)  # getattr() may be given it
        return literal(node.value)

    def _name(self, node: ast.Name) -> str:
        if node.id == "self":
            return "this"
        found = self.resolved(node)
        return local(node.id) if found is None else self.reference(found, node)

    def _attribute(self, node: ast.Attribute) -> str:
        found = self.resolved(node)
        if found is not None:
            known = isinstance(found.value, Enum)
            return literal(found.value) if known else self.reference(found, node)
        if node.attr == "value":  # of an enum's member: the member itself is printed as its value
            if self.signatures.has_member("value"):
                raise self.refused(node, "another name for the member: enums have a `value` too")
            return self.value(node.value)
        self.names.attributes.add(node.attr)
        return f"{self.operand(node.value, WHOLE)}.{node.attr}"

    def _binop(self, node: ast.BinOp) -> str:
        if self._is_of_lists(node):
            return self._of_lists(node)
        helper = _HELPER_OPERATORS.get(type(node.op))
        if helper is not None:
            return f"{helper}({self.value(node.left)}, {self.value(node.right)})"
        binding = self._binding(node)
        left, right = self.operand(node.left, binding), self.operand(node.right, binding + 1)
        return f"{left} {_OPERATORS[type(node.op)]} {right}"

    def _is_of_lists(self, node: ast.BinOp) -> bool:
        return self.is_list(node.left) or self.is_list(node.right)

    def is_list(self, node: ast.expr) -> bool:
        """Whether an operand is a list or tuple: `+` of arrays has to be written otherwise."""
        match node:
            case ast.Tuple() | ast.List() | ast.ListComp():
                return True
            case ast.Name(id=name):
                return name in self.lists and name in self.known
            case ast.Attribute(attr=attr):
                return self.signatures.is_list(attr)
            case ast.Call(func=func):
                found = self.resolved(func)
                value = None if found is None else inspect.unwrap(found.value)
                annotations = value.__annotations__ if isinstance(value, FunctionType) else {}
                return is_sequence(annotations.get("return")) or value in {tuple, list, sorted}
            case ast.IfExp(body=body, orelse=otherwise):
                return self.is_list(body) or self.is_list(otherwise)
            case ast.BinOp():
                return self._is_of_lists(node)
            case ast.Subscript(value=inner, slice=ast.Slice()):
                return self.is_list(inner)
            case _:
                return False

    def _of_lists(self, node: ast.BinOp) -> str:
        left, right = self.value(node.left), self.value(node.right)
        match node.op:
            case ast.Mult():
                return f"$.repeat({left}, {right})"
            case ast.Add():
                return f"[...{left}, ...{right}]"
            case _:
                raise self.refused(node)

    def _unaryop(self, node: ast.UnaryOp) -> str:
        match node.op:
            case ast.Not():
                return f"!{self._negated(node.operand)}"
            case ast.USub():
                return f"-{self.operand(node.operand, SIGN)}"
            case _:
                raise self.refused(node)

    def _negated(self, node: ast.expr) -> str:
        shown = self.condition(node)
        whole = shown.startswith("$.truth(") or self._binding(node) >= SIGN
        return shown if whole else f"({shown})"

    def _boolop(self, node: ast.BoolOp) -> str:
        found = [kinds(self, value) for value in node.values[:-1]]
        if all(one and one <= SCALARS for one in found):
            return self._joined(node, node.values, self.value)
        name = "both" if isinstance(node.op, ast.And) else "either"
        first, *others = map(self.value, node.values)
        return f"$.{name}({', '.join([first, *(f'() => {other}' for other in others)])})"

    def _joined(
        self, node: ast.BoolOp, values: Iterable[ast.expr], show: Callable[[ast.expr], str]
    ) -> str:
        sign = " && " if isinstance(node.op, ast.And) else " || "
        loose = (ast.BoolOp, ast.IfExp)
        shown = (f"({show(one)})" if isinstance(one, loose) else show(one) for one in values)
        return sign.join(shown)

    def _ifexp(self, node: ast.IfExp) -> str:
        test = self.condition(node.test)
        test = f"({test})" if isinstance(node.test, ast.IfExp) else test
        return f"{test} ? {self.operand(node.body, LOGIC)} : {self.value(node.orelse)}"

    def _compare(self, node: ast.Compare) -> str:
        sides = [node.left, *node.comparators]
        pairs = zip(node.ops, sides, sides[1:], strict=False)
        return " && ".join(self._comparison(*pair) for pair in pairs)

    def _comparison(self, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> str:
        one, other = self.operand(left, SUM), self.operand(right, SUM)
        match operator:
            case ast.In():
                return f"$.has({other}, {one})"
            case ast.NotIn():
                return f"!$.has({other}, {one})"
            case ast.Is() | ast.IsNot() if other == "null":
                return f"{one} {'==' if isinstance(operator, ast.Is) else '!='} null"
        return f"{one} {_OPERATORS[type(operator)]} {other}"

    def _namedexpr(self, node: ast.NamedExpr) -> str:
        return f"{local(node.target.id)} = {self.value(node.value)}"
