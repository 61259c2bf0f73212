"""A stack of transformer blocks: parameters, saved activations, the largest transient.

Shared by every transformer kind.
"""

from dataclasses import dataclass

from vram_atlas.adding import add_up
from vram_atlas.formulas import fused, kept_inputs, ledger, shapes
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import Numerics
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.saved import (
    autocast_copies,
    cached_copies,
    cross_saved,
    saved_by_block,
    saved_of_stream,
    source_saved,
)
from vram_atlas.formulas.terms import TrainingActivations
from vram_atlas.formulas.transients import (
    attention_transient,
    backward_transient,
    mlp_transient,
    relative_transient,
    score_bytes,
)
from vram_atlas.schema.architecture import GroupedAttention


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Parameters of a stack of blocks. Unit: elements.

    `block`, `largest` and `largest_linear` are maxima; `tensors` are (elements, how many).
    """

    linear: int = 0
    experts: int = 0
    other: int = 0
    inactive: int = 0
    margins: int = 0
    shorter: int = 0
    block: int = 0
    largest: int = 0
    largest_linear: int = 0
    tensors: tuple[tuple[int, int], ...] = ()


def count(blocks: tuple[Block, ...]) -> Counts:
    """Parameters of all blocks."""
    linear = experts = other = inactive = margins = shorter = block = largest = product = 0
    tensors: list[tuple[int, int]] = []
    for group in blocks:
        parts = [
            shapes.count_attention(group.hidden, group.attention),
            shapes.count_mlp(group.hidden, group.mlp),
            *[
                shapes.count_attention(group.hidden, beside)
                for beside in (group.cross, group.beside)
                if beside is not None
            ],
            shapes.count_layer_input(group.hidden, group.layer_input, group.normalisation),
        ]
        norms = group.norms * shapes.norm_parameters(group.hidden, group.normalisation)
        norms += shapes.stream_parameters(group.hidden, group.streams)
        linear += group.layers * add_up(part.linear for part in parts)
        experts += group.layers * add_up(part.experts for part in parts)
        other += group.layers * (norms + add_up(part.other for part in parts))
        inactive += group.layers * add_up(part.inactive for part in parts)
        margins += group.layers * add_up(part.margins for part in parts)
        shorter += group.layers * add_up(part.shorter for part in parts)
        block = max(block, add_up(part.linear + part.experts for part in parts))
        largest = max(largest, *(part.largest for part in parts))
        product = max(product, *(part.largest_linear for part in parts))
        tensors += [(size, group.layers) for part in parts for size in part.tensors]
    return Counts(
        linear=linear,
        experts=experts,
        other=other,
        inactive=inactive,
        margins=margins,
        shorter=shorter,
        block=block,
        largest=largest,
        largest_linear=product,
        tensors=tuple(tensors),
    )


def training(
    blocks: tuple[Block, ...],
    numerics: Numerics,
    *,
    micro_batch_size: float,
    sequence_length: float,
    cross_length: float = 0,
    ops: Ops,
) -> TrainingActivations:
    """Saved activations of all blocks, and of the largest one when it is recomputed.

    What lives outside the blocks, and the logits, are for the architecture to add. Unit: bytes.
    """
    tokens = micro_batch_size * sequence_length
    saved: float = 0
    recomputed: float = 0
    replicated: float = 0
    block_replicated: float = 0
    transient: float = 0
    checkpoints: float = 0
    copies: float = 0
    block_copies: float = 0
    cached: float = 0
    for block in blocks:
        own = tokens * saved_by_block(block, numerics, sequence_length)
        if block.cross is not None:
            own += cross_saved(
                block.cross,
                block.hidden,
                numerics,
                tokens=tokens,
                cross_length=cross_length,
                micro_batch_size=micro_batch_size,
            )
        if block.score_bias and isinstance(block.attention, GroupedAttention):
            score = ledger.biased_score_bytes(numerics, dropout=block.dropout)
            own += score * block.attention.heads * tokens * sequence_length
        own += micro_batch_size * source_saved(block, numerics)
        own += tokens * kept_inputs.beside_adapters(block, numerics)
        stream = tokens * saved_of_stream(block, numerics)
        saved += block.layers * own
        replicated += block.layers * stream
        block_replicated = ops.maximum(block_replicated, stream)
        recomputed = ops.maximum(recomputed, own)
        transient = ops.maximum(transient, tokens * backward_transient(block, numerics))
        held: float = numerics.residual_bytes * block.hidden
        held += kept_inputs.with_checkpoints(block, numerics)
        checkpoints += block.layers * tokens * held
        copied = autocast_copies(block, numerics) + fused.merged_bytes(block, numerics)
        copies += block.layers * copied
        gradient = fused.merged_gradient_bytes(block, numerics)
        block_copies = ops.maximum(block_copies, copied + gradient)
        cached += block.layers * cached_copies(block, numerics)
    return TrainingActivations(
        saved=saved,
        checkpoints=checkpoints,
        recomputed=recomputed,
        replicated=replicated,
        block_replicated=block_replicated,
        transient=transient,
        weight_copies=copies,
        block_weight_copies=block_copies,
        cached_copies=cached,
    )


def adapter_elements(blocks: tuple[Block, ...], numerics: Numerics) -> float:
    """Weights of all adapters: sum over targets of rank x (inputs + outputs). Unit: elements."""
    return add_up(
        block.layers
        * (
            ledger.adapter_elements(block.matrices, numerics)
            + fused.adapter_elements(block, numerics)
        )
        for block in blocks
    )


def transient(
    blocks: tuple[Block, ...],
    *,
    tokens: float,
    keys: float,
    element_bytes: float,
    score_element: float,
    scores: tuple[bool, ...],
    ops: Ops,
) -> float:
    """Largest set of tensors live in one block of a pass without gradients. Bytes, all tokens.

    MLP: gate, up and their product beside the stream (3 i + 4 h: measured slopes of seven
    Qwen2.5 sizes agree within 1.5 %). Attention: queries, keys and values before and after
    rotation; eager attention adds the score rows over `keys`, made from `score_element` bytes.
    `scores` has a flag for each block.
    """
    widest: float = 0
    for block, scored in zip(blocks, scores, strict=True):
        mlp = element_bytes * tokens * mlp_transient(block)
        attention = element_bytes * tokens * attention_transient(block)
        if block.relative and isinstance(block.attention, GroupedAttention):
            each = relative_transient(block, block.attention, keys, element_bytes, ops)
            attention = tokens * each
        elif scored:
            score = score_bytes(block, score_element)
            attention = attention + score * tokens * keys
        widest = ops.maximum(widest, mlp, attention)
    return widest
