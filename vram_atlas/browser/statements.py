"""Python functions as JavaScript functions, statement by statement."""

import ast
from collections.abc import Iterable, Iterator

from vram_atlas.browser.calls import Calls
from vram_atlas.browser.kinds import kinds, of_annotation
from vram_atlas.browser.names import Names, literal, local
from vram_atlas.browser.scopes import annotated, assigned, declared_once, parameters
from vram_atlas.browser.signatures import Signatures
from vram_atlas.browser.source import is_generator
from vram_atlas.browser.targets import bound_names, pattern

Lines = Iterator[str]


class Statements(Calls):
    """Prints the body of one function."""

    def __init__(
        self, names: Names, signatures: Signatures, module: str, node: ast.FunctionDef
    ) -> None:
        super().__init__(names, signatures, module, [*parameters(node), *assigned(node)])
        self.node = node
        self.given = frozenset(parameters(node))
        self.held = {
            item.arg: of_annotation(item.annotation)
            for item in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        }
        self.booleans = {*annotated(node, "bool")}
        self.lists = {*annotated(node, "tuple"), *annotated(node, "list")}
        self._constant_at = declared_once(node)
        self._subjects = 0

    def parameter_list(self) -> str:
        """The parameter list with its defaults, `self` left out."""
        self.check(self.node)
        arguments = self.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [
            *[None] * (len(positional) - len(arguments.defaults)),
            *arguments.defaults,
            *arguments.kw_defaults,
        ]
        shown = []
        for argument, default in zip([*positional, *arguments.kwonlyargs], defaults, strict=True):
            if argument.arg != "self":
                text = local(argument.arg)
                shown.append(text if default is None else f"{text} = {self.value(default)}")
        if arguments.vararg is not None:
            shown.append(f"...{local(arguments.vararg.arg)}")
        return ", ".join(shown)

    def body(self) -> Lines:
        """The statements, after the variables that several of them assign."""
        hoisted = sorted(set(assigned(self.node)) - set(parameters(self.node)))
        later = [local(name) for name in hoisted if name not in self._constant_at]
        if later:
            yield f"let {', '.join(later)};"
        yield from self._block(self.node.body)

    def _block(self, statements: Iterable[ast.stmt]) -> Lines:
        for statement in statements:
            self.check(statement)
            printer = getattr(self, f"_{type(statement).__name__.lower()}_", None)
            if printer is None:
                raise self.refused(statement)
            yield from printer(statement)

    def _inner(self, statements: Iterable[ast.stmt]) -> Lines:
        for line in self._block(statements):
            yield f"  {line}"

    def _expr_(self, node: ast.Expr) -> Lines:
        match node.value:
            case ast.Constant(value=str()):
                return
            case ast.Yield(value=value) if value is not None:
                yield f"yield {self.value(value)};"
            case ast.YieldFrom(value=value):
                yield f"yield* {self.value(value)};"
            case value:
                yield f"{self.value(value)};"

    def _return_(self, node: ast.Return) -> Lines:
        yield "return;" if node.value is None else f"return {self.value(node.value)};"

    def _assign_(self, node: ast.Assign) -> Lines:
        if len(node.targets) > 1:
            chain = " = ".join(map(self._target, node.targets))
            yield f"{chain} = {self.value(node.value)};"
        else:
            yield from self._assignment(node, node.targets[0], node.value)

    def _annassign_(self, node: ast.AnnAssign) -> Lines:
        if isinstance(node.target, ast.Name):
            self.held[node.target.id] = of_annotation(node.annotation)
        if node.value is not None:
            yield from self._assignment(node, node.target, node.value)

    def _assignment(self, node: ast.stmt, target: ast.expr, value: ast.expr) -> Lines:
        names = [*bound_names(target)]
        once = bool(names) and all(self._constant_at.get(name) is node for name in names)
        if once and len(names) == 1 and self.is_boolean(value):
            self.booleans.add(names[0])
        if len(names) == 1 and self.is_list(value):
            self.lists.add(names[0])
        if len(names) == 1 and isinstance(target, ast.Name):
            self.held[names[0]] = self.held.get(names[0], set()) | kinds(self, value)
        yield f"{'const ' if once else ''}{self._target(target)} = {self.value(value)};"

    def _target(self, target: ast.expr) -> str:
        if isinstance(target, ast.Attribute | ast.Subscript):
            return self.value(target)
        return pattern(target)

    def _augassign_(self, node: ast.AugAssign) -> Lines:
        target = self._target(node.target)
        if isinstance(node.op, ast.Add) and isinstance(node.value, ast.ListComp | ast.List):
            yield f"{target}.push(...{self.value(node.value)});"
            return
        read = ast.parse(ast.unparse(node.target), mode="eval").body
        whole = ast.BinOp(left=read, op=node.op, right=node.value)
        yield f"{target} = {self.value(ast.copy_location(whole, node))};"

    def _if_(self, node: ast.If) -> Lines:
        yield f"if ({self.condition(node.test)}) {{"
        yield from self._inner(node.body)
        yield from self._otherwise(node.orelse)

    def _otherwise(self, statements: list[ast.stmt]) -> Lines:
        match statements:
            case []:
                yield "}"
            case [ast.If(test=test, body=body, orelse=orelse)]:
                yield f"}} else if ({self.condition(test)}) {{"
                yield from self._inner(body)
                yield from self._otherwise(orelse)
            case _:
                yield "} else {"
                yield from self._inner(statements)
                yield "}"

    def _for_(self, node: ast.For) -> Lines:
        names = [*bound_names(node.target)]
        once = all(self._constant_at.get(name) is node for name in names)
        target = f"{'const ' if once else ''}{pattern(node.target)}"
        yield f"for ({target} of $.iterable({self.value(node.iter)})) {{"
        yield from self._inner(node.body)
        yield "}"

    def _while_(self, node: ast.While) -> Lines:
        yield f"while ({self.condition(node.test)}) {{"
        yield from self._inner(node.body)
        yield "}"

    def _continue_(self, _: ast.Continue) -> Lines:
        yield "continue;"

    def _pass_(self, _: ast.Pass) -> Lines:
        yield from ()

    def _assert_(self, _: ast.Assert) -> Lines:
        yield from ()

    def _raise_(self, node: ast.Raise) -> Lines:
        if not isinstance(node.exc, ast.Call):
            raise self.refused(node)
        found = self.resolved(node.exc.func)
        if found is not None and self.names.helper(found) == "$.ProblemsError":
            yield f"throw new $.ProblemsError({', '.join(map(self.value, node.exc.args))});"
        else:
            yield f"throw new Error({', '.join(map(self.value, node.exc.args))});"

    def _try_(self, node: ast.Try) -> Lines:
        yield "try {"
        yield from self._inner(node.body)
        yield "} catch (error) {"
        for handler in node.handlers:
            if handler.type is None or handler.name not in {None, "error"}:
                raise self.refused(handler, "`except Class as error`")
            yield f"  if ({self.instance_test('error', handler.type)}) {{"
            with self.inside(["error"]):
                yield from (f"  {line}" for line in self._inner(handler.body))
            yield "  }"
        yield "  throw error;"
        yield "}"

    def _functiondef_(self, node: ast.FunctionDef) -> Lines:
        inner = type(self)(self.names, self.signatures, self.module, node)
        if is_generator(node):
            raise self.refused(node, "a function of the module: one inside another cannot yield")
        inner.known |= self.known
        yield f"const {local(node.name)} = ({inner.parameter_list()}) => {{"
        for line in inner.body():
            yield f"  {line}"
        yield "};"

    def _match_(self, node: ast.Match) -> Lines:
        subject = self.value(node.subject)
        if not isinstance(node.subject, ast.Name):
            self._subjects += 1
            name = f"subject{self._subjects}"
            yield f"const {name} = {subject};"
            subject = name
        opening = "if"
        for case in node.cases:
            tests, bound = self._case(case.pattern, subject)
            if case.guard is not None:
                tests.append(self.condition(case.guard))
            yield f"{opening} ({' && '.join(tests)}) {{" if tests else "} else {"
            opening = "} else if"
            if bound:
                yield f"  {bound} = {subject};"
            yield from self._inner(case.body)
        yield "}"

    def _case(self, node: ast.pattern, subject: str) -> tuple[list[str], str]:
        """Tests of a pattern, and the variable that it binds."""
        match node:
            case ast.MatchAs(pattern=None, name=name):
                return [], local(name) if name else ""
            case ast.MatchAs(pattern=inner, name=str(name)) if inner is not None:
                return self._case(inner, subject)[0], local(name)
            case ast.MatchValue(value=value):
                return [f"{subject} === {self.value(value)}"], ""
            case ast.MatchSingleton(value=value):
                return [f"{subject} === {literal(value)}"], ""
            case ast.MatchClass(cls=cls, patterns=[], kwd_patterns=[]):
                return [self.instance_test(subject, cls)], ""
            case ast.MatchOr(patterns=patterns):
                tests = [self._case(one, subject)[0][0] for one in patterns]
                return [f"({' || '.join(tests)})"], ""
            case _:
                raise self.refused(node)


def function_lines(printer: Statements, opening: str) -> Lines:
    """A function with its body; `opening` is what stands before the parameters."""
    yield f"{opening}({printer.parameter_list()}) {{"
    for line in printer.body():
        yield f"  {line}"
    yield "}"


def star(node: ast.FunctionDef) -> str:
    """The mark of a generator."""
    return "*" if is_generator(node) else ""
