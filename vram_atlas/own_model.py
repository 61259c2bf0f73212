"""A reader's own model: the shape of an architecture inside a request.

Its rules come from the schema of data/models, so there is one schema; the check itself is plain
enough to be printed for the browser as well.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Final, TypeAlias

from pydantic import Field, TypeAdapter

from vram_atlas.catalog import ModelEntry
from vram_atlas.crosschecks import Fault, shape_faults
from vram_atlas.formulas.counting import count
from vram_atlas.problems import Problem, nearest
from vram_atlas.schema.architecture import Decoder, Encoder, EncoderDecoder, VisionTransformer
from vram_atlas.schema.layers import Recurrent
from vram_atlas.schema.model import Family, Model
from vram_atlas.strict_yaml import path_text
from vram_atlas.units import GIGA

OWN_ID: Final = "own-model"
OWN_NAME: Final = "Your model"

OwnShape: TypeAlias = Annotated[
    Decoder | Encoder | EncoderDecoder | VisionTransformer | Recurrent, Field(discriminator="kind")
]
"""What one configuration file describes; pipelines and convolutional networks are no such file."""

_SHAPES: TypeAdapter[OwnShape] = TypeAdapter(OwnShape)
_SCHEMA: Final = _SHAPES.json_schema()
_UNSOURCED: Final = "source"
"""The field that data needs and a reader's own model does not."""

_REPEATED: Final = ("layers", "heads", "repeat", "depth")
MOST_REPEATED: Final = 10_000
"""No network has more layers, heads or repeats; each of them is looked at one by one."""
MOST_WIDE: Final = 10_000_000
MOST_PARAMETERS: Final = 1000 * GIGA
"""Nothing else is wider; counts of parameters are larger."""


def _rule(schema: Mapping[str, Any], *, optional: bool) -> dict[str, Any]:
    """What a field may hold, from its JSON Schema."""
    members = [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]
    empty = len(members) < len(schema.get("anyOf", ()))
    return {"optional": optional, "empty": empty, **_content(members[0])}


def _content(schema: Mapping[str, Any]) -> dict[str, Any]:
    if "discriminator" in schema:
        return {"form": "record", "classes": _classes(schema)}
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        target = _SCHEMA["$defs"][name]
        if "enum" in target:
            return {"form": "word", "words": target["enum"]}
        return {"form": "record", "classes": {"": name}}
    match schema:
        case {"const": word}:
            return {"form": "word", "words": [word]}
        case {"type": "array", "items": items}:
            return {
                "form": "list",
                "least": schema.get("minItems", 0),
                "items": _rule(items, optional=False),
            }
        case {"type": "integer"}:
            return {"form": "whole", "least": schema.get("minimum", 1)}
        case {"type": "boolean"}:
            return {"form": "switch"}
        case {"type": "string"}:
            return {"form": "text"}
        case _:
            message = f"a rule for {schema}"
            raise NotImplementedError(message)


def _classes(schema: Mapping[str, Any]) -> dict[str, str]:
    """Classes by the tag that tells them apart; the tag's name stands under an empty key."""
    tagged = schema["discriminator"]
    names = {tag: target.rsplit("/", 1)[-1] for tag, target in tagged["mapping"].items()}
    return {"": tagged["propertyName"], **names}


ARCHITECTURE: Final[dict[str, Any]] = _rule(_SCHEMA, optional=False)
SHAPES: Final[dict[str, dict[str, Any]]] = {
    name: {
        field: _rule(schema, optional=field not in shape.get("required", ()))
        for field, schema in shape["properties"].items()
        if field != _UNSOURCED
    }
    for name, shape in _SCHEMA["$defs"].items()
    if "properties" in shape
}
"""Fields of every class of a shape."""


def shape_problems(given: object, rule: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """Everything in `given` that is not as its rule asks."""
    if given is None and rule["empty"]:
        return
    if rule["form"] == "record":
        yield from _record_problems(given, rule["classes"], path)
    elif rule["form"] == "list" and isinstance(given, list) and len(given) >= rule["least"]:
        for index, item in enumerate(given):
            yield from shape_problems(item, rule["items"], f"{path}[{index}]")
    else:
        expected = _unmet(given, rule, path)
        if expected:
            yield _wrong(path, given, expected)


def _unmet(given: object, rule: Mapping[str, Any], path: str) -> str:
    """What a single value should have been; empty where it is."""
    match rule["form"]:
        case "word":
            met, expected = given in rule["words"], f"one of {', '.join(rule['words'])}"
        case "whole":
            field = path.rsplit(".", 1)[-1]
            most = MOST_PARAMETERS if field == "count" else MOST_WIDE
            most = MOST_REPEATED if any(word in field for word in _REPEATED) else most
            met = _is_whole(given, rule["least"], most)
            expected = f"a whole number from {rule['least']} to {most:,}"
        case "switch":
            met, expected = isinstance(given, bool), "true or false"
        case "text":
            met, expected = isinstance(given, str) and given.strip() == given != "", "text"
        case _:
            met, expected = False, f"a list of at least {rule['least']}"
    return "" if met else expected


def _is_whole(given: object, least: int, most: int) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and least <= given <= most


def _record_problems(given: object, classes: Mapping[str, str], path: str) -> Iterator[Problem]:
    """A record of the one class that its tag names, or of the only class there is."""
    if not isinstance(given, dict):
        yield _wrong(path, given, "an object with named fields")
        return
    name = classes[""]
    if len(classes) > 1:
        tags = [tag for tag in classes if tag]
        tag = given.get(name)
        if tag not in tags:
            yield _wrong(f"{path}.{name}", tag, f"one of {', '.join(tags)}")
            return
        name = classes[tag]
    fields = SHAPES[name]
    for field, rule in fields.items():
        if field in given:
            yield from shape_problems(given[field], rule, f"{path}.{field}")
        elif not rule["optional"]:
            yield Problem("", 0, f"{path}.{field}", "nothing", "this field")
    for field in given:
        if field not in fields and field != _UNSOURCED:
            tip = nearest(field, fields)
            yield Problem("", 0, f"{path}.{field}", "an unknown field", f"a field of {name}", tip)


_LONGEST_SHOWN = 60


def _wrong(path: str, given: object, expected: str) -> Problem:
    text = json.dumps(given, ensure_ascii=False)
    saw = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return Problem("", 0, path, "nothing" if given is None else saw, expected)


BESIDE: Final[dict[str, dict[str, Any]]] = {
    "context_length": {"form": "whole", "least": 1, "empty": True},
    "native_format": {"form": "text", "empty": True},
}
"""What may stand beside the shape: the longest context, and the format the weights come in."""


def own_entry(
    given: Mapping[str, Any], formats: Collection[str]
) -> tuple[ModelEntry | None, list[Problem]]:
    """An entry for a shape, as the catalog has them, or everything that is wrong with the shape."""
    shape = {field: value for field, value in given.items() if field not in BESIDE}
    problems = [*shape_problems(shape, ARCHITECTURE, "model")]
    for field, rule in BESIDE.items():
        if field in given:
            problems += [*shape_problems(given[field], rule, f"model.{field}")]
    native = given.get("native_format")
    if isinstance(native, str) and native not in formats:
        tip = nearest(native, formats)
        problems.append(Problem("", 0, "model.native_format", native, "the id of a format", tip))
    if problems:
        return None, problems
    entry = read_shape(json.dumps(given))
    if entry.architecture is not None:
        problems = [
            Problem("", 0, _path(fault), fault.saw, fault.expected, fault.tip)
            for fault in shape_faults(entry.architecture)
        ]
    return (None if problems else entry), problems


def _path(fault: Fault) -> str:
    return path_text(("model", *fault.place[1:]))


@cache
def read_shape(text: str) -> ModelEntry:
    """The entry of a shape that has been checked."""
    given = _sourced(json.loads(text))
    beside = {field: given.pop(field, None) for field in BESIDE}
    architecture = _SHAPES.validate_json(json.dumps(given))
    model = Model.model_construct(
        id=OWN_ID, name=OWN_NAME, released="", architecture=architecture, aliases=(), **beside
    )
    family = Family.model_construct(
        family=OWN_ID, name=OWN_NAME, developer="", sources={}, models=()
    )
    faults = [*shape_faults(architecture)]
    return ModelEntry(model, family, "", 0, None if faults else count(architecture))


def _sourced(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Parameters that stand outside the shapes need a source in data: here it is the reader."""
    match value:
        case list():
            return [_sourced(item) for item in value]
        case {"name": str(), "count": int(), **rest}:
            return {**value, _UNSOURCED: rest.get(_UNSOURCED, "reader")}
        case dict():
            return {key: _sourced(item) for key, item in value.items() if key != _UNSOURCED}
        case _:
            return value
