"""No "fits" for software that does not run on the board, or not with these weights."""

import json
from collections.abc import Iterator

import pytest

from vram_atlas.answers import Answer, answer_line
from vram_atlas.catalog import Catalog
from vram_atlas.estimator import estimate
from vram_atlas.explain import explain
from vram_atlas.grid import Grid
from vram_atlas.ladder import climb
from vram_atlas.obstacles import is_whole
from vram_atlas.problems import ProblemsError
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.unequal import divided
from vram_atlas.units import from_gib
from vram_atlas.verdict import Verdict

LLAMA = "llama-3.1-8b"


def answer(catalog: Catalog, **fields: object) -> Answer:
    """What `estimate` prints; inference unless another task is named."""
    return answer_line(json.dumps({"task": "inference", **fields}), catalog)[0]


def refused(catalog: Catalog, **fields: object) -> tuple[str, str]:
    """The verdict of the one problem, and why."""
    problems = answer(catalog, **fields)["problems"]
    assert isinstance(problems, list)
    assert len(problems) == 1
    return problems[0]["verdict"], problems[0]["tip"]


@pytest.mark.parametrize(
    ("board", "fields", "why"),
    [
        (
            "p40",
            {"runtime": "vllm"},
            "vLLM does not run on Tesla P40: it needs compute capability 7.0.",
        ),
        ("gtx-1080-ti", {"runtime": "vllm", "weights": "awq-int4"}, "vLLM does not run on"),
        (
            "v100-32gb",
            {"runtime": "vllm", "weights": "awq-int4"},
            "AWQ int4, group 128 on Tesla V100 32 GB: it needs compute capability 7.5",
        ),
        ("v100-32gb", {"runtime": "vllm", "weights": "fp8"}, "it needs compute capability 8.0"),
        ("v100-16gb", {"runtime": "vllm", "weights": "int8"}, "it needs compute capability 7.5"),
        ("v100-16gb", {"runtime": "vllm", "weights": "nvfp4"}, "it needs compute capability 8.0"),
        ("t4", {"model": "gpt-oss-20b", "runtime": "vllm"}, "it needs compute capability 8.0"),
        ("m4-max-128gb", {"runtime": "vllm"}, "vLLM does not run on Apple M4 Max 128 GB."),
        (
            "gtx-1080-ti",
            {"model": "gpt-oss-20b", "runtime": "transformers"},
            "Transformers turns MXFP4 experts into bf16",
        ),
        (
            "m3-max-64gb",
            {"model": "gpt-oss-20b", "runtime": "transformers"},
            "Transformers turns MXFP4 experts into bf16",
        ),
        (
            "rtx-3060-12gb",
            {"weights": "fp8", "runtime": "transformers"},
            "Transformers turns fp8 into bf16 on GeForce RTX 3060 12 GB. There it runs in vLLM.",
        ),
        (
            "p100-16gb",
            {"weights": "int8"},
            "int8 on Tesla P100 16 GB: it needs compute capability 7.5.",
        ),
        (
            "v100-32gb",
            {"model": "flux.1-dev", "weights": "int8"},
            "bitsandbytes does not run weights in int8",
        ),
        ("v100-16gb", {"runtime": "autoawq", "weights": "awq-int4"}, "AutoAWQ does not run on"),
        (
            "m4-max-128gb",
            {"runtime": "autogptq", "weights": "gptq-int4"},
            "AutoGPTQ does not run on",
        ),
        (
            "gtx-1080-ti",
            {"task": "lora", "runtime": "liger"},
            "Triton (for Liger's kernels) does not run on",
        ),
        ("m4-max-128gb", {"task": "lora", "runtime": "liger"}, "There it runs in Transformers 5."),
        ("p40", {"task": "full", "runtime": "megatron"}, "Megatron-Core does not run on Tesla P40"),
        (
            "ascend-910b-64gb",
            {"weights": "q4_k_m"},
            "llama.cpp does not run weights in GGUF Q4_K_M",
        ),
        (
            "h100-80gb",
            {"weights": "nvfp4", "runtime": "transformers"},
            "NVFP4 on H100 80 GB: it needs compute capability 10.0. There it runs in vLLM.",
        ),
        (
            "b200",
            {"model": "kimi-k2.5", "runtime": "transformers"},
            "compressed-tensors in Transformers turns int4 experts, group 32 into bf16",
        ),
        (
            "ascend-910b-64gb",
            {"weights": "fp8", "runtime": "transformers"},
            "Transformers turns fp8 into bf16",
        ),
        (
            "m4-max-128gb",
            {"task": "full", "optimizer": "adamw-8bit"},
            "AdamW 8-bit on Apple M4 Max 128 GB. With another optimizer: Transformers 5.",
        ),
        ("p40", {"task": "full", "optimizer": "adamw-4bit"}, "torchao does not run AdamW 4-bit"),
        (
            "t4",
            {"task": "lora", "attention": "flash"},
            "it needs compute capability 8.0. With another attention: Transformers 5.",
        ),
    ],
)
def test_software_that_does_not_run_is_no(
    catalog: Catalog, board: str, fields: dict[str, object], why: str
) -> None:
    """A board that its maker, or the code, rules out."""
    verdict, tip = refused(catalog, **{"model": LLAMA, "board": board, **fields})
    assert verdict == "no"
    assert why in tip


@pytest.mark.parametrize(
    ("board", "fields", "why"),
    [
        ("mtt-s4000", {"task": "qlora"}, "It is not known whether bitsandbytes runs"),
        ("ascend-910b-64gb", {"weights": "nf4"}, "It is not known whether bitsandbytes runs"),
        ("radeon-vii", {"task": "qlora"}, "It is not known whether bitsandbytes runs"),
        ("rx-5700-xt", {}, "It is not known whether PyTorch runs on Radeon RX 5700 XT."),
        ("rx-6800", {"runtime": "vllm"}, "It is not known whether vLLM runs on Radeon RX 6800."),
        ("mtt-s4000", {"weights": "gptq-int4"}, "It is not known whether GPTQModel runs"),
        (
            "gtx-1080-ti",
            {"task": "qlora", "runtime": "unsloth"},
            "It is not known whether Unsloth runs",
        ),
        ("mi250", {"runtime": "vllm", "weights": "awq-int4"}, "It is not known whether vLLM runs"),
        ("arc-b580", {"runtime": "vllm", "weights": "fp8"}, "It is not known whether vLLM runs"),
        ("jetson-agx-xavier-32gb", {"task": "qlora"}, "It is not known whether bitsandbytes runs"),
        (
            "mi300x",
            {"task": "full", "runtime": "megatron"},
            "It is not known whether Megatron-Core runs",
        ),
        (
            "radeon-vii",
            {"task": "full", "optimizer": "adamw-8bit"},
            "It is not known whether bitsandbytes runs AdamW 8-bit on Radeon VII.",
        ),
        (
            "rx-6800",
            {"task": "lora", "attention": "flash"},
            "It is not known whether FlashAttention runs on Radeon RX 6800.",
        ),
        ("t4", {"runtime": "vllm", "weights": "fp8"}, "It is not known whether vLLM runs"),
        ("arc-a770-16gb", {"runtime": "vllm"}, "It is not known whether vLLM runs on Arc A770"),
        (
            "arc-b580",
            {"runtime": "vllm", "weights": "gptq-int8"},
            "It is not known whether vLLM runs weights in GPTQ int8",
        ),
        (
            "m3-max-64gb",
            {"model": "flux.1-dev", "weights": "fp8"},
            "It is not known whether Diffusers runs weights in fp8 on Apple M3 Max 64 GB.",
        ),
        ("ascend-910c", {"weights": "q8_0"}, "It is not known whether llama.cpp runs on"),
        (
            "rtx-5090",
            {"runtime": "autogptq", "weights": "gptq-int4"},
            "It is not known whether AutoGPTQ runs",
        ),
    ],
)
def test_where_nobody_says_it_is_unknown(
    catalog: Catalog, board: str, fields: dict[str, object], why: str
) -> None:
    """Never a confident fits."""
    verdict, tip = refused(catalog, **{"model": LLAMA, "board": board, **fields})
    assert verdict == "unknown"
    assert tip.startswith(why)


@pytest.mark.parametrize(
    ("board", "fields"),
    [
        ("p40", {}),
        ("p40", {"weights": "q4_k_m"}),
        ("p40", {"weights": "gptq-int4"}),
        ("p40", {"weights": "awq-int4"}),
        ("m4-max-128gb", {"weights": "gptq-int4"}),
        ("p40", {"task": "qlora"}),
        ("v100-32gb", {"runtime": "vllm"}),
        ("v100-32gb", {"runtime": "vllm", "weights": "gptq-int4"}),
        ("t4", {"runtime": "vllm", "weights": "awq-int4"}),
        ("t4", {"weights": "int8"}),
        ("t4", {"model": "gpt-oss-20b", "runtime": "transformers"}),
        ("a100-80gb", {"runtime": "vllm", "weights": "fp8"}),
        ("mi300x", {"runtime": "vllm", "weights": "fp8"}),
        ("rx-7900-xtx", {"task": "qlora"}),
        ("arc-b580", {"task": "qlora"}),
        ("m4-max-128gb", {"task": "qlora"}),
        ("p40", {"task": "full", "optimizer": "adamw-8bit"}),
        ("arc-b580", {"task": "lora", "optimizer": "adamw-8bit"}),
        ("a10", {"task": "lora", "attention": "flash"}),
        ("rtx-3090", {"model": "flux.1-dev", "weights": "fp8"}),
        ("arc-b580", {"runtime": "vllm", "weights": "gptq-int4"}),
        ("mtt-s4000", {"task": "lora"}),
        ("mtt-s80", {"weights": "q4_k_m"}),
        ("ascend-910b-64gb", {"weights": "q8_0"}),
        ("rx-5700-xt", {"weights": "q4_k_m"}),
    ],
)
def test_software_that_runs_is_estimated(
    catalog: Catalog, board: str, fields: dict[str, object]
) -> None:
    """As before, without a word about other software."""
    found = answer(catalog, **{"model": LLAMA, "board": board, **fields})
    assert found["verdict"] in {"fits", "tight", "no"}
    assert "in place of" not in str(found["assumptions"])


@pytest.mark.parametrize(
    ("model", "board", "runtime", "weights"),
    [
        ("deepseek-v2-lite", "m4-max-128gb", "transformers", "bf16"),
        ("minimax-m2", "m3-ultra-512gb", "llama.cpp", "q8_0"),
        ("deepseek-v3", "v100-32gb", "llama.cpp", "q8_0"),
        ("kimi-k2.5", "m3-ultra-512gb", "llama.cpp", "q4_k_m"),
    ],
)
def test_other_software_is_assumed_where_the_usual_does_not_run(
    catalog: Catalog, model: str, board: str, runtime: str, weights: str
) -> None:
    """Unless a reader names the software or the weights; and the answer says so."""
    found = answer(catalog, model=model, board=board)
    settings = found["settings"]
    assert isinstance(settings, dict)
    assert (settings["runtime"], settings["weights"]) == (runtime, weights)
    assert "(in place of vLLM, which needs another GPU)" in str(found["assumptions"])
    assert refused(catalog, model=model, board=board, runtime="vllm")[0] == "no"


def test_the_ladder_offers_what_runs(catalog: Catalog) -> None:
    """No 8-bit optimizer on a Mac; the same memory with an NVIDIA chip gets it."""
    fields = {"model": "qwen2.5-14b", "task": "full", "micro_batch_size": 1}
    offered = {
        board: [
            rung.change
            for rung in climb(question, estimate(question.workload, catalog), from_gib(1), catalog)
        ]
        for board in ("m4-max-128gb", "a100-80gb")
        if (question := resolve(make_request({**fields, "board": board}), catalog)).workload
    }
    assert {"optimizer": "adamw-8bit"} not in offered["m4-max-128gb"]
    assert {"optimizer": "adamw-8bit"} in offered["a100-80gb"]


def test_explain_says_it(catalog: Catalog) -> None:
    """The command refuses with the same words."""
    with pytest.raises(ProblemsError, match="vLLM does not run on Tesla P40"):
        explain({"model": LLAMA, "task": "inference", "runtime": "vllm", "board": "p40"}, catalog)


@pytest.mark.parametrize("boards", [["a6000", "p40"], ["p40", "a6000"]])
def test_each_of_unequal_boards_has_to_run_it(catalog: Catalog, boards: list[str]) -> None:
    """In whatever order they are named."""
    fields = {"model": LLAMA, "task": "inference", "runtime": "vllm"}
    with pytest.raises(ProblemsError, match="vLLM does not run on Tesla P40"):
        divided(fields, [(board, 1) for board in boards], catalog)


def samples(grid: Grid) -> Iterator[tuple[str, str, str]]:
    """A board of each kind, with every twelfth cell that differs on some board."""
    cells = [cell for cell in grid.cells.values() if cell.elsewhere]
    for cell in cells[::12]:
        for board in grid.catalog.kinds.values():
            yield cell.entry.id, cell.matrix.id, board.id


def test_tables_agree_with_answers(grid: Grid) -> None:
    """The verdict of a cell is that of the question that it asks, refusals included."""
    checked = 0
    for model, matrix, board in samples(grid):
        cell, entry = grid.cells[model, matrix], grid.catalog.boards[board]
        request = cell.request_on(entry) or cell.request
        assert request is not None
        fields = {"model": model, "task": request.task.value, "weights": request.weights}
        found = answer(grid.catalog, **fields, board=board)
        if "problems" in found:
            assert (cell.on(entry), cell.verdict(entry).value) == (
                None,
                refused(grid.catalog, **fields, board=board)[0],
            )
        else:
            assert cell.on(entry) is not None, (model, matrix, board)
            assert grid.judged(cell).places.get(
                (entry.visible, entry.kind), Verdict.NO
            ) is cell.verdict(entry)
        checked += 1
    assert checked > 1000


def test_every_runtime_says_where_it_runs(catalog: Catalog) -> None:
    """In all formats, with every optimizer and kind of attention."""
    needs = [need for need in catalog.needs.values() if is_whole(need) and not need.formats]
    assert {name for need in needs for name in need.runtimes} == {*catalog.runtimes}


def test_boards_of_today_lack_only_what_is_older(catalog: Catalog) -> None:
    """Blackwell runs all but what its makers left before it; what always widens runs nowhere."""
    nowhere = {need.id for need in catalog.needs.values() if need.least is None}
    assert all(catalog.needs[name].widens for name in nowhere)
    older = {need.id for need in catalog.needs.values() if need.until}
    for entry in catalog.boards.values():
        if entry.board.architecture == "Blackwell":
            assert {*entry.lacks} == nowhere | older
            assert {*entry.unsure} == older
