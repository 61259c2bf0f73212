"""Python calls as JavaScript calls: arguments in the order of the parameters."""

import ast
import inspect
from collections.abc import Iterable, Mapping
from typing import Final, NewType

from vram_atlas.browser.displays import Displays
from vram_atlas.browser.helpers import ANY, ARGUMENTS

_METHODS: Final[Mapping[str, str]] = {
    "append": "{0}.push({1})",
    "ceil": "{0}.ceil({1})",
    "get": "$.get({0}, {1})",
    "index": "{0}.indexOf({1})",
    "items": "Object.entries({0})",
    "join": "$.list({1}).join({0})",
    "keys": "Object.keys({0})",
    "lower": "{0}.toLowerCase()",
    "maximum": "{0}.maximum({1})",
    "minimum": "{0}.minimum({1})",
    "strip": "{0}.trim()",
    "rsplit": "$.splitRight({0}, {1})",
    "upper": "{0}.toUpperCase()",
    "values": "Object.values({0})",
    "where": "{0}.where({1})",
}
"""Methods of Python's own containers and texts, and of the helpers that formulas take as `ops`."""

_MOST: Final = {"get": 2, "maximum": ANY, "minimum": ANY, "rsplit": 2, "where": 3}
"""How many arguments, where more than one."""

_BUILT_IN: Final[Mapping[object, str]] = {
    bool: 'typeof {0} === "boolean"',
    dict: "$.isRecord({0})",
    int: "Number.isInteger({0})",
    list: "Array.isArray({0})",
    str: 'typeof {0} === "string"',
    tuple: "Array.isArray({0})",
}
"""How to see whether a value is of a built-in class."""

_IGNORED: Final = frozenset({"strict", "ensure_ascii"})
"""Keywords of built-ins that the helpers always do."""


class Calls(Displays):
    """Prints the calls of one function."""

    def _call(self, node: ast.Call) -> str:
        found = self.resolved(node.func)
        if found is None:
            return self._call_of_value(node)
        value = found.value
        if isinstance(value, NewType):
            return self.value(node.args[0])
        if value is isinstance:
            return self._isinstance(*node.args)
        if value is getattr:
            return self._getattr(node)
        shown = self.reference(found, node.func)
        if shown == "$.replace":
            return f"$.replace({self.value(node.args[0])}, {self._fields(node.keywords)})"
        if shown.startswith(("$.", "Math.")):
            return self._call_of_helper(shown, node)
        if isinstance(value, type):
            order = [*inspect.signature(value).parameters]
            named = zip(order, node.args, strict=False)
            positional = [ast.keyword(arg=name, value=item) for name, item in named]
            return f"new {shown}({self._fields([*positional, *node.keywords])})"
        return f"{shown}({self._arguments(node, inspect.signature(value))})"

    def _call_of_helper(self, shown: str, node: ast.Call) -> str:
        """A keyword of a built-in is part of the helper's name: max_key(x, f) for max(x, key=f)."""
        given = [item for item in node.keywords if item.arg not in _IGNORED]
        name = "_".join([shown, *(str(item.arg) for item in given)])
        arguments = [*node.args, *(item.value for item in given)]
        starred = any(isinstance(item, ast.Starred) for item in arguments)
        least, most = ARGUMENTS.get(name, (0, -1))
        if not (starred and most == ANY) and not least <= len(arguments) <= most:
            raise self.refused(node, "a call that a helper of python.js makes: see helpers.py")
        return f"{name}({', '.join(map(self.value, arguments))})"

    def _call_of_value(self, node: ast.Call) -> str:
        """A call of a variable, or of a method."""
        if not isinstance(node.func, ast.Attribute):
            return f"{self.value(node.func)}({', '.join(map(self.value, node.args))})"
        base, name = self.value(node.func.value), node.func.attr
        signature = self.signatures.of_method(name)
        if signature is not None:
            self.names.attributes.add(name)
            return f"{base}.{name}({self._arguments(node, signature)})"
        if name == "format":
            return f"$.fill({base}, {self._fields(node.keywords)})"
        template = _METHODS.get(name)
        if template is None or node.keywords or not _fits(name, template, len(node.args)):
            raise self.refused(node, f"something else than this call of the method {name}()")
        return template.format(base, ", ".join(map(self.value, node.args)))

    def _arguments(self, node: ast.Call, signature: inspect.Signature) -> str:
        """Arguments in the order of the parameters, whether or not they were named."""
        kinds = {parameter.kind for parameter in signature.parameters.values()}
        starred = any(isinstance(argument, ast.Starred) for argument in node.args)
        if (starred or inspect.Parameter.VAR_POSITIONAL in kinds) and not node.keywords:
            return ", ".join(map(self.value, node.args))
        order = [name for name in signature.parameters if name != "self"]
        given: dict[str | None, ast.expr] = dict(zip(order, node.args, strict=False))
        given |= {item.arg: item.value for item in node.keywords}
        if starred or len(node.args) > len(order) or not set(given) <= set(order):
            raise self.refused(node)
        last = max((index for index, name in enumerate(order) if name in given), default=-1)
        return ", ".join(
            self.value(given[name]) if name in given else "undefined" for name in order[: last + 1]
        )

    def _fields(self, keywords: Iterable[ast.keyword]) -> str:
        shown = [self._field(item.arg, self.value(item.value)) for item in keywords]
        return f"{{ {', '.join(shown)} }}" if shown else "{}"

    def _field(self, name: str | None, item: str) -> str:
        if name is None:
            return f"...{item}"
        return name if name == item else f"{name}: {item}"

    def _isinstance(self, item: ast.expr, classes: ast.expr) -> str:
        shown = self.value(item)
        tests = [self.instance_test(shown, one) for one in _members(classes)]
        return tests[0] if len(tests) == 1 else f"({' || '.join(tests)})"

    def instance_test(self, shown: str, node: ast.expr) -> str:
        """Whether the value is of a class."""
        found = self.resolved(node)
        if found is None:
            raise self.refused(node)
        test = _BUILT_IN.get(found.value)
        if test is not None:
            return test.format(shown)
        return f"{shown} instanceof {self.reference(found, node)}"

    def _getattr(self, node: ast.Call) -> str:
        base, name, *otherwise = map(self.value, node.args)
        read = f"{base}[{name}]"
        return f"({read} ?? {otherwise[0]})" if otherwise else read


def _fits(name: str, template: str, given: int) -> bool:
    """Whether a method is printed with so many arguments."""
    return 1 <= given <= _MOST.get(name, 1) if "{1}" in template else given == 0


def _members(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return [*_members(left), *_members(right)]
        case ast.Tuple(elts=elements):
            return elements
        case _:
            return [node]
