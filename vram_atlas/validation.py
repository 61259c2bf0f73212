"""From a YAML document to a schema model, with every fault addressed to its line."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Final, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from vram_atlas.problems import Problem, nearest
from vram_atlas.schema.base import PATTERN_WORDS
from vram_atlas.schema_tree import block_at, tree
from vram_atlas.strict_yaml import Document, Place, Value, path_text

SchemaModel = TypeVar("SchemaModel", bound=BaseModel)

OPEN: Final = "FILL-IN"
"""What stands in an entry for a value that a person has to look up."""

STAND_IN: Final = {
    "kind": "derived",
    "url": "https://example.org",
    "shows": "A source that has to be mended first.",
    "accessed": "2026-01-01",
}
_EXPECTED = {
    "missing": "this key",
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "text (put it in quotes)",
    "bool_type": "true or false",
    "greater_than": "a number greater than {gt}",
    "greater_than_equal": "a number not below {ge}",
    "less_than_equal": "a number not above {le}",
    "tuple_type": "a list (lines that begin with '- ')",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
    "dict_type": "a mapping of keys to values",
    "too_short": "at least {min_length} entry",
}

_UNIT = re.compile(r"[0-9][0-9_.,]*\s*[A-Za-z%]+")
"""A number with a unit, such as '128k', '24 GB' or '7B'."""


def validate(
    document: Document, schema: type[SchemaModel]
) -> tuple[SchemaModel | None, list[Problem]]:
    """The document as a schema model and its problems; the model is None where they prevent it."""
    entry, problems = _validated(document, schema)
    return cast("SchemaModel | None", entry), [*problems]


@cache  # as `strict_yaml.parse`
def _validated(
    document: Document, schema: type[BaseModel]
) -> tuple[BaseModel | None, list[Problem]]:
    if document.value is None:
        return None, document.problems
    open_fields = [*_open_fields(document)]
    if open_fields:
        return None, [*document.problems, *open_fields]
    known = [*document.problems, *_sources(document)]
    try:
        return schema.model_validate(document.value), known
    except ValidationError as error:
        details = error.errors(include_url=False)
    found = [
        _problem(document, detail, schema)
        for detail in details
        if not (detail["type"] == "too_short" and detail["input"])
    ]
    said = {problem.path for problem in document.problems}
    new = [problem for problem in found if problem.path not in said]
    return _without_sources(document.value, details, schema), [*new, *known]


def _without_sources(
    value: Value, details: list[ErrorDetails], schema: type[SchemaModel]
) -> SchemaModel | None:
    """The model where only its sources are wrong, so that one run tells what else is; else None."""
    sources = value.get("sources") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(sources, dict):
        return None
    wrong = [str(detail["loc"][1]) for detail in details if detail["loc"][:1] == ("sources",)]
    if len(wrong) < len(details):
        return None
    try:
        return schema.model_validate({**value, "sources": sources | dict.fromkeys(wrong, STAND_IN)})
    except ValidationError:
        return None


def _problem(document: Document, detail: ErrorDetails, schema: type[BaseModel]) -> Problem:
    place, saw, expected, tip = _explained(document.value, detail)
    if detail["type"] == "extra_forbidden":
        tip = _known_keys(detail["loc"], schema)
    return document.problem(place, saw, expected, tip)


def explained(error: ValidationError, value: Value) -> Iterator[tuple[str, str, str, str]]:
    """Place, what was seen, what was expected and a tip for every fault of a plain value."""
    for detail in error.errors(include_url=False):
        place, saw, expected, tip = _explained(value, detail)
        yield path_text(place), saw, expected, tip


def _explained(value: Value, detail: ErrorDetails) -> tuple[Place, str, str, str]:
    place = _place(value, detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return place, f"the unknown key '{place[-1]}'", "a key of the schema", ""
    if kind == "missing":
        return place, "nothing", "this key", _missing(str(place[-1]))
    if kind in {"enum", "literal_error"}:
        expected = f"one of {context['expected']}"
    elif kind.startswith("union_tag"):
        tags = context.get("expected_tags", "the known ones")
        expected = f"a block whose {context.get('discriminator', 'kind')} is one of {tags}"
    elif kind == "value_error":
        expected = str(context.get("error", detail["msg"]))
    elif kind == "string_pattern_mismatch":
        expected = PATTERN_WORDS.get(context["pattern"], f"text that matches {context['pattern']}")
    else:
        expected = _EXPECTED.get(kind, detail["msg"]).format(**context)
    return place, _shown(detail["input"]), expected, _tip(kind, detail["input"])


def _tip(kind: str, given: object) -> str:
    """What to write instead, where the value itself tells."""
    if kind == "string_type" and isinstance(given, int | float):
        return f"Write '{given}' with quotes."
    if kind == "value_error" and isinstance(given, str) and given.startswith("https://"):
        return "On GitHub press y on the file's page; on Hugging Face open the file from History."
    if kind in {"int_type", "float_type"} and isinstance(given, str):
        if _UNIT.fullmatch(given):
            return "Write the number in full and without a unit; the key says what it counts."
        return "Write the number without quotes."
    return ""


def _missing(key: str) -> str:
    if key == "source":
        return "Add `source: <key>` with a key of `sources`, where the page is described."
    return ""


def _place(value: Value, location: tuple[int | str, ...]) -> Place:
    """Pydantic's location without the names of union members, which are not in the file."""
    place: list[int | str] = []
    here: Value = value
    for index, part in enumerate(location):
        if isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        elif isinstance(here, dict) and part in (here.get("kind"), here.get("block")):
            if index < len(location) - 1:  # the member's name; a key of that name comes after it
                continue
            here = None
        elif isinstance(here, dict) and part in here:
            here = here[str(part)]
        elif isinstance(here, dict) and index == len(location) - 1:
            here = None
        else:
            continue
        place.append(part)
    return tuple(place)


def _known_keys(location: tuple[int | str, ...], schema: type[BaseModel]) -> str:
    """The nearest key of the block; else the block that has such a key; else all keys of it."""
    word = str(location[-1])
    own = {key for block in block_at(schema, location[:-1]) for key in block.model_fields}
    tip = nearest(word, own)
    if not tip.startswith("Known"):
        return tip
    for block, path in tree(schema).items():
        if word in block.model_fields and path:
            return f"'{word}' is a key of {path}. {tip}"
    return tip


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    limit = 100
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _open_fields(document: Document) -> Iterator[Problem]:
    """Fields that the importer left for a person."""
    for place, value, _ in _leaves(document.value, (), None, everywhere=True):
        if isinstance(value, str) and OPEN in value:
            tip = "The importer cannot know it. Look it up where the model is published."
            yield document.problem(place, f"'{value}'", "a value from the publisher", tip)


@cache
def numbers_by_source(document: Document) -> Counter[str]:
    """How many numbers of a document each of its sources proves."""
    return Counter(
        source
        for place, value, source in _leaves(document.value, (), None)
        if place[-1] != "source" and _is_number(value) and source is not None
    )


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sources(document: Document) -> Iterator[Problem]:
    """The nearest-source rule, and its reverse: no number without a source, no unused source."""
    root = document.value
    if not isinstance(root, dict):
        return
    defined = root.get("sources")
    known = defined if isinstance(defined, dict) else {}
    used: set[str] = set()
    bare: dict[Place, list[tuple[Place, Value]]] = {}
    for place, value, source in _leaves(root, (), None):
        if place[-1] == "source":
            used.add(str(value))
            if value not in known:
                yield document.problem(
                    place,
                    f"the source '{value}'",
                    "a key of this file's `sources`",
                    nearest(str(value), known),
                )
        elif _is_number(value) and source is None:
            bare.setdefault(place[:2], []).append((place, value))
    for entry, numbers in bare.items():
        place, value = numbers[0]
        others = f" and {len(numbers) - 1} more in {path_text(entry)}" if len(numbers) > 1 else ""
        yield document.problem(
            place,
            f"{value}{others} without a source",
            "a `source` beside the number or on a block around it",
            "Add `source: <key>` and describe the key under `sources` at the top of the file.",
        )
    for key in known:
        if key not in used:
            place = ("sources", key)
            yield document.problem(
                place,
                "a source that nothing uses",
                "a source that at least one block names",
                "Name it beside the number it proves, or remove it.",
            )


def _leaves(
    value: Value, place: Place, source: str | None, *, everywhere: bool = False
) -> Iterator[tuple[Place, Value, str | None]]:
    """Every scalar with its place and nearest source; those of `sources` too if `everywhere`."""
    pending = [(value, place, source)]
    while pending:
        here, at, known = pending.pop()
        if at == ("sources",) and not everywhere:
            continue
        if isinstance(here, dict):
            own = here.get("source")
            nearest_source = own if isinstance(own, str) else known
            inner = [(child, (*at, key), nearest_source) for key, child in here.items()]
            pending += reversed(inner)
        elif isinstance(here, list):
            pending += reversed([(child, (*at, index), known) for index, child in enumerate(here)])
        else:
            yield at, here, known
