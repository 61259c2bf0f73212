"""What assignments and loops bind."""

import ast
from collections.abc import Iterator

from vram_atlas.browser.names import local
from vram_atlas.browser.source import NotPrintableError


def bound_names(target: ast.expr) -> Iterator[str]:
    """Variables of a target, in order."""
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from bound_names(element)
        case ast.Starred(value=inner):
            yield from bound_names(inner)
        case _:
            return


def pattern(target: ast.expr) -> str:
    """A target as JavaScript: a variable, or a destructuring pattern."""
    match target:
        case ast.Name(id=name):
            return local(name)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return f"[{', '.join(map(pattern, elements))}]"
        case ast.Starred(value=inner):
            return f"...{pattern(inner)}"
        case _:
            message = f"the target {ast.unparse(target)}"
            raise NotPrintableError(message)
