"""The question box reads what people type: hundreds of phrasings, checked down to the verdict."""

import json
from typing import Any

import pytest
import yaml
from node_readings import HERE, Reading, readings

from vram_atlas.answers import answer_line
from vram_atlas.catalog import Catalog

Case = dict[str, Any]
GROUPS = yaml.safe_load((HERE / "phrasings.yml").read_text(encoding="utf-8"))
CASES = [case for group in GROUPS for case in group["cases"]]
ASIDE = {
    "ask", "state", "question", "class", "boards_list", "alternatives", "unknown", "notes",
    "verdict",
}  # fmt: skip
"""Keys of a case that are no field of a request."""
PHRASINGS = [pytest.param(case, id=case["ask"] or "(nothing)") for case in CASES]
ANSWERABLE = [pytest.param(case, id=case["ask"]) for case in CASES if "verdict" in case]


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reading]:
    """The readings of all phrasings."""
    return readings((case["ask"] for case in CASES), tmp_path_factory.mktemp("words"))


def written(board: object) -> object:
    """A board as phrasings.yml writes it: a memory size as `memory:24`."""
    return f"memory:{board['memory_gib']:g}" if isinstance(board, dict) else board


def request_of(reading: Reading) -> dict[str, object]:
    """The request as phrasings.yml writes it."""
    found = dict(reading["request"])
    if "board" in found:
        found["board"] = written(found["board"])
    return found


@pytest.mark.parametrize("case", PHRASINGS)
def test_phrasing(case: Case, read: dict[str, Reading]) -> None:
    """A phrasing is read as a person would read it, and nothing else is read into it."""
    reading = read[case["ask"]]
    expected = {key: value for key, value in case.items() if key not in ASIDE}
    assert request_of(reading) == expected
    assert reading["modelClass"] == case.get("class")
    listed = {written(one["id"]): one["count"] for one in reading["boardList"]}
    assert listed == case.get("boards_list", {})
    assert reading["question"] == case.get("question", "fits")
    assert reading["unknown"] == case.get("unknown", [])
    assert reading["state"] == case.get("state", "answered")
    kinds = {note["kind"] for note in reading["notes"]}
    assert set(case.get("notes", [])) <= kinds
    offered = {identity for ids in reading["alternatives"].values() for identity in ids}
    assert set(case.get("alternatives", [])) <= offered


@pytest.mark.parametrize("case", ANSWERABLE)
def test_verdict(case: Case, read: dict[str, Reading], catalog: Catalog) -> None:
    """The reading, asked of the estimator, gives a verdict without doubt; so does a refusal."""
    request = {"task": "inference", **read[case["ask"]]["request"]}
    answer, understood = answer_line(json.dumps(request), catalog)
    problems = answer.get("problems", [])
    assert isinstance(problems, list)
    [found] = [answer] if understood else problems
    assert found["verdict"] == case["verdict"]


@pytest.mark.parametrize("case", PHRASINGS)
def test_places(case: Case, read: dict[str, Reading]) -> None:
    """What is echoed stands in the text at the place that is given."""
    for part in read[case["ask"]]["understood"]:
        assert case["ask"][part["start"] : part["end"]] == part["text"] != ""
    for word in read[case["ask"]]["unknown"]:
        assert word in case["ask"]


def test_size_of_the_file() -> None:
    """At least 450 phrasings, none twice; enough in Chinese, open, and not to be answered."""
    texts = [case["ask"] for case in CASES]
    assert len(texts) == len(set(texts)) >= 450
    assert sum(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in texts) >= 80
    assert sum(case.get("question", "fits") != "fits" for case in CASES) >= 60
    assert sum(case.get("state", "answered") != "answered" for case in CASES) >= 40
    assert len(ANSWERABLE) >= 150
