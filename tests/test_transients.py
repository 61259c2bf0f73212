"""What a block needs for a moment, and what is kept for reasons of its own, by the library's code.

The figures are those of the classes themselves, run without a GPU and added up storage by storage.
"""

# ruff: noqa: E501 - a row of a table is one line

from dataclasses import replace

import pytest
from conftest import Ask

from vram_atlas.formulas import blocks, kept_inputs
from vram_atlas.formulas.block import Block, full_attention
from vram_atlas.formulas.numerics import Adapters, Numerics, Projection
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.phases import Part
from vram_atlas.schema.architecture import (
    AttentionBias,
    GatedMlp,
    GroupedAttention,
    Normalisation,
    PlainMlp,
)

MIB = 2**20
VIT = Block(
    layers=1,
    hidden=768,
    attention=full_attention(heads=12, head_size=64, bias=AttentionBias.ALL),
    mlp=PlainMlp(kind="plain", layers=1, width=3072),
    normalisation=Normalisation.LAYER,
)
LLAMA = Block(
    layers=1,
    hidden=3072,
    attention=GroupedAttention(layers=1, heads=24, kv_heads=8, head_size=128),
    mlp=GatedMlp(kind="gated", layers=1, width=8192),
    normalisation=Normalisation.RMS,
)


def passing(block: Block, *, tokens: int, keys: int, size: int) -> float:
    """Live in one pass without gradients. Bytes."""
    return blocks.transient(
        (block,),
        tokens=tokens,
        keys=keys,
        element_bytes=size,
        score_element=size,
        scores=(False,),
        ops=NUMBERS,
    )


@pytest.mark.parametrize(
    ("sequences", "length", "size", "traced"),
    [
        pytest.param(16, 512, 4, 1167.7, id="fp32"),
        pytest.param(16, 512, 2, 602.9, id="bf16"),
        pytest.param(1, 512, 4, 80.0, id="one sequence"),
        pytest.param(16, 256, 4, 407.1, id="fewer tokens than relative positions"),
        pytest.param(16, 128, 4, 177.9, id="far fewer"),
        pytest.param(16, 1024, 4, 4281.9, id="more"),
    ],
)
def test_disentangled_attention(sequences: int, length: int, size: int, traced: float) -> None:
    """DebertaV2Model of transformers 5.17, two layers of the base size: MiB live at the peak.

    Not counted: tables of positions, one for all sequences.
    """
    block = replace(VIT, relative=512, post_norm=True)
    found = passing(block, tokens=sequences * length, keys=length, size=size)
    assert found / MIB == pytest.approx(traced, rel=0.1)


@pytest.mark.parametrize(("scaled", "widths"), [(False, 12), (True, 14)])
@pytest.mark.parametrize("size", [2, 4])
def test_layer_scale(*, scaled: bool, widths: int, size: int) -> None:
    """ViTModel and Dinov2Model of transformers 5.17: widths of the stream live at the peak."""
    block = replace(VIT, scaled=scaled)
    assert passing(block, tokens=257, keys=257, size=size) == widths * 257 * 768 * size


@pytest.mark.parametrize(
    ("numerics", "plain", "scaled"),
    [
        pytest.param(Numerics(element_bytes=4, residual_bytes=4, autocast=False, trains_base=True, scores=False), 64, 72, id="fp32"),
        pytest.param(Numerics(element_bytes=2, residual_bytes=2, autocast=False, trains_base=True, scores=False), 32, 36, id="bf16"),
        pytest.param(Numerics(element_bytes=2, residual_bytes=4, autocast=True, trains_base=True, scores=False), 40, 44, id="autocast"),
        pytest.param(Numerics(element_bytes=2, residual_bytes=2, autocast=False, trains_base=False, scores=False), 20, 20, id="frozen"),
    ],
)  # fmt: skip
def test_layer_scale_is_kept(numerics: Numerics, plain: int, scaled: int) -> None:
    """A trained vector keeps what it multiplies: bytes per token and width of the same classes."""

    def kept(block: Block) -> float:
        found = blocks.training(
            (block,), numerics, micro_batch_size=1, sequence_length=257, ops=NUMBERS
        )
        return found.saved / 257 / 768

    assert kept(VIT) == pytest.approx(plain, abs=0.2)
    assert kept(replace(VIT, scaled=True)) == pytest.approx(scaled, abs=0.2)


def test_one_matrix_for_gate_and_up(ask: Ask) -> None:
    """Its product stays whole while the halves are multiplied: four widths and not three."""
    fused = replace(LLAMA, mlp=GatedMlp(kind="gated", layers=1, width=8192, fused=True))
    apart, together = (passing(one, tokens=4096, keys=4096, size=2) for one in (LLAMA, fused))
    assert together - apart == 2 * 4096 * 8192
    measured = 9674188800
    found = ask("phi-3-mini", "inference", runtime="transformers", context_length=4096)
    assert found.allocated.expected == pytest.approx(measured, rel=0.003)


def test_int8_layers_keep_their_inputs(ask: Ask) -> None:
    """Two norms' outputs, the attention's and the MLP's, in each of Llama 3.2 3B's 28 layers."""
    adapters = Adapters(rank=16, targets=frozenset(Projection), element_bytes=4)
    numerics = Numerics(
        element_bytes=2, residual_bytes=2, autocast=True, trains_base=False, scores=False,
        quantised_base=True, keeps_inputs=True, adapters=adapters,
    )  # fmt: skip
    assert kept_inputs.with_checkpoints(LLAMA, numerics) == 2 * (2 * 3072 + 3072 + 8192)
    assert kept_inputs.beside_adapters(LLAMA, numerics) == 0
    few = Adapters(rank=16, targets=frozenset({Projection.QUERY}), element_bytes=4)
    assert kept_inputs.beside_adapters(LLAMA, replace(numerics, adapters=few)) == 2 * (3072 + 8192)
    asked = {"runtime": "transformers", "sequence_length": 1024}
    int8, nf4 = (
        ask("llama-3.2-3b", "qlora", weights=form, **asked).parts[Part.ACTIVATIONS]
        for form in ("int8", "nf4")
    )
    assert int8 - nf4 == pytest.approx(28 * 17408 * 2 * 1024, rel=0.05)
