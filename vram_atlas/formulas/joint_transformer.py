"""A diffusion transformer with joint text and image attention (diffusers FluxTransformer2DModel).

Symbols of the docstrings: `t` tokens (text + image), `h` hidden size, `a` heads, `d` head size,
`m` MLP ratio, `e` bytes of an element, `r` LoRA rank.
"""

from dataclasses import dataclass

from vram_atlas.formulas import ledger
from vram_atlas.formulas.numerics import FP32, Numerics
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import ParameterGroups, TrainingActivations
from vram_atlas.schema.layers import JointTransformer

_TIME = 256  # width of the sinusoidal time embedding


def count(shape: JointTransformer) -> ParameterGroups:
    """Parameters; `linear` holds every matrix. Unit: elements.

    Double block: two modulations `h x 6h`, eight `h x h` attention matrices, two MLPs `h x mh` and
    back. Single block: modulation `h x 3h`, three `h x h`, MLP in, and one `(m + 1)h x h` out.
    Source: diffusers, FluxTransformer2DModel; checked against the class.
    """
    h, ratio = shape.hidden_size, shape.mlp_ratio
    double = 12 * h * h + 8 * h * h + 4 * ratio * h * h
    single = 3 * h * h + 3 * h * h + ratio * h * h + (ratio + 1) * h * h
    double_rest = 12 * h + 8 * h + 2 * (ratio + 1) * h + 4 * shape.head_size
    single_rest = 3 * h + 3 * h + ratio * h + h + 2 * shape.head_size
    embedders = 1 + shape.guidance
    ends = 2 * shape.latent_channels * h + shape.context_size * h + 2 * h * h
    ends += embedders * (_TIME * h + h * h) + shape.pooled_size * h + h * h
    ends_rest = 4 * h + shape.latent_channels + 2 * h * (embedders + 1)
    margins = 34 + 4 * ratio
    return ParameterGroups(
        linear=shape.double_layers * double + shape.single_layers * single + ends,
        other=shape.double_layers * double_rest + shape.single_layers * single_rest + ends_rest,
        largest=max(6, ratio + 1) * h * h,
        largest_linear=max(6, ratio + 1) * h * h,
        block=double,
        margins=h * (shape.double_layers * margins + shape.single_layers * (13 + 2 * ratio)),
    )


def step_live(
    shape: JointTransformer,
    *,
    images: float,
    image_size: float,
    element_bytes: float,
    attention_scores: bool,
    ops: Ops,
) -> float:
    """Largest live set of one denoising step. Unit: bytes.

    In a single block, the larger of: the rotary embedding of the key, `t h ((m + 7) e + 12)` (three
    fp32 temporaries); the output matrix, `t h (2m + 7) e`. Both hold the block's input twice
    (text and image apart, and joined), the normed input and the activated MLP half. Besides, the
    fp32 tables of the rotary embedding. Eager attention adds two score matrices.
    Source: FluxSingleTransformerBlock.forward.
    """
    side = image_size / shape.token_pixels
    tokens = side * side + shape.context_tokens
    ratio = shape.mlp_ratio
    rotary = (ratio + 7) * element_bytes + 3 * FP32
    joined = (2 * ratio + 7) * element_bytes
    scores = 2 * shape.heads * tokens * element_bytes if attention_scores else 0
    per_token = shape.hidden_size * ops.maximum(rotary, joined) + scores
    return tokens * (images * per_token + 2 * FP32 * shape.head_size)


def training(
    shape: JointTransformer,
    numerics: Numerics,
    *,
    micro_batch_size: float,
    image_size: float,
    ops: Ops,
) -> TrainingActivations:
    """Saved activations of one training step on cached latents. Unit: bytes.

    Full: `t 22h e` per double block, `t 19h e` per single block. LoRA on the attention's q, k, v
    and out: 13h for image and 12h for text tokens, 12h per single block, and 4r or 3r per token;
    fp32 adapters read fp32 copies of their own instead. Besides: fp32 statistics of the norms and
    of the attention. With more than one image the halves of a double block's attention output are
    copied (23h). Autocast runs norms in fp32, and each product makes its own 16-bit input: 62h and
    52h bytes; LoRA 40h, 32h and 34h.
    Found with tracing/ on FluxTransformer2DModel.
    """
    element, adapters = numerics.element_bytes, numerics.adapters
    h, heads = shape.hidden_size, shape.heads
    side = image_size / shape.token_pixels
    image, text = side * side, shape.context_tokens
    tokens = image + text
    scores = heads * tokens * element if numerics.scores else 0
    statistics = FP32 * 3 * heads + scores
    widths = _widths(numerics)
    copied = ops.where(micro_batch_size - 1, element * h, 0) if adapters is None else 0
    rank = 0 if adapters is None else adapters.rank
    middle = rank * (element if adapters is None or numerics.autocast else adapters.element_bytes)
    double = image * (widths.image * h + 4 * middle) + text * widths.text * h
    double = double + tokens * (copied + statistics + 4 * FP32)
    single = tokens * (widths.single * h + 3 * middle + statistics + 2 * FP32)
    ends = image * 2 * h
    if adapters is None:
        normed = 5 if numerics.autocast else 3
        ends = image * (normed * h + shape.latent_channels) + text * shape.context_size
    rotary = 2 * tokens * shape.head_size * FP32
    batch = micro_batch_size
    blocks = shape.double_layers + shape.single_layers
    groups = count(shape)
    trained = adapter_elements(shape, rank)
    return TrainingActivations(
        saved=batch * (shape.double_layers * double + shape.single_layers * single),
        checkpoints=batch * blocks * tokens * h * element,
        recomputed=batch * ops.maximum(double, single),
        outside=batch * ends * element + rotary,
        transient=batch * h * (image * widths.above_image + text * widths.above_text),
        weight_copies=ledger.weight_copies(groups.linear, trained, numerics),
        block_weight_copies=ledger.weight_copies(groups.block, 4 * 2 * h * rank, numerics),
        cached_copies=ledger.cached_copies(groups.linear, trained, numerics),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Widths:
    """Bytes per token and channel.

    image, text, single  kept by a double block of its image and text tokens, by a single block
    above_image, above_text  needed above a double block in its backward pass
    """

    image: float
    text: float
    single: float
    above_image: float
    above_text: float


def _widths(numerics: Numerics) -> _Widths:
    """What a way of computing keeps."""
    element, adapters = numerics.element_bytes, numerics.adapters
    if adapters is None:
        if numerics.autocast:
            return _Widths(image=62, text=62, single=52, above_image=12, above_text=30)
        return _Widths(
            image=22 * element,
            text=22 * element,
            single=19 * element,
            above_image=0,
            above_text=2 * element,
        )
    if numerics.autocast:
        return _Widths(image=40, text=32, single=34, above_image=42, above_text=52)
    if adapters.element_bytes > element:
        return _Widths(
            image=12 * element + 4 * FP32,
            text=12 * element,
            single=11 * element + 3 * FP32,
            above_image=16,
            above_text=22,
        )
    return _Widths(
        image=13 * element,
        text=12 * element,
        single=12 * element,
        above_image=9 * element,
        above_text=10 * element,
    )


def adapter_elements(shape: JointTransformer, rank: float) -> float:
    """Parameters of LoRA on `to_q`, `to_k`, `to_v`, `to_out.0`. Unit: elements.

    `2 r h` per matrix: four in a double block, three in a single one, which has no `to_out`.
    """
    return rank * 2 * shape.hidden_size * (4 * shape.double_layers + 3 * shape.single_layers)
