"""`diff`: what a change does to the published answers, and that it has to say why."""

import copy
import json
from typing import Any

import pytest
from cloning import Clone

from vram_atlas.difference import Flip, Move, compare, moved_part, reach
from vram_atlas.listings import POPULAR_MODELS
from vram_atlas.views import POPULAR_BOARDS

FINE, PROBLEMS = 0, 1
KV_CACHE = "width = group.kv_heads * (group.head_size"
KNOWN_MODEL, KNOWN_BOARD = POPULAR_MODELS[0], POPULAR_BOARDS[0]


def small() -> dict[str, Any]:
    """Two models, two boards, one matrix."""
    return {
        "boards": {"a": {"visible": 100}, "b": {"visible": 200}},
        "models": {"x": {}, "y": {}},
        "matrices": {"m": "M"},
        "cells": {
            "x/m": {
                "peak": [80, 90, 110],
                "parts": {"weights": 70, "kv_cache": 10},
                "verdicts": "tf",
            },
            "y/m": {"peak": [], "parts": {}, "verdicts": "uu"},
        },
    }  # fmt: skip


def test_nothing_differs_from_itself() -> None:
    """The same answers twice."""
    found = compare(small(), small())
    assert (found.cells_added, found.cells_removed, found.flips, found.moves) == (0, 0, (), ())
    assert not found.touches_existing


def test_new_entries_are_only_new() -> None:
    """A model and a board more: cells are added, nothing that was there is touched."""
    after = small()
    after["boards"]["c"] = {"visible": 300}
    after["models"]["z"] = {}
    for cell in after["cells"].values():
        cell["verdicts"] += "f"
    after["cells"]["z/m"] = {"peak": [1, 1, 1], "parts": {"weights": 1}, "verdicts": "fff"}
    found = compare(small(), after)
    assert (found.models_added, found.boards_added) == (("z",), ("c",))
    assert found.cells_added == 2 + 3
    assert not found.touches_existing


def test_boards_are_matched_by_id() -> None:
    """The order of the boards depends on their memory, and may change."""
    after = small()
    after["boards"] = {"b": {"visible": 200}, "a": {"visible": 100}}
    after["cells"]["x/m"]["verdicts"] = "ft"
    assert compare(small(), after).flips == ()


def test_a_flip_names_the_part() -> None:
    """The part that moved most, in the direction of the whole."""
    after = small()
    after["cells"]["x/m"] = {
        "peak": [90, 105, 120],
        "parts": {"weights": 69, "kv_cache": 26},
        "verdicts": "nf",
    }
    found = compare(small(), after)
    assert found.flips == (Flip("x", "m", "a", "tight", "no", "kv_cache"),)
    assert found.moves == (Move("x", "m", 90, 105, "kv_cache"),)
    assert found.touches_existing


@pytest.mark.parametrize(
    ("change", "part"),
    [
        pytest.param({"peak": [80, 90, 101]}, "band", id="only the band"),
        pytest.param({"peak": [70, 80, 90]}, "context and libraries", id="outside the parts"),
        pytest.param({"peak": [], "parts": {}}, "published size", id="no longer published"),
        pytest.param({}, "", id="nothing"),
    ],
)
def test_moved_part(change: dict[str, Any], part: str) -> None:
    """What else can move an answer."""
    old = small()["cells"]["x/m"]
    assert moved_part(old, old | change) == part


def test_a_board_that_offers_less() -> None:
    """The need stays: the usable memory is what moved."""
    after = small()
    after["boards"]["a"]["visible"] = 85
    after["cells"]["x/m"]["verdicts"] = "nf"
    assert compare(small(), after).flips == (Flip("x", "m", "a", "tight", "no", "usable memory"),)


def test_small_moves_are_not_listed() -> None:
    """One percent is the threshold."""
    after = copy.deepcopy(small())
    after["cells"]["x/m"]["peak"] = [80, 90, 111]
    assert compare(small(), after).moves == ()
    after["cells"]["x/m"]["peak"] = [80, 90, 112]
    assert len(compare(small(), after).moves) == 1


def test_reach() -> None:
    """A well-known model on a well-known board first, then model, then board, then the others."""
    places = [("x", "b"), ("x", KNOWN_BOARD), (KNOWN_MODEL, "b"), (KNOWN_MODEL, KNOWN_BOARD)]
    places.sort(key=lambda place: reach(*place))
    assert places[0] == (KNOWN_MODEL, KNOWN_BOARD)
    assert places[1:] == [(KNOWN_MODEL, "b"), ("x", KNOWN_BOARD), ("x", "b")]


def test_a_changed_formula_reports_its_flips(clone: Clone) -> None:
    """A KV cache half as large again: verdicts of inference get worse, because of the KV cache."""
    larger = KV_CACHE.replace("= ", "= 1.5 * ")
    clone.replace("vram_atlas/formulas/kv_cache.py", KV_CACHE, larger)
    done = clone.run("diff", clone.base, "--format", "json")
    assert done.returncode == FINE, done.stderr
    found = json.loads(done.stdout)
    assert (found["cells_added"], found["cells_removed"]) == (0, 0)
    assert found["flips"]
    assert found["moves"]
    for flip in found["flips"]:
        assert flip["part"] == "kv_cache"
        assert flip["matrix"].startswith("inference-")
        assert (flip["was"], flip["now"]) in {("fits", "tight"), ("fits", "no"), ("tight", "no")}
    assert all(move["share"] > 0 for move in found["moves"])
    order = [reach(flip["model"], flip["board"]) for flip in found["flips"]]
    assert order == sorted(order)
    _asks_for_a_reason(clone)


def _asks_for_a_reason(clone: Clone) -> None:
    """The way from a refused pull request to an accepted one."""
    refused = clone.run("diff", clone.base, "--require-reason", "--format", "markdown")
    assert refused.returncode == PROBLEMS
    assert "verdicts that change" in refused.stdout
    assert "--record" in refused.stdout
    name = "2026-11-26-larger-kv-cache"
    written = clone.run("diff", clone.base, "--record", name)
    file = f"data/changes/{name}.yml"
    assert written.stdout.strip().endswith(file)
    unfilled = clone.run("check")
    assert unfilled.returncode == PROBLEMS
    assert f"{file}:3: title: saw " in unfilled.stderr
    row = next(iter((clone.path / "data" / "measurements").glob("qwen.yml"))).read_text("utf-8")
    measured = row.split("- {id: ")[1].split(",")[0]
    text = (clone.path / file).read_text(encoding="utf-8")
    head, flips = text.split("flips:\n")
    filled = head.split("title:")[0] + (
        "title: The KV cache is half as large again\nwhy: A row that was measured shows it.\n"
        f"measurements: [{measured}]\n"
    )
    (clone.path / file).write_text(f"{filled}flips:\n{flips}", encoding="utf-8")
    accepted = clone.run("diff", clone.base, "--require-reason")
    assert accepted.returncode == FINE, accepted.stdout + accepted.stderr
    first = flips.splitlines()[0]
    (clone.path / file).write_text(
        f"{filled}flips:\n{flips.replace(first, '', 1)}", encoding="utf-8"
    )
    incomplete = clone.run("diff", clone.base, "--require-reason")
    assert incomplete.returncode == PROBLEMS
    assert "of them without a reason" in incomplete.stdout


def test_a_data_change_keeps_to_its_own_rows(clone: Clone) -> None:
    """A board that offers less: its own verdicts move, and nobody else's."""
    for fact in ("total", "windows"):
        known = f"{fact}: {{mib: 24576,"
        clone.replace("data/gpus/nvidia-titan.yml", known, known.replace("24576", "22000"))
    found = json.loads(clone.run("diff", clone.base, "--format", "json").stdout)
    assert {flip["board"] for flip in found["flips"]} == {"titan-rtx"}
    assert {flip["part"] for flip in found["flips"]} == {"usable memory"}
    assert found["moves"] == []


def test_an_unknown_revision(clone: Clone) -> None:
    """A branch that is not there is a problem with a next step."""
    done = clone.run("diff", "no-such-branch")
    assert done.returncode == PROBLEMS
    assert "BASE: saw 'no-such-branch', expected a revision of this git repository" in done.stderr
