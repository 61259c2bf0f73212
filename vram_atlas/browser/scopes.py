"""Variables of a function: which there are, and which can be constants of a block."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from vram_atlas.browser.targets import bound_names


def parameters(node: ast.FunctionDef) -> list[str]:
    """Names of all parameters."""
    arguments = node.args
    rest = [arguments.vararg] if arguments.vararg is not None else []
    named = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest)
    return [item.arg for item in named]


def annotated(node: ast.FunctionDef, kind: str) -> Iterator[str]:
    """Parameters that are annotated `kind`, or `kind[...]`."""
    for argument in (*node.args.args, *node.args.kwonlyargs):
        match argument.annotation:
            case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)) if name == kind:
                yield argument.arg


@cache
def _own(node: ast.FunctionDef) -> tuple[ast.AST, ...]:
    """Every node of a function in order, those of comprehensions and inner functions left out."""
    found: list[ast.AST] = []
    pending = [*ast.iter_child_nodes(node)][::-1]
    while pending:
        found.append(child := pending.pop())
        if not isinstance(child, ast.FunctionDef | ast.Lambda | ast.comprehension):
            pending += [*ast.iter_child_nodes(child)][::-1]
    return tuple(found)


@cache
def assigned(node: ast.FunctionDef) -> tuple[str, ...]:
    """Variables that any statement binds, in order; inner functions apart."""
    found: dict[str, None] = {}
    for statement in _own(node):
        for name in _binds(statement):
            found[name] = None
    inner = {item.name for item in _own(node) if isinstance(item, ast.FunctionDef)}
    return tuple(name for name in found if name not in inner)


def _binds(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Assign(targets=targets):
            for target in targets:
                yield from bound_names(target)
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.For(target=target):
            yield from bound_names(target)
        case ast.NamedExpr(target=target):
            yield target.id
        case ast.MatchAs(name=str(name)):
            yield name
        case _:
            return


@cache
def declared_once(node: ast.FunctionDef) -> Mapping[str, ast.stmt]:
    """Variables with one assignment, in a block that holds every use: they become constants."""
    given = set(parameters(node))
    everywhere, blocks = _uses(node), [*_blocks(node)]
    bindings: dict[str, list[ast.AST]] = {}
    for statement in _own(node):
        for name in _binds(statement):
            bindings.setdefault(name, []).append(statement)
    found: dict[str, ast.stmt] = {}
    for name, statements in bindings.items():
        only = statements[0]
        if len(statements) > 1 or name in given:
            continue
        if isinstance(only, ast.Assign | ast.AnnAssign) and (
            _uses_from(only, name, blocks) == everywhere[name]
        ):
            found[name] = only
        if isinstance(only, ast.For) and _uses(only)[name] == everywhere[name]:
            found[name] = only
    return _together(found)


def _together(found: dict[str, ast.stmt]) -> dict[str, ast.stmt]:
    """A statement that binds several variables declares all of them or none."""
    kept = {}
    for name, statement in found.items():
        if isinstance(statement, ast.Assign) and len(statement.targets) > 1:
            continue
        if all(found.get(other) is statement for other in _binds(statement)):
            kept[name] = statement
    return kept


def _uses_from(statement: ast.stmt, name: str, blocks: Iterable[list[ast.stmt]]) -> int:
    """How often the block that holds a statement names a variable from there on."""
    for block in blocks:
        if statement in block:
            return sum(_uses(one)[name] for one in block[block.index(statement) :])
    return 0


def _blocks(node: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    for inner in (node, *_own(node)):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(inner, field, None)
            if isinstance(block, list):
                yield block


@cache
def _uses(node: ast.AST) -> Counter[str]:
    """How often a piece of code names each variable."""
    return Counter(inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
