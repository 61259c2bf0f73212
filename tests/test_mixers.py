"""State layers in training: what the formulas say is what the fused kernels save.

These kernels run on a GPU only. For the delta rule the real class of transformers 5.24 ran on the
CPU with each kernel replaced by one that saves tensors of the same shapes; Mamba is summed from
lists.
"""

from dataclasses import replace

import pytest

from vram_atlas.formulas import mixer_activations
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import Adapters, Numerics, Projection
from vram_atlas.formulas.saved import attention_saved
from vram_atlas.schema.architecture import Normalisation
from vram_atlas.schema.mixers import Absent, GatedDelta, Mamba, Mamba2

BF16 = Numerics(element_bytes=2, residual_bytes=2, autocast=False, trains_base=True, scores=False)

DELTA = [
    pytest.param(2048, 16, 32, 128, 66241.0, id="qwen3-next"),
    pytest.param(256, 4, 8, 32, 5296.25, id="small, shared keys"),
    pytest.param(512, 4, 4, 64, 6248.125, id="small, own keys"),
]
"""Hidden size, key heads, value heads, head size, bytes per token of Qwen3NextGatedDeltaNet.

Source: torch.autograd.graph.saved_tensors_hooks, torch 2.13 on the CPU, bf16, 128 tokens. Kernels
save what these save: flash-linear-attention fla/ops/gated_delta_rule/chunk.py (q, q_rstd, k,
k_rstd, v, g, beta, A), causal_conv1d (its input), the gated RMS norm (input, gate, statistics)."""


@pytest.mark.parametrize(("hidden", "keys", "values", "size", "measured"), DELTA)
def test_gated_delta(hidden: int, keys: int, values: int, size: int, measured: float) -> None:
    """The whole layer, with the input of its first and last matrix, within 0.7 %."""
    mixer = GatedDelta(
        kind="gated-delta",
        layers=1,
        key_heads=keys,
        value_heads=values,
        key_size=size,
        value_size=size,
    )
    kernel = mixer_activations.saved(hidden, mixer, BF16)
    ends = BF16.element_bytes * (hidden + values * size)
    assert kernel + ends == pytest.approx(measured, rel=0.007)


def block(hidden: int, mixer: Mamba | Mamba2) -> Block:
    """A layer that is the mixer alone."""
    return Block(
        layers=1,
        hidden=hidden,
        attention=mixer,
        mlp=Absent(kind="none", layers=1),
        normalisation=Normalisation.RMS,
    )


def test_mamba() -> None:
    """Falcon Mamba 7B's layer, from the list of MambaInnerFn at its checkpoint level 1.

    Source: mamba_ssm/ops/selective_scan_interface.py saves xz, x_dbl, B, C, scan_intermediates
    (fp32, two per state, channel and 2,048 tokens) and out; conv1d_out, delta and the input of the
    last matrix are made again.
    """
    inner, rank, states = 8192, 256, 16
    mixer = Mamba(kind="mamba", layers=1, inner_size=inner, state_size=states, rank=rank)
    xz, x_dbl, b_and_c, out = 2 * inner, rank + 2 * states, 2 * states, inner
    intermediates = 4 * 2 * states * inner / 2048
    expected = 2 * (xz + x_dbl + b_and_c + out) + intermediates
    assert attention_saved(block(4096, mixer), BF16, 1024) == expected


def test_mamba_2() -> None:
    """Nemotron 3 Nano's layer, from the list of MambaSplitConv1dScanCombinedFn.

    Source: mamba_ssm/ops/triton/ssd_combined.py saves zxbcdt, out_x and rstd (fp32, one per group);
    the normalised output, the input of the last matrix, is made again.
    """
    heads, size, groups, states = 64, 64, 8, 128
    mixer = Mamba2(
        kind="mamba-2", layers=1, heads=heads, head_size=size, groups=groups, state_size=states
    )
    inner = heads * size
    zxbcdt = inner + (inner + 2 * groups * states) + heads
    assert attention_saved(block(2688, mixer), BF16, 1024) == 2 * (zxbcdt + inner) + 4 * groups


def test_adapters_change_nothing_in_the_kernel() -> None:
    """A kernel that contains the last matrix keeps the same; adapters keep their middles."""
    mixer = Mamba2(kind="mamba-2", layers=1, heads=8, head_size=64, groups=1, state_size=64)
    adapters = Adapters(rank=8, targets=frozenset(Projection), element_bytes=2)
    lora = replace(BF16, trains_base=False, adapters=adapters)
    kernel = mixer_activations.saved(512, mixer, lora)
    assert attention_saved(block(512, mixer), lora, 64) == kernel + 2 * 2 * adapters.rank
