"""Matrices, parameters and state of what stands in the place of attention.

Symbols: K key_heads x key_size, V value_heads x value_size, I inner size, N state_size, G groups.
Shapes are those of the classes in transformers 5.24 and of the published checkpoints.
"""

from typing import assert_never

from vram_atlas.formulas.ledger import Matrix
from vram_atlas.formulas.numerics import Projection
from vram_atlas.schema.architecture import Mixer
from vram_atlas.schema.mixers import (
    Absent,
    GatedDelta,
    Lightning,
    Mamba,
    Mamba2,
    Rwkv7,
    ShortConvolution,
)


def _matrix(inputs: int, outputs: int, role: Projection = Projection.INPUT) -> Matrix:
    return Matrix(roles=frozenset({role}), inputs=inputs, outputs=outputs)


def keys_and_values(mixer: GatedDelta) -> tuple[int, int]:
    """Width of all keys (as wide as all queries), and of all values."""
    return mixer.key_heads * mixer.key_size, mixer.value_heads * mixer.value_size


def inner_size(mixer: Mamba2) -> int:
    """Width of all heads."""
    return mixer.heads * mixer.head_size


def convolved(mixer: Mamba2) -> int:
    """Channels of the convolution: the heads, and B and C of every group."""
    return inner_size(mixer) + 2 * mixer.groups * mixer.state_size


def matrices(hidden: int, mixer: Mixer) -> tuple[Matrix, ...]:
    """The products of a mixer, the output last; none for a layer without one."""
    match mixer:
        case GatedDelta():
            return _gated_delta(hidden, mixer)
        case Mamba():
            inner = mixer.inner_size
            return (
                _matrix(hidden, 2 * inner),
                _matrix(inner, mixer.rank + 2 * mixer.state_size),
                _matrix(mixer.rank, inner),
                _matrix(inner, hidden, Projection.OUTPUT),
            )
        case Mamba2():
            return (
                _matrix(hidden, inner_size(mixer) + convolved(mixer) + mixer.heads),
                _matrix(inner_size(mixer), hidden, Projection.OUTPUT),
            )
        case Lightning():
            width = mixer.heads * mixer.head_size
            return (
                _matrix(hidden, 3 * width),
                _matrix(hidden, width, Projection.GATE),
                _matrix(width, hidden, Projection.OUTPUT),
            )
        case ShortConvolution():
            return (_matrix(hidden, 3 * hidden), _matrix(hidden, hidden, Projection.OUTPUT))
        case Rwkv7():
            return _rwkv(hidden, mixer)
        case Absent():
            return ()
        case _:
            assert_never(mixer)


def _gated_delta(hidden: int, mixer: GatedDelta) -> tuple[Matrix, ...]:
    keys, values = keys_and_values(mixer)
    output = _matrix(values, hidden, Projection.OUTPUT)
    rank = mixer.gate_rank
    if rank is None:
        gates = 2 * mixer.value_heads
        return _matrix(hidden, 2 * keys + 2 * values), _matrix(hidden, gates), output
    gate = (
        (_matrix(hidden, values, Projection.GATE),)
        if mixer.full_gate
        else (_matrix(hidden, rank, Projection.GATE), _matrix(rank, values, Projection.GATE))
    )
    return (
        _matrix(hidden, keys, Projection.QUERY),
        _matrix(hidden, keys, Projection.KEY),
        _matrix(hidden, values, Projection.VALUE),
        _matrix(hidden, mixer.value_heads),
        _matrix(hidden, rank),
        _matrix(rank, keys),
        *gate,
        output,
    )


def _rwkv(hidden: int, mixer: Rwkv7) -> tuple[Matrix, ...]:
    width = mixer.heads * mixer.head_size
    ranks = (mixer.decay_rank, mixer.rate_rank, mixer.value_rank, mixer.gate_rank)
    narrow = [_matrix(hidden, rank) for rank in ranks] + [_matrix(rank, width) for rank in ranks]
    return (
        _matrix(hidden, width, Projection.QUERY),
        _matrix(hidden, width, Projection.KEY),
        _matrix(hidden, width, Projection.VALUE),
        *narrow,
        _matrix(width, hidden, Projection.OUTPUT),
    )


def other_parameters(hidden: int, mixer: Mixer) -> int:
    """Everything that is not a matrix: convolutions, decays, biases, norms. Unit: elements."""
    match mixer:
        case GatedDelta():
            keys, values = keys_and_values(mixer)
            step = mixer.value_heads if mixer.gate_rank is None else keys
            convolution = mixer.convolution * (2 * keys + values)
            return convolution + step + mixer.value_heads + mixer.value_size
        case Mamba():
            inner = mixer.inner_size
            norms = mixer.rank + 2 * mixer.state_size if mixer.norms else 0
            return inner * (mixer.convolution + 1 + mixer.state_size + 2) + norms
        case Mamba2():
            norm = inner_size(mixer) if mixer.norm else 0
            return convolved(mixer) * (mixer.convolution + 1) + 3 * mixer.heads + norm
        case Lightning():
            return mixer.heads * mixer.head_size
        case ShortConvolution():
            return mixer.convolution * hidden
        case Rwkv7():
            return (_RWKV_MIXES + _RWKV_VECTORS + _RWKV_NORM) * hidden
        case Absent():
            return 0
        case _:
            assert_never(mixer)


_RWKV_MIXES = 7
"""Shares of the token before: six of the time mix, one of the channel mix that follows."""
_RWKV_VECTORS = 6
"""Offsets of decay, rate and value; weights of the removal key, the rate and the bonus."""
_RWKV_NORM = 2


def recurrent_elements(mixer: Mixer) -> int:
    """Elements of one layer's recurrent state, per sequence and whatever its length."""
    match mixer:
        case GatedDelta():
            return mixer.value_heads * mixer.key_size * mixer.value_size
        case Mamba():
            return mixer.inner_size * mixer.state_size
        case Mamba2():
            return inner_size(mixer) * mixer.state_size
        case Lightning() | Rwkv7():
            return mixer.heads * mixer.head_size * mixer.head_size
        case ShortConvolution() | Absent():
            return 0
        case _:
            assert_never(mixer)


def shifted_elements(hidden: int, mixer: Mixer) -> int:
    """Inputs that a convolution or a token shift keeps of the last tokens, per sequence."""
    match mixer:
        case GatedDelta():
            keys, values = keys_and_values(mixer)
            return mixer.convolution * (2 * keys + values)
        case Mamba():
            return mixer.convolution * mixer.inner_size
        case Mamba2():
            return mixer.convolution * convolved(mixer)
        case ShortConvolution():
            return mixer.convolution * hidden
        case Rwkv7():
            return 2 * hidden
        case Lightning() | Absent():
            return 0
        case _:
            assert_never(mixer)


def state_bits(mixer: Mixer) -> int:
    """Bits of an element of the recurrent state."""
    return 0 if isinstance(mixer, ShortConvolution | Absent) else mixer.state_bits


def trainable(mixer: Mixer) -> bool:
    """Whether it is known what the layer keeps for a backward pass."""
    return not isinstance(mixer, Lightning | Rwkv7)
