"""Scripts that come later: which question needs which, and that no more is needed."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from javascript import in_node, write_box
from parity_cases import compact

from vram_atlas.answers import answer_line
from vram_atlas.browser.parts import LATER
from vram_atlas.catalog import Catalog
from vram_atlas.schema.base import Task

BOARDS = ("rtx-4090", "h100-80gb")


@pytest.fixture(scope="module")
def folder(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All scripts of the question box."""
    folder = tmp_path_factory.mktemp("arrivals")
    write_box(catalog, folder)
    return folder


def needs(folder: Path) -> dict[str, list[str]]:
    """Scripts of formulas by model, as the first script has them."""
    work = "() => JSON.stringify(vramAtlas.catalog.models)"
    [text] = in_node([folder / "answer.js"], [""], work)
    return {name: entry["scripts"] for name, entry in json.loads(text).items()}


def asked(model: str) -> Iterable[dict[str, Any]]:
    """One board, and several."""
    for task in Task:
        yield {"model": model, "task": task.value, "board": BOARDS[0]}
        yield {"model": model, "task": task.value, "board": BOARDS[1], "boards": 2}


def expected(request: dict[str, Any], catalog: Catalog) -> dict[str, Any]:
    """What Python says."""
    return answer_line(json.dumps(request), catalog)[0]


def test_a_model_needs_its_record_and_its_scripts(catalog: Catalog, folder: Path) -> None:
    """Every model, with nothing here but what it names: what Python says, to the byte."""
    needed = needs(folder)
    sets = {tuple(scripts) for scripts in needed.values()}
    assert set().union(*sets) == {*LATER} - {"own-shapes", "unequal"}
    assert () in sets
    for scripts in sorted(sets):
        models = [name for name, names in needed.items() if tuple(names) == scripts]
        files = [f"{name}.js" for name in ("answer", *scripts)]
        files += [f"models/{name}.js" for name in models]
        requests = [[*asked(name)] for name in models]
        found = in_node([folder / file for file in files], map(json.dumps, requests))
        for questions, text in zip(requests, found, strict=True):
            assert text == compact([expected(question, catalog) for question in questions])


def test_most_models_need_no_more_formulas(folder: Path) -> None:
    """Language decoders, but for the few with layers that are no attention."""
    needed = needs(folder)
    assert needed["llama-3.1-8b"] == needed["qwen3-30b-a3b"] == needed["deepseek-r1"] == []
    assert needed["stable-diffusion-xl-1.0"] == ["images"]
    assert needed["bert-base-uncased"] == needed["whisper-large-v3"] == ["sequences"]
    assert sum(not scripts for scripts in needed.values()) > len(needed) / 2


NEEDED = """text => {
  vramAtlas.coming = new Map();
  return JSON.stringify(vramAtlas.needed(vramAtlas.asked({ q: JSON.parse(text), fields: {} })));
}"""
ALL = "lists models images sequences"


@pytest.mark.parametrize(
    ("question", "scripts"),
    [
        ("llama 2 13b lora on a 4090", "models/llama-2-13b"),
        ("max context for llama 3.1 8b q4_k_m on 12 GB", "models/llama-3.1-8b"),
        ("sdxl on a 3060", "images models/stable-diffusion-xl-1.0"),
        ("bert base uncased", "lists models/bert-base-uncased sequences"),
        ("llama 2 13b on a 3090 and a 3060", "lists models/llama-2-13b"),
        ("how many h100 for llama 2 70b", "lists models/llama-2-70b"),
        ("minimum gpu for llama 2 70b", "lists models/llama-2-70b"),
        ("can a 4090 lora a 13b", ALL),
        ("what can a 3060 run", ALL),
        ("hello", ""),
        ("", ""),
    ],
)
def test_a_question_needs_what_it_names(folder: Path, question: str, scripts: str) -> None:
    """One model its record; an open question all of them."""
    [found] = in_node([folder / "answer.js"], [json.dumps(question)], NEEDED)
    assert sorted(json.loads(found)) == sorted(f"{name}.js" for name in scripts.split())


TRIED = """text => {
  try {
    return JSON.stringify(vramAtlas.answer(JSON.parse(text)));
  } catch (error) {
    return error.message;
  }
}"""


@pytest.mark.parametrize(
    ("model", "here"),
    [
        ("llama-2-13b", ()),
        ("stable-diffusion-xl-1.0", ("models/stable-diffusion-xl-1.0",)),
        ("bert-base-uncased", ("models/bert-base-uncased",)),
    ],
)
def test_nothing_is_said_without_what_is_needed(
    folder: Path, model: str, here: tuple[str, ...]
) -> None:
    """A missing script is an error, never another answer."""
    files = [folder / f"{name}.js" for name in ("answer", *here)]
    request = {"model": model, "task": "inference", "board": "rtx-4090"}
    [found] = in_node(files, [json.dumps(request)], TRIED)
    assert found.endswith("not here yet")
