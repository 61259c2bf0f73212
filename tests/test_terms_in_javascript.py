"""Term by term: what each printed formula returns is what its Python returns.

An answer is a maximum over phases and blocks, so a wrong term can hide behind a larger one. Here
every value that a formula returns on the way is compared.
"""

import dataclasses
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from javascript import in_node, node, write_scripts
from mutation_cases import mutation_requests

from vram_atlas.answers import answer_line
from vram_atlas.browser.script import Script
from vram_atlas.catalog import Catalog

MUTATIONS = Path(__file__).with_name("mutations.js")
BESIDE = {f"vram_atlas.{name}" for name in ("inference", "training", "estimator", "terms")}
"""Modules of formulas besides vram_atlas.formulas."""

OBJECT = "an object of the catalog"
"""Stands for what is no value of a formula."""


@pytest.fixture(scope="module")
def script() -> Script:
    """The printed script, which knows what is in it."""
    found = Script()
    found.text()
    return found


def is_formula(module: str) -> bool:
    """Whether a module computes memory."""
    return module.startswith("vram_atlas.formulas.") or module in BESIDE


def plain(value: Any) -> Any:  # noqa: ANN401 - any value of a formula
    """A value as JSON has it, whole numbers without a point; refuses what JSON cannot show."""
    match value:
        case Enum():
            return value.value
        case bool() | str() | None:
            return value
        case float() if value.is_integer():
            return int(value)
        case int() | float():
            return value
        case tuple() | list():
            return [plain(item) for item in value]
        case dict():
            return {str(plain(key)): plain(item) for key, item in value.items()}
        case frozenset():
            return {}
        case _:
            return _record(value)


def _record(value: Any) -> Any:  # noqa: ANN401 - any value of a formula
    if dataclasses.is_dataclass(value):
        return {
            field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    return OBJECT


@contextmanager
def recording(names: dict[Any, str], found: dict[str, list[str]]) -> Iterator[None]:
    """While it lasts, what the named functions return is kept."""

    def keep(frame: FrameType, event: str, value: object) -> None:
        name = names.get(frame.f_code) if event == "return" else None
        if name is not None:
            found.setdefault(name, []).append(canonical(json.dumps(plain(value))))

    sys.setprofile(keep)
    yield
    sys.setprofile(None)


def canonical(text: str) -> str:
    """The same text for the same values, however a language writes a number."""
    return json.dumps(json.loads(text, parse_float=float, parse_int=_number), sort_keys=True)


def _number(digits: str) -> float:
    return float(digits)


def test_every_formula_returns_what_its_python_returns(
    catalog: Catalog, script: Script, tmp_path: Path
) -> None:
    """Values and records of values; generators and whole objects of the catalog left to answers."""
    codes: dict[Any, str] = {}
    for name, definition in script.names.functions.items():
        shown = inspect.signature(definition.value).return_annotation
        simple = shown in {int, float, bool} or dataclasses.is_dataclass(shown)
        if is_formula(definition.module) and simple and inspect.isfunction(definition.value):
            codes[definition.value.__code__] = name
    assert len(codes) > 80
    requests = [*mutation_requests(catalog)][::3]
    job = {
        "scripts": [str(path) for path in write_scripts(catalog, tmp_path)],
        "formulas": [*script.names.functions, *script.names.constants, *script.names.classes],
        "requests": requests,
        "terms": [*codes.values()],
        "output": str(tmp_path / "terms.jsonl"),
    }
    path = tmp_path / "job.json"
    path.write_text(json.dumps(job), encoding="utf-8")
    subprocess.run([node(), str(MUTATIONS), str(path)], check=True)
    found = (tmp_path / "terms.jsonl").read_text(encoding="utf-8").splitlines()
    lines = [json.dumps(request) for request in requests]
    for line in lines:
        answer_line(line, catalog)  # what is remembered of a model is known from now on
    seen: set[str] = set()
    for request, line in zip(requests, found, strict=True):
        here: dict[str, list[str]] = {}
        with recording(codes, here):
            answer_line(json.dumps(request), catalog)
        there = json.loads(line)
        assert set(there) == set(here), request
        for name, calls in here.items():
            if any(OBJECT in call for call in calls):
                continue
            wanted = sorted(map(canonical, there[name]))
            assert sorted(calls) == wanted, (name, request)
        seen |= set(here)
    assert len(seen) > 0.8 * len(codes), sorted(set(codes.values()) - seen)


PARTS = 24
"""Of every so many changes one is tried: all of them take minutes."""


def test_a_changed_term_shows(catalog: Catalog, script: Script, tmp_path: Path) -> None:
    """Operators and constants of the formulas, changed one at a time.

    What no shape of the catalog reaches, and what is equal by construction (the start of a running
    maximum), does not show: one change in eleven when all were tried.
    """
    groups = (script.names.functions, script.names.classes, script.names.constants)
    job = {
        "scripts": [str(path) for path in write_scripts(catalog, tmp_path)],
        "formulas": [
            name
            for group in groups
            for name, definition in group.items()
            if is_formula(definition.module)
        ],
        "requests": [*mutation_requests(catalog)][::2],
        "part": 0,
        "parts": PARTS,
    }
    path = tmp_path / "job.json"
    path.write_text(json.dumps(job), encoding="utf-8")
    done = subprocess.run(
        [node(), str(MUTATIONS), str(path)], capture_output=True, text=True, check=True
    )
    result = json.loads(done.stdout)
    assert result["tried"] > 2000
    assert len(result["survivors"]) <= result["tried"] / PARTS / 6, result["survivors"]


def test_parameters_are_counted_alike(catalog: Catalog, tmp_path: Path) -> None:
    """Every group of every model, the allocator's list of tensors included."""
    known = [entry for entry in catalog.models.values() if entry.groups is not None]
    work = (
        "id => { const { architecture } = vramAtlas.catalog.models[id];"
        "return JSON.stringify(vramAtlas.printed.count("
        "new vramAtlas.printed.Model({ id, architecture }).architecture)); }"
    )
    scripts = write_scripts(catalog, tmp_path)
    lines = in_node(scripts, (entry.id for entry in known), work)
    for entry, text in zip(known, lines, strict=True):
        assert canonical(text) == canonical(json.dumps(plain(entry.groups))), entry.id
