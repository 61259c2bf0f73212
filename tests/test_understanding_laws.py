"""What holds for every name of the catalog and for any text at all."""

import random
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from node_readings import Reading, readings

from vram_atlas.catalog import Catalog, load_catalog
from vram_atlas.instances import rented
from vram_atlas.language import load_language
from vram_atlas.names import normalised
from vram_atlas.vocabulary import vocabulary

NEVER = load_language(load_catalog()).never

BOARDS: Final = {
    "rtx 3060": "rtx-3060-12gb",
    "4090": "rtx-4090",
    "rtx 4060 ti 16gb": "rtx-4060-ti-16gb",
    "a100 80gb": "a100-80gb",
    "H100": "h100-80gb",
    "m3 max 64gb": "m3-max-64gb",
    "7900 xtx": "rx-7900-xtx",
    "Tesla T4": "t4",
}
MODELS: Final = {
    "llama 3.1 8b": "llama-3.1-8b",
    "Llama-2-13B": "llama-2-13b",
    "qwen2.5-7b-instruct": "qwen2.5-7b",
    "mixtral 8x7b": "mixtral-8x7b",
    "gemma 3 27b": "gemma-3-27b",
    "deepseek r1": "deepseek-r1",
    "gpt-oss 20b": "gpt-oss-20b",
    "phi-4": "phi-4",
}
TASKS: Final = {
    "run": "inference",
    "lora": "lora",
    "qlora": "qlora",
    "fully fine-tune": "full",
    "微调": "lora",
}
STRANGE_SIZES: Final = (5, 13, 28, 100, 160)
STRANGE_WORDS: Final = ("next", "max", "ultra", "omni", "heavy")
SHORT: Final = 2
"""Letters of a word that people do not join to the next: "yi coder"."""

MACHINES: Final = 400
"""Spellings of machines of clouds at least: none is left out unseen."""

FRAMES: Final = (
    "can a {board} {task} {model}?",
    "{task} {model} on a {board}",
    "{board} {model} {task}",
    "I have one question: is my {board} enough to {task} {model}",
    "{model}: {task} with {board}",
)


def names(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    """Every (kind, id, name) of models and boards."""
    for model in catalog.models.values():
        for name in (model.id, model.model.name, *model.model.aliases):
            yield "model", model.id, name
    for board in catalog.boards.values():
        for name in (board.id, board.board.name, *board.board.aliases):
            yield "board", board.id, name


def joined(name: str) -> str:
    """A name without spaces and hyphens, but where numbers or single letters would run together."""
    publisher, slash, rest = name.rpartition("/")
    parts = rest.replace("-", " ").replace("_", " ").split()
    text = publisher + slash + parts[0]
    for last, part in pairwise(parts):
        apart = (text[-1].isdigit() and part[0].isdigit()) or len(last) <= SHORT
        letter = re.search(r"\d[bmg]$", text.lower()) or re.match(r"[a-z](\d|$)", part.lower())
        text += f"-{part}" if apart or letter else part
    return text


def means(reading: Reading, kind: str, identity: str) -> bool:
    """Whether the entry is the reading, or one of the alternatives of a shared name."""
    offered = reading["alternatives"].get(kind, [])
    found = reading["request"].get(kind)
    return found == identity or (found is None and identity in offered)


@pytest.mark.parametrize("frame", ["{}", "can a {} run", "is {} good?"])
@pytest.mark.parametrize(
    "spelling", [str, str.lower, joined], ids=["as written", "lower", "joined"]
)
def test_every_name_is_read(
    frame: str, spelling: type[str], catalog: Catalog, tmp_path: Path
) -> None:
    """Every id, name and alias is read as its own entry, however it is spaced."""
    asked = {
        frame.format(spelling(name)): (kind, identity)
        for kind, identity, name in names(catalog)
        if normalised(name) not in NEVER
    }
    found = readings(asked, tmp_path)
    wrong = {
        text: (found[text]["request"], found[text]["alternatives"])
        for text, (kind, identity) in asked.items()
        if not means(found[text], kind, identity)
    }
    assert wrong == {}


def strange(catalog: Catalog) -> Iterator[str]:
    """Boards with a memory that none of their name has, and models with a word that none has."""
    known = {normalised(name) for _, _, name in names(catalog)}
    for named in catalog.boards.values():
        bare = re.sub(r"\(.*\)|\b\d+ GB", "", named.board.name).strip()
        yield from (f"llama 3 8b on a {bare} {size}gb" for size in STRANGE_SIZES)
    for entry in catalog.models.values():
        made = (f"{entry.model.name} {word}" for word in STRANGE_WORDS)
        yield from (f"can a 4090 run {name}" for name in made if normalised(name) not in known)


def test_every_machine_of_a_cloud_is_its_boards(catalog: Catalog, tmp_path: Path) -> None:
    """As many as the catalog says; a machine without a board of the catalog is named."""
    machines = {
        f"llama 3 8b on a {spelling(item.type)}": (family.board, item.count)
        for provider in catalog.clouds.values()
        for family, item in rented(provider)
        for spelling in (str, str.lower, bare_type)
        if " " not in item.type
    }
    found = readings(machines, tmp_path)
    for text, (board, count) in machines.items():
        reading = found[text]
        request, kinds = reading["request"], {note["kind"] for note in reading["notes"]}
        expected = (board, count, "answered") if board else (None, None, "partial")
        assert (request.get("board"), request.get("boards"), reading["state"]) == expected, text
        assert ("unknown-board" in kinds) == (board is None), text
    assert len(machines) > MACHINES


def bare_type(name: str) -> str:
    """As people shorten it: without what stands in front of every type of a provider."""
    return re.sub("^(?:ecs[.]|Standard_)", "", name)


def test_what_does_not_exist_is_not_answered(catalog: Catalog, tmp_path: Path) -> None:
    """No confident answer about a board or a model that is nearly the one that was named."""
    found = readings(strange(catalog), tmp_path)
    assert [text for text, reading in found.items() if reading["state"] == "answered"] == []


@pytest.mark.parametrize("frame", FRAMES)
def test_every_pair_in_a_sentence(frame: str, tmp_path: Path) -> None:
    """Popular boards, tasks and models are read right wherever they stand in a sentence."""
    asked = {
        frame.format(board=board, task=task, model=model): (
            BOARDS[board],
            TASKS[task],
            MODELS[model],
        )
        for board in BOARDS
        for task in TASKS
        for model in MODELS
    }
    found = readings(asked, tmp_path)
    for text, (board, task, model) in asked.items():
        request = found[text]["request"]
        assert (request.get("board"), request.get("task"), request.get("model")) == (
            board,
            task,
            model,
        ), text
        assert (found[text]["state"], found[text]["question"]) == ("answered", "fits"), text


SIGNS: Final = (
    "abcdefghijklmnopqrstuvwxyz0123456789 .,-_/+*×=()?!@#%<>\"'&中文显卡跑几张é\u200b\U0001f600\x00"
)


def junk(count: int) -> Iterator[str]:
    """Random texts, the same ones every time."""
    chance = random.Random(20261125)  # noqa: S311 - texts for a test, no secret
    for _ in range(count):
        yield "".join(chance.choice(SIGNS) for _ in range(chance.randrange(0, 60)))
    for _ in range(count):
        words = ["zq", "vrk", "ploont", "grmbl", "xoof", "unt", "7x", "99", "--", "q"]
        yield " ".join(chance.choice(words) for _ in range(chance.randrange(1, 9)))


def test_junk_is_never_answered(tmp_path: Path) -> None:
    """No text makes the parser throw, and a text without sense gets no confident answer."""
    found = readings(junk(4000), tmp_path)
    assert [text for text, reading in found.items() if reading["state"] == "answered"] == []


def test_hostile_texts(tmp_path: Path) -> None:
    """Markup, very long texts and odd characters are read like any other."""
    texts = [
        "<script>alert(1)</script> 4090",
        "4090 " * 5000,
        "9" * 5000,
        "x" * 5000,
        "\ud83d",
        "4090\nllama 3 8b",
    ]
    found = readings(texts, tmp_path)
    assert found["<script>alert(1)</script> 4090"]["state"] == "partial"


def test_weight(catalog: Catalog) -> None:
    """The names are compact: a phone loads them on every page."""
    import gzip

    text = vocabulary(catalog, load_language(catalog))
    assert len(gzip.compress(text.encode(), mtime=0)) < 24_000
