"""What a board lacks: flash attention before Ampere, and fp8 before Ada."""

import csv
import gzip

import pytest

from vram_atlas.catalog import Catalog
from vram_atlas.downloads import grid_csv
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.formulas.phases import Part
from vram_atlas.grid import Grid
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.sentences import assumptions
from vram_atlas.workload import Workload


def workload(catalog: Catalog, model: str, board: str, **fields: object) -> Workload:
    """What is asked of a board; inference unless a task is given."""
    asked = {"task": "inference", **fields, "model": model, "board": board}
    found = resolve(make_request(asked), catalog).workload
    assert found is not None
    return found


def need(catalog: Catalog, model: str, board: str, **fields: object) -> Estimate:
    """Its estimate."""
    return estimate(workload(catalog, model, board, **fields), catalog)


@pytest.mark.parametrize("board", ["t4", "v100-16gb", "rtx-2080-ti", "gtx-1080-ti"])
def test_prompts_need_their_scores_before_ampere(catalog: Catalog, board: str) -> None:
    """Scores and softmax in fp32, of 32 heads over 4,096 tokens: 4 GiB, which an L4 needs not."""
    older, newer = (need(catalog, "llama-3.1-8b", one, weights="nf4") for one in (board, "l4"))
    scores = 2 * 4 * 32 * 4096**2
    more = older.parts[Part.ACTIVATIONS] - newer.parts[Part.ACTIVATIONS]
    assert 0.85 * scores < more < scores
    words = assumptions(workload(catalog, "llama-3.1-8b", board, weights="nf4"))
    assert "eager attention (this GPU has no flash attention for keys that heads share)" in words


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        ("llama-2-7b", {}),
        ("llama-3.1-8b", {"runtime": "vllm"}),
        ("llama-3.1-8b", {"weights": "q4_k_m"}),
        ("llama-3.1-8b", {"task": "qlora", "padded": True}),
    ],
    ids=["a head has its own keys", "an engine", "a file", "a mask repeats the keys"],
)
def test_others_need_the_same_everywhere(
    catalog: Catalog, model: str, fields: dict[str, object]
) -> None:
    """They have kernels of their own, or ask PyTorch for what it has on every GPU."""
    older, newer = (need(catalog, model, board, **fields) for board in ("v100-16gb", "a4000"))
    assert older.peak == newer.peak


@pytest.mark.parametrize("board", ["t4", "l4"])
def test_downloads_give_the_need_of_the_board(grid: Grid, board: str) -> None:
    """The verdict beside it is the one that the numbers mean."""
    lines = gzip.decompress(grid_csv(grid)).decode().splitlines()
    rows = [row for row in csv.DictReader(lines) if row["board"] == board]
    assert len(rows) > len(grid.catalog.models)
    for row in rows:
        low, high, usable = (
            int(row[f"{one}_bytes"]) for one in ("need_low", "need_high", "usable")
        )
        if high == 0:  # nothing is computed: of such models or software, none fits
            assert row["verdict"] in {"unknown", "no"}, row
        else:
            assert (row["verdict"] == "fits") == (high <= usable), row
        assert low <= high, row


def test_training_saves_the_scores(catalog: Catalog) -> None:
    """Without checkpointing every layer keeps them."""
    fields = {"task": "qlora", "gradient_checkpointing": False}
    older, newer = (need(catalog, "llama-3.1-8b", board, **fields) for board in ("t4", "l4"))
    assert older.parts[Part.ACTIVATIONS] > newer.parts[Part.ACTIVATIONS] + 4 * 32 * 32 * 1024**2
