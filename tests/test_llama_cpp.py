"""llama.cpp: what its own allocator reserves, asked without weights for models of these shapes.

The figures are of the program itself (build 11549): `no_alloc`, files with shapes only.
"""

import pytest
from conftest import Ask

from vram_atlas.catalog import Catalog
from vram_atlas.formulas.phases import Part
from vram_atlas.units import GIB, MIB

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
