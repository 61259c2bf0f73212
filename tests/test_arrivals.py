"""Scripts that come later: which question needs which, and that no more is needed."""

import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from javascript import in_node, write_box
from parity_cases import compact

from vram_atlas.answers import answer_line
from vram_atlas.browser.parts import LATER, TRAINING
from vram_atlas.catalog import Catalog
from vram_atlas.format_tables import format_tables
from vram_atlas.grid import build_grid
from vram_atlas.model_sizes import models_by_size
from vram_atlas.open_tables import open_tables
from vram_atlas.schema.base import Task
from vram_atlas.views import MEMORY_SIZES

NOT_OF_MODELS = {"ladder", "inverse", "own-shapes", "unequal", TRAINING}
FORMULAS = tuple(name for name in LATER if name not in NOT_OF_MODELS)
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


def asked(model: str, tasks: Iterable[Task]) -> Iterable[dict[str, Any]]:
    """One board, and several."""
    for task in tasks:
        yield {"model": model, "task": task.value, "board": BOARDS[0]}
        yield {"model": model, "task": task.value, "board": BOARDS[1], "boards": 2}


def expected(request: dict[str, Any], catalog: Catalog) -> dict[str, Any]:
    """What Python says."""
    return answer_line(json.dumps(request), catalog)[0]


@pytest.mark.parametrize(
    ("tasks", "besides"),
    [
        pytest.param((Task.INFERENCE,), (), id="inference"),
        pytest.param(tuple(Task), (TRAINING,), id="all tasks"),
    ],
)
def test_a_model_needs_its_record_and_its_scripts(
    catalog: Catalog, folder: Path, tasks: tuple[Task, ...], besides: tuple[str, ...]
) -> None:
    """Every model, with nothing here but what it names: what Python says, to the byte."""
    needed = needs(folder)
    sets = {tuple(scripts) for scripts in needed.values()}
    assert set().union(*sets) == {*FORMULAS}
    assert () in sets
    for scripts in sorted(sets):
        models = [name for name, names in needed.items() if tuple(names) == scripts]
        files = [f"{name}.js" for name in ("answer", *scripts, *besides)]
        files += [f"models/{name}.js" for name in models]
        requests = [[*asked(name, tasks)] for name in models]
        found = in_node([folder / file for file in files], map(json.dumps, requests))
        for questions, text in zip(requests, found, strict=True):
            assert text == compact([expected(question, catalog) for question in questions])


def test_most_models_need_no_more_formulas(folder: Path) -> None:
    """Language decoders, but for the few with layers that are no attention."""
    needed = needs(folder)
    for model in ("llama-3.1-8b", "qwen3-30b-a3b", "deepseek-r1"):
        assert needed[model] == ["decoder"]
    assert needed["flux.1-dev"] == ["diffusion"]
    assert needed["stable-diffusion-xl-1.0"] == ["diffusion", "unet"]
    assert needed["bert-base-uncased"] == needed["whisper-large-v3"] == ["sequences"]
    assert sum(scripts == ["decoder"] for scripts in needed.values()) > len(needed) / 2


NEEDED = """text => {
  vramAtlas.coming = new Map();
  return JSON.stringify(vramAtlas.needed(vramAtlas.asked({ q: JSON.parse(text), fields: {} })));
}"""
ALL = " ".join(("lists", "open", "models", *FORMULAS))
ONE = "single training"


@pytest.mark.parametrize(
    ("question", "scripts"),
    [
        ("llama 2 13b lora on a 4090", f"{ONE} decoder models/llama-2-13b"),
        ("max context for llama 3.1 8b q4_k_m on 12 GB", f"{ONE} decoder models/llama-3.1-8b"),
        ("sdxl on a 3060", f"{ONE} diffusion unet models/stable-diffusion-xl-1.0"),
        ("bert base uncased", "lists smallest training models/bert-base-uncased sequences"),
        ("llama 2 13b on a 3090 and a 3060", "unequal decoder models/llama-2-13b"),
        ("a 13b on a 3090 and a 3060", "lists sizes/13b unequal"),
        ("how many h100 for llama 2 70b", "lists smallest counts decoder models/llama-2-70b"),
        ("how many 4090 for a 13b", "lists smallest counts sizes/13b"),
        ("minimum gpu for llama 2 70b", "lists smallest training decoder models/llama-2-70b"),
        ("can a 4090 lora a 13b", "ladder lists training sizes/13b"),
        ("what can a 3060 run", "boards/rtx-3060-12gb lists open"),
        ("largest model to qlora on 16 GB", "boards/memory-16 lists open"),
        ("what can a 3060 run in int4", "lists open formats/gptq-int4"),
        ("what can 13 GB run in q4_k_m", "lists open formats/q4_k_m"),
        ("what can a 3060 run in int4 at 8k", ALL),
        ("what can a 1080 ti run in int4", ALL),
        ("what can a 7900 xtx run in int4", ALL),
        ("what can 13 GB run", ALL),
        ("largest model to lora on 13 GB", f"{ALL} training"),
        ("llama 3 8b on a g5.xlarge", "rented"),
        ("what fits on an a2-highgpu-8g", "rented"),
        ("4090 微调 13B", "chinese"),
        ("hello", ""),
        ("", ""),
    ],
)
def test_a_question_needs_what_it_names(folder: Path, question: str, scripts: str) -> None:
    """One model its record, a size those of its models, a board a list; any other question all."""
    [found] = in_node([folder / "answer.js"], [json.dumps(question)], NEEDED)
    assert sorted(json.loads(found)) == sorted(f"{name}.js" for name in scripts.split())


ANSWERED = """text => {
  vramAtlas.coming = new Map();
  const state = { q: JSON.parse(text), fields: {} };
  const needed = vramAtlas.needed(vramAtlas.asked(state));
  const missing = needed.filter((name) => !HERE.includes(name));
  return JSON.stringify(missing.length ? { missing } : { view: vramAtlas.compose(state) });
}"""


def answered(folder: Path, here: list[str], question: str) -> Any:  # noqa: ANN401 - a view
    """The view that a question gets with those scripts, or which are missing."""
    work = ANSWERED.replace("HERE", json.dumps(here))
    [found] = in_node([folder / name for name in here], [json.dumps(question)], work)
    return json.loads(found)


@pytest.mark.parametrize(
    "question",
    [
        "llama 2 13b lora on a 4090",
        "can a 4090 lora a 13b",
        "a 7b on 8 GB",
        "a 7b",
        "qlora a 13b on 2x 3090",
        "how many 4090 for a 70b",
        "how many h100 to full fine-tune llama 2 70b",
        "how many h100 for deepseek v3",
        "minimum gpu for mixtral 8x7b",
        "gpu for bert base uncased full fine-tuning",
        "whisper large v3 on 8 GB",
        "sdxl on a 3060",
        "lora flux dev on a 4090",
        "resnet-50 full fine-tuning on 8 GB",
        "llama 3.3 70b q4_k_m on a 3090 and a 3060",
        "a 13b on a 3090 and a 3060",
        "max context for llama 3.1 8b q4_k_m on 12 GB",
        "largest batch for llama 2 7b lora on a 4090",
        "falcon mamba 7b on a 4090",
        "what can 13 GB run",
        "what can 2x3090 run",
        "llama 2 13b lora on a g5.xlarge",
        "how many a2-highgpu-1g for llama 3 70b",
    ],
)
def test_what_is_needed_is_enough(folder: Path, question: str) -> None:
    """With no more here than a question needs, its answer is that with everything here."""
    here = ["answer.js"]
    while "missing" in (found := answered(folder, here, question)):
        here += found["missing"]
    everything = ["answer.js", *(p.name for p in folder.glob("*.js") if p.name != "answer.js")]
    assert len(here) < len(everything)
    assert found == answered(folder, everything, question)


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


RANKS = "text => JSON.stringify(JSON.parse(text).map((id) => vramAtlas.catalog.models[id].rank))"


def test_models_are_ranked_by_their_parameters(catalog: Catalog, folder: Path) -> None:
    """The script sends a place instead of a count: equal counts have one place."""
    totals = {
        entry.id: entry.groups.total if entry.groups else 0 for entry in catalog.models.values()
    }
    models = sorted(totals, key=lambda name: totals[name])
    [found] = in_node([folder / "answer.js", folder / "models.js"], [json.dumps(models)], RANKS)
    ranks = json.loads(found)
    assert len({*ranks}) == len({*totals.values()})
    for (one, less), (other, more) in pairwise(zip(models, ranks, strict=True)):
        assert less + (totals[one] < totals[other]) == more, (one, other)


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
    scripts = ("answer", "lists", "open", "models", TRAINING, *FORMULAS)
    computed = [folder / f"{name}.js" for name in scripts]
    [wanted] = in_node(computed, asked, COMPOSED)
    [found] = in_node([*computed[:3], *tables], asked, COMPOSED)
    assert json.loads(found) == json.loads(wanted)


def test_what_fits_in_a_format_is_what_the_engine_says(catalog: Catalog, folder: Path) -> None:
    """The same answer from a format's list as from the records of all models."""
    scripts = ("answer", "lists", "open", "models", TRAINING, *FORMULAS)
    computed = [folder / f"{name}.js" for name in scripts]
    for name, text in format_tables(catalog):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        boards = [f"{board}&weights={path.stem}" for board in ("rtx-3060-12gb", "memory:40")]
        [wanted] = in_node(computed, [json.dumps(boards)], COMPOSED)
        [found] = in_node([*computed[:3], path], [json.dumps(boards)], COMPOSED)
        assert json.loads(found) == json.loads(wanted)
        assert all(len(view["sections"]) == 1 for view in json.loads(found))


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
