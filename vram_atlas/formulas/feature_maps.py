"""Feature maps of a convolutional network, block by block.

`units` walks the blocks once and says for each what it keeps for the backward pass, what is live
while it runs without gradients, and how large its gradients are. `convolutional` adds that up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from vram_atlas.adding import add_up
from vram_atlas.formulas import listed
from vram_atlas.formulas.numerics import FP32
from vram_atlas.formulas.ops import Ops
from vram_atlas.schema.layers import (
    Activation,
    AveragePool,
    Basic,
    Block,
    Bottleneck,
    Convolution,
    Convolutional,
    Dropout,
    InvertedResidual,
    Linear,
    MaxPool,
)
from vram_atlas.schema.listed import Listed, MapBytes

_INDEX = 8  # int64
_STATISTICS = 8  # fp32 mean and inverse deviation of one channel


@dataclass(frozen=True, slots=True)
class FeatureMap:
    """Channels and the side of the square image."""

    channels: int
    side: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One block, `times` in a row. Unit: bytes.

    entry         the block's input
    saved         kept for the backward pass, outputs included, input not; `blocks` keep equal parts
    live          largest set live in a forward pass without gradients, input included
    gradients     largest set of activation gradients live in the backward pass
    checkpointed  the block starts a unit of gradient checkpointing
    """

    entry: float
    saved: float
    live: float
    gradients: float
    times: int = 1
    blocks: int = 1
    checkpointed: bool = False
    log_probabilities: float = 0


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Turns a shape into bytes."""

    batch: float
    element: float
    autocast: bool
    copies: float
    ops: Ops

    def elements(self, shape: FeatureMap) -> float:
        return self.batch * shape.channels * shape.side * shape.side

    def bytes(self, shape: FeatureMap) -> float:
        return self.elements(shape) * self.element

    def copied(self, maps: float, kernel: float) -> float:
        """The workspace of a convolution: its maps and its kernel once more, channels last."""
        return self.copies * (maps + kernel * self.element)

    def shrink(self, side: float, *, kernel: int, stride: int, padding: int) -> float:
        """floor((side + 2 padding - kernel) / stride) + 1."""
        return 1 - self.ops.ceil(-(side + 2 * padding - kernel) / stride)


def units(
    architecture: Convolutional,
    batch: float,
    image_size: float,
    element: float,
    ops: Ops,
    *,
    autocast: bool = False,
    copied: float = 0,
) -> Iterator[Unit]:
    """Every block in order; equal blocks of a stage share one unit."""
    sizes = _Sizes(batch, element, autocast, copied, ops)
    shape = FeatureMap(architecture.channels, image_size)
    starts = True
    blocks = architecture.blocks
    for index, (block, following) in enumerate(zip(blocks, (*blocks[1:], None), strict=True)):
        match block:
            case Convolution():
                walk = _convolution(block, shape, sizes, following, starts=starts, image=index == 0)
            case Basic() | Bottleneck() | InvertedResidual():
                walk = _residual_stage(block, shape, sizes)
            case Listed():
                walk = _listed(block, shape, sizes)
            case _:
                walk = _layer(block, shape, sizes, following)
        for unit, result in walk:
            yield unit
            shape = result
        starts = isinstance(block, MaxPool | Basic | Bottleneck | InvertedResidual)


def _convolution(
    block: Convolution,
    shape: FeatureMap,
    sizes: _Sizes,
    following: Block | None,
    *,
    starts: bool,
    image: bool,
) -> Iterator[tuple[Unit, FeatureMap]]:
    """Convolution, batch norm, activation: one map per layer that runs out of place.

    `image` says that the input is the image batch, which the caller counts. Pooling to one value
    is a mean, which keeps no input: then ReLU6 keeps its copy and nobody its output.
    """
    maps = 1 + block.batch_norm
    pooled = isinstance(following, AveragePool) and following.size == 1
    copies = block.activation is Activation.RELU6 and not pooled
    statistics = _STATISTICS * block.channels * block.batch_norm
    for _ in range(block.repeat):
        side = sizes.shrink(
            shape.side, kernel=block.kernel, stride=block.stride, padding=block.padding
        )
        result = FeatureMap(block.channels, side)
        out = sizes.bytes(result)
        entry = sizes.bytes(shape)
        kernel = block.channels * (shape.channels // block.groups) * block.kernel**2
        plain = block.kernel == 1 or block.groups == shape.channels  # 1x1, or depthwise
        copied = 0 if plain else sizes.copied(entry + out, kernel)
        unit = Unit(
            entry=entry,
            saved=(maps + copies) * out + statistics,
            live=(0 if image else entry) + sizes.ops.maximum(maps * out, out + copied),
            gradients=sizes.ops.maximum(2 * out, entry + out + (0 if image else copied)),
            checkpointed=starts,
        )
        yield unit, result
        shape, starts, image = result, False, False


def _listed(block: Listed, shape: FeatureMap, sizes: _Sizes) -> Iterator[tuple[Unit, FeatureMap]]:
    """A whole network at once: what was found for one image, for every image."""
    unit = Unit(
        entry=sizes.bytes(shape),
        saved=_found(block.saved, shape, sizes),
        live=_found(block.live, shape, sizes),
        gradients=_found(block.gradients, shape, sizes),
        blocks=block.blocks,
    )
    yield unit, shape


def _found(maps: MapBytes, shape: FeatureMap, sizes: _Sizes) -> float:
    pixels = shape.side * shape.side
    each = listed.map_bytes(
        maps, pixels=pixels, element_bytes=sizes.element, autocast=sizes.autocast, ops=sizes.ops
    )
    return sizes.batch * each


def _layer(
    block: Block, shape: FeatureMap, sizes: _Sizes, following: Block | None
) -> Iterator[tuple[Unit, FeatureMap]]:
    """Pooling, dropout, fully connected."""
    entry = sizes.bytes(shape)
    match block:
        case MaxPool():
            side = sizes.shrink(
                shape.side, kernel=block.kernel, stride=block.stride, padding=block.padding
            )
            result = FeatureMap(shape.channels, side)
            extra = _INDEX * sizes.elements(result)
            kept = live = sizes.bytes(result) + extra
        case AveragePool():
            result = FeatureMap(shape.channels, block.size)
            live = sizes.bytes(result)
            kept = 0 if isinstance(following, Dropout) else live
        case Dropout():
            result = shape
            live = 0
            kept = entry + sizes.elements(shape)
        case Linear():
            result = FeatureMap(block.features, 1)
            live = sizes.bytes(result)
            kept = live if following or block.activation is Activation.RELU else 0
        case _:
            raise AssertionError(block)
    unit = Unit(
        entry=entry,
        saved=kept,
        live=entry + live,
        gradients=entry + sizes.bytes(result),
        checkpointed=isinstance(block, AveragePool),
        log_probabilities=FP32 * sizes.elements(result),
    )
    yield unit, result


def _residual_stage(
    block: Basic | Bottleneck | InvertedResidual, shape: FeatureMap, sizes: _Sizes
) -> Iterator[tuple[Unit, FeatureMap]]:
    """The first block with the stride, then `repeat - 1` equal blocks."""
    side = sizes.shrink(shape.side, kernel=3, stride=block.stride, padding=1)
    result = FeatureMap(block.channels, side)
    yield _residual(block, shape, result, sizes, held=0, times=0), result
    if block.repeat > 1:
        held = 0 if isinstance(block, InvertedResidual) else sizes.bytes(shape)
        yield _residual(block, result, result, sizes, held=held, times=block.repeat - 1), result


def _residual(
    block: Basic | Bottleneck | InvertedResidual,
    shape: FeatureMap,
    result: FeatureMap,
    sizes: _Sizes,
    *,
    held: float,
    times: int,
) -> Unit:
    """The first block of a stage (`times` 0) or `times` later ones; `held` is live besides."""
    ops = sizes.ops
    entry = sizes.bytes(shape)
    out = sizes.bytes(result)
    resized = times == 0 and (shape.channels != result.channels or block.stride != 1)
    branches = resized and not isinstance(block, InvertedResidual)
    inner = _inner_maps(block, shape, result)
    sized = tuple(sizes.bytes(each) for each in inner)
    norms = add_up(each.channels for each in inner) + result.channels * (1 + branches)
    chain = (*sized, out)
    copies = add_up(sized) if isinstance(block, InvertedResidual) else 0
    identity = 0 if resized and not branches else out
    pairs = [2 * each for each in chain]  # two neighbours are never more than the larger one twice
    nested = [first + 2 * second for first, second in pairwise(sized)]
    widest = _copied(block, sized, out, sizes)
    live = entry + ops.maximum(
        *pairs,
        *(nested if isinstance(block, InvertedResidual) else ()),
        (2 + branches) * out,
        widest,
    )
    return Unit(
        entry=entry,
        saved=2 * add_up(chain) + branches * out + copies + _STATISTICS * norms,
        live=held + live,
        gradients=identity + ops.maximum(*pairs, sized[0] + entry, widest),
        times=times or 1,
        checkpointed=True,
    )


def _copied(
    block: Basic | Bottleneck | InvertedResidual,
    sized: tuple[float, ...],
    out: float,
    sizes: _Sizes,
) -> float:
    """Maps and workspace of a block's last 3x3 convolution; none where that is depthwise."""
    match block:
        case Basic():
            return 2 * out + sizes.copied(2 * out, 9 * block.channels * block.channels)
        case Bottleneck():
            first, second = sized
            kernel = 9 * block.width * (block.width // block.groups)
            return first + second + sizes.copied(first + second, kernel)
        case InvertedResidual():
            return 0


def _inner_maps(
    block: Basic | Bottleneck | InvertedResidual, shape: FeatureMap, result: FeatureMap
) -> tuple[FeatureMap, ...]:
    """Maps between the block's convolutions."""
    match block:
        case Basic():
            return (result,)
        case Bottleneck():
            return (FeatureMap(block.width, shape.side), FeatureMap(block.width, result.side))
        case InvertedResidual():
            width = shape.channels * block.expansion
            depthwise = FeatureMap(width, result.side)
            if block.expansion == 1:
                return (depthwise,)
            return (FeatureMap(width, shape.side), depthwise)
