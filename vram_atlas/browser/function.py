"""What is known of the function that is printed, and how a part of it is refused."""

import ast
import builtins
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from types import ModuleType
from typing import Final

from vram_atlas.browser.kinds import Kind
from vram_atlas.browser.names import Names
from vram_atlas.browser.refusals import ADVICE, instead
from vram_atlas.browser.signatures import Signatures
from vram_atlas.browser.source import Definition, NotPrintableError, definition

_OTHERWISE: Final = "something that is printed"


class Function:
    """Variables of one function, and what its names stand for.

    given     parameters
    held      kinds of variables
    booleans, lists  variables that are certainly that
    """

    def __init__(
        self, names: Names, signatures: Signatures, module: str, known: Iterable[str]
    ) -> None:
        self.names = names
        self.signatures = signatures
        self.module = module
        self.known = frozenset(known)
        self.booleans: set[str] = set()
        self.lists: set[str] = set()
        self.given: frozenset[str] = frozenset()
        self.held: dict[str, set[Kind]] = {}

    def refused(self, node: ast.AST, advice: str = _OTHERWISE) -> NotPrintableError:
        """What cannot be printed: its place in the source, and what to write instead."""
        place = f"{self.module.replace('.', '/')}.py:{getattr(node, 'lineno', 0)}"
        shown = ast.unparse(node).splitlines()[0]
        return NotPrintableError(f"{place}: `{shown}` is not printed. Write {advice}.")

    def check(self, node: ast.AST) -> None:
        """Refuse what JavaScript would read otherwise."""
        advice = instead(self, node)
        if advice is not None:
            raise self.refused(node, advice)

    def members_called(self, name: str) -> Iterable[object]:
        """The types of a member of that name in all classes."""
        return self.signatures.types(name)

    def reference(self, found: Definition, node: ast.expr) -> str:
        """The name of a definition; refused at its use where it has none."""
        try:
            return self.names.reference(found)
        except NotPrintableError as error:
            advice = ADVICE.get(f"{found.module}.{found.name}", "something of this package")
            raise self.refused(node, advice) from error

    def resolved(self, node: ast.expr) -> Definition | None:
        """What a name, or an attribute of a module or enum, stands for; None for a variable."""
        match node:
            case ast.Name(id=name) if name not in self.known:
                return definition(self.module, name) or _builtin(name)
            case ast.Attribute(value=inner, attr=attr):
                base = self.resolved(inner)
                if base is None:
                    return None
                if isinstance(base.value, ModuleType):
                    return definition(base.value.__name__, attr)
                if isinstance(base.value, type) and issubclass(base.value, Enum):
                    return Definition(base.module, f"{base.name}.{attr}", base.value[attr])
                return None
            case _:
                return None

    @contextmanager
    def inside(self, arguments: Iterable[str]) -> Iterator[None]:
        """While it lasts, these names are variables."""
        before = self.known
        self.known = before | {*arguments}
        yield
        self.known = before


def _builtin(name: str) -> Definition | None:
    value = getattr(builtins, name, None)
    return None if value is None else Definition("builtins", name, value)
