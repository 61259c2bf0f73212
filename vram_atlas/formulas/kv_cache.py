"""Keys, values and states that a decoder-only model keeps of earlier tokens."""

from functools import cache

from vram_atlas.adding import add_up
from vram_atlas.formulas import mixers, shapes
from vram_atlas.formulas.numerics import HALF
from vram_atlas.formulas.ops import Ops
from vram_atlas.schema.architecture import (
    AnyAttention,
    Decoder,
    GroupedAttention,
    LatentAttention,
    Mixer,
)
from vram_atlas.schema.compressed import CompressedAttention, Indexer
from vram_atlas.units import BITS_PER_BYTE


def cache_bytes(
    architecture: Decoder,
    *,
    tokens: float,
    sequences: float,
    cache_bits: float,
    limits_windows: bool,
    absorbs_latent: bool,
    in_flight: float = 0,
    ops: Ops,
) -> float:
    """KV cache of `sequences` sequences of `tokens` tokens, and constant states. Unit: bytes."""
    kept = [
        group.layers
        * layer_bytes(
            architecture,
            group,
            tokens=tokens,
            cache_bits=cache_bits,
            limits_windows=limits_windows,
            absorbs_latent=absorbs_latent,
            in_flight=in_flight,
            ops=ops,
        )
        for group in architecture.attention
    ]
    return sequences * add_up(kept)


def layer_bytes(
    architecture: Decoder,
    group: AnyAttention,
    *,
    tokens: float,
    cache_bits: float,
    limits_windows: bool,
    absorbs_latent: bool,
    in_flight: float,
    ops: Ops,
) -> float:
    """What one layer keeps of a sequence. Unit: bytes.

    MHA, GQA, MQA: 2 x kv_heads x head_size per token; a sliding-window layer holds at most its
    window and what an engine adds in one pass, one that reuses keys nothing, cross-attention the
    tokens of one image. MLA keeps one latent vector of kv_rank + rope_size where the runtime
    absorbs the up-projection, else full keys and values of every head; an indexer keeps one key
    more. Compressed attention keeps one vector for both in a window, and one for several earlier
    tokens. State layers keep their state, and the 16-bit inputs of a convolution.
    """
    elements: float = 0
    states: float = 0
    match group:
        case GroupedAttention():
            width = group.kv_heads * (group.head_size + shapes.value_size(group))
            kept = None if group.window is None else group.window + in_flight
            window = kept if limits_windows else None
            elements = width * _held(group, tokens, window, ops)
            elements = elements + _index_keys(group.indexer, tokens)
        case LatentAttention():
            width = group.kv_rank + group.rope_size
            if not absorbs_latent:
                width = group.heads * (group.nope_size + group.rope_size + group.value_size)
            elements = width * tokens + _index_keys(group.indexer, tokens)
        case CompressedAttention():
            elements = _compressed(group, tokens, ops)
        case _:
            states = state_bytes(architecture.hidden_size, group)
    if architecture.beside is not None:
        states = states + state_bytes(architecture.hidden_size, architecture.beside)
    return elements * cache_bits / BITS_PER_BYTE + states


def _index_keys(indexer: Indexer | None, tokens: float) -> float:
    """Elements of the keys that an indexer keeps in one layer."""
    return 0 if indexer is None else indexer.head_size * tokens / indexer.pooled


def _compressed(group: CompressedAttention, tokens: float, ops: Ops) -> float:
    """Elements of one layer: the window, and one vector (and index key) per `ratio` tokens."""
    kept = group.head_size * ops.minimum(tokens, group.window)
    if group.ratio is None:
        return kept
    index = 0 if group.indexer is None else group.indexer.head_size
    return kept + (group.head_size + index) * tokens / group.ratio


@cache
def only_windows(architecture: Decoder) -> bool:
    """Whether every layer has a sliding window, as in Mistral 7B v0.1."""
    return all(
        isinstance(group, GroupedAttention) and group.window is not None
        for group in architecture.attention
    )


def _held(group: GroupedAttention, tokens: float, window: float | None, ops: Ops) -> float:
    """Tokens whose keys and values one layer keeps."""
    if group.reuses_keys:
        return 0
    if group.source_tokens is not None:
        return group.source_tokens
    if window is None:
        return tokens
    return ops.minimum(tokens, window)


def state_bytes(hidden: int, mixer: Mixer) -> float:
    """State of one layer and sequence: a recurrent one, 16-bit inputs of a convolution. Bytes."""
    recurrent = mixers.recurrent_elements(mixer) * mixers.state_bits(mixer) / BITS_PER_BYTE
    return recurrent + HALF * mixers.shifted_elements(hidden, mixer)
