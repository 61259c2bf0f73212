"""What one transformer block needs for a moment, in a forward or backward pass."""

from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import FP32, Numerics, Projection
from vram_atlas.schema.architecture import (
    ExpertsMlp,
    GatedMlp,
    GroupedAttention,
    LatentAttention,
    MlpActivation,
    PlainMlp,
)


def backward_transient(block: Block, numerics: Numerics) -> float:
    """Gradients of activations that live together in the MLP's backward pass.

    Trained: 2 i + h elements. Frozen below the adapters: 3 i + h. fp32 adapters on the MLP make
    fp32 gradients of its input: 2 i elements and 3 h in fp32.
    """
    element, mlp, adapters = numerics.element_bytes, block.mlp, numerics.adapters
    width = (
        mlp.experts_per_token * mlp.expert_width + mlp.shared_width
        if isinstance(mlp, ExpertsMlp)
        else mlp.width
    )
    if adapters is None:
        return element * (2 * width + block.hidden)
    reaches_mlp = bool(adapters.targets & {Projection.GATE, Projection.UP})
    if reaches_mlp and adapters.element_bytes > element and not numerics.autocast:
        return element * 2 * width + 3 * adapters.element_bytes * block.hidden
    return element * (3 * width + block.hidden)


def mlp_transient(block: Block) -> float:
    """Elements per token live at the widest point of an MLP's forward pass.

    The stream, the norm's output and the residual (4 h; 3 h after a post-norm) beside gate, up
    and product (3 i), input and output of a plain MLP (2 i), or the four tensors of a composed
    GELU. Experts: the routed copies while they are computed, or while they are combined.
    """
    mlp = block.mlp
    stream = (3 if block.post_norm else 4) * block.hidden
    match mlp:
        case GatedMlp():
            return stream + (4 if mlp.activation is MlpActivation.COMPOSED else 3) * mlp.width
        case PlainMlp() if mlp.activation is MlpActivation.COMPOSED:
            return stream + block.hidden + 4 * mlp.width
        case PlainMlp():
            return stream + 2 * mlp.width
        case ExpertsMlp():
            copies = mlp.experts_per_token * max(
                block.hidden + 4 * mlp.expert_width, 4 * block.hidden
            )
            return stream + max(copies, 3 * mlp.shared_width)


def attention_transient(block: Block) -> float:
    """Elements per token live in attention: products before and after rotation."""
    attention = block.attention
    match attention:
        case GroupedAttention():
            return (
                3 * block.hidden
                + (3 * attention.heads + 4 * attention.kv_heads) * attention.head_size
            )
        case LatentAttention():
            head = attention.nope_size + attention.rope_size
            return 3 * block.hidden + attention.heads * (
                3 * head + attention.nope_size + 2 * attention.value_size
            )


def score_bytes(block: Block, element_bytes: float) -> float:
    """Eager attention without gradients, bytes per token and key.

    16-bit: scores (2), their fp32 copy (4) and the softmax (4). fp32: scores and softmax.
    """
    return block.attention.heads * (2 * FP32 + (element_bytes if element_bytes < FP32 else 0))
