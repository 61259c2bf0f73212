"""The printed JavaScript says what Python says: in Node and in Chromium, to the byte."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import parity_cases
import pytest
from javascript import ANSWERS, COUNTS, in_node, write_scripts
from mutation_cases import mutation_requests
from parity_cases import Chunk
from playwright.sync_api import Browser
from unusual import unusual

from vram_atlas.answers import answer_division, answer_inverse, answer_ladder
from vram_atlas.catalog import Catalog
from vram_atlas.problems import ProblemsError
from vram_atlas.request import make_request
from vram_atlas.resolve import Question, resolve
from vram_atlas.schema.base import Task
from vram_atlas.unequal import Manner

ENOUGH = 200_000
OF_BOARDS = {"id", "board", "boards", "offload", "tensor_parallel", "pipeline_parallel"}
"""Fields that boards which differ leave open."""


@pytest.fixture(scope="module")
def scripts(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The scripts of a page."""
    return write_scripts(catalog, tmp_path_factory.mktemp("javascripts"))


@pytest.fixture(scope="module")
def chunks(catalog: Catalog) -> list[Chunk]:
    """Questions and Python's answers."""
    found = parity_cases.chunks(catalog)
    answered = sum(chunk.answered for chunk in found)
    assert answered >= ENOUGH, f"{answered} of {sum(chunk.asked for chunk in found)} answered"
    return found


@dataclass(frozen=True)
class Rare:
    """A catalog with unusual shapes and software, its scripts, questions that show all terms."""

    catalog: Catalog
    scripts: list[Path]
    chunk: Chunk

    @property
    def counts(self) -> tuple[str, str]:
        """The ids of all models, and their parameters by group, as JSON."""
        entries = self.catalog.models.values()
        groups = [entry.groups if entry.architecture else None for entry in entries]
        counted = [None if found is None else asdict(found) for found in groups]
        return json.dumps([*self.catalog.models]), parity_cases.compact(counted)


@pytest.fixture(scope="module")
def rare(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Rare:
    """What tests/test_mutations.py proves to depend on every term of every formula."""
    found = unusual(catalog)
    scripts = write_scripts(found, tmp_path_factory.mktemp("unusual"))
    return Rare(found, scripts, parity_cases.chunk(mutation_requests(found), found))


def assert_same(chunk: Chunk, text: str) -> None:
    """Every byte of every answer; the first question that is answered differently is named."""
    if text == chunk.answer_text:
        return
    questions = json.loads(chunk.request_text)
    for question, here, there in zip(
        questions, parity_cases.read(chunk.answer_text), parity_cases.read(text), strict=True
    ):
        assert there == here, question


def test_node_answers_as_python_does(scripts: list[Path], chunks: list[Chunk]) -> None:
    """Every fourth model, problems included: Chromium, whose engine is the same, answers all."""
    some = chunks[::4]
    lines = (chunk.request_text for chunk in some)
    for chunk, text in zip(some, in_node(scripts, lines), strict=True):
        assert_same(chunk, text)


def test_node_answers_rare_questions_as_python_does(rare: Rare) -> None:
    """Every term of every formula counts in one of them; and the parameters of every model."""
    [found] = in_node(rare.scripts, [rare.chunk.request_text])
    assert_same(rare.chunk, found)
    ids, wanted = rare.counts
    [counted] = in_node(rare.scripts, [ids], COUNTS)
    assert json.loads(counted) == json.loads(wanted)  # names in any order


@pytest.mark.parametrize(
    ("name", "answered"), [("ladder", answer_ladder), ("inverse", answer_inverse)]
)
def test_ladders_and_inverse_answers(
    catalog: Catalog, scripts: list[Path], name: str, answered: Callable[[Question, Catalog], Any]
) -> None:
    """What needs less, and how far a question goes: every task of every sixth model."""
    questions = [
        question
        for entry in islice(catalog.models.values(), 0, None, 6)
        for task in Task
        for question in islice(parity_cases.requests(entry, task, catalog), 2)
    ]
    good: list[tuple[dict[str, Any], Any]] = []
    for question in questions:
        with contextlib.suppress(ProblemsError):
            found = answered(resolve(make_request(question), catalog), catalog)
            good.append((question, json.loads(parity_cases.compact(found))))
    assert len(good) > len(catalog.models) / 2
    work = f"text => JSON.stringify(vramAtlas.{name}(JSON.parse(text)))"
    lines = (json.dumps(question) for question, _ in good)
    for (question, wanted), text in zip(good, in_node(scripts, lines, work), strict=True):
        assert json.loads(text) == wanted, question


def test_boards_that_differ(catalog: Catalog, scripts: list[Path]) -> None:
    """What each board holds: every task of every third model, on two to four kinds of boards."""
    rng = Random(5)  # noqa: S311 - the same every time
    sizes = [*catalog.boards, {"memory_gib": 11.7}, {"memory_gib": 24}]
    good: list[tuple[list[Any], Any]] = []
    for entry in islice(catalog.models.values(), 0, None, 3):
        for task in Task:
            for question in islice(parity_cases.requests(entry, task, catalog), 3):
                fields = {key: question[key] for key in question.keys() - OF_BOARDS}
                boards = [
                    (board, rng.randint(1, 3)) for board in rng.sample(sizes, rng.randint(2, 4))
                ]
                with contextlib.suppress(ProblemsError):
                    found = answer_division(fields, boards, catalog)
                    good.append(([fields, boards], json.loads(parity_cases.compact(found))))
    assert len(good) > len(catalog.models)
    assert {answer.get("manner") for _, answer in good} == {*Manner, None}
    work = "text => JSON.stringify(vramAtlas.divide(...JSON.parse(text)))"
    lines = (json.dumps(asked) for asked, _ in good)
    for (asked, wanted), text in zip(good, in_node(scripts, lines, work), strict=True):
        assert json.loads(text) == wanted, asked


@pytest.mark.browser
def test_chromium_answers_as_python_does(
    browser: Browser, scripts: list[Path], chunks: list[Chunk]
) -> None:
    """More than 200,000 questions, problems included, in the browser that readers have."""
    page = browser.new_page()
    for path in scripts:
        page.add_script_tag(path=path)
    for chunk in chunks:
        assert_same(chunk, page.evaluate(ANSWERS, chunk.request_text))
    page.close()


@pytest.mark.browser
def test_chromium_answers_rare_questions_as_python_does(browser: Browser, rare: Rare) -> None:
    """As Node does."""
    page = browser.new_page()
    for path in rare.scripts:
        page.add_script_tag(path=path)
    assert_same(rare.chunk, page.evaluate(ANSWERS, rare.chunk.request_text))
    ids, wanted = rare.counts
    assert json.loads(page.evaluate(COUNTS, ids)) == json.loads(wanted)
    page.close()
