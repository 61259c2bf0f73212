"""The words of the pages for contributors: field reference, rules for new models, doors."""

from collections.abc import Iterable
from typing import Final

FILE_TITLE: Final = "The file"
HEAD_FIELDS: Final = ("Key", "Meaning", "Value", "Default")
REQUIRED: Final = "required"
OPTIONAL: Final = "none"
LIST: Final = "list of blocks"
BLOCK: Final = "block"
NAMED_BLOCKS: Final = "blocks by key"
MAPPING: Final = "mapping"
TRUTH: Final = "true or false"
TEXT: Final = "text"
EVIDENCE: Final = "Shown by:"
FEED_TITLE: Final = "VRAM Atlas: verdicts that changed"


def flipped(count: int) -> str:
    """How many verdicts a change moved."""
    return f"{count:,} verdict{'s' if count > 1 else ''} changed"


def flip(task: str, was: str, now: str, part: str, boards: str) -> str:
    """Verdicts that changed alike, after the name of the model."""
    return f"{task}: from {was} to {now} on {boards} ({part.replace('_', ' ')})"


def refused(names: Iterable[str]) -> str:
    """Words that decide a rule by themselves."""
    return f"Names with these words are not: {', '.join(names)}."


def fields_of(block: str) -> str:
    """Caption of a table of keys."""
    return f"Keys of {block}"


def one_of(choices: Iterable[str]) -> str:
    """A closed set."""
    return f"one of: {', '.join(choices)}"


def list_of(what: str) -> str:
    """A list of simple values."""
    return f"list of: {what}"


def number(*, whole: bool, above: float | None, least: float | None, most: float | None) -> str:
    """A number and its limits."""
    kind = "whole number" if whole else "number"
    limits = [
        f"greater than {above:g}" if above is not None else "",
        f"at least {least:g}" if least is not None else "",
        f"at most {most:g}" if most is not None else "",
    ]
    said = ", ".join(filter(None, limits))
    return f"{kind}, {said}" if said else kind
