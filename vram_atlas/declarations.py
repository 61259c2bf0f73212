"""What the minifier would move in a script.

It joins declarations that follow each other, and puts a pattern in front of the plain ones whose
names the pattern's value does not hold: `const n = next(); const { x } = state;` becomes
`const { x } = state, n = next();`. Where next() changes the state, that is another program; where
a default in the pattern holds n, it is an error.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vram_atlas.problems import Problem, ProblemsError

_TIP: Final = "Write the pattern first, or let its value name what comes before."

_COMMENT: Final = re.compile(r"(?:^| +)//.*$")
_DECLARATION: Final = re.compile(r"( *)(const|let|var) (.*)")
_PLAIN: Final = re.compile(r"([\w$]+)(?: = (.*))?", re.DOTALL)
_FUNCTION: Final = re.compile(r"(?:\([^()]*\)|[\w$]+) =>|function\b")
_DOES: Final = re.compile(r"\(|\+\+|--|[^=!<>]=(?!=)|`")
"""A call, or a change of something: its value depends on when it is computed, or others' on it."""


@dataclass(slots=True)
class _Run:
    """Plain declarations that follow each other, and whether they do more than name a value."""

    keyword: str
    names: list[str] = field(default_factory=list)
    does: bool = False


def refuse_moved(*scripts: Mapping[str, str]) -> None:
    """Raise ProblemsError with every pattern that would move; scripts by name."""
    problems = {
        one
        for texts in scripts
        for name, text in texts.items()
        for one in moved(f"docs/assets/javascripts/{name}", text)
    }
    if problems:
        raise ProblemsError(problems)


def moved(file: str, text: str) -> Iterator[Problem]:
    """Patterns that would come before what they are written after.

    Every statement starts a line, as in all our scripts, and what is inside it stands further in.
    """
    runs: dict[int, _Run] = {}
    lines = [_COMMENT.sub("", line) for line in text.split("\n")]
    for number, line in enumerate(lines):
        found = _DECLARATION.fullmatch(line)
        indent = len(line) - len(line.lstrip())
        if not line.strip():
            continue
        runs = {depth: run for depth, run in runs.items() if depth <= indent}
        if found is None:
            if not re.match(r"[\])}]", line.lstrip()):
                runs.pop(indent, None)
            continue
        keyword = found[2]
        run = runs.get(indent)
        if run is None or run.keyword != keyword:
            run = runs[indent] = _Run(keyword)
        declared = _whole(lines, number, indent)[len(found[1]) + len(keyword) + 1 :]
        if declared.startswith(("{", "[")):
            pattern, value = _parts(declared)
            if _moves(run, pattern, value):
                saw = f"{keyword} {pattern} after {', '.join(run.names)}"
                yield Problem(file, number + 1, "declarations", saw, "an order that stays", _TIP)
            run.names += re.findall(r"[\w$]+", pattern)
        elif plain := _PLAIN.match(declared):
            run.names.append(plain[1])
            value = plain[2] or ""
            run.does = run.does or bool(_DOES.search(value) and not _FUNCTION.match(value))


def _moves(run: _Run, pattern: str, value: str) -> bool:
    """Whether it comes first in the minified script, and that shows."""
    defaults = " ".join(re.findall(r"=\s*([^,}\]]*)", pattern))
    if _held(run.names, defaults):
        return not _held(run.names, value)
    return run.does and not _held(run.names, value)


def _held(names: Sequence[str], text: str) -> bool:
    return any(re.search(rf"(?<![\w$.]){re.escape(name)}(?![\w$:])", text) for name in names)


def _whole(lines: Sequence[str], start: int, indent: int) -> str:
    """A statement: up to the line at its own depth that ends it."""
    for end in range(start, len(lines)):
        line = lines[end]
        if line.endswith(";") and len(line) - len(line.lstrip()) <= indent:
            return "\n".join(lines[start : end + 1])
    return lines[start]


def _parts(declared: str) -> tuple[str, str]:
    """The pattern in front, and its value."""
    depth = 0
    for place, sign in enumerate(declared):
        depth += (sign in "{[(") - (sign in "}])")
        if depth == 0:
            return declared[: place + 1], declared[place + 1 :]
    return declared, ""
