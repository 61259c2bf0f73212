"""A Problem: one thing that is wrong, where it is, what was seen and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in data or in a request.

    `file` is relative to the repository, `line` counts from 1 (0: the whole file), `path` is the
    address inside the document (`models[0].architecture.kv_heads`). `verdict` is the answer to a
    question where the fault is one: "no" or "unknown"; the tip says why.
    """

    file: str
    line: int
    path: str
    saw: str
    expected: str
    tip: str = ""
    verdict: str = ""

    def __str__(self) -> str:
        """Two lines a person can act on."""
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        text = f"{place}{self.path}: saw {self.saw}, expected {self.expected}"
        return f"{text}\n    {self.tip}" if self.tip else text

    def as_json(self) -> dict[str, str]:
        """The fields that a request's answer carries; the last only where there is a verdict."""
        fields = {
            "path": self.path,
            "saw": self.saw,
            "expected": self.expected,
            "tip": self.tip,
        }
        return {**fields, "verdict": self.verdict} if self.verdict else fields


class ProblemsError(Exception):
    """Everything that is wrong with an input, together."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order of their places."""
        self.problems = sorted(problems)
        super().__init__()

    def __str__(self) -> str:
        """All of them, one below the other."""
        return "\n".join(map(str, self.problems))

    def __reduce__(self) -> tuple[type["ProblemsError"], tuple[list[Problem]]]:
        """The problems themselves travel between processes, not the text that they make."""
        return type(self), (self.problems,)


def nearest(word: str, known: Iterable[str]) -> str:
    """A tip that names the closest known words, or the first few when nothing is close."""
    choices = sorted(known)
    close = get_close_matches(word.lower(), choices, n=3, cutoff=0.6)
    if close:
        return "Did you mean " + " or ".join(f"'{choice}'" for choice in close) + "?"
    shown = ", ".join(choices[:12])
    return f"Known: {shown}{', …' if len(choices) > 12 else ''}."  # noqa: PLR2004 - a readable list
