"""A reader's own model: the shape of an architecture inside a request, in both languages."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from javascript import in_node, write_scripts
from parity_cases import compact
from pydantic import TypeAdapter, ValidationError

from vram_atlas.answers import answer_line
from vram_atlas.catalog import Catalog, ModelEntry
from vram_atlas.own_model import ARCHITECTURE, OwnShape, shape_problems

SCHEMA: TypeAdapter[OwnShape] = TypeAdapter(OwnShape)


def without_sources(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A shape as a reader has it."""
    if isinstance(value, dict):
        return {key: without_sources(item) for key, item in value.items() if key != "source"}
    return [without_sources(item) for item in value] if isinstance(value, list) else value


def shapes(catalog: Catalog) -> Iterator[tuple[ModelEntry, dict[str, Any]]]:
    """Every shape of the catalog that a reader could have, as JSON."""
    for entry in catalog.models.values():
        kind = entry.model.architecture.kind
        if kind not in {"undisclosed", "convolutional", "diffusion"} and entry.architecture:
            yield entry, without_sources(entry.architecture.model_dump(mode="json"))


def places(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401
    """Every place inside a shape."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield (*place, key)
        yield from places(item, (*place, key))


def spoiled(shape: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Shapes with one thing wrong, or at least changed."""
    for place in places(shape):
        for wrong in (None, -1, 0, 7, 2.5, True, "nonsense", "", [], {}, [1], {"kind": "x"}):
            changed = copy.deepcopy(shape)
            inner: Any = changed
            for key in place[:-1]:
                inner = inner[key]
            inner[place[-1]] = wrong
            yield changed
        changed = copy.deepcopy(shape)
        inner = changed
        for key in place[:-1]:
            inner = inner[key]
        if isinstance(inner, dict):
            del inner[place[-1]]
            inner["unheard_of"] = 1
            yield changed


KINDS = [
    *("llama-3.1-8b", "deepseek-v3", "gpt-oss-20b", "bert-base-uncased", "whisper-large-v3"),
    *("vit-b-16", "lstm-wikitext-2", "gemma-3-4b", "t5-base"),
]


def ask(catalog: Catalog, request: dict[str, Any]) -> Any:  # noqa: ANN401 - an answer
    """Python's answer."""
    return answer_line(json.dumps(request), catalog)[0]


def test_a_shape_is_answered_as_the_model_that_has_it(catalog: Catalog) -> None:
    """Everything but the name, and what the catalog knows besides the shape."""
    for entry, shape in shapes(catalog):
        fields = {
            "task": "inference",
            "weights": "bf16",
            "context_length": 300,
            "board": "h100-80gb",
        }
        named = ask(catalog, {**fields, "model": entry.id})
        own = ask(catalog, {**fields, "model": shape})
        assert own.get("model") == "own-model", (entry.id, own)
        for key in ("phase", "verdict", "settings"):
            assert own[key] == named[key], entry.id


@pytest.mark.parametrize("model", KINDS)
def test_the_check_agrees_with_the_schema(catalog: Catalog, model: str) -> None:
    """What it lets pass, the schema takes; what the schema refuses, it names."""
    shape = dict(shapes_by_id(catalog))[model]
    sourced = json.loads(json.dumps(shape).replace('"count":', '"source": "reader", "count":'))
    assert not [*shape_problems(shape, ARCHITECTURE, "model")]
    SCHEMA.validate_json(json.dumps(sourced))
    for changed in spoiled(sourced):
        try:
            SCHEMA.validate_json(json.dumps(changed))
        except ValidationError:
            known = "source" in json.dumps(changed) or [*shape_problems(changed, ARCHITECTURE, "m")]
            assert known, changed
        else:
            assert not [*shape_problems(changed, ARCHITECTURE, "model")], changed


def shapes_by_id(catalog: Catalog) -> Iterator[tuple[str, dict[str, Any]]]:
    """Shapes with the ids of their models."""
    for entry, shape in shapes(catalog):
        yield entry.id, shape


def test_layers_that_do_not_add_up(catalog: Catalog) -> None:
    """The cross-checks of the catalog hold for a reader's shape too, at its place."""
    shape = dict(shapes_by_id(catalog))["llama-3.1-8b"]
    shape["layers"] = 33
    found = ask(catalog, {"model": shape, "task": "lora"})
    assert [problem["path"] for problem in found["problems"]] == ["model.attention", "model.mlp"]


def test_own_models_in_node(catalog: Catalog, tmp_path: Path) -> None:
    """Every shape of the catalog, and every way to spoil one of each kind."""
    requests: list[dict[str, Any]] = [
        {"model": shape, "task": task, "board": "rtx-4090"}
        for _, shape in shapes(catalog)
        for task in ("inference", "full")
    ]
    by_id = dict(shapes_by_id(catalog))
    requests += [
        {"model": changed, "task": "inference"}
        for model in KINDS
        for changed in spoiled(by_id[model])
    ]
    scripts = write_scripts(catalog, tmp_path)
    work = "text => JSON.stringify(vramAtlas.answer(JSON.parse(text)))"
    lines = map(json.dumps, requests)
    for request, text in zip(requests, in_node(scripts, lines, work), strict=True):
        assert text == compact(ask(catalog, request)), request
