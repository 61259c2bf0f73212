"""The question box reads what people type: hundreds of phrasings, and every name of the catalog."""

from typing import Any

import pytest
import yaml
from node_readings import HERE, Reading, readings

Case = dict[str, Any]
GROUPS = yaml.safe_load((HERE / "phrasings.yml").read_text(encoding="utf-8"))
CASES = [case for group in GROUPS for case in group["cases"]]
ASIDE = frozenset(
    [
        "ask",
        "state",
        "question",
        "class",
        "boards_list",
        "alternatives",
        "unknown",
        "notes",
        "verdict",
    ]
)
"""Keys of a case that are no field of the request."""


PHRASINGS = [pytest.param(case, id=case["ask"]) for case in CASES]


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reading]:
    """The readings of all phrasings."""
    return readings((case["ask"] for case in CASES), tmp_path_factory.mktemp("words"))


def request_of(reading: Reading) -> dict[str, object]:
    """The request as phrasings.yml writes it: a memory size as `memory:24`."""
    found = dict(reading["request"])
    if isinstance(found.get("board"), dict):
        found["board"] = f"memory:{found['board']['memory_gib']:g}"
    return found


@pytest.mark.parametrize("case", PHRASINGS)
def test_phrasing(case: Case, read: dict[str, Reading]) -> None:
    """A phrasing is read as a person would read it, and nothing else is read into it."""
    reading = read[case["ask"]]
    expected = {key: value for key, value in case.items() if key not in ASIDE}
    assert request_of(reading) == expected
    assert reading["modelClass"] == case.get("class")
    listed = {one["id"]: one["count"] for one in reading["boardList"]}
    assert listed == case.get("boards_list", {})
    assert reading["question"] == case.get("question", "fits")
    assert reading["unknown"] == case.get("unknown", [])
    assert reading["state"] == case.get("state", "answered")
    kinds = {note["kind"] for note in reading["notes"]}
    assert set(case.get("notes", [])) <= kinds
    offered = {identity for ids in reading["alternatives"].values() for identity in ids}
    assert set(case.get("alternatives", [])) <= offered
    for part in reading["understood"]:
        assert case["ask"][part["start"] : part["end"]] == part["text"]


def test_phrasings_are_many_and_different() -> None:
    """No text stands twice."""
    texts = [case["ask"] for case in CASES]
    assert len(texts) == len(set(texts))
