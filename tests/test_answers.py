"""Answers of the `estimate` command: one per request, in order, with the documented keys."""

# ruff: noqa: ANN401, E501 - fields of a request are anything; a table row is one line

import json
from typing import Any

import pytest

from vram_atlas.answers import answer_line
from vram_atlas.catalog import Catalog
from vram_atlas.formulas.phases import Part, Phase
from vram_atlas.verdict import Verdict

GOOD: dict[str, Any] = {"id": "a", "model": "llama-2-7b", "task": "inference"}


def answer(catalog: Catalog, **fields: Any) -> dict[str, Any]:
    """The answer to a good request."""
    found, good = answer_line(json.dumps({**GOOD, **fields}), catalog)
    assert good, found
    return found


def test_keys_of_an_answer(catalog: Catalog) -> None:
    """Bytes with their spread, parts that add up, the phase, the assumptions."""
    found = answer(catalog)
    assert list(found) == [
        "id",
        "model",
        "task",
        "allocated_bytes",
        "peak_bytes",
        "parts",
        "phase",
        "assumptions",
        "settings",
        "setting",
    ]
    for key in ("allocated_bytes", "peak_bytes"):
        assert list(found[key]) == ["low", "expected", "high"]
        assert all(isinstance(value, int) for value in found[key].values())
    assert sum(found["parts"].values()) == found["allocated_bytes"]["expected"]
    assert set(found["parts"]) <= {part.value for part in Part}
    assert found["phase"] in {phase.value for phase in Phase}
    assert found["assumptions"].endswith(".")
    assert "4,096" in found["assumptions"]


SETTINGS = (
    {"model": "llama-3.1-8b", "task": "inference", "weights": "q4_k_m", "kv_cache": "q8_0"},
    {"model": "llama-2-13b", "task": "qlora", "lora_rank": 64, "micro_batch_size": 4},
    {"model": "llama-2-7b", "task": "full", "gradient_checkpointing": False},
    {"model": "bert-base-uncased", "task": "inference", "context_length": 128},
    {"model": "resnet-50", "task": "full", "image_size": 320},
    {"model": "stable-diffusion-1.5", "task": "inference"},
    {"model": "lstm-wikitext-2", "task": "full"},
)


@pytest.mark.parametrize("request_", SETTINGS, ids=[str(one["model"]) for one in SETTINGS])
def test_settings_are_a_request(catalog: Catalog, request_: dict[str, object]) -> None:
    """Asking for every setting by name, the defaults too, gives the same answer."""
    first, good = answer_line(json.dumps(request_), catalog)
    assert good, first
    found = first["settings"]
    assert isinstance(found, dict)
    assert {key: found[key] for key in request_ if key in found} == {
        key: value for key, value in request_.items() if key not in {"model", "task"}
    }
    again, good = answer_line(json.dumps({**request_, **found}), catalog)
    assert (good, again) == (True, first)


def test_keys_of_an_answer_with_a_board(catalog: Catalog) -> None:
    """What the board has, and the verdict."""
    found = answer(catalog, board="rtx-4090")
    assert found["have_bytes"] == catalog.boards["rtx-4090"].visible
    assert found["verdict"] == Verdict.FITS.value
    assert answer(catalog, board="gtx-1650")["verdict"] == Verdict.NO.value
    own = answer(catalog, board={"memory_gib": 24})
    assert own["have_bytes"] == 24 * 1024**3


@pytest.mark.parametrize("model", ["gpt-4", "claude-3-opus"])
def test_undisclosed_models(catalog: Catalog, model: str) -> None:
    """No bytes, the verdict unknown, and the reason; it is a good request all the same."""
    for fields in ({}, {"board": "h100-80gb"}):
        found = answer(catalog, model=model, **fields)
        assert found["allocated_bytes"] is None
        assert found["peak_bytes"] is None
        assert found["parts"] == {}
        assert found["phase"] is None
        assert found["verdict"] == "unknown"
        assert found["assumptions"].startswith("Unknown: the size of ")


@pytest.mark.parametrize(
    ("fields", "verdict", "size"),
    [
        ({"board": "h100-80gb"}, "no", "495.4 GiB"),
        ({"board": "h100-80gb", "boards": 8}, "unknown", "61.9 GiB"),
        ({"board": "h100-80gb", "weights": "q4_k_m"}, "no", "GiB"),
        ({"board": {"memory_gib": 496}}, "unknown", "495.4 GiB"),
        ({}, "unknown", "495.4 GiB"),
    ],
)
def test_where_only_weights_are_known(
    catalog: Catalog, fields: dict[str, object], verdict: str, size: str
) -> None:
    """266 billion parameters in bf16 are a bound from below: no, or unknown, and never yes."""
    found = answer(catalog, model="inkling-small", **fields)
    assert found["peak_bytes"] is None
    assert found["verdict"] == verdict
    assert f"needs at least {size}" in found["assumptions"] or size == "GiB"
    assert "not computed" in found["assumptions"]


def test_a_bad_request_on_an_undisclosed_model(catalog: Catalog) -> None:
    """Names are checked whether or not there is something to compute."""
    found, good = answer_line(json.dumps({**GOOD, "model": "gpt-4", "board": "rtx-4091"}), catalog)
    assert not good
    assert [problem["path"] for problem in found["problems"]] == ["board"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("identity", ["x", "", 7, 0, None])
def test_ids_come_back(catalog: Catalog, identity: object) -> None:
    """With good answers and with problems, as they were sent."""
    assert answer(catalog, id=identity)["id"] == identity
    found, good = answer_line(json.dumps({**GOOD, "id": identity, "task": "x"}), catalog)
    assert not good
    assert found["id"] == identity


def test_an_answer_with_problems(catalog: Catalog) -> None:
    """Only the id and the problems, each with four texts."""
    found, good = answer_line(json.dumps({**GOOD, "model": "llama-9", "boards": 0}), catalog)
    assert not good
    assert list(found) == ["id", "problems"]
    problems = found["problems"]
    assert isinstance(problems, list)
    for problem in problems:
        assert list(problem) == ["path", "saw", "expected", "tip"]
        assert all(isinstance(text, str) for text in problem.values())


def test_a_line_that_is_not_json(catalog: Catalog) -> None:
    """Its id cannot be known."""
    found, good = answer_line("{", catalog)
    assert not good
    assert found["id"] is None


KINDS = [
    pytest.param("llama-3.1-8b", id="decoder"),
    pytest.param("mixtral-8x7b", id="mixture of experts"),
    pytest.param("deepseek-v3", id="latent attention"),
    pytest.param("bert-base-uncased", id="encoder"),
    pytest.param("t5-base", id="encoder-decoder"),
    pytest.param("whisper-large-v3", id="audio"),
    pytest.param("vit-b-16", id="vision transformer"),
    pytest.param("resnet-50", id="convolutional"),
    pytest.param("lstm-wikitext-2", id="recurrent"),
    pytest.param("stable-diffusion-1.5", id="diffusion, u-net"),
    pytest.param("flux.1-dev", id="diffusion, transformer"),
]


@pytest.mark.parametrize("model", KINDS)
def test_every_kind_is_answered(catalog: Catalog, model: str) -> None:
    """Inference and full fine-tuning of every kind of architecture."""
    for task in ("inference", "full"):
        found = answer(catalog, model=model, task=task)
        assert found["parts"]["weights"] > 0
        assert found["peak_bytes"]["expected"] > found["allocated_bytes"]["expected"]


@pytest.mark.parametrize(("model", "task"), [("llama-3.1-8b", "inference"), ("llama-3.1-8b", "qlora"), ("mixtral-8x7b", "full"), ("stable-diffusion-1.5", "inference")])  # fmt: skip
def test_same_question_same_bytes(catalog: Catalog, model: str, task: str) -> None:
    """The order of the fields does not matter, and neither does asking twice."""
    fields = {"id": 1, "model": model, "task": task, "board": "rtx-4090", "micro_batch_size": 2}
    lines = [json.dumps(fields), json.dumps(dict(reversed(fields.items())))]
    answers = [json.dumps(answer_line(line, catalog)[0]) for line in (*lines, lines[0])]
    assert len(set(answers)) == 1
