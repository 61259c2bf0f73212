"""Lists, records, texts, parts of them, and comprehensions."""

import ast
from collections.abc import Callable

from vram_atlas.browser.expressions import WHOLE, Expressions
from vram_atlas.browser.names import literal, local
from vram_atlas.browser.targets import bound_names, pattern


class Displays(Expressions):
    """Prints what is put together from several expressions."""

    def _tuple(self, node: ast.Tuple | ast.List) -> str:
        return f"[{', '.join(map(self.value, node.elts))}]"

    _list = _tuple

    def _set(self, node: ast.Set) -> str:
        return f"new Set([{', '.join(map(self.value, node.elts))}])"

    def _starred(self, node: ast.Starred) -> str:
        return f"...{self.operand(node.value, WHOLE)}"

    def _dict(self, node: ast.Dict) -> str:
        pairs = zip(node.keys, node.values, strict=True)
        shown = [self._pair(key, self.value(item)) for key, item in pairs]
        return f"{{ {', '.join(shown)} }}" if shown else "{}"

    def _pair(self, key: ast.expr | None, item: str) -> str:
        if key is None:
            return f"...{item}"
        shown = self.value(key)
        return f"{shown}: {item}" if shown.startswith('"') else f"[{shown}]: {item}"

    def _joinedstr(self, node: ast.JoinedStr) -> str:
        return f"`{''.join(map(self._piece, node.values))}`"

    def _piece(self, node: ast.expr) -> str:
        """Part of an f-string."""
        match node:
            case ast.Constant(value=str(text)):
                return text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
            case ast.FormattedValue(value=inner, conversion=-1, format_spec=None):
                return f"${{{self.value(inner)}}}"
            case ast.FormattedValue(
                value=inner, format_spec=ast.JoinedStr(values=[ast.Constant(value=str(form))])
            ):
                return f"${{$.format({self.value(inner)}, {literal(form)})}}"
            case _:
                raise self.refused(node)

    def _subscript(self, node: ast.Subscript) -> str:
        base = self.operand(node.value, WHOLE)
        match node.slice:
            case ast.Slice(
                lower=None,
                upper=None,
                step=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)),
            ):
                return f"[...{base}].reverse()"
            case ast.Slice(lower=lower, upper=upper, step=None):
                ends = [lower or ast.Constant(0), *([upper] if upper else [])]
                return f"{base}.slice({', '.join(map(self.value, ends))})"
            case ast.UnaryOp(op=ast.USub()) | ast.BinOp(op=ast.Sub()):  # may count from the end
                return f"{base}.at({self.value(node.slice)})"
            case _:
                return f"{base}[{self.value(node.slice)}]"

    def _lambda(self, node: ast.Lambda) -> str:
        arguments = [argument.arg for argument in node.args.args]
        with self.inside(arguments):
            return f"({', '.join(map(local, arguments))}) => {_result(self.value(node.body))}"

    def _listcomp(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> str:
        return self._comprehension(node.generators, lambda: self.value(node.elt))

    _generatorexp = _listcomp

    def _setcomp(self, node: ast.SetComp) -> str:
        return f"new Set({self._listcomp(node)})"

    def _dictcomp(self, node: ast.DictComp) -> str:
        def pair() -> str:
            return f"[{self.value(node.key)}, {self.value(node.value)}]"

        return f"Object.fromEntries({self._comprehension(node.generators, pair)})"

    def _comprehension(self, loops: list[ast.comprehension], item: Callable[[], str]) -> str:
        loop, *rest = loops
        source = f"$.list({self.value(loop.iter)})"
        target = pattern(loop.target)
        with self.inside(bound_names(loop.target)):
            tests = " && ".join(map(self.condition, loop.ifs))
            inner = self._comprehension(rest, item) if rest else item()
        if tests:
            source += f".filter(({target}) => {tests})"
        if inner == target:
            return source
        return f"{source}.{'flatMap' if rest else 'map'}(({target}) => {_result(inner)})"


def _result(shown: str) -> str:
    """The result of an arrow function; a record in brackets, or it would be a block."""
    return f"({shown})" if shown.startswith("{") else shown
