"""Decoder-only language models: parameters, saved activations, KV cache, inference transient.

Symbols of the published per-block coefficients, in full names: t tokens, h hidden_size,
q = heads x head_size, kv = kv_heads x head_size, i MLP width, a heads, s sequence_length.
"""

from dataclasses import replace
from functools import cache

from vram_atlas.formulas import blocks, ledger, shapes
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import Numerics
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import ParameterGroups, TrainingActivations
from vram_atlas.schema.architecture import Decoder, GroupedAttention, LatentAttention
from vram_atlas.units import BITS_PER_BYTE


def _head_copy(architecture: Decoder, numerics: Numerics) -> float:
    """The 16-bit copy of a trained fp32 output matrix under autocast. Bytes."""
    if not (numerics.autocast and numerics.trains_base):
        return 0
    return numerics.element_bytes * architecture.vocabulary * architecture.hidden_size


@cache
def stack(architecture: Decoder) -> tuple[Block, ...]:
    """The blocks of a decoder, equal ones together.

    The file lists attention and MLP groups apart. Which of them coincide in a block does not
    change any sum, so the groups are laid side by side in the order of the file.
    """
    attention = [group for group in architecture.attention for _ in range(group.layers)]
    mlp = [group for group in architecture.mlp for _ in range(group.layers)]
    pairs: dict[tuple[int, int], int] = {}
    for one, other in zip(attention, mlp, strict=True):
        key = (architecture.attention.index(one), architecture.mlp.index(other))
        pairs[key] = pairs.get(key, 0) + 1
    return tuple(
        Block(
            layers=layers,
            hidden=architecture.hidden_size,
            attention=architecture.attention[one],
            mlp=architecture.mlp[other],
            normalisation=architecture.normalisation,
            norms=architecture.norms_per_layer,
            dropout=architecture.dropout,
        )
        for (one, other), layers in pairs.items()
    )


def count(architecture: Decoder) -> ParameterGroups:
    """Parameters from tensor shapes, tied matrices once. Unit: elements."""
    hidden = architecture.hidden_size
    inside = blocks.count(stack(architecture))
    norm = shapes.norm_parameters(hidden, architecture.normalisation)
    matrix = architecture.vocabulary * hidden
    positions = architecture.position_embeddings * hidden
    other = norm * (int(architecture.final_norm) + int(architecture.embedding_norm))
    other += architecture.vocabulary * int(architecture.head_bias)
    other += sum(extra.count for extra in architecture.other_parameters)
    tied = architecture.tied_embeddings
    return ParameterGroups(
        linear=inside.linear,
        experts=inside.experts,
        embedding=positions + (0 if tied else matrix),
        tied=matrix if tied else 0,
        head=0 if tied else matrix,
        other=inside.other + other,
        largest=max(inside.largest, matrix),
        largest_linear=inside.largest_linear,
        block=inside.block,
        inactive=inside.inactive,
        tensors=(*inside.tensors, (matrix, 1 if tied else 2)),
        margins=inside.margins + (1 if tied else 2) * (architecture.vocabulary + hidden),
    )


def training(
    architecture: Decoder,
    numerics: Numerics,
    *,
    micro_batch_size: float,
    sequence_length: float,
    ops: Ops,
) -> TrainingActivations:
    """Saved activations of all blocks, and of one under gradient checkpointing. Unit: bytes.

    Outside the blocks live the final norm's tensors and its output, which the loss reads.
    """
    tokens = micro_batch_size * sequence_length
    hidden = architecture.hidden_size
    inside = blocks.training(
        stack(architecture),
        numerics,
        micro_batch_size=micro_batch_size,
        sequence_length=sequence_length,
        ops=ops,
    )
    last_hidden = numerics.element_bytes * hidden
    final_norm = (
        ledger.norm(hidden, architecture.normalisation, numerics) if architecture.final_norm else 0
    )
    return replace(
        inside,
        outside=tokens * (final_norm + last_hidden),
        weight_copies=inside.weight_copies + _head_copy(architecture, numerics),
        logits=tokens * architecture.vocabulary,
    )


def cache_bytes(
    architecture: Decoder,
    *,
    tokens: float,
    sequences: float,
    cache_bits: float,
    limits_windows: bool,
    absorbs_latent: bool,
    ops: Ops,
) -> float:
    """KV cache of `sequences` sequences of `tokens` tokens. Unit: bytes.

    MHA, GQA, MQA: 2 x kv_heads x head_size per layer and token; sliding-window layers hold at
    most their window. MLA keeps one latent vector of kv_rank + rope_size where the runtime
    absorbs the up-projection, else full keys and values of every head.
    """
    total: float = 0
    for group in architecture.attention:
        match group:
            case GroupedAttention():
                held = (
                    tokens
                    if group.window is None or not limits_windows
                    else ops.minimum(tokens, group.window)
                )
                total += group.layers * 2 * group.kv_heads * group.head_size * held
            case LatentAttention():
                width = group.kv_rank + group.rope_size
                if not absorbs_latent:
                    width = group.heads * (group.nope_size + group.rope_size + group.value_size)
                total += group.layers * width * tokens
    return sequences * total * cache_bits / BITS_PER_BYTE


def is_latent(architecture: Decoder) -> bool:
    """Whether attention is MLA."""
    return any(isinstance(group, LatentAttention) for group in architecture.attention)
