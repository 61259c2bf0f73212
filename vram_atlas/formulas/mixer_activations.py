"""What layers with a constant state keep for the backward pass, and need in a forward pass.

Derived from what the fused kernels hand to save_for_backward, not from measured runs.
flash-linear-attention, chunk_gated_delta_rule: normalised queries and keys with their statistics,
values, gates, rates and the 64-wide triangle of every chunk. mamba_ssm, MambaInnerFn: the output of
the first matrix, the small product, B, C, the scan's output, and its states every 2,048 tokens.
mamba_ssm, MambaSplitConv1dScanCombinedFn: the output of the first matrix, the scan's output and the
norm's statistics. Both compute the last matrix inside, and its input again in the backward pass.
tests/test_hybrid.py holds the counts. Without these kernels (transformers then computes in plain
PyTorch) much more is kept.
Symbols as in mixers.py.
"""

from vram_atlas.formulas.mixers import (
    convolved,
    inner_size,
    keys_and_values,
    recurrent_elements,
)
from vram_atlas.formulas.numerics import FP32, Numerics
from vram_atlas.schema.architecture import Mixer
from vram_atlas.schema.mixers import GatedDelta, Mamba, Mamba2, Rwkv7, ShortConvolution

_DELTA_CHUNK = 64
_SCAN_CHUNK = 256
_SCAN_STATES = 2048
"""Tokens between two states that Mamba's scan keeps."""


def saved(hidden: int, mixer: Mixer, numerics: Numerics) -> float:
    """Tensors between the first and the last matrix. Unit: bytes per token."""
    element = numerics.element_bytes
    match mixer:
        case GatedDelta():
            keys, values = keys_and_values(mixer)
            kernel = 2 * keys + values + _DELTA_CHUNK * mixer.value_heads
            gates = 4 * mixer.value_heads if mixer.gate_rank is None else 2 * keys
            statistics = 2 * mixer.key_heads + mixer.value_heads
            inside = (2 * keys + values) + kernel + 2 * values + mixer.value_heads
            return element * inside + FP32 * (gates + statistics)
        case Mamba():
            inputs = mixer.rank + 4 * mixer.state_size
            unfused = 2 * mixer.inner_size if mixer.norms else 0
            states = 2 * mixer.state_size * mixer.inner_size / _SCAN_STATES
            return element * (3 * mixer.inner_size + inputs + unfused) + FP32 * states
        case Mamba2():
            scanned = 2 * inner_size(mixer) + convolved(mixer) + mixer.heads
            return element * scanned + FP32 * mixer.groups
        case ShortConvolution():
            return element * 5 * hidden
        case _:
            return 0


def recomputes_output(mixer: Mixer) -> bool:
    """Whether the last matrix is part of the kernel, which makes its input again (mamba_ssm).

    Such a kernel knows no adapter: peft refuses one on that matrix.
    """
    return isinstance(mixer, Mamba2) or (isinstance(mixer, Mamba) and not mixer.norms)


def transient(hidden: int, mixer: Mixer) -> float:
    """Elements per token live at the widest point of a forward pass: stream, products, chunks."""
    match mixer:
        case GatedDelta():
            keys, values = keys_and_values(mixer)
            states = recurrent_elements(mixer) / _DELTA_CHUNK
            return 3 * hidden + 2 * (2 * keys + values) + 2 * keys + 4 * values + states
        case Mamba():
            return 3 * hidden + 5 * mixer.inner_size + mixer.rank + 2 * mixer.state_size
        case Mamba2():
            states = 2 * recurrent_elements(mixer) / _SCAN_CHUNK
            return 3 * hidden + 2 * convolved(mixer) + 2 * inner_size(mixer) + states
        case ShortConvolution():
            return 3 * hidden + 5 * hidden
        case Rwkv7():
            return 3 * hidden + 12 * mixer.heads * mixer.head_size
        case _:
            width = 0 if mixer.kind == "none" else mixer.heads * mixer.head_size
            return 3 * hidden + 6 * width
