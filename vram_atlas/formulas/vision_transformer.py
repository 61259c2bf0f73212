"""Vision transformers: an encoder over image patches."""

from dataclasses import replace
from functools import cache

from vram_atlas.adding import add_up
from vram_atlas.formulas import blocks, ledger, shapes
from vram_atlas.formulas.block import Block, full_attention
from vram_atlas.formulas.numerics import Numerics
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import ParameterGroups, TrainingActivations
from vram_atlas.schema.architecture import (
    AttentionBias,
    Normalisation,
    VisionTransformer,
)


@cache
def stack(architecture: VisionTransformer) -> tuple[Block, ...]:
    """The equal blocks: two layer norms, biases everywhere."""
    attention = full_attention(
        heads=architecture.heads, head_size=architecture.head_size, bias=AttentionBias.ALL
    )
    return (
        Block(
            layers=architecture.layers,
            hidden=architecture.hidden_size,
            attention=attention,
            mlp=architecture.mlp,
            normalisation=Normalisation.LAYER,
            dropout=architecture.dropout,
            scaled=architecture.layer_scale,
        ),
    )


def count(architecture: VisionTransformer) -> ParameterGroups:
    """Parameters from tensor shapes. Unit: elements."""
    hidden = architecture.hidden_size
    inside = blocks.count(stack(architecture))
    patch = architecture.channels * architecture.patch_size**2 * hidden + hidden
    side = architecture.image_size // architecture.patch_size
    token = int(architecture.class_token)
    positions = (side * side + token) * hidden
    pooler = hidden * hidden + hidden if architecture.pooler else 0
    classes = architecture.classes * (hidden + 1)
    final_norm = shapes.norm_parameters(hidden, Normalisation.LAYER)
    extra = add_up(part.count for part in architecture.other_parameters)
    return ParameterGroups(
        linear=inside.linear,
        other=inside.other
        + patch
        + token * hidden
        + positions
        + pooler
        + classes
        + final_norm
        + extra,
        largest=inside.largest,
        largest_linear=inside.largest_linear,
        block=inside.block,
        shorter=inside.shorter,
        longer=inside.margins - inside.shorter,
        tensors=inside.tensors,
        margins=inside.margins,
    )


def tokens_per_image(architecture: VisionTransformer, image_size: float, ops: Ops) -> float:
    """Whole patches along both sides, and the class token."""
    side = -ops.ceil(-(image_size / architecture.patch_size))
    return side * side + int(architecture.class_token)


def image_bytes(architecture: VisionTransformer, image_size: float, element_bytes: float) -> float:
    """One image, which the caller and the patch convolution keep. Unit: bytes."""
    return architecture.channels * image_size * image_size * element_bytes


def training(
    architecture: VisionTransformer,
    numerics: Numerics,
    *,
    micro_batch_size: float,
    image_size: float,
    ops: Ops,
) -> TrainingActivations:
    """Saved activations, and the image that the patch convolution keeps. Unit: bytes."""
    tokens = tokens_per_image(architecture, image_size, ops)
    inside = blocks.training(
        stack(architecture),
        numerics,
        micro_batch_size=micro_batch_size,
        sequence_length=tokens,
        ops=ops,
    )
    norm = ledger.norm(architecture.hidden_size, Normalisation.LAYER, numerics)
    image = image_bytes(architecture, image_size, numerics.element_bytes)
    return replace(inside, outside=micro_batch_size * (tokens * norm + image))
