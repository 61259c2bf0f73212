"""A latent-diffusion U-Net (diffusers UNet2DConditionModel).

Symbols of the docstrings: `C` channels of a stage, `n` its positions (side^2), `e` bytes of an
element, `r` LoRA rank.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vram_atlas.adding import add_up
from vram_atlas.formulas.autoencoder import resnet_live, resnet_parameters, sampler_parameters
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.schema.layers import UNet

_TIME = 4  # the time embedding is four times as wide as the first level
_LIVE = 21  # C x n maps live at the end of a feed-forward layer: 8 + 4 + 4 of GEGLU, 5 others


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Residual blocks of one level, with what follows them.

    level         side = latent side / 2^level
    entries       input channels of each residual block
    out           their output channels
    transformers  how many transformers follow a residual block
    depth         transformer blocks in each
    heads         attention heads
    sampler       -1 halves the side afterwards, 1 doubles it, 0 does neither
    read          outputs that a norm or a halving reads, not a join or a doubling
    joins         inputs are joined with an output of the way down
    """

    level: int
    entries: tuple[int, ...]
    out: int
    transformers: int
    depth: int
    heads: int
    sampler: int
    read: int
    joins: bool = False


def stages(shape: UNet) -> Iterator[Stage]:
    """The way down, the middle, the way up. Source: UNet2DConditionModel.__init__."""
    channels, layers = shape.block_channels, shape.layers_per_block
    last = len(channels) - 1
    entry = channels[0]
    for level, out in enumerate(channels):
        depth = shape.transformer_depth[level]
        yield Stage(
            level=level,
            entries=(entry, *(out,) * (layers - 1)),
            out=out,
            transformers=layers if depth else 0,
            depth=depth,
            heads=shape.heads[level],
            sampler=-1 if level < last else 0,
            read=layers * 2 if depth else layers,
        )
        entry = out
    yield Stage(
        level=last,
        entries=(entry, entry),
        out=entry,
        transformers=1 if shape.middle_depth else 0,
        depth=shape.middle_depth,
        heads=shape.heads[last],
        sampler=0,
        read=2 if shape.middle_depth else 1,
    )
    for level in range(last, -1, -1):
        out, depth = channels[level], shape.transformer_depth[level]
        skips = (*(out,) * layers, channels[max(level - 1, 0)])
        before = (entry, *(out,) * layers)
        yield Stage(
            level=level,
            entries=tuple(a + b for a, b in zip(before, skips, strict=True)),
            out=out,
            transformers=layers + 1 if depth else 0,
            depth=depth,
            heads=shape.heads[level],
            sampler=1 if level else 0,
            read=layers + 1 if depth else 0,
            joins=True,
        )
        entry = out


def count(shape: UNet) -> ParameterGroups:
    """Parameters of the whole U-Net: its stages, then a norm and the last convolution.

    Source: diffusers, UNet2DConditionModel; checked against the class.
    """
    first, latent = shape.block_channels[0], shape.latent_channels
    return count_stages(shape, tuple(stages(shape)), ends=2 * first + 9 * first * latent + latent)


def count_stages(shape: UNet, chosen: tuple[Stage, ...], *, ends: int) -> ParameterGroups:
    """Parameters of some stages and all before them, and `ends` others. Unit: elements.

    `linear` holds the matrices of linear layers, convolutions are `other`.
    Transformer block: `4 C^2` for self-attention, `2 C^2 + 2 C x context` for cross-attention,
    `12 C^2` for GEGLU, three layer norms and three biases.
    """
    first = shape.block_channels[0]
    time = _TIME * first
    linear = first * time + time * time
    other = 2 * time + 9 * first * shape.latent_channels + first + ends
    if shape.added_conditioning:
        linear += shape.added_conditioning * time + time * time
        other += 2 * time
    largest = block = largest_linear = time * time
    margins = 5 * time
    for stage in chosen:
        width = stage.out
        blocks = stage.transformers * stage.depth
        per_block = 18 * width * width + 2 * width * shape.context_size
        projections = 2 * stage.transformers * width * width
        resnets = add_up(resnet_parameters(entry, width, time) for entry in stage.entries)
        linear += blocks * per_block + (projections if shape.linear_projection else 0)
        linear += len(stage.entries) * time * width
        other += resnets - len(stage.entries) * time * width
        other += 0 if shape.linear_projection else projections
        other += stage.transformers * 4 * width + blocks * 17 * width
        other += sampler_parameters(width) if stage.sampler else 0
        largest = max(largest, 9 * max(stage.entries) * width)  # on the way up more than GEGLU's
        largest_linear = max(largest_linear, 8 * width * width)
        block = max(block, per_block)
        margins += blocks * (31 * width + 2 * shape.context_size) + 4 * stage.transformers * width
        margins += add_up(6 * entry * width + 6 * width * width for entry in stage.entries)
        margins += len(stage.entries) * (time + width) + abs(stage.sampler) * 6 * width * width
    return ParameterGroups(
        linear=linear,
        other=other,
        largest=largest,
        largest_linear=largest_linear,
        block=block,
        margins=margins,
    )


def sides(shape: UNet, latent_side: float, ops: Ops) -> tuple[float, ...]:
    """Side of the feature maps at each level; a halving rounds up."""
    result = [latent_side]
    for _ in shape.block_channels[1:]:
        result.append(ops.ceil(result[-1] / 2))
    return tuple(result)


def step_live(
    shape: UNet,
    *,
    images: float,
    latent_side: float,
    element_bytes: float,
    attention_scores: bool,
    controlled: bool,
    ops: Ops,
    copied: float = 0,
) -> float:
    """Largest live set of one denoising step. Unit: bytes; `images` counts the guidance twice.

    On the way up a stage holds its input, the outputs of the way down that it and the stages after
    it still need, and the largest of: a residual block; a transformer block (`21 C n`; with eager
    attention two score matrices besides `7 C n`); the upsampling with its convolution's workspace
    (autoencoder.py says why there is one). `controlled` by a ControlNet: its maps, all sums with
    them, and its map of the middle stay to the end. Source: the forward methods of
    UNet2DConditionModel, CrossAttnUpBlock2D and BasicTransformerBlock.
    """
    areas = [side * side for side in sides(shape, latent_side, ops)]
    needed = _needed(shape, areas)
    if controlled:
        kept = 2 * needed[-1] + shape.block_channels[-1] * areas[-1]
        needed = [kept for _ in needed]
    peak: float = 0
    entry = shape.block_channels[-1]
    for stage in stages(shape):
        if not stage.joins and stage.level + 1 < len(areas):
            continue
        area = areas[stage.level]
        inner = ops.maximum(*(resnet_live(each, stage.out, ops, copied) for each in stage.entries))
        if stage.transformers:
            inner = ops.maximum(inner, _LIVE * stage.out)
            if attention_scores:
                inner = ops.maximum(inner, 7 * stage.out + 2 * stage.heads * area)
        held = needed[stage.level] + entry * area
        peak = ops.maximum(peak, held + inner * area)
        if stage.sampler > 0:
            peak = ops.maximum(
                peak, held + stage.out * (area + (2 + 2 * copied) * areas[stage.level - 1])
            )
        entry = stage.out
    return images * element_bytes * peak


def _needed(shape: UNet, areas: list[float]) -> list[float]:
    """Elements of the kept outputs that the way up needs at each level and after it."""
    total: float = shape.block_channels[0] * areas[0]
    needed = []
    for level, out in enumerate(shape.block_channels):
        total = total + shape.layers_per_block * out * areas[level]
        needed.append(total)
        if level + 1 < len(areas):
            total = total + out * areas[level + 1]
    return needed
