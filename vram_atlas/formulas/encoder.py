"""Text encoders: BERT and its relatives. The whole sequence passes at once; there is no cache."""

from dataclasses import replace
from functools import cache

from vram_atlas.adding import add_up
from vram_atlas.formulas import blocks, ledger, listed, shapes
from vram_atlas.formulas.block import Block, full_attention
from vram_atlas.formulas.numerics import HALF, Numerics
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.saved import cached_copies
from vram_atlas.formulas.terms import ParameterGroups, TrainingActivations
from vram_atlas.schema.architecture import Encoder


@cache
def stack(architecture: Encoder) -> tuple[Block, ...]:
    """The encoder's equal blocks."""
    attention = full_attention(
        heads=architecture.heads, head_size=architecture.head_size, bias=architecture.attention_bias
    )
    return (
        Block(
            layers=architecture.layers,
            hidden=architecture.hidden_size,
            attention=attention,
            mlp=architecture.mlp,
            normalisation=architecture.normalisation,
            norms=architecture.norms_per_layer,
            dropout=architecture.dropout,
            post_norm=not architecture.final_norm,
            relative=architecture.relative_rows,
        ),
    )


def stored(architecture: Encoder) -> tuple[Block, ...]:
    """Blocks whose weights exist: one, where all layers share it."""
    blocks_of_model = stack(architecture)
    if not architecture.shared_layers:
        return blocks_of_model
    return tuple(replace(block, layers=1) for block in blocks_of_model)


def count(architecture: Encoder) -> ParameterGroups:
    """Parameters from tensor shapes. Unit: elements."""
    hidden = architecture.hidden_size
    narrow = architecture.embedding_size or hidden
    inside = blocks.count(stored(architecture))
    rows = architecture.vocabulary + architecture.position_embeddings + architecture.token_types
    relative = architecture.relative_rows
    table = (relative + 2) * hidden if relative else 0
    widening = narrow * hidden + hidden if architecture.embedding_size else 0
    pooler = hidden * hidden + hidden if architecture.pooler else 0
    norms = shapes.norm_parameters(narrow, architecture.normalisation) * int(
        architecture.embedding_norm
    )
    norms += shapes.norm_parameters(hidden, architecture.normalisation) * int(
        architecture.final_norm
    )
    extra = add_up(part.count for part in architecture.other_parameters)
    if architecture.sound is not None:
        extra += listed.count_tensors(architecture.sound.tensors).total
    return ParameterGroups(
        linear=inside.linear,
        embedding=rows * narrow,
        other=inside.other + widening + pooler + norms + extra + table,
        largest=max(inside.largest, architecture.vocabulary * narrow),
        largest_linear=inside.largest_linear,
        block=inside.block,
        shorter=inside.shorter,
        longer=inside.margins - inside.shorter,
        tensors=(*inside.tensors, (architecture.vocabulary * narrow, 1)),
        margins=inside.margins + architecture.vocabulary + narrow,
    )


def training(
    architecture: Encoder,
    numerics: Numerics,
    *,
    micro_batch_size: float,
    sequence_length: float,
    ops: Ops,
) -> TrainingActivations:
    """Saved activations; a classification head adds nothing that counts. Unit: bytes.

    Layers that share their weights share autocast's cached copies of them, too.
    """
    tokens = micro_batch_size * sequence_length
    inside = blocks.training(
        stack(architecture),
        numerics,
        micro_batch_size=micro_batch_size,
        sequence_length=sequence_length,
        ops=ops,
    )
    hidden = architecture.hidden_size
    norm = ledger.norm(hidden, architecture.normalisation, numerics)
    mask = ledger.mask(numerics) * hidden if architecture.dropout else 0
    sound = tokens * sound_saved(architecture, numerics.element_bytes, ops)
    cached = add_up(block.layers * cached_copies(block, numerics) for block in stored(architecture))
    return replace(
        inside,
        outside=tokens * (norm + mask) + sound,
        weight_copies=inside.weight_copies - inside.cached_copies + cached,
        cached_copies=cached,
    )


def mask_bytes(architecture: Encoder, tokens: float) -> float:
    """A mask of every pair of tokens, one byte each. Bytes."""
    return tokens * tokens if architecture.window_mask else 0


_DISTANCE = 8
"""Bytes of an int64 distance between two tokens."""


def mask_making_bytes(architecture: Encoder, tokens: float) -> float:
    """Distances of every pair and their absolute values, before the first block. Bytes."""
    return 2 * _DISTANCE * mask_bytes(architecture, tokens)


def sound_saved(architecture: Encoder, element_bytes: float, ops: Ops) -> float:
    """What the convolutions over a wave keep for the backward pass. Bytes per token."""
    sound = architecture.sound
    if sound is None:
        return 0
    return ops.where(element_bytes - HALF, sound.saved_32_bit, sound.saved_16_bit)


def sound_live(architecture: Encoder, element_bytes: float, ops: Ops) -> float:
    """What the convolutions over a wave need without gradients. Bytes per token."""
    sound = architecture.sound
    if sound is None:
        return 0
    return ops.where(element_bytes - HALF, sound.live_32_bit, sound.live_16_bit)
