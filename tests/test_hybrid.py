"""Decoders whose layers are not all attention: totals, caches, states, what training keeps.

Totals are those of the published checkpoints, or of the classes of transformers 5.24 on empty
tensors where the published file holds more (a vision tower, a prediction layer).
"""

import pytest
from hybrids import GATED, HYBRIDS, a_decoder, gated, grouped

from vram_atlas.formulas import decoder, kv_cache
from vram_atlas.formulas.counting import count
from vram_atlas.formulas.numerics import Adapters, Numerics, Projection
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.units import KIB, MIB

TOTALS = {
    "qwen3-next-80b-a3b": 79_674_391_296,
    "qwen3.5-9b, text": 8_953_803_264,
    "kimi-linear-48b-a3b": 49_133_074_464,
    "mamba-2.8b": 2_768_345_600,
    "falcon-mamba-7b": 7_272_665_088,
    "mamba2, transformers' default": 7_285_403_648,
    "jamba-v0.1": 51_570_323_328,
    "falcon-h1, transformers' default": 8_514_961_408,
    "falcon-h1r-7b": 7_585_648_736,
    "nemotron-3-nano-30b-a3b": 31_577_937_344,
    "nemotron-nano-9b-v2": 8_888_227_328,
    "nemotron-3-super-120b-a12b": 120_668_687_360,
    "granite-4.0-h-tiny": 6_939_037_248,
    "granite-4.0-h-small": 32_207_337_984,
    "minimax-text-01": 456_089_655_296,
    "lfm2-1.2b": 1_170_340_608,
    "rwkv-7-g1-2.9b": 2_948_065_280,
    "deepseek-v3.2": 671_877_929_216,
    "llama-3.2-11b-vision, text": 9_775_192_080,
    "gemma-3n-e4b, text": 6_835_235_568,
}


@pytest.mark.parametrize(("name", "total"), TOTALS.items(), ids=TOTALS)
def test_parameters_to_the_element(name: str, total: int) -> None:
    """The sum over the tensor shapes is the published total."""
    assert count(HYBRIDS[name]).total == total


def cached(name: str, tokens: int, *, absorbs_latent: bool = True) -> float:
    """Keys, values and states of one sequence, 16-bit keys and values. Bytes."""
    return kv_cache.cache_bytes(
        HYBRIDS[name],
        tokens=tokens,
        sequences=1,
        cache_bits=16,
        limits_windows=True,
        absorbs_latent=absorbs_latent,
        ops=NUMBERS,
    )


PER_TOKEN = {
    "qwen3-next-80b-a3b": 24 * KIB,
    "qwen3.5-27b, text": 64 * KIB,
    "kimi-linear-48b-a3b": 6 * 576 * 2,
    "mamba-2.8b": 0,
    "rwkv-7-g1-2.9b": 0,
    "falcon-h1r-7b": 44 * KIB,
    "nemotron-nano-9b-v2": 16 * KIB,
    "nemotron-3-nano-30b-a3b": 6 * KIB,
    "jamba-v0.1": 16 * KIB,
    "minimax-text-01": 40 * KIB,
    "lfm2-1.2b": 12 * KIB,
    "deepseek-v3.2": 61 * (576 + 128) * 2,
    "llama-3.2-11b-vision, text": 128 * KIB,
    "gemma-3n-e4b, text": 8 * KIB,
}
"""Bytes per token beyond every window: full-attention layers, latent vectors and index keys."""


@pytest.mark.parametrize(("name", "expected"), PER_TOKEN.items(), ids=PER_TOKEN)
def test_cache_per_token(name: str, expected: int) -> None:
    """Only attention grows with the length."""
    assert (cached(name, 8192) - cached(name, 4096)) / 4096 == expected


STATES = {
    "qwen3.5-27b, text": 144 * MIB + 48 * 4 * 10240 * 2,
    "mamba-2.8b": 64 * 5120 * (16 * 4 + 4 * 2),
    "falcon-h1r-7b": 44 * (24 * 128 * 256 * 4 + 4 * (3072 + 2 * 256) * 2),
    "lfm2-1.2b": 10 * 3 * 2048 * 2,
    "minimax-text-01": 70 * 64 * 128 * 128 * 2,
    "rwkv-7-g1-2.9b": 32 * (40 * 64 * 64 * 4 + 2 * 2560 * 2),
    "nemotron-nano-9b-v2": 27 * (128 * 80 * 128 * 4 + 4 * (128 * 80 + 2 * 8 * 128) * 2),
}


@pytest.mark.parametrize(("name", "expected"), STATES.items(), ids=STATES)
def test_states_do_not_grow(name: str, expected: int) -> None:
    """Recurrent states and the inputs of convolutions, per sequence. Qwen3.5 27B: 144 MiB and 4."""
    model = HYBRIDS[name]
    layers = [(group.layers, group) for group in decoder.state_layers(model)]
    layers += [(model.layers, model.beside)] if model.beside else []
    states = sum(n * kv_cache.state_bytes(model.hidden_size, group) for n, group in layers)
    assert states == expected
    assert cached(name, 1) >= expected


def test_cross_attention_holds_the_image() -> None:
    """Llama 3.2 Vision: 8 layers keep keys and values of 6,404 image tokens, whatever the text."""
    image = 8 * 2 * 8 * 128 * 6404 * 2
    assert cached("llama-3.2-11b-vision, text", 1) == image + 128 * KIB


def test_reused_keys_are_not_cached_again() -> None:
    """Gemma 3n E4B: 20 of 35 layers keep keys and values, four of them for the whole context."""
    per_layer = 2 * 2 * 256 * 2
    assert cached("gemma-3n-e4b, text", 4096) == per_layer * (16 * 512 + 4 * 4096)


def bf16(*, trains_base: bool, adapters: Adapters | None = None) -> Numerics:
    """Pure 16 bits with fused attention."""
    return Numerics(
        element_bytes=2,
        residual_bytes=2,
        autocast=False,
        trains_base=trains_base,
        scores=False,
        adapters=adapters,
    )


TRAINED = [name for name, shape in HYBRIDS.items() if not decoder.why_untrainable(shape)]


@pytest.mark.parametrize("name", TRAINED)
def test_training_keeps_what_its_tokens_need(name: str) -> None:
    """Linear in the tokens; adapters keep less than full fine-tuning; one block less than all."""
    adapters = Adapters(rank=16, targets=frozenset(Projection), element_bytes=2)

    def kept(numerics: Numerics, length: int) -> float:
        found = decoder.training(
            HYBRIDS[name], numerics, micro_batch_size=2, sequence_length=length, ops=NUMBERS
        )
        assert 0 < found.checkpoints < found.saved
        assert found.recomputed < found.saved
        assert found.transient > 0
        return found.saved

    full = bf16(trains_base=True)
    fixed = 2 * kept(full, 512) - kept(full, 1024)
    assert fixed == (2 * kept(full, 2048) - kept(full, 4096))
    assert kept(bf16(trains_base=False, adapters=adapters), 1024) < kept(full, 1024)


def test_what_is_not_known_is_named() -> None:
    """Lightning attention, RWKV-7 and indexers: inference only."""
    unknown = {name: decoder.why_untrainable(shape) for name, shape in HYBRIDS.items()}
    assert {name: why for name, why in unknown.items() if why} == {
        "minimax-text-01": "lightning layers",
        "rwkv-7-g1-2.9b": "rwkv-7 layers",
        "deepseek-v3.2": "attention with an indexer",
    }


SAVED = [
    pytest.param({"kind": "short-convolution", "layers": 1}, "rms", 3213.3, id="lfm2, convolution"),
    pytest.param(grouped(1, 4, 2, 32, **GATED), "rms-fp32", 5816, id="qwen3.5, gated attention"),
]
"""Bytes per token of one layer: hidden size 64, MLP width 176, 4 heads of 32, 2 KV heads, bf16.

Source: torch.autograd.graph.saved_tensors_hooks on the classes of transformers 5.24 on the CPU,
the difference of three and two layers."""


@pytest.mark.parametrize(("mixer", "norm", "measured"), SAVED)
def test_saved_by_real_layers(mixer: dict[str, object], norm: str, measured: float) -> None:
    """What the formula says a layer keeps is what PyTorch keeps, within half a per cent."""
    shape = a_decoder(
        layers=1,
        hidden_size=64,
        vocabulary=32,
        tied_embeddings=True,
        normalisation=norm,
        attention=[mixer],
        mlp=[gated(1, 176)],
    )
    found = decoder.training(
        shape, bf16(trains_base=True), micro_batch_size=1, sequence_length=48, ops=NUMBERS
    )
    assert found.saved / 48 == pytest.approx(measured, rel=0.005)
