"""What one training step of a latent-diffusion U-Net keeps for the backward pass.

Symbols of the docstrings: `C` channels of a stage, `n` its positions (side^2), `e` bytes of an
element, `s` text tokens, `r` LoRA rank. Found with `saved_tensors_hooks` on UNet2DConditionModel.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vram_atlas.adding import add_up
from vram_atlas.formulas import ledger, unet
from vram_atlas.formulas.numerics import FP32, Numerics
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import TrainingActivations
from vram_atlas.schema.layers import UNet

_GRADIENTS = 6  # maps of C x n above the saved ones, in the first steps of the backward pass


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recipe:
    """Sizes that depend on how training computes. Unit: bytes, except where noted.

    trains_base  all weights are trained; else only adapters, and what comes before the first of
                 them keeps nothing
    element      of a map that convolutions and matrices read
    norm         of a map that a norm reads or writes: CUDA's autocast runs norms in fp32
    joined       extra 16-bit copy of a joined input, kept by the shortcut under autocast
    reads        maps kept by the matrices after the three layer norms: one per norm, or under
                 autocast one per matrix, since each makes its own 16-bit copy (a number)
    feed_forward maps kept for GEGLU: 8 C projected, 4 C gated, 4 C multiplied (a number of C)
    linear_ends  whether the transformer's first and last projections keep their input (0 or 1)
    adapters     kept by the six image-side adapters of a block, per position
    text         kept per text token and block
    adapter_copies  bytes per channel of copies in the adapters' own format
    """

    trains_base: bool
    element: float
    norm: float
    joined: float
    reads: int
    feed_forward: int
    linear_ends: int
    adapters: float
    text: float
    adapter_copies: float


def training(
    shape: UNet,
    numerics: Numerics,
    *,
    micro_batch_size: float,
    latent_side: float,
    ops: Ops,
) -> TrainingActivations:
    """Saved activations of one step on latents. Unit: bytes.

    Residual block `n e (2 in + 3 out)`, plus its output where a norm, a halving or a transformer
    reads it, plus `n e in` where the input is joined from two; transformer `2 C n e` plus
    `28 C n e` per block (LoRA on the attention's q, k, v, out: `23 C n e + 6 r n e`); convolutions
    keep their input even when they are frozen. `checkpoints`: diffusers checkpoints each residual
    and each transformer block. `transient`: gradients inside the last stage, where the backward
    pass starts.
    """
    recipe = _recipe(shape, numerics)
    areas = [side * side for side in unet.sides(shape, latent_side, ops)]
    walk = tuple(_stages(shape, areas, recipe, attention_scores=numerics.scores, ops=ops))
    first = shape.block_channels[0]
    states = 0 if numerics.autocast else shape.context_tokens * shape.context_size * recipe.element
    ends = areas[0] * (first * (2 * recipe.norm + recipe.element))
    if numerics.trains_base:
        ends = ends + areas[0] * (shape.latent_channels * recipe.element + first * recipe.norm)
    groups = unet.count(shape)
    rank = 0 if numerics.adapters is None else numerics.adapters.rank
    trained = adapter_elements(shape, rank)
    one = rank * (14 * ops.maximum(*shape.block_channels) + 2 * shape.context_size)
    last = walk[-1]
    return TrainingActivations(
        saved=micro_batch_size * add_up(stage.saved for stage in walk),
        checkpoints=micro_batch_size * add_up(stage.checkpoints for stage in walk),
        recomputed=micro_batch_size * ops.maximum(*(stage.largest for stage in walk)),
        outside=micro_batch_size * (ends + states),
        transient=micro_batch_size * last.gradients,
        weight_copies=ledger.weight_copies(groups.total, trained, numerics),
        block_weight_copies=ledger.weight_copies(groups.block, one, numerics),
        cached_copies=ledger.cached_copies(groups.total, trained, numerics),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """One stage, per image. `largest` is its largest single block. Unit: bytes."""

    saved: float
    checkpoints: float
    largest: float
    gradients: float


def _stages(
    shape: UNet, areas: list[float], recipe: _Recipe, *, attention_scores: bool, ops: Ops
) -> Iterator[_Kept]:
    """Every stage of the U-Net in order."""
    text = shape.context_tokens
    started = recipe.trains_base
    for stage in unet.stages(shape):
        area, out = areas[stage.level], stage.out
        element, norm = recipe.element, recipe.norm
        resnets = [_resnet(entry, stage, recipe) * area for entry in stage.entries]
        block = _transformer_block(
            stage, area, recipe, text=text, context=shape.context_size, scores=attention_scores
        )
        ends = 2 * recipe.linear_ends * out * area * element
        transformers = stage.transformers * (ends + stage.depth * block)
        sampled: float = 0
        if stage.sampler < 0:
            sampled = out * areas[stage.level + 1] * norm
        elif stage.sampler > 0:
            sampled = out * areas[stage.level - 1] * element
        saved = add_up(resnets) + stage.read * out * area * norm + transformers + sampled
        if not started:
            idle = resnets[0] + out * area * (2 * norm + recipe.linear_ends * element)
            saved = saved - idle if stage.transformers else 0
            started = stage.transformers > 0
        inputs = add_up(stage.entries) * area * element
        tokens = stage.transformers * (2 + stage.depth) * out * area * element
        yield _Kept(
            saved=saved,
            checkpoints=inputs + tokens + sampled,
            largest=ops.maximum(*resnets, block if stage.transformers else 0),
            gradients=_GRADIENTS * out * area * element,
        )


def _resnet(entry: int, stage: unet.Stage, recipe: _Recipe) -> float:
    """Bytes per position that one residual block keeps, its output left out.

    Norm, activation and convolution, twice; the input only where it was joined for this block.
    """
    norm, element = recipe.norm, recipe.element
    joined = entry * (norm + recipe.joined) if stage.joins else 0
    return entry * (norm + element) + stage.out * (2 * norm + element) + joined


def _transformer_block(
    stage: unet.Stage,
    area: float,
    recipe: _Recipe,
    *,
    text: int,
    context: int,
    scores: bool,
) -> float:
    """Bytes that one transformer block keeps.

    Three layer norms (input, output as the matrices read it, two fp32 statistics), q, k, v and
    output of self-attention, q and output of cross-attention, GEGLU; keys and values of the text;
    one fp32 value per head and position for each attention; with eager attention its softmax.
    """
    out, element = stage.out, recipe.element
    kept = 3 * out * recipe.norm + (recipe.reads + 6 + recipe.feed_forward) * out * element
    kept = kept + 6 * FP32 + 2 * stage.heads * FP32 + recipe.adapters
    kept = kept + 6 * out * recipe.adapter_copies
    if scores:
        kept = kept + stage.heads * (area + text) * element
    cross = 2 * out * element + recipe.text + 2 * context * recipe.adapter_copies
    return area * kept + text * cross


def _recipe(shape: UNet, numerics: Numerics) -> _Recipe:
    """Sizes for plain or autocast training, of all weights or of adapters on the attention."""
    autocast, element, adapters = numerics.autocast, numerics.element_bytes, numerics.adapters
    copied = 2 * shape.context_size * element if autocast else 0
    norm = FP32 if autocast else element
    if adapters is None:
        return _Recipe(
            trains_base=True,
            element=element,
            norm=norm,
            joined=element if autocast else 0,
            reads=5 if autocast else 3,
            feed_forward=16,
            linear_ends=1,
            adapters=0,
            text=copied,
            adapter_copies=0,
        )
    size = element if autocast else adapters.element_bytes
    return _Recipe(
        trains_base=False,
        element=element,
        norm=norm,
        joined=element if autocast else 0,
        reads=4 if autocast else 2,
        feed_forward=12,
        linear_ends=0 if shape.linear_projection else 1,
        adapters=6 * adapters.rank * size,
        text=copied + 2 * adapters.rank * size,
        adapter_copies=size if size != element else 0,
    )


def adapter_elements(shape: UNet, rank: float) -> float:
    """Parameters of LoRA on q, k, v and out of both attentions of every transformer block.

    `r (in + out)` per matrix. Check: 797,184 for Stable Diffusion 1.5 at rank 4.
    """
    return rank * add_up(
        stage.transformers * stage.depth * (14 * stage.out + 2 * shape.context_size)
        for stage in unet.stages(shape)
    )
