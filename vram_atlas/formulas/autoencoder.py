"""The image autoencoder of a latent-diffusion pipeline (diffusers AutoencoderKL).

Convolutions have a workspace: cuDNN's kernels for tensor cores read and write channels last, so it
copies input, kernel and output of a 3x3 convolution (`copied` 1; 0 without cuDNN). PyTorch takes
that from its own allocator. Source: cuDNN, best practices for tensor layouts; seen byte for byte on
an H200 in 16 bits and in TF32: input + output + kernel. The kernel, at most 9 MiB, is left out
here. For several images at once cuDNN found other kernels for the doubled maps.
"""

from vram_atlas.adding import add_up
from vram_atlas.formulas.numerics import FP32
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.schema.layers import Autoencoder

_PIXEL_CHANNELS = 3


def resnet_parameters(entry: int, out: int, time: int = 0) -> int:
    """Two group norms, two 3x3 convolutions, a 1x1 shortcut where the width changes.

    With `time` > 0 also the projection of a time embedding of that width. Unit: elements.
    Source: diffusers, ResnetBlock2D.
    """
    convolutions = 9 * entry * out + out + 9 * out * out + out
    shortcut = 0 if entry == out else entry * out + out
    return 2 * entry + 2 * out + convolutions + shortcut + (time * out + out if time else 0)


def sampler_parameters(channels: int) -> int:
    """The 3x3 convolution that halves the side or follows its doubling."""
    return 9 * channels * channels + channels


def count(shape: Autoencoder) -> ParameterGroups:
    """Parameters of encoder and decoder. Unit: elements.

    `linear` are the four matrices of each of the two middle attentions, the rest is convolutions
    and norms. Source: diffusers, AutoencoderKL; checked against the class.
    """
    first, last = shape.block_channels[0], shape.block_channels[-1]
    latent = shape.latent_channels
    ends = 9 * _PIXEL_CHANNELS * first + first + 2 * last + 9 * last * 2 * latent + 2 * latent
    ends += 9 * latent * last + last + 2 * first + 9 * first * _PIXEL_CHANNELS + _PIXEL_CHANNELS
    if shape.quantisation_convolutions:
        ends += 2 * latent * 2 * latent + 2 * latent + latent * latent + latent
    middle = 2 * (2 * resnet_parameters(last, last) + 2 * last + 4 * last)
    blocks = _blocks(shape.block_channels, shape.layers_per_block)
    blocks += _blocks(shape.block_channels[::-1], shape.layers_per_block + 1)
    return ParameterGroups(
        linear=8 * last * last,
        other=ends + middle + blocks,
        largest=9 * last * last,
        largest_linear=last * last,
        block=4 * last * last,
    )


def _blocks(channels: tuple[int, ...], layers: int) -> int:
    """Levels of `layers` residual blocks with a sampler between them."""
    total = 0
    entry = channels[0]
    for out in channels:
        total += resnet_parameters(entry, out) + (layers - 1) * resnet_parameters(out, out)
        entry = out
    return total + add_up(sampler_parameters(out) for out in channels[:-1])


def resnet_live(entry: int, out: int, ops: Ops, copied: float = 0) -> float:
    """Channels live at once in one residual block without gradients, its input included.

    Either input, norm and activation of the input; or the input, the shortcut, the branch, their
    sum and the sum after the division by the output scale; or one of the convolutions with its
    workspace. Source: ResnetBlock2D.forward.
    """
    shortcut = 0 if entry == out else out
    first, second = 2 * entry + out, entry + 2 * out
    return ops.maximum(
        3 * entry,
        entry + shortcut + 3 * out,
        first + copied * (entry + out),
        second + copied * 2 * out,
    )


def decode_live(
    shape: Autoencoder,
    *,
    images: float,
    latent_side: float,
    element_bytes: float,
    attention_scores: bool,
    ops: Ops,
    copied: float = 0,
) -> float:
    """Largest live set while latents are decoded to images. Unit: bytes.

    At each level the larger of: the first residual block; a later one, with the level's input that
    the caller still holds; the upsampling (its input, the doubled map, the convolution's output,
    and of a single image a workspace as large as the two). For Stable Diffusion and FLUX.1 the
    upsampling to the last level wins, with `4,864 channels x image size^2 / 4`; for several images
    the residual block after it, with `1,024 channels x image size^2` each. With eager attention the
    two fp32 score matrices of the middle block can be larger. Source: Decoder.forward of diffusers.
    """
    middle = shape.block_channels[-1]
    area = latent_side * latent_side
    peak = 8 * middle * area * element_bytes
    if attention_scores:
        peak = ops.maximum(peak, area * (6 * middle * element_bytes + 2 * FP32 * area))
    alone = ops.where(images - 1, 0, copied)
    entry = middle
    for level, out in enumerate(shape.block_channels[::-1]):
        first = resnet_live(entry, out, ops, copied)
        later = entry + resnet_live(out, out, ops, copied)
        sampler = entry + (9 + 8 * alone) * out if level + 1 < len(shape.block_channels) else 0
        peak = ops.maximum(peak, element_bytes * area * ops.maximum(first, later, sampler))
        area = 4 * area
        entry = out
    latents = shape.latent_channels * latent_side * latent_side
    return images * (element_bytes * latents + peak)
