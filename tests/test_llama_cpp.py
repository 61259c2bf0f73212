"""llama.cpp: what its own allocator reserves, asked without weights for models of these shapes.

The figures are of the program itself (build 11549 and 0.5.0): `no_alloc`, files with shapes only.
"""

import pytest
from conftest import Ask, Plan

from vram_atlas.catalog import Catalog
from vram_atlas.formulas.phases import Part
from vram_atlas.holding import copied
from vram_atlas.inverse import layers_on_board
from vram_atlas.units import GIB, MIB, from_gib

LLAMA = {"runtime": "llama.cpp", "weights": "q4_k_m"}

CACHES = [
    ("llama-3.1-8b", 8192, 1024),
    ("mistral-7b-v0.1", 32768, 4096),
    ("phi-3-mini", 4096, 1536),
    ("gemma-2-9b", 32768, 5376 + 756),
    ("gemma-3-27b", 8192, 640 + 624),
    ("gemma-3-4b", 131072, 2560 + 174),
    ("qwen3-30b-a3b", 32768, 3072),
]
"""Model, context, MiB of full layers and of sliding windows. Windows hold one pass of 512 more."""

BUFFERS = [
    ("llama-2-7b", 8192, 592),
    ("llama-3.1-8b", 32768, 2164),
    ("llama-3.1-70b", 32768, 4260),
    ("qwen2.5-7b", 32768, 1900),
    ("qwen3-32b", 32768, 4246),
    ("qwen3-235b-a22b", 32768, 4234),
    ("gemma-3-27b", 32768, 2252),
    ("gpt-oss-20b", 32768, 4272),
]
"""Model, context, MiB without flash attention: the scores of 512 tokens, once."""

FUSED = [
    ("llama-3.1-8b", 131072, 258.5),
    ("llama-3.1-70b", 4096, 266.5),
    ("tinyllama-1.1b", 131072, 173.0),
    ("mixtral-8x7b", 4096, 196.0),
    ("gemma-3-27b", 131072, 522.6),
    ("deepseek-v3", 4096, 384.0),
    ("kimi-k2", 4096, 368.0),
    ("qwen3-coder-480b-a35b", 4096, 308.8),
    ("hunyuan-a13b", 4096, 406.3),
    ("starcoder2-15b", 131072, 212.0),
]
"""Model, context, MiB of the compute buffer with flash attention."""

MIXES = [
    ("llama-3.1-8b", "q4_k_m", 4403.5),
    ("pythia-6.9b", "q4_k_m", 4086.1),
    ("glm-4-9b-0414", "q4_k_m", 5539.0),
    ("deepseek-v2-lite", "q4_k_m", 9771.4),
    ("nemotron-nano-9b-v2", "q4_k_m", 5830.8),
    ("qwen3-235b-a22b", "q4_k_m", 135229.1),
    ("falcon-mamba-7b", "q4_k_m", 3864.4),
]
"""Model, format, MiB on the board: joined matrices, uneven rows, experts, no MLP."""

PARTIAL = [
    ("llama-3.1-70b", 308),
    ("mixtral-8x7b", 461),
    ("gpt-oss-120b", 620),
    ("qwen3-next-80b-a3b", 514),
    ("deepseek-v3", 3227),
]
"""Model, MiB of the compute buffer at 4,096 tokens with half of the layers on the host."""

FILES = [("gpt-oss-20b", 11.27), ("gpt-oss-120b", 59.02)]
"""GiB of the files as llama.cpp lists them; the input table stays in the host's memory."""


@pytest.mark.parametrize(("model", "context", "mib"), CACHES)
def test_cache(ask: Ask, model: str, context: int, mib: int) -> None:
    """Windows shorten a cache only of models that have other layers, and hold a pass more."""
    parts = ask(model, "inference", context_length=context, **LLAMA).parts
    assert parts[Part.KV_CACHE] == pytest.approx(mib * MIB, rel=0.001)


@pytest.mark.parametrize(("model", "context", "mib"), BUFFERS)
def test_buffer_without_flash_attention(ask: Ask, model: str, context: int, mib: int) -> None:
    """Scores become probabilities in place."""
    found = ask(model, "inference", context_length=context, attention="eager", **LLAMA)
    assert found.parts[Part.ACTIVATIONS] == pytest.approx(mib * MIB, rel=0.07)


@pytest.mark.parametrize(("model", "context", "mib"), FUSED)
def test_buffer_with_flash_attention(ask: Ask, model: str, context: int, mib: float) -> None:
    """The widest block beside the mask, or the logits."""
    found = ask(model, "inference", context_length=context, **LLAMA)
    assert found.parts[Part.ACTIVATIONS] == pytest.approx(mib * MIB, rel=0.02)


@pytest.mark.parametrize(("model", "weights", "mib"), MIXES)
def test_mixes(ask: Ask, model: str, weights: str, mib: float) -> None:
    """Which matrices a file gives larger blocks."""
    found = ask(model, "inference", runtime="llama.cpp", weights=weights)
    assert found.parts[Part.WEIGHTS] == pytest.approx(mib * MIB, rel=0.01)


@pytest.mark.parametrize(("model", "mib"), PARTIAL)
def test_matrices_of_the_host_are_copied(plan: Plan, model: str, mib: float) -> None:
    """All experts of a layer at once: 2.9 GiB of DeepSeek-V3."""
    workload = plan(model, "inference", **LLAMA)
    assert copied(workload) == pytest.approx(mib * MIB, rel=0.07)


def test_layers_on_a_board_leave_room_for_the_copies(catalog: Catalog, plan: Plan) -> None:
    """DeepSeek-V3 on 24 GiB: two layers, and three without what is copied."""
    found = layers_on_board(plan("deepseek-v3", "inference", **LLAMA), from_gib(23.5), catalog)
    assert found is not None
    assert found.number == 2


def test_models_that_it_treats_apart(ask: Ask) -> None:
    """MiniCPM3 keeps full heads, Grok has no fused kernel: 3.0 GiB of cache, 12.3 of scores."""
    cache = ask("minicpm3-4b", "inference", **LLAMA).parts[Part.KV_CACHE]
    assert cache == 3100 * MIB
    grok = ask("grok-1", "inference", context_length=131072, **LLAMA).parts[Part.ACTIVATIONS]
    assert grok == pytest.approx(12596 * MIB, rel=0.01)


def test_buffer_does_not_depend_on_the_prompt(ask: Ask) -> None:
    """It is reserved for the whole context."""
    long = ask("llama-3.1-8b", "inference", context_length=8192, attention="eager", **LLAMA)
    short = ask(
        "llama-3.1-8b",
        "inference",
        context_length=8192,
        prompt_length=512,
        attention="eager",
        **LLAMA,
    )
    assert short.parts == long.parts


@pytest.mark.parametrize(("model", "gib"), FILES)
@pytest.mark.parametrize("weights", ["q4_k_m", "q8_0", "q2_k"])
def test_experts_stay_as_published(
    ask: Ask, catalog: Catalog, model: str, gib: float, weights: str
) -> None:
    """A GGUF file of gpt-oss has MXFP4 experts, whatever its name says."""
    groups = catalog.models[model].groups
    assert groups is not None
    table = groups.embedding * catalog.formats["gguf-mxfp4"].embedding_bits / 8
    found = ask(model, "inference", runtime="llama.cpp", weights=weights)
    assert found.parts[Part.WEIGHTS] + table == pytest.approx(gib * GIB, rel=0.002)


def test_only_an_own_input_table_stays_on_the_host(ask: Ask) -> None:
    """Llama 3.1 8B: 4,403 MiB of 4,685 reach the GPU; a tied matrix is copied there."""
    untied = ask("llama-3.1-8b", "inference", **LLAMA).parts[Part.WEIGHTS]
    assert untied == pytest.approx(4403.49 * MIB, rel=0.001)
    tied = ask("gemma-3-1b", "inference", runtime="llama.cpp", weights="q8_0").parts[Part.WEIGHTS]
    assert tied == pytest.approx(1.07e9, rel=0.01)


def test_towers_are_16_bit_files(ask: Ask) -> None:
    """Gemma 3 4B: 2.49 GB of text in Q4_K_M, and 0.85 GB of the vision tower."""
    found = ask("gemma-3-4b", "inference", **LLAMA).parts[Part.WEIGHTS]
    assert found == pytest.approx(2.49e9 + 0.85e9, rel=0.01)
