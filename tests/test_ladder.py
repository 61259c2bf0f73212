"""The inverse questions: what would fit, how far it goes, and on which board."""

# ruff: noqa: E501 - a row of a table is one line

from typing import Any

import pytest

from vram_atlas.answers import answer_ladder
from vram_atlas.catalog import Catalog
from vram_atlas.change_words import change_words
from vram_atlas.estimator import estimate
from vram_atlas.grid import Grid, sweep
from vram_atlas.inverse import largest
from vram_atlas.ladder import climb
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.units import from_gib
from vram_atlas.verdict import Verdict

QUESTIONS = [
    pytest.param({"model": "llama-2-13b", "task": "lora"}, "rtx-4090", id="llama 2 13b, lora, rtx 4090"),
    pytest.param({"model": "llama-3.1-70b", "task": "inference"}, "rtx-4090", id="llama 3.1 70b, inference, rtx 4090"),
    pytest.param({"model": "mistral-7b-v0.1", "task": "full"}, "a100-80gb", id="mistral 7b, full, a100"),
    pytest.param({"model": "qwen3-8b", "task": "qlora", "micro_batch_size": 16}, "t4", id="qwen3 8b, qlora, t4"),
    pytest.param({"model": "bert-large-uncased", "task": "full", "micro_batch_size": 64}, "gtx-1650", id="bert large, full, gtx 1650"),
    pytest.param({"model": "deepseek-v3", "task": "inference"}, "h100-80gb", id="deepseek-v3, inference, h100"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "board"), QUESTIONS)
def test_every_rung_helps(catalog: Catalog, fields: dict[str, Any], board: str) -> None:
    """Each change needs less than the question; nothing is offered after the first that fits."""
    question = resolve(make_request({**fields, "board": board}), catalog)
    have, workload = question.have, question.workload
    assert have is not None
    assert workload is not None
    found = estimate(workload, catalog)
    rungs = list(climb(question, found, have, catalog))
    assert rungs
    assert all(rung.estimate.peak.expected < found.peak.expected for rung in rungs)
    assert all(rung.change for rung in rungs)
    assert Verdict.FITS not in [rung.verdict for rung in rungs[:-1]]


def test_cached_embeddings_are_the_first_trick(catalog: Catalog) -> None:
    """Encoders that stay on the board are named first: caching what they make costs nothing."""
    asked = {"model": "flux.1-dev", "task": "lora", "encoders": "resident", "board": "rtx-4090"}
    question = resolve(make_request(asked), catalog)
    assert question.have is not None
    assert question.workload is not None
    found = estimate(question.workload, catalog)
    first = next(climb(question, found, question.have, catalog))
    assert change_words(first) == "Cache text embeddings and latents"


def test_a_file_that_stays_as_it_is_is_no_change(catalog: Catalog) -> None:
    """Every GGUF file of gpt-oss keeps the experts in MXFP4: no rung asks for other weights."""
    asked = {"model": "gpt-oss-20b", "task": "inference", "board": {"memory_gib": 12}}
    question = resolve(make_request(asked), catalog)
    assert question.have is not None
    assert question.workload is not None
    rungs = climb(question, estimate(question.workload, catalog), question.have, catalog)
    assert [dict(rung.change) for rung in rungs] == [{"kv_cache": "q8_0"}, {"boards": 2}]


def test_undisclosed_models_have_no_ladder(catalog: Catalog) -> None:
    """Nothing is known to need less."""
    asked = make_request({"model": "gpt-4", "task": "inference", "board": "a100-80gb"})
    assert answer_ladder(resolve(asked, catalog), catalog) == []


@pytest.mark.parametrize(
    ("fields", "field", "gib"),
    [
        pytest.param({"model": "llama-3.1-8b", "task": "inference"}, "context_length", 24, id="longest context"),
        pytest.param({"model": "llama-3.1-8b", "task": "lora"}, "sequence_length", 24, id="longest sequence"),
        pytest.param({"model": "llama-3.1-8b", "task": "qlora"}, "micro_batch_size", 16, id="largest micro-batch"),
        pytest.param({"model": "resnet-50", "task": "full"}, "micro_batch_size", 8, id="largest batch of images"),
        pytest.param({"model": "vit-b-16", "task": "inference"}, "image_size", 4, id="largest image"),
    ],
)  # fmt: skip
def test_the_largest_fits_and_the_next_does_not(
    catalog: Catalog, fields: dict[str, Any], field: str, gib: float
) -> None:
    """The answer to "how many": its high end fits, one more does not."""
    request, have = make_request(fields), from_gib(gib)
    found = largest(request, catalog, field, have, 10**6)
    (_, fits), (_, too_much) = sweep(request, catalog, field, [found, found + 1])
    assert fits.peak.high <= have < too_much.peak.high


def test_the_largest_of_what_never_fits(catalog: Catalog) -> None:
    """Zero when not even one fits, the ceiling when everything does."""
    request = make_request({"model": "llama-2-70b", "task": "full"})
    assert largest(request, catalog, "micro_batch_size", from_gib(8), 64) == 0
    small = make_request({"model": "tinybert-4l", "task": "inference"})
    assert largest(small, catalog, "micro_batch_size", from_gib(80), 64) == 64


def test_values_that_a_model_cannot_take_are_left_out(catalog: Catalog) -> None:
    """BERT has 512 positions."""
    request = make_request({"model": "bert-base-uncased", "task": "inference"})
    found = sweep(request, catalog, "context_length", [128, 512, 513])
    assert [value for value, _ in found] == [128, 512]


def test_boards_that_fit(grid: Grid) -> None:
    """Every board that fits or is tight, smallest first."""
    enough = {Verdict.FITS, Verdict.TIGHT}
    for cell in grid.cells.values():
        found = grid.judged(cell).fitting
        verdicts = [(board, cell.verdict(board)) for board in grid.boards]
        assert [*found] == [pair for pair in verdicts if pair[1] in enough]


def test_models_that_fit_a_board(grid: Grid) -> None:
    """Most parameters first, and only what fits or is tight."""
    board = grid.catalog.boards["rtx-4090"]
    for matrix in grid.catalog.matrices.values():
        runnable = grid.models_that_fit(board, matrix)
        found = runnable.cells
        sizes = [cell.entry.model.parameters for cell, _ in found]
        counted = [size.counted for size in sizes if size is not None]
        assert len(counted) == len(found)
        assert counted == sorted(counted, reverse=True)
        assert all(verdict is cell.verdict(board) for cell, verdict in found)
        assert {verdict for _, verdict in found} <= {Verdict.FITS, Verdict.TIGHT}
        assert {*runnable.fits, *runnable.tight} == {cell for cell, _ in found}
        assert all(cell.verdict(board) is Verdict.FITS for cell in runnable.fits)


def test_columns_of_memory_sizes(grid: Grid) -> None:
    """Boards with memory of their own that PyTorch runs on as it is, the weakest first."""
    listed = [board.id for size in grid.sizes for board in size.boards]
    assert len(listed) == len(set(listed))
    assert {"rtx-4090", "mi300x", "arc-b580", "rtx-2080-ti-22gb"} <= set(listed)
    assert not {"atlas-300i-duo", "mtt-s4000", "dgx-spark"} & set(listed)
    for size in grid.sizes:
        assert size.smallest.visible == min(board.visible for board in size.boards)
        assert {board.board.memory.label_gb for board in size.boards} == {size.label_gb}
