"""Boards that differ: whole layers on each, or why the smallest or the largest decides."""

from typing import Any

import pytest

from vram_atlas.catalog import Catalog
from vram_atlas.estimator import estimate
from vram_atlas.explain import explain_division
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.unequal import Division, Manner, divided
from vram_atlas.verdict import Verdict, judge

Fields = dict[str, Any]

Q4: Fields = {"model": "llama-3.3-70b", "task": "inference", "weights": "q4_k_m"}
BF16: Fields = {"model": "qwen2.5-14b", "task": "inference"}
VLLM: Fields = {"model": "llama-3-8b", "task": "inference", "runtime": "vllm"}
QLORA: Fields = {"model": "llama-3-8b", "task": "qlora"}
WINDOWS: Fields = {**Q4, "model": "gemma-3-27b", "context_length": 65536}
HYBRID: Fields = {**Q4, "model": "nemotron-nano-9b-v2", "context_length": 65536}
IMAGES: Fields = {"model": "stable-diffusion-xl-1.0", "task": "inference"}

ORDER = [Verdict.NO, Verdict.TIGHT, Verdict.FITS]


def division(catalog: Catalog, fields: Fields, *boards: object) -> Division:
    """What each of the boards holds; a number is a size in GiB."""
    sizes = [{"memory_gib": board} if isinstance(board, int) else board for board in boards]
    _, found = divided(fields, [(board, 1) for board in sizes], catalog)
    assert found is not None
    return found


def layers(found: Division) -> list[int]:
    """Layers by board."""
    return [share.layers for share in found.shares]


@pytest.mark.parametrize(
    ("boards", "expected"),
    [
        # 80 layers and the output matrix: 81 parts. Layer n is on the first board where n / 81 is
        # less than its share of the memory and of those before it (llama.cpp, load_tensors()).
        pytest.param((48, 24), [54, 26], id="two thirds are 54 of 81 parts"),
        pytest.param((24, 48), [27, 53], id="the output matrix is on the last board"),
        pytest.param((24, 24, 24), [27, 27, 26], id="thirds"),
        pytest.param((64, 17), [64, 16], id="64 and 17 of 81"),
    ],
)
def test_layers_by_memory(catalog: Catalog, boards: tuple[int, ...], expected: list[int]) -> None:
    """Where that fits, layers are divided as llama.cpp does by itself."""
    found = division(catalog, Q4, *boards)
    assert (found.manner, found.by_memory, found.verdict) == (Manner.LAYERS, True, Verdict.FITS)
    assert layers(found) == expected


def test_what_a_board_can_hold_decides_where_memory_does_not(catalog: Catalog) -> None:
    """By memory the small board has too much: both have buffers and context of their own."""
    found = division(catalog, BF16, "rtx-3090", "rtx-3060-12gb")
    assert (found.by_memory, found.verdict, sum(layers(found))) == (False, Verdict.FITS, 48)
    by_memory = 49 * found.shares[1].have / sum(share.have for share in found.shares)
    assert found.shares[1].layers < by_memory - 1


def test_equal_boards_are_as_the_estimator_has_them(catalog: Catalog) -> None:
    """The same boards: the same layers on each, the same need to the byte."""
    found = division(catalog, Q4, "rtx-4090", "rtx-4090")
    question = resolve(make_request({**Q4, "board": "rtx-4090", "boards": 2}), catalog)
    assert question.workload is not None
    wanted = estimate(question.workload, catalog)
    assert layers(found) == [40, 40]
    assert [share.estimate and share.estimate.peak for share in found.shares] == [wanted.peak] * 2


@pytest.mark.parametrize("fields", [Q4, BF16, VLLM, QLORA, WINDOWS, HYBRID, IMAGES], ids=str)
def test_laws(catalog: Catalog, fields: Fields) -> None:
    """All layers are somewhere; a larger board is never worse; the order counts for nothing."""
    sizes = [4, 6, 8, 12, 16, 24, 40]
    for small in sizes:
        verdicts = []
        for other in sizes:
            found = division(catalog, fields, small, other)
            assert found.verdict is division(catalog, fields, other, small).verdict
            verdicts.append(ORDER.index(found.verdict))
            if found.manner is Manner.EQUAL:
                continue
            assert sum(layers(found)) == found.layers
            assert (found.most < found.layers) <= (found.verdict is Verdict.NO)
            for share in found.shares:
                if share.estimate is not None:
                    assert share.verdict is judge(share.estimate, share.have)
        assert verdicts == sorted(verdicts)


@pytest.mark.parametrize("fields", [VLLM, QLORA], ids=["tensors", "training"])
def test_equal_shares(catalog: Catalog, fields: Fields) -> None:
    """What every board has the same of is as on as many of the smallest."""
    found = division(catalog, fields, "rtx-3090", "rtx-3060-12gb")
    small = resolve(make_request({**fields, "board": "rtx-3060-12gb", "boards": 2}), catalog)
    assert small.workload is not None
    assert small.have is not None
    wanted = estimate(small.workload, catalog)
    assert found.manner is Manner.EQUAL
    assert [share.estimate and share.estimate.peak for share in found.shares] == [wanted.peak] * 2
    assert found.verdict is judge(wanted, small.have)


def test_a_network_without_blocks_stays_whole(catalog: Catalog) -> None:
    """It runs on the largest board as on that board alone."""
    found = division(catalog, IMAGES, "rtx-3060-12gb", "rtx-3090")
    alone = resolve(make_request({**IMAGES, "board": "rtx-3090"}), catalog)
    assert alone.workload is not None
    assert found.manner is Manner.WHOLE
    small, large = found.shares
    assert (small.estimate, small.layers, large.layers) == (None, 0, 1)
    assert large.estimate is not None
    assert large.estimate.peak == estimate(alone.workload, catalog).peak


def test_explain(catalog: Catalog) -> None:
    """The plan, what it leaves, and how llama.cpp is told to divide so."""
    boards: list[tuple[object, int]] = [("rtx-3090", 1), ("rtx-4090", 1)]
    text = explain_division(Q4, boards, catalog)
    assert text.startswith("Yes. Llama 3.3 70B, inference in GGUF Q4_K_M, on GeForce RTX 3090 and")
    assert "GeForce RTX 4090: 40 layers, needs " in text
    assert "--tensor-split 40,41 divides it so." in text
    boards[1] = ("rtx-3060-12gb", 1)
    assert "Together they hold 64 of its 80 layers." in explain_division(Q4, boards, catalog)
    small = {"model": "llama-3-8b", "task": "inference", "weights": "q4_k_m"}
    text = explain_division(small, boards, catalog)
    assert "llama.cpp divides so by itself" in text
    assert "GeForce RTX 3090 alone is enough." in text
    text = explain_division(QLORA, boards, catalog)
    assert "the smallest GPU decides" in text
