"""The package's own source as syntax trees, and where each name in it comes from."""

import ast
import importlib
import inspect
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Final

PACKAGE: Final = "vram_atlas"


class NotPrintableError(Exception):
    """The source uses something that has no counterpart in the printed script."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A name at the top of a module: where it is defined, and what it is."""

    module: str
    name: str
    value: Any

    @property
    def is_own(self) -> bool:
        """Whether this package defines it."""
        return self.module.startswith(f"{PACKAGE}.")


@cache
def tree(module: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(inspect.getsource(importlib.import_module(module)))


@cache
def definition(module: str, name: str) -> Definition | None:
    """What `name` means in `module`, followed through its imports; None for a built-in."""
    loaded = importlib.import_module(module)
    if not hasattr(loaded, name):
        return None
    value = getattr(loaded, name)
    if isinstance(value, ModuleType):
        return Definition(value.__name__, "", value)
    for node in tree(module).body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name and node.module is not None:
                    return _imported(node.module, alias.name, value)
    return Definition(module, name, value)


def _imported(module: str, name: str, value: object) -> Definition:
    if not module.startswith(f"{PACKAGE}."):
        return Definition(module, name, value)
    found = definition(module, name)
    return found if found is not None else Definition(module, name, value)


@cache
def top_level(module: str) -> dict[str, ast.stmt]:
    """Functions and classes of a module by name."""
    return {
        node.name: node
        for node in tree(module).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }


def function_node(module: str, name: str) -> ast.FunctionDef:
    """The syntax tree of a function."""
    node = top_level(module).get(name)
    if not isinstance(node, ast.FunctionDef):
        message = f"{module}.{name} is not a function in the source"
        raise NotPrintableError(message)
    return node


@cache
def methods(module: str, name: str) -> dict[str, ast.FunctionDef]:
    """Methods and properties of a class by name."""
    node = top_level(module)[name]
    if not isinstance(node, ast.ClassDef):
        message = f"{module}.{name} is not a class in the source"
        raise NotPrintableError(message)
    return {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}


@cache
def is_generator(node: ast.FunctionDef) -> bool:
    """Whether a function yields."""
    return any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node))
