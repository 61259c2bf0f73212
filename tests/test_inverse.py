"""The inverse questions: how far a question goes on a board, and on which boards it fits."""

from typing import Any

import pytest

from vram_atlas.altering import altered
from vram_atlas.catalog import Catalog
from vram_atlas.estimator import estimate
from vram_atlas.inverse import Inverse, invert, smallest_boards
from vram_atlas.problems import ProblemsError
from vram_atlas.request import make_request
from vram_atlas.resolve import Question, resolve
from vram_atlas.schema.base import Task
from vram_atlas.schema.software import Format
from vram_atlas.verdict import Verdict, judge

QUESTIONS = [
    pytest.param({"model": "llama-3.1-8b", "task": "inference", "board": "rtx-4090"}, id="fits"),
    pytest.param({"model": "llama-2-70b", "task": "inference", "board": "rtx-3090"}, id="too big"),
    pytest.param(
        {"model": "llama-3.1-70b", "task": "inference", "runtime": "vllm", "weights": "bf16"}
        | {"board": "a100-80gb"},
        id="vllm",
    ),
    pytest.param({"model": "llama-2-13b", "task": "lora", "board": "rtx-4090"}, id="lora"),
    pytest.param({"model": "mistral-7b-v0.1", "task": "full", "board": "a100-80gb"}, id="full"),
    pytest.param({"model": "resnet-50", "task": "full", "board": "gtx-1650"}, id="images"),
    pytest.param({"model": "whisper-large-v3", "task": "inference", "board": "t4"}, id="audio"),
]


def asked(catalog: Catalog, fields: dict[str, Any]) -> tuple[Question, Inverse]:
    """A question and its inverse answers."""
    question = resolve(make_request(fields), catalog)
    found = invert(question, catalog)
    assert found is not None
    return question, found


def verdict(catalog: Catalog, fields: dict[str, Any]) -> Verdict:
    """The verdict of a question on its own board."""
    question = resolve(make_request(fields), catalog)
    assert question.workload is not None
    assert question.have is not None
    return judge(estimate(question.workload, catalog), question.have)


@pytest.mark.parametrize("fields", QUESTIONS)
def test_the_largest_numbers_fit_and_the_next_do_not(
    catalog: Catalog, fields: dict[str, Any]
) -> None:
    """Micro-batch and length; at the limit there is no next."""
    _, found = asked(catalog, fields)
    for largest in (found.batch, found.length):
        if largest is None:
            continue
        if largest.number:
            assert verdict(catalog, {**fields, largest.field: largest.number}) is Verdict.FITS
        if largest.number < largest.limit:
            more = {**fields, largest.field: largest.number + 1}
            assert verdict(catalog, more) is not Verdict.FITS


@pytest.mark.parametrize("fields", QUESTIONS)
def test_every_precision_and_task_that_is_named_fits(
    catalog: Catalog, fields: dict[str, Any]
) -> None:
    """Most bits first, and what has more bits than the first does not fit."""
    question, found = asked(catalog, fields)
    for name in found.precisions:
        assert verdict(catalog, {**fields, found.precision_field: name}) is Verdict.FITS
    for task in found.tasks:
        usual = {key: fields[key] for key in ("model", "board")}
        assert verdict(catalog, {**usual, "task": task}) is Verdict.FITS
    assert question.workload is not None
    if found.precision_field == "weights":
        order = [bits(catalog.formats[name]) for name in found.precisions]
        assert order == sorted(order, reverse=True)
        best = order[0] if order else 0
        most = bits(catalog.formats[question.entry.native_format])
        for form in catalog.formats.values():
            workload = altered(question.request, {"weights": form.id}, catalog)
            if form.weights and workload is not None and best < bits(form) <= most:
                assert question.have is not None
                assert judge(estimate(workload, catalog), question.have) is not Verdict.FITS


def bits(form: Format) -> float:
    """Bits of most of a model's weights."""
    return (form.experts or form.linear).bits


@pytest.mark.parametrize("fields", QUESTIONS)
def test_the_smallest_boards(catalog: Catalog, fields: dict[str, Any]) -> None:
    """Everything smaller does not fit, cannot stand for its size, or cannot train in bf16."""
    question, found = asked(catalog, fields)
    assert question.workload is not None
    assert [*found.boards] == [*smallest_boards(question.workload, catalog)][: len(found.boards)]
    first = found.boards[0]
    for entry in catalog.boards_by_memory():
        try:
            fits = verdict(catalog, {**fields, "board": entry.id}) is Verdict.FITS
        except ProblemsError:  # the software does not run there
            fits = False
        if entry in found.boards:
            assert fits
        elif entry.visible < first.visible:
            offered = entry.example and not entry.board.lacks_bf16(Task(fields["task"]))
            assert not (fits and offered)


@pytest.mark.parametrize("fields", QUESTIONS)
def test_the_fewest_boards(catalog: Catalog, fields: dict[str, Any]) -> None:
    """So many fit, and fewer do not."""
    _, found = asked(catalog, fields)
    assert found.board_count is not None
    assert verdict(catalog, {**fields, "boards": found.board_count}) is Verdict.FITS
    tensors = fields.get("runtime") == "vllm"
    fewer = found.board_count // 2 if tensors else found.board_count - 1
    if fewer:
        assert verdict(catalog, {**fields, "boards": fewer}) is not Verdict.FITS


def test_without_a_board_only_boards_are_named(catalog: Catalog) -> None:
    """There is nothing to fit into."""
    _, found = asked(catalog, {"model": "llama-3.1-8b", "task": "qlora"})
    assert (found.batch, found.length, found.board_count) == (None, None, None)
    assert (found.precisions, found.tasks) == ((), ())
    assert len(found.boards) == 3


def test_unpublished_sizes_have_no_inverse(catalog: Catalog) -> None:
    """Nothing is computed for them."""
    question = resolve(make_request({"model": "gpt-4", "task": "inference"}), catalog)
    assert invert(question, catalog) is None


@pytest.mark.parametrize(
    ("board", "layers"),
    [
        pytest.param("rtx-4090", 40, id="24 GB"),
        pytest.param("rtx-3060-12gb", 18, id="12 GB"),
        pytest.param("gtx-1650", 3, id="4 GB"),
    ],
)
def test_layers_on_the_board(catalog: Catalog, board: str, layers: int) -> None:
    """llama.cpp: the output matrix and the buffers count on the board, the other layers do not."""
    fields = {"model": "llama-3.3-70b", "task": "inference", "weights": "q4_k_m", "board": board}
    _, found = asked(catalog, fields)
    assert found.layers is not None
    assert (found.layers.number, found.layers.limit) == (layers, 80)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"model": "llama-3.1-8b", "weights": "q4_k_m"}, id="all fit"),
        pytest.param({"model": "llama-3.3-70b"}, id="software that does not divide so"),
        pytest.param({"model": "llama-3.3-70b", "weights": "q4_k_m", "boards": 2}, id="boards"),
    ],
)
def test_no_layers_elsewhere(catalog: Catalog, fields: dict[str, Any]) -> None:
    """Said only where the processor can help, and has to."""
    _, found = asked(catalog, {"task": "inference", "board": "rtx-3060-12gb", **fields})
    assert found.layers is None
