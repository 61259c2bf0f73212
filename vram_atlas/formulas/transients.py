"""What one transformer block needs for a moment, in a forward or backward pass."""

from functools import cache
from typing import assert_never

from vram_atlas.formulas import mixer_activations
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import FP32, Numerics, Projection
from vram_atlas.formulas.ops import Ops
from vram_atlas.schema.architecture import (
    ExpertsMlp,
    GatedMlp,
    GroupedAttention,
    LatentAttention,
    MlpActivation,
    PlainMlp,
)
from vram_atlas.schema.compressed import CompressedAttention
from vram_atlas.schema.mixers import Absent


@cache
def backward_transient(block: Block, numerics: Numerics) -> float:
    """Gradients of activations that live together in the MLP's backward pass.

    Trained: 2 i + h elements. Frozen below the adapters: 3 i + h. fp32 adapters on the MLP make
    fp32 gradients of its input: 2 i elements and 3 h in fp32.
    """
    element, adapters = numerics.element_bytes, numerics.adapters
    width = _width(block)
    if adapters is None:
        return element * (2 * width + block.hidden)
    reaches_mlp = bool(adapters.targets & {Projection.GATE, Projection.UP})
    if reaches_mlp and adapters.element_bytes > element and not numerics.autocast:
        return element * 2 * width + 3 * adapters.element_bytes * block.hidden
    return element * (3 * width + block.hidden)


def _width(block: Block) -> float:
    """Width of the MLP, or half of the widest product of a layer without one."""
    mlp = block.mlp
    match mlp:
        case ExpertsMlp():
            return mlp.experts_per_token * mlp.expert_width + mlp.shared_width
        case Absent():
            products = block.attention_matrices
            return max((m.outputs for m in products), default=0) / 2
        case _:
            return mlp.width


def mlp_transient(block: Block) -> float:
    """Elements per token live at the widest point of an MLP's forward pass.

    The stream, the norm's output and the residual (4 h; 3 h after a post-norm) beside gate, up
    and product (3 i; 4 i where one matrix makes gate and up), input and output of a plain MLP
    (2 i), or the four tensors of a composed GELU. Two more (2 h) where a vector scales the
    branches. Experts: the routed copies while they are computed, or while they are combined.
    """
    mlp = block.mlp
    widths = (3 if block.post_norm else 4) + (2 if block.scaled else 0)
    stream = widths * block.hidden + _streams(block)
    match mlp:
        case GatedMlp():
            together = mlp.fused or mlp.activation is MlpActivation.COMPOSED
            return stream + (4 if together else 3) * mlp.width
        case PlainMlp() if mlp.activation is MlpActivation.COMPOSED:
            return stream + block.hidden + 4 * mlp.width
        case PlainMlp():
            return stream + 2 * mlp.width
        case ExpertsMlp():
            inputs = block.hidden if mlp.latent_size is None else mlp.latent_size
            factors = 4 if mlp.gated else 3
            copies = mlp.experts_per_token * max(inputs + factors * mlp.expert_width, 4 * inputs)
            return stream + max(copies, (factors - 1) * mlp.shared_width)
        case Absent():
            return 0
        case _:
            assert_never(mlp)


def _streams(block: Block) -> float:
    """Residual streams beside the first, before and after they are mixed."""
    return 2 * (block.streams - 1) * block.hidden


def attention_transient(block: Block) -> float:
    """Elements per token live in attention: products before and after rotation, and the gate."""
    attention = block.attention
    beside = _streams(block)
    if block.beside is not None:
        beside += mixer_activations.transient(block.hidden, block.beside) - 2 * block.hidden
    match attention:
        case GroupedAttention():
            query = 4 if attention.output_gate else 3
            return (
                beside
                + 3 * block.hidden
                + (query * attention.heads + 4 * attention.kv_heads) * attention.head_size
            )
        case LatentAttention():
            head = attention.nope_size + attention.rope_size
            return (
                beside
                + 3 * block.hidden
                + attention.heads * (3 * head + attention.nope_size + 2 * attention.value_size)
            )
        case CompressedAttention():
            return beside + 3 * block.hidden + 4 * attention.heads * attention.head_size
        case _:
            return beside + mixer_activations.transient(block.hidden, attention)


_INDEX = 8
"""Bytes of an int64 element."""


def relative_transient(
    block: Block, attention: GroupedAttention, keys: float, element_bytes: float, ops: Ops
) -> float:
    """Disentangled attention (DeBERTa) over `keys` tokens without gradients. Bytes per token.

    Scores, their sum so far, and those against relative positions, each spread over all pairs: four
    beside the fifth, or beside the rows that it is taken from. Stream, queries, keys, values, and
    the projected rows once more for each sequence. The mask of pairs is int64.
    Found with tracing/live.py on DebertaV2Model of transformers 5.17 in fp32 and bf16.
    """
    rows = ops.maximum(keys, block.relative)
    repeated = 2 * block.relative * block.hidden / keys
    elements = attention.heads * (4 * keys + rows) + 5 * block.hidden + repeated
    return element_bytes * elements + _INDEX * keys


def score_bytes(block: Block, element_bytes: float) -> float:
    """Eager attention without gradients, bytes per token and key.

    16-bit: scores (2), their fp32 copy (4) and the softmax (4). fp32: scores and softmax.
    A softmax in the model's own format: three tensors in it.
    """
    if not isinstance(block.attention, GroupedAttention | LatentAttention | CompressedAttention):
        return 0
    if isinstance(block.attention, GroupedAttention) and block.attention.native_softmax:
        return block.attention.heads * 3 * element_bytes
    return block.attention.heads * (2 * FP32 + (element_bytes if element_bytes < FP32 else 0))
