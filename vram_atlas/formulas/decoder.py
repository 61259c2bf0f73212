"""Decoder-only language models: parameters and saved activations.

Symbols of the published per-block coefficients, in full names: t tokens, h hidden_size,
q = heads x head_size, kv = kv_heads x head_size, i MLP width, a heads, s sequence_length.
"""

from dataclasses import replace
from functools import cache
from itertools import pairwise

from vram_atlas.adding import add_up
from vram_atlas.formulas import blocks, ledger, mixers, row_kinds, shapes
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import Numerics
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import ParameterGroups, TrainingActivations
from vram_atlas.schema.architecture import (
    AnyAttention,
    Decoder,
    GroupedAttention,
    LatentAttention,
    Mixer,
)
from vram_atlas.schema.compressed import CompressedAttention


def _head_copy(architecture: Decoder, numerics: Numerics) -> float:
    """The 16-bit copy of an fp32 output matrix under autocast; the graph keeps it. Bytes."""
    if not (numerics.autocast and (numerics.trains_base or numerics.casts_weights)):
        return 0
    return numerics.element_bytes * architecture.vocabulary * architecture.hidden_size


@cache
def stack(architecture: Decoder) -> tuple[Block, ...]:
    """The blocks of a decoder, equal ones together.

    The file lists attention and MLP groups apart; they are laid side by side in the order of the
    file. Which of them coincide in a block does not change any sum.
    """
    attention = [group for group in architecture.attention for _ in range(group.layers)]
    mlp = [group for group in architecture.mlp for _ in range(group.layers)]
    own = architecture.layer_embeddings
    layers = len(attention)
    starts = [
        layer
        for layer in range(layers)
        if layer == 0
        or attention[layer] is not attention[layer - 1]
        or mlp[layer] is not mlp[layer - 1]
    ]
    return tuple(
        Block(
            layers=end - start,
            hidden=architecture.hidden_size,
            attention=attention[start],
            mlp=mlp[start],
            normalisation=architecture.normalisation,
            norms=architecture.norms_per_layer,
            dropout=architecture.dropout,
            beside=architecture.beside,
            layer_input=0 if own is None else own.width,
            streams=architecture.residual_streams,
        )
        for start, end in pairwise([*starts, layers])
    )


def count(architecture: Decoder) -> ParameterGroups:
    """Parameters from tensor shapes, tied matrices once. Unit: elements."""
    hidden = architecture.hidden_size
    inside = blocks.count(stack(architecture))
    norm = shapes.norm_parameters(hidden, architecture.normalisation)
    width = architecture.embedding_size or hidden
    matrix = architecture.vocabulary * width
    positions = architecture.position_embeddings * hidden
    other = norm * (int(architecture.final_norm) + int(architecture.embedding_norm))
    other += architecture.vocabulary * int(architecture.head_bias)
    other += 2 * width * hidden if architecture.embedding_size else 0
    extras = architecture.other_parameters
    towers = add_up(extra.count for extra in extras if not extra.looked_up)
    tables = add_up(extra.count for extra in extras if extra.looked_up)
    scaled = [extra.fp8_block for extra in extras if extra.fp8_block is not None]
    own = _layer_embeddings(architecture)
    tied = architecture.tied_embeddings
    return ParameterGroups(
        linear=inside.linear + own.linear,
        experts=inside.experts,
        embedding=positions + own.embedding + (0 if tied else matrix),
        tied=matrix if tied else 0,
        head=0 if tied else matrix,
        other=inside.other + own.other + other,
        towers=towers,
        tables=tables,
        table_block=max(scaled, default=0),
        largest=max(inside.largest, matrix, own.largest),
        largest_linear=inside.largest_linear,
        block=inside.block,
        inactive=inside.inactive + tables,
        shorter=inside.shorter,
        longer=inside.margins - inside.shorter,
        tensors=(*inside.tensors, (matrix, 1 if tied else 2)),
        rows=row_kinds.of_stack(
            stack(architecture), hidden=hidden, tables=0 if tied else matrix, outputs=matrix
        ),
        margins=inside.margins
        + own.margins
        + (1 if tied else 2) * (architecture.vocabulary + hidden),
    )


def _layer_embeddings(architecture: Decoder) -> ParameterGroups:
    """The table of all layers' own embeddings, and the matrix and norm that adapt the stream."""
    own = architecture.layer_embeddings
    if own is None:
        return ParameterGroups(linear=0)
    width = architecture.layers * own.width
    table = own.vocabulary * width
    projection = architecture.hidden_size * width
    return ParameterGroups(
        linear=projection,
        embedding=table,
        other=shapes.norm_parameters(own.width, architecture.normalisation),
        largest=table,
        margins=own.vocabulary + 2 * width + architecture.hidden_size,
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
        cached_copies=inside.cached_copies + _head_copy(architecture, numerics),
        head_copies=_head_copy(architecture, numerics),
        logits=tokens * architecture.vocabulary,
    )


def state_layers(architecture: Decoder) -> list[Mixer]:
    """Groups that stand in the place of attention."""
    return [
        group
        for group in architecture.attention
        if not isinstance(group, GroupedAttention | LatentAttention | CompressedAttention)
    ]


def is_hybrid(architecture: Decoder) -> bool:
    """Whether a layer is something else than attention and MLP: no run of such a model counts."""
    return (
        bool(state_layers(architecture))
        or architecture.residual_streams > 1
        or any(_chooses(group) for group in architecture.attention)
        or architecture.beside is not None
        or architecture.layer_embeddings is not None
    )


def _chooses(group: AnyAttention) -> bool:
    """Whether attention reads a choice or a summary of the earlier tokens."""
    if isinstance(group, GroupedAttention | LatentAttention):
        return group.indexer is not None
    return isinstance(group, CompressedAttention)


def why_untrainable(architecture: Decoder) -> str:
    """What is missing to say what training keeps; empty where nothing is."""
    for group in architecture.attention:
        if isinstance(group, CompressedAttention):
            return "compressed attention"
        if _chooses(group):
            return "attention with an indexer"
    if architecture.residual_streams > 1:
        return "mixed residual streams"
    unknown = [group.kind for group in state_layers(architecture) if not mixers.trainable(group)]
    return f"{unknown[0]} layers" if unknown else ""


def is_latent(architecture: Decoder) -> bool:
    """Whether attention keeps vectors that the engine has to unpack: MLA, compressed attention."""
    return any(
        isinstance(group, LatentAttention | CompressedAttention) for group in architecture.attention
    )
