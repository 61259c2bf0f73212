"""A diffusion transformer with joint text and image attention (diffusers FluxTransformer2DModel).

Symbols of the docstrings: `t` tokens (text + image), `h` hidden size, `a` heads, `d` head size,
`m` MLP ratio, `e` bytes of an element, `r` LoRA rank.
"""

from vram_atlas.formulas import ledger
from vram_atlas.formulas.numerics import FP32, Numerics
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import ParameterGroups, TrainingActivations
from vram_atlas.schema.layers import JointTransformer

_GRADIENTS = 4  # maps of t x h above the saved ones, in the first steps of the backward pass
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

    Full: `t (22h e + ...)` per double block, `t (19h e + ...)` per single block; LoRA on the
    attention's q, k, v, out: 13h for image and 12h for text tokens, 12h per single block, and
    4r or 3r per token. The dots: fp32 statistics of the norms and of the attention.
    With more than one image the halves of a double block's attention output are copied (23h).
    Found with `saved_tensors_hooks` on FluxTransformer2DModel; CUDA's fused RMS norm (one input and
    one fp32 value kept per head) is put in place of the CPU's composite one. Under autocast the
    blocks are taken as 16-bit throughout, which is a lower bound.
    """
    element, adapters = numerics.element_bytes, numerics.adapters
    h, heads = shape.hidden_size, shape.heads
    side = image_size / shape.token_pixels
    image, text = side * side, shape.context_tokens
    tokens = image + text
    scores = heads * tokens * element if numerics.scores else 0
    statistics = FP32 * 3 * heads + scores
    if adapters is None:
        copy = ops.where(micro_batch_size - 1, 1, 0)
        double = tokens * ((22 + copy) * h * element + statistics + 4 * FP32)
        single = tokens * (19 * h * element + statistics + 2 * FP32)
    else:
        size = element if numerics.autocast else adapters.element_bytes
        kept = adapters.rank * size + (h * size if size != element else 0)
        double = image * (13 * h * element + 4 * kept) + text * 12 * h * element
        double = double + tokens * (statistics + 4 * FP32)
        single = tokens * (12 * h * element + 3 * kept + statistics + 2 * FP32)
    ends = image * 2 * h
    if adapters is None:
        ends = image * (3 * h + shape.latent_channels) + text * shape.context_size
    rotary = 2 * tokens * shape.head_size * FP32
    batch = micro_batch_size
    blocks = shape.double_layers + shape.single_layers
    groups = count(shape)
    rank = 0 if adapters is None else adapters.rank
    trained = adapter_elements(shape, rank)
    return TrainingActivations(
        saved=batch * (shape.double_layers * double + shape.single_layers * single),
        checkpoints=batch * blocks * tokens * h * element,
        recomputed=batch * ops.maximum(double, single),
        outside=batch * ends * element + rotary,
        transient=batch * tokens * _GRADIENTS * h * element,
        weight_copies=ledger.weight_copies(groups.linear, trained, numerics),
        block_weight_copies=ledger.weight_copies(groups.block, 4 * 2 * h * rank, numerics),
        cached_copies=ledger.cached_copies(groups.linear, trained, numerics),
    )


def adapter_elements(shape: JointTransformer, rank: float) -> float:
    """Parameters of LoRA on `to_q`, `to_k`, `to_v`, `to_out.0`. Unit: elements.

    `2 r h` per matrix: four in a double block, three in a single one, which has no `to_out`.
    """
    return rank * 2 * shape.hidden_size * (4 * shape.double_layers + 3 * shape.single_layers)
