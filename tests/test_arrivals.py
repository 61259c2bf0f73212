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
from vram_atlas.grid import build_grid
from vram_atlas.model_sizes import models_by_size
from vram_atlas.open_tables import open_tables
from vram_atlas.schema.base import Task
from vram_atlas.views import MEMORY_SIZES

FORMULAS = ("images", "sequences")
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
    assert set().union(*sets) == {*LATER} - {"ladder", "inverse", "own-shapes", "unequal"}
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
ONE = "ladder inverse"


@pytest.mark.parametrize(
    ("question", "scripts"),
    [
        ("llama 2 13b lora on a 4090", f"{ONE} models/llama-2-13b"),
        ("max context for llama 3.1 8b q4_k_m on 12 GB", f"{ONE} models/llama-3.1-8b"),
        ("sdxl on a 3060", f"{ONE} images models/stable-diffusion-xl-1.0"),
        ("bert base uncased", "lists models/bert-base-uncased sequences"),
        ("llama 2 13b on a 3090 and a 3060", "unequal models/llama-2-13b"),
        ("a 13b on a 3090 and a 3060", "lists sizes/13b unequal"),
        ("how many h100 for llama 2 70b", "lists models/llama-2-70b"),
        ("how many 4090 for a 13b", "lists sizes/13b"),
        ("minimum gpu for llama 2 70b", "lists models/llama-2-70b"),
        ("can a 4090 lora a 13b", "ladder lists sizes/13b"),
        ("what can a 3060 run", "boards/rtx-3060-12gb lists"),
        ("largest model to qlora on 16 GB", "boards/memory-16 lists"),
        ("what can a 3060 run in int4", ALL),
        ("what can 13 GB run", ALL),
        ("hello", ""),
        ("", ""),
    ],
)
def test_a_question_needs_what_it_names(folder: Path, question: str, scripts: str) -> None:
    """One model its record, a size those of its models, a board a list; any other question all."""
    [found] = in_node([folder / "answer.js"], [json.dumps(question)], NEEDED)
    assert sorted(json.loads(found)) == sorted(f"{name}.js" for name in scripts.split())


OF_SIZE = """text => {
  vramAtlas.coming = new Map();
  const fields = { model: `class:${JSON.parse(text)}`, board: "rtx-4090" };
  return JSON.stringify(vramAtlas.needed(vramAtlas.asked({ q: "", fields })));
}"""


def test_a_size_needs_the_formulas_of_its_models(catalog: Catalog, folder: Path) -> None:
    """Once its script is here: those that any of them has, and nothing more."""
    needed = needs(folder)
    for size, models in models_by_size(catalog).items():
        files = [folder / "answer.js", folder / f"sizes/{size}.js"]
        [found] = in_node(files, [json.dumps(size)], OF_SIZE)
        scripts = {script for model in models for script in needed[model]}
        assert {*json.loads(found)} == {
            "ladder.js",
            "lists.js",
            *(f"{name}.js" for name in scripts),
        }


COMPOSED = """text => {
  vramAtlas.coming = new Map();
  const view = (board) => vramAtlas.compose(vramAtlas.state.fromAddress(`?board=${board}`));
  return JSON.stringify(JSON.parse(text).map(view));
}"""


def test_what_fits_a_board_is_what_the_engine_says(catalog: Catalog, folder: Path) -> None:
    """Every board and size: the same answer from its table as from the records of all models."""
    grid = build_grid(catalog)
    for name, text in open_tables(grid):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    boards = [*catalog.boards, *(f"memory:{gib}" for gib in MEMORY_SIZES)]
    tables = [folder / f"boards/{name.replace(':', '-')}.js" for name in boards]
    asked = [json.dumps(boards)]
    computed = [folder / f"{name}.js" for name in ("answer", "lists", "models", *FORMULAS)]
    [wanted] = in_node(computed, asked, COMPOSED)
    [found] = in_node([folder / "answer.js", folder / "lists.js", *tables], asked, COMPOSED)
    assert json.loads(found) == json.loads(wanted)


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
