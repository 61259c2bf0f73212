"""Python that JavaScript would read otherwise: what to write in its place.

The printed script would not fail, it would give another answer. So each of these is refused where
it stands. What needs no refusal, because a helper of python.js does it as Python does, is in
tests/test_printed_script.py beside what is refused.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from vram_atlas.browser.kinds import CONTAINERS, Kind, Printer, kinds
from vram_atlas.browser.targets import bound_names

LARGEST_WHOLE: Final = 9_007_199_254_740_992
"""Doubles hold every whole number up to here."""

ADVICE: Final[Mapping[str, str]] = {
    "builtins.sum": "add_up() of adding.py: sum() of floats depends on the version of Python",
    "math.fsum": "add_up() of adding.py: browsers have no such sum",
    "math.floor": "`//`, or -ceil(-value)",
    "builtins.print": "a value that is returned",
    "builtins.float": "the number itself: all numbers are floats in a browser",
    "builtins.reversed": "[::-1]",
    "builtins.filter": "a comprehension with `if`",
    "builtins.divmod": "`//` and `%`",
    "builtins.hash": "a key of your own",
    "builtins.id": "a key of your own",
}
"""What to write in place of something that python.js does not have."""

_ARITHMETIC: Final = (
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow),
    *(ast.BitAnd, ast.BitOr),
)
_COMPARED: Final = {*CONTAINERS, Kind.RECORD}
_NUMBERS: Final = {Kind.NUMBER, Kind.FRACTION}
_FORMAT: Final = re.compile(r",?(\.\df)?")
_DECORATORS: Final = {"cache", "lru_cache", "property", "cached_property"}


def instead(printer: Printer, node: ast.AST) -> str | None:
    """What to write in place of a node; None where it can be printed."""
    rule = _RULES.get(type(node))
    return None if rule is None else rule(printer, node)


def _operation(printer: Printer, node: ast.BinOp) -> str | None:
    left, right = kinds(printer, node.left), kinds(printer, node.right)
    both = left | right
    match node.op:
        case ast.Add() if both & {Kind.SET, Kind.DICTIONARY, Kind.ITERATOR}:
            return "[*one, *other]: `+` joins their texts"
        case ast.Sub() if both & CONTAINERS:
            return "a comprehension with `not in`: `-` is for numbers"
        case ast.Mult() if Kind.TEXT in both:
            return "the text itself: `*` is for numbers"
        case ast.Mod() if Kind.TEXT in left:
            return "an f-string: `%` is for numbers"
        case ast.BitAnd() | ast.BitOr() if both & {*_NUMBERS, Kind.FLAG, Kind.TEXT}:
            return "arithmetic, or `and` and `or`: here `&` and `|` are for sets and dictionaries"
        case op if not isinstance(op, _ARITHMETIC):
            return "arithmetic with + - * / // % **"
        case _:
            return None


def _comparison(printer: Printer, node: ast.Compare) -> str | None:
    sides = [node.left, *node.comparators]
    pairs = zip(node.ops, sides, sides[1:], strict=False)
    found = (_pair(printer, *pair) for pair in pairs)
    return next(filter(None, found), None)


def _pair(printer: Printer, operator: ast.cmpop, one: ast.expr, other: ast.expr) -> str | None:
    left, right = kinds(printer, one), kinds(printer, other)
    both = left | right
    match operator:
        case ast.Eq() | ast.NotEq():
            if all(not side or side & _COMPARED for side in (left, right)) and both & _COMPARED:
                return "a comparison of members: equal containers and records are not identical"
            if any(isinstance(side, ast.Constant) and side.value is None for side in (one, other)):
                return "`is None`"
            if Kind.FLAG in both and both & _NUMBERS:
                return "the flag itself: true is not the number 1"
        case ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE() if both & CONTAINERS:
            return "a comparison of numbers: containers are compared as texts"
        case ast.In() | ast.NotIn():
            if left & _COMPARED:
                return "any() with a comparison of members: equal containers are not identical"
            if Kind.ITERATOR in right:
                return "a list, a set or a dictionary to look in: an iterator has nothing to ask"
        case _:
            return None
    return None


def _text(printer: Printer, node: ast.JoinedStr) -> str | None:
    for part in node.values:
        match part:
            case ast.FormattedValue(value=value, format_spec=None):
                found = kinds(printer, value)
                if found & {*_COMPARED, Kind.FLAG}:
                    return "words for the value: the languages write it differently"
                if Kind.FRACTION in found:
                    return "digits to round to, such as {value:.1f}: 1.0 would read 1"
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=[ast.Constant(value=form)])):
                if not _FORMAT.fullmatch(str(form)):
                    return "a format such as ',' or '.1f'"
            case _:
                pass
    return None


def _constant(_: Printer, node: ast.Constant) -> str | None:
    match node.value:
        case int() | float() as number if not abs(number) <= LARGEST_WHOLE:
            return "a number up to 2**53"
        case bytes() | complex():
            return "numbers or text"
        case _:
            return None


def _dictionary(_: Printer, node: ast.Dict) -> str | None:
    words = (key.value for key in node.keys if isinstance(key, ast.Constant))
    if any(str(word).isdigit() for word in words):
        return "keys that are words: numbers are sorted, and become texts"
    return None


def _nameless(_: Printer, node: ast.Lambda) -> str | None:
    return _parameters(node.args) or (
        "a function with a name: parameters have no defaults here" if node.args.defaults else None
    )


def _function(_: Printer, node: ast.FunctionDef) -> str | None:
    named = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
    decorators = {ast.unparse(one).rsplit(".", 1)[-1] for one in named}
    if not decorators <= _DECORATORS:
        return f"no decorators but {', '.join(sorted(_DECORATORS))}"
    return _parameters(node.args)


def _parameters(arguments: ast.arguments) -> str | None:
    if arguments.kwarg is not None:
        return "parameters with names: **keywords are not passed on"
    containers = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
    if any(isinstance(one, containers) for one in (*arguments.defaults, *arguments.kw_defaults)):
        return "None, or a tuple, as the default: a list would be shared by all calls"
    return None


def _assignment(_: Printer, node: ast.Assign) -> str | None:
    return next(filter(None, map(_rest_in_front, node.targets)), None)


def _rest_in_front(target: ast.expr) -> str | None:
    """JavaScript takes the rest of a list last, and has no way to name what comes behind it."""
    parts = target.elts if isinstance(target, ast.Tuple | ast.List) else []
    if any(isinstance(one, ast.Starred) for one in parts[:-1]):
        return "an index for what comes last: `*rest` is the last of several names"
    return next(filter(None, map(_rest_in_front, parts)), None)


def _for(_: Printer, node: ast.For) -> str | None:
    if node.orelse:
        return "a flag: loops have no `else`"
    if advice := _rest_in_front(node.target):
        return advice
    bound = {*bound_names(node.target)}
    for inner in _kept_functions(node):
        if any(isinstance(name, ast.Name) and name.id in bound for name in ast.walk(inner)):
            return "a parameter: a function would see the variable of its own turn of the loop"
    return None


def _kept_functions(node: ast.AST) -> Iterator[ast.AST]:
    """Functions inside that may outlive their turn; not those that a call takes as an argument."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Lambda | ast.FunctionDef) and not isinstance(
            node, ast.Call | ast.keyword
        ):
            yield child
        else:
            yield from _kept_functions(child)


def _while(_: Printer, node: ast.While) -> str | None:
    return "a flag: loops have no `else`" if node.orelse else None


def _try(_: Printer, node: ast.Try) -> str | None:
    if node.orelse or node.finalbody:
        return "statements after it: `else` and `finally` are not printed"
    return None


def _addition(printer: Printer, node: ast.AugAssign) -> str | None:
    """`+=` changes a list in place, for everyone who holds it."""
    held, added = kinds(printer, node.target), kinds(printer, node.value)
    in_place = isinstance(node.value, ast.List | ast.ListComp)
    if isinstance(node.op, ast.Add) and Kind.ITERATOR in added and Kind.LIST not in held:
        return "a list of the values: it is not known that a list is added to"
    if held & CONTAINERS and not in_place and _is_shared(printer, node.target):
        return "a new variable: the caller's own container would stay as it was"
    return None


def _is_shared(printer: Printer, target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id in printer.given


_RULES: Final[Mapping[type[ast.AST], Callable[[Printer, Any], str | None]]] = {
    ast.Assign: _assignment,
    ast.AugAssign: _addition,
    ast.BinOp: _operation,
    ast.Compare: _comparison,
    ast.Constant: _constant,
    ast.Dict: _dictionary,
    ast.For: _for,
    ast.FunctionDef: _function,
    ast.JoinedStr: _text,
    ast.Lambda: _nameless,
    ast.Try: _try,
    ast.While: _while,
}
