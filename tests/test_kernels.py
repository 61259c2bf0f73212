"""Attention without a fused kernel: words and figures follow one rule."""

from collections.abc import Iterator

import pytest
from conftest import Ask, Plan

from vram_atlas.catalog import Catalog
from vram_atlas.kernels import kernel
from vram_atlas.problems import ProblemsError
from vram_atlas.schema.base import AttentionKernel
from vram_atlas.sentences import assumed_facts

FP32: dict[str, object] = {"weights": "fp32", "runtime": "transformers"}


@pytest.mark.parametrize(
    ("model", "task", "fields", "expected"),
    [
        pytest.param("llama-3.1-8b", "inference", FP32, "eager", id="keys are shared in fp32"),
        pytest.param("llama-3.1-8b", "inference", {"weights": "bf16"}, "sdpa", id="in 16 bits"),
        pytest.param("llama-2-7b", "inference", FP32, "sdpa", id="a key for every head"),
        pytest.param(
            "llama-3.1-8b",
            "inference",
            {**FP32, "runtime": "transformers-4.45"},
            "sdpa",
            id="keys are repeated",
        ),
        pytest.param("llama-3.2-1b", "full", {"precision": "fp32"}, "eager", id="trained in fp32"),
        pytest.param("llama-3.2-1b", "full", {"precision": "amp"}, "sdpa", id="autocast"),
        pytest.param(
            "llama-3.2-1b", "full", {"precision": "fp32", "padded": True}, "sdpa", id="a mask"
        ),
        pytest.param("bloom-560m", "full", {"runtime": "transformers"}, "eager", id="ALiBi"),
        pytest.param("mpt-7b", "full", {"attention": "flash"}, "flash", id="ALiBi in a kernel"),
        pytest.param("gpt-oss-20b", "lora", {}, "eager", id="sinks"),
        pytest.param("gpt-oss-20b", "inference", {"runtime": "vllm"}, "flash", id="an engine"),
        pytest.param("deberta-v3-base", "inference", {}, "eager", id="relative positions"),
        pytest.param(
            "grok-1", "inference", {"weights": "q4_k_m"}, "eager", id="llama.cpp names the model"
        ),
    ],
)
def test_what_runs(
    plan: Plan, model: str, task: str, fields: dict[str, object], expected: str
) -> None:
    """PyTorch falls back to the whole score matrix, and the answer says so."""
    workload = plan(model, task, **fields)
    assert kernel(workload).value == expected
    assert f"{expected} attention" in assumed_facts(workload)


@pytest.mark.parametrize("task", ["inference", "lora", "full"])
@pytest.mark.parametrize("weights", ["fp32", "bf16"])
def test_words_and_figures_agree(
    catalog: Catalog, plan: Plan, ask: Ask, task: str, weights: str
) -> None:
    """Asking for eager attention changes nothing where it runs anyhow, and only there."""

    def faults() -> Iterator[str]:
        for entry in catalog.models.values():
            if entry.architecture is None or entry.architecture.kind != "decoder":
                continue
            fields: dict[str, object] = {"runtime": "transformers", "weights": weights}
            fields |= {"precision": weights} if task == "full" else {}
            length = "context_length" if task == "inference" else "sequence_length"
            fields |= {length: 4096}
            try:
                workload = plan(entry.id, task, **fields)
            except ProblemsError:
                continue
            if workload.attention is AttentionKernel.EAGER:
                continue
            eager = ask(entry.id, task, **fields, attention="eager").allocated
            same = ask(entry.id, task, **fields).allocated == eager
            if kernel(workload) is AttentionKernel.EAGER and not same:
                yield entry.id

    assert not list(faults())


def test_scores_of_fp32_training(ask: Ask) -> None:
    """Llama 3.2 1B keeps 4 bytes of each score, 32 heads, 16 layers: 2 GiB per 1,024 tokens."""
    fields = {
        "precision": "fp32",
        "gradient_checkpointing": False,
        "sequence_length": 1024,
        "micro_batch_size": 8,
    }
    kept = ask("llama-3.2-1b", "full", **fields)
    without = ask("llama-3.2-1b", "full", **fields, padded=True)
    assert kept.allocated.expected - without.allocated.expected == pytest.approx(
        8 * 2**31, rel=0.07
    )


def test_cache_follows_the_model(plan: Plan) -> None:
    """fp32 beside fp32 weights, in vLLM as well; engines that read files have 16 bits."""
    assert plan("llama-2-7b", "inference", **FP32).cache.id == "fp32"
    assert plan("llama-2-7b", "inference", weights="fp32", runtime="vllm").cache.id == "fp32"
    assert plan("llama-2-7b", "inference", weights="bf16").cache.id == "bf16"
    assert plan("llama-2-7b", "inference", weights="q8_0").cache.id == "bf16"
