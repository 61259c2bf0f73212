"""ControlNet (diffusers ControlNetModel): half of a U-Net that is run before the whole one.

It reads the noisy latents and a second image, and makes one map for each output of the way down and
of the middle; the U-Net adds them to its own. What the two hold together: `unet.step_live`. Its own
pass, which has no way up, needs less than that.
"""

from itertools import pairwise

from vram_atlas.adding import add_up
from vram_atlas.formulas import unet
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.schema.layers import ControlNet

_PIXEL_CHANNELS = 3


def count(shape: ControlNet) -> ParameterGroups:
    """The way down and the middle of the U-Net, and what is added to it. Unit: elements.

    Added: 1x1 convolutions on all outputs, and 3x3 convolutions from the image to the first level.
    Source: diffusers, ControlNetModel; checked against the class.
    """
    network = shape.network
    half = tuple(stage for stage in unet.stages(network) if not stage.joins)
    outputs = add_up(width * width + width for width in _outputs(shape))
    return unet.count_stages(network, half, ends=outputs + _reading(shape))


def image_bytes(*, images: float, image_size: float, element_bytes: float) -> float:
    """The second image, once for each pass of the guidance. Unit: bytes."""
    return images * _PIXEL_CHANNELS * image_size * image_size * element_bytes


def _outputs(shape: ControlNet) -> tuple[int, ...]:
    """Channels of every map that it makes: first convolution, levels, middle."""
    channels, layers = shape.network.block_channels, shape.network.layers_per_block
    levels = tuple(width for width in channels for _ in range(layers + 1))
    return (channels[0], *levels)  # the last level has no halving; the middle is as wide


def _reading(shape: ControlNet) -> int:
    """Two 3x3 convolutions for each width but the last, one into it and one out of it."""
    channels = shape.condition_channels
    ends = _convolution(_PIXEL_CHANNELS, channels[0])
    ends += _convolution(channels[-1], shape.network.block_channels[0])
    between = (
        _convolution(entry, entry) + _convolution(entry, out) for entry, out in pairwise(channels)
    )
    return ends + add_up(between)


def _convolution(entry: int, out: int) -> int:
    return 9 * entry * out + out
