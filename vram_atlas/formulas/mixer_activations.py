"""What layers with a constant state keep for the backward pass, and need in a forward pass.

Derived from what the fused kernels hand to their backward pass, not from measured runs: the chunked
gated delta rule of flash-linear-attention keeps normalised queries and keys, values, gates and the
64-wide triangle of every chunk; mamba_ssm keeps the output of the first matrix and of the scan.
Without these kernels (transformers then computes in plain PyTorch) much more is kept.
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
            return element * (3 * mixer.inner_size + inputs + unfused)
        case Mamba2():
            scanned = 2 * inner_size(mixer) + convolved(mixer) + mixer.heads
            return element * scanned + FP32 * mixer.groups
        case ShortConvolution():
            return element * 5 * hidden
        case _:
            return 0


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
