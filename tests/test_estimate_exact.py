"""Figures that are known exactly, or measured and published, through the whole estimator."""

# ruff: noqa: E501 - a row of a table is one line

import json

import pytest
from conftest import Ask

from vram_atlas.answers import answer_line
from vram_atlas.catalog import Catalog
from vram_atlas.explain import explain
from vram_atlas.formulas.phases import Part, Phase
from vram_atlas.formulas.weights import weight_bytes
from vram_atlas.units import GIB, MIB
from vram_atlas.verdict import Verdict, judge

CACHE_ROWS = [
    pytest.param("llama-3-8b", {}, 131_072, id="llama 3 8b: 2 x 32 x 8 x 128 x 2"),
    pytest.param("llama-2-7b", {}, 524_288, id="llama 2 7b: no grouped heads"),
    pytest.param("qwen3-0.6b", {}, 114_688, id="qwen3 0.6b: head size is not hidden / heads"),
    pytest.param("qwen3-8b", {}, 147_456, id="qwen3 8b"),
    pytest.param("qwen3-14b", {}, 163_840, id="qwen3 14b"),
    pytest.param("qwen3-32b", {}, 262_144, id="qwen3 32b"),
    pytest.param("qwen3-30b-a3b", {}, 98_304, id="qwen3 30b-a3b"),
    pytest.param("deepseek-v3", {}, 70_272, id="deepseek-v3: one latent vector, 61 x 576 x 2"),
    pytest.param("llama-3-8b", {"kv_cache": "fp8"}, 65_536, id="llama 3 8b, fp8 cache"),
    pytest.param("llama-3.1-8b", {"weights": "q4_k_m", "kv_cache": "q8_0"}, 69_632, id="llama 3.1 8b, q8_0 cache: 8.5 bits"),
    pytest.param("llama-3.1-8b", {"weights": "q4_k_m", "kv_cache": "q4_0"}, 36_864, id="llama 3.1 8b, q4_0 cache: 4.5 bits"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "fields", "per_token"), CACHE_ROWS)
def test_kv_cache_per_token(ask: Ask, model: str, fields: dict[str, str], per_token: int) -> None:
    """Bytes of keys and values per token, from the `parts` of two answers.

    Source: 2 x layers x KV heads x head size x bytes; slopes measured for Qwen3 agree to 0.1 %.
    """
    low, high = (
        ask(model, "inference", context_length=length, **fields).parts[Part.KV_CACHE]
        for length in (2048, 4096)
    )
    assert (high - low) / 2048 == per_token
    assert high / 4096 == per_token


def test_kv_cache_of_8192_tokens_is_one_gib(catalog: Catalog) -> None:
    """Llama 3 8B: 8,192 tokens take exactly 1 GiB, as the `estimate` command answers it."""
    request = {"id": 1, "model": "llama-3-8b", "task": "inference", "context_length": 8192}
    answer, good = answer_line(json.dumps(request), catalog)
    assert good
    parts = answer["parts"]
    assert isinstance(parts, dict)
    assert parts["kv_cache"] == GIB


def test_sliding_windows_stop_growing(ask: Ask) -> None:
    """gpt-oss 120B: 73,728 bytes per token within the window, half the layers stop at 128 tokens."""
    short, long, longer = (
        ask("gpt-oss-120b", "inference", runtime="vllm", context_length=length).parts[Part.KV_CACHE]
        for length in (128, 4096, 8192)
    )
    assert short / 128 == 73_728
    assert (longer - long) / 4096 == 36_864


def test_llama_cpp_reserves_the_whole_cache(ask: Ask) -> None:
    """A runtime that reserves the cache holds it at the prompt already: 4,096 tokens, 512 MiB."""
    found = ask(
        "llama-3.1-8b", "inference", weights="q4_k_m", context_length=4096, prompt_length=16
    )
    assert found.parts[Part.KV_CACHE] == 512 * MIB


BITS = [
    pytest.param("fp32", 32, id="fp32"),
    pytest.param("bf16", 16, id="bf16"),
    pytest.param("fp16", 16, id="fp16"),
    pytest.param("nf4", 4.5, id="nf4: 4 + 32/64"),
    pytest.param("nf4-dq", 4.126953125, id="nf4-dq: 4 + 8/64 + 32/(64 x 256)"),
    pytest.param("gptq-int4", 4.15625, id="gptq int4, group 128: 4 + 16/128 + 4/128"),
    pytest.param("awq-int4", 4.15625, id="awq int4, group 128"),
    pytest.param("gptq-int3", 3.1484375, id="gptq int3, group 128: 3 + 16/128 + 3/128"),
    pytest.param("nvfp4", 4.5, id="nvfp4: 4 + 8/16"),
    pytest.param("q4_0", 4.5, id="q4_0"),
    pytest.param("q6_k", 6.5625, id="q6_k"),
    pytest.param("q8_0", 8.5, id="q8_0"),
]


@pytest.mark.parametrize(("form", "bits"), BITS)
def test_bits_per_quantised_weight(catalog: Catalog, form: str, bits: float) -> None:
    """Effective bits of a block matrix, constants included (QLoRA and GPTQ papers, ggml's blocks)."""
    assert catalog.formats[form].linear.bits == bits


def test_mxfp4_is_for_experts(catalog: Catalog) -> None:
    """gpt-oss: experts at 4.25 bits, everything else at 16; 60.8 GiB for the 120B model."""
    form = catalog.formats["mxfp4"]
    assert form.experts is not None
    assert form.experts.bits == 4.25
    assert form.linear.bits == 16
    groups = catalog.models["gpt-oss-120b"].groups
    assert groups is not None
    assert weight_bytes(groups, form).total / GIB == pytest.approx(60.8, abs=0.1)


@pytest.mark.parametrize("form", ["int8", "fp8"])
def test_eight_bits_have_small_constants(catalog: Catalog, form: str) -> None:
    """8 bits and less than 0.3 for scales."""
    assert 8 < catalog.formats[form].linear.bits < 8.3


WHOLE_FILES = [
    ("q2_k", 3.1593), ("q3_k_s", 3.6429), ("q3_k_l", 4.2979), ("iq4_xs", 4.4597),
    ("q4_k_s", 4.6672), ("q4_k_m", 4.8944), ("q5_k_s", 5.5704), ("q5_k_m", 5.7036), ("q6_k", 6.5633),
    ("q8_0", 8.5008), ("iq2_m", 2.9294), ("iq3_m", 3.7628),
]  # fmt: skip


@pytest.mark.parametrize(("form", "bits"), [pytest.param(*row, id=row[0]) for row in WHOLE_FILES])
def test_bits_of_whole_gguf_files(catalog: Catalog, form: str, bits: float) -> None:
    """Llama 3.1 8B: bits per weight of the whole file within 0.1 %.

    Source: llama.cpp, tools/quantize/README.md at commit 311c2c9f.
    """
    groups = catalog.models["llama-3.1-8b"].groups
    assert groups is not None
    found = weight_bytes(groups, catalog.formats[form]).total * 8 / groups.total
    assert found == pytest.approx(bits, rel=0.001)


QUANTISED = [
    pytest.param("mistral-7b-v0.1", id="mistral 7b"),
    pytest.param("mixtral-8x7b", id="mixtral 8x7b"),
    pytest.param("llama-2-70b", id="llama 2 70b"),
]


@pytest.mark.parametrize("model", QUANTISED)
def test_nf4_static_memory(catalog: Catalog, ask: Ask, model: str) -> None:
    """4.127 bits for matrices inside blocks, 16 for the rest, and the adapters in fp32.

    Source: the block constants of QLoRA, arXiv 2305.14314; within 0.5 % of three measured models.
    """
    groups = catalog.models[model].groups
    assert groups is not None
    inside = groups.linear + groups.experts
    expected = inside * (4 + 8 / 64 + 32 / (64 * 256)) / 8 + 2 * (groups.total - inside)
    found = ask(
        model,
        "qlora",
        lora_targets=["q_proj", "v_proj"],
        lora_rank=8,
        runtime="unsloth",
        optimizer="adamw",
    )
    adapters = found.parts[Part.OPTIMIZER_STATES] / 2
    assert found.parts[Part.WEIGHTS] == pytest.approx(expected + adapters, rel=1e-6)


@pytest.mark.parametrize("micro_batch_size", [4, 8])
def test_full_fine_tuning_of_mistral(ask: Ask, micro_batch_size: int) -> None:
    """Pure bf16 AdamW peaks at 67.44 GiB in the optimizer step, at micro-batch 4 and 8 alike.

    Source: 67.46 GiB measured twice, foundation-model-stack fms-acceleration on an A100, where two
    cuBLAS workspaces take 48 MiB less than on the boards that the estimate allows for.
    """
    found = ask(
        "mistral-7b-v0.1", "full", precision="bf16", optimizer="adamw", gradient_checkpointing=True,
        sequence_length=4096, micro_batch_size=micro_batch_size,
    )  # fmt: skip
    if micro_batch_size == 4:
        assert found.phase is Phase.OPTIMIZER_STEP
    assert found.allocated.expected / GIB == pytest.approx(67.46, abs=0.05)


AT_REST = [
    pytest.param({"precision": "bf16", "optimizer": "adamw"}, (2, 4, 2, 2), id="pure bf16, foreach: 10 in all"),
    pytest.param({"precision": "bf16", "optimizer": "adamw-fused"}, (2, 4, 2, 0), id="pure bf16, fused"),
    pytest.param({"precision": "fp32", "optimizer": "adamw"}, (4, 8, 4, 4), id="fp32, foreach"),
    pytest.param({"precision": "mixed", "optimizer": "adamw"}, (2, 12, 2, 4), id="mixed: master copy and fp32 states"),
    pytest.param({"precision": "bf16", "optimizer": "sgd"}, (2, 0, 2, 0), id="sgd keeps nothing"),
    pytest.param({"precision": "fp32", "optimizer": "sgd-momentum"}, (4, 4, 4, 0), id="momentum"),
    pytest.param({"precision": "bf16", "optimizer": "lion"}, (2, 2, 2, 0), id="lion in bf16"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "expected"), AT_REST)
def test_bytes_per_trained_parameter(
    catalog: Catalog,
    ask: Ask,
    fields: dict[str, str],
    expected: tuple[int, int, int, int],
) -> None:
    """Weights, states, gradients and step temporaries.

    Source: the tensors that torch.optim keeps; foreach AdamW's temporary as measured, see below.
    """
    groups = catalog.models["llama-2-7b"].groups
    assert groups is not None
    found = ask("llama-2-7b", "full", micro_batch_size=1, sequence_length=1, **fields)
    at_rest = (Part.WEIGHTS, Part.OPTIMIZER_STATES, Part.GRADIENTS, Part.STEP_TEMPORARIES)
    assert tuple(found.parts.get(part, 0) / groups.total for part in at_rest) == expected


def test_adamw_8bit_states(catalog: Catalog, ask: Ask) -> None:
    """2.03 bytes of states per parameter; embeddings keep 8."""
    groups = catalog.models["llama-2-7b"].groups
    assert groups is not None
    found = ask("llama-2-7b", "full", optimizer="adamw-8bit", precision="bf16")
    blocks = groups.total - groups.embedding
    assert found.parts[Part.OPTIMIZER_STATES] == pytest.approx(
        2 * (1 + 4 / 256) * blocks + 8 * groups.embedding
    )


def test_lora_adapters(ask: Ask) -> None:
    """Rank 16 on every matrix of Llama 2 7B trains 39,976,960 parameters (peft prints this number)."""
    found = ask("llama-2-7b", "lora", lora_rank=16)
    assert found.parts[Part.OPTIMIZER_STATES] == 8 * 39_976_960
    only = ask("llama-2-7b", "lora", lora_rank=8, lora_targets=["q_proj", "v_proj"])
    assert only.parts[Part.OPTIMIZER_STATES] == 8 * 4_194_304


def test_explain_llama_2_13b_on_an_rtx_4090(catalog: Catalog, ask: Ask) -> None:
    """The example of the project: LoRA in 16 bits no, about 26 GiB; QLoRA yes, about 9 GiB."""
    have = catalog.boards["rtx-4090"].visible
    assert have / GIB == pytest.approx(23.5, abs=0.2)
    lora, qlora = ask("llama-2-13b", "lora"), ask("llama-2-13b", "qlora")
    assert judge(lora, have) is Verdict.NO
    assert lora.peak.expected / GIB == pytest.approx(26.5, abs=1)
    assert judge(qlora, have) is Verdict.FITS
    assert qlora.peak.expected / GIB == pytest.approx(9.2, abs=1)
    text = explain({"model": "llama-2-13b", "board": "rtx-4090", "task": "lora"}, catalog)
    assert text.startswith("No. Llama 2 13B, LoRA in bf16, on GeForce RTX 4090:")
    assert "the board offers 23.5 GiB" in text
    assert "Use QLoRA in NF4" in text
    assert "weights" in text
    assert "The peak is " in text
    assert text.endswith("\nIt takes 2 of the same board.\n")


@pytest.mark.parametrize("model", ["gpt-4", "claude-3-opus"])
def test_unknown_is_said(catalog: Catalog, model: str) -> None:
    """A model of unpublished size gets the reason instead of a number."""
    text = explain({"model": model, "board": "rtx-4090", "task": "inference"}, catalog)
    assert text.startswith("Unknown: the size of ")
    assert "GiB" not in text


def test_copies_of_frozen_weights_do_not_outlive_a_checkpointed_block(ask: Ask) -> None:
    """Autocast caches 16-bit copies of trained weights only.

    Counted on real layers under torch 2.13: eight linear layers keep eight copies after the
    forward pass where they are trained, or not checkpointed; frozen and checkpointed, none.
    """
    bf16 = ask("llama-2-7b", "lora", weights="bf16", sequence_length=512)
    fp32 = ask("llama-2-7b", "lora", weights="fp32", sequence_length=512)
    assert fp32.parts[Part.ACTIVATIONS] - bf16.parts[Part.ACTIVATIONS] < GIB
    kept = ask(
        "llama-2-7b", "lora", weights="fp32", sequence_length=512, gradient_checkpointing=False
    )
    assert kept.parts[Part.ACTIVATIONS] > 12 * GIB
