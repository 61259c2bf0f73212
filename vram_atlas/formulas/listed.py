"""Networks that are given as a list of their tensors: parameters, and what one pass needs."""

from vram_atlas.adding import add_up
from vram_atlas.formulas.numerics import HALF
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.schema.base import Decoding
from vram_atlas.schema.listed import (
    Convolutions,
    DecodeLive,
    DiffusionTransformer,
    ListedAutoencoder,
    MapBytes,
    Matrices,
    Tensors,
)


def count_transformer(shape: DiffusionTransformer) -> ParameterGroups:
    """Parameters of a denoiser, its blocks and its ends. Unit: elements."""
    parts = [(group.layers, count_tensors(group)) for group in shape.blocks]
    parts.append((1, count_tensors(shape.ends)))
    return ParameterGroups(
        linear=add_up(layers * part.linear for layers, part in parts),
        other=add_up(layers * part.other for layers, part in parts),
        largest=max(part.largest for _, part in parts),
        largest_linear=max(part.largest_linear for _, part in parts),
        block=max(part.linear for _, part in parts),
        margins=add_up(layers * part.margins for layers, part in parts),
        buffers=shape.buffers,
    )


def count_autoencoder(shape: ListedAutoencoder) -> ParameterGroups:
    """Parameters of encoder and decoder. Unit: elements."""
    return count_tensors(shape.tensors)


def count_tensors(tensors: Tensors) -> ParameterGroups:
    """Parameters of one block or part: matrices in `linear`, all else in `other`."""
    kernels = [(_kernel(each), each) for each in tensors.convolutions]
    other = tensors.other + add_up(
        each.count * (size + (each.outputs if each.bias else 0)) for size, each in kernels
    )
    other += add_up(each.count * each.outputs for each in tensors.matrices if each.bias)
    matrices = [_matrix(each) for each in tensors.matrices]
    return ParameterGroups(
        linear=add_up(each.count * _matrix(each) for each in tensors.matrices),
        other=other,
        largest=max([*matrices, *[size for size, _ in kernels]], default=0),
        largest_linear=max(matrices, default=0),
        block=add_up(each.count * _matrix(each) for each in tensors.matrices),
        margins=add_up(each.count * (each.inputs + each.outputs) for each in tensors.matrices),
    )


def sizes(tensors: Tensors) -> tuple[int, ...]:
    """Elements of every matrix and of every kernel, biases not counted."""
    matrices = [size for each in tensors.matrices for size in [_matrix(each)] * each.count]
    kernels = [size for each in tensors.convolutions for size in [_kernel(each)] * each.count]
    return (*matrices, *kernels)


def sides(tensors: Tensors) -> int:
    """Rows plus columns of every matrix; of a kernel, of its last two dimensions."""
    matrices = add_up(each.count * (each.inputs + each.outputs) for each in tensors.matrices)
    kernels = add_up(
        2 * each.count * _kernel(each) // each.kernel[-1] for each in tensors.convolutions
    )
    return matrices + kernels


def map_bytes(
    maps: MapBytes, *, pixels: float, element_bytes: float, autocast: bool, ops: Ops
) -> float:
    """Bytes of feature maps for one image. Autocast runs norms in fp32, and keeps casts of maps."""
    pairs = pixels * pixels * maps.pair_bytes
    if autocast and maps.pixel_autocast is not None:
        return pixels * maps.pixel_autocast + maps.image_autocast + pairs
    wide = element_bytes - HALF
    pixel = ops.where(wide, maps.pixel_32_bit, maps.pixel_16_bit)
    image = ops.where(wide, maps.image_32_bit, maps.image_16_bit)
    return pixels * pixel + image + pairs


def _matrix(each: Matrices) -> int:
    return each.inputs * each.outputs


def _kernel(each: Convolutions) -> int:
    elements = each.inputs // each.groups * each.outputs
    for size in each.kernel:
        elements = elements * size
    return elements


def step_live(
    shape: DiffusionTransformer,
    *,
    passes: float,
    image_size: float,
    latent_frames: float,
    element_bytes: float,
    attention_scores: bool,
    ops: Ops,
) -> float:
    """Largest live set of one denoising step. Unit: bytes.

    It grows with the tokens, `latent_frames x (image_size / token_pixels)^2` of the image or video
    and those of the text. Eager attention adds two score matrices.
    """
    side = image_size / shape.token_pixels
    tokens = latent_frames * side * side
    wide = element_bytes - HALF
    token = ops.where(wide, shape.live.token_32_bit, shape.live.token_16_bit)
    context = ops.where(wide, shape.live.context_32_bit, shape.live.context_16_bit)
    queries = tokens + (shape.context_tokens if shape.joined else 0)
    scores = 2 * shape.heads * queries * queries * element_bytes if attention_scores else 0
    return passes * (tokens * token + shape.context_tokens * context + scores)


def decode_live(
    shape: ListedAutoencoder,
    *,
    image_size: float,
    frames: float,
    element_bytes: float,
    decoding: Decoding,
    ops: Ops,
) -> float:
    """Largest live set while one image or video is decoded, the decoded one included. Bytes."""
    apart = {Decoding.TILED: shape.tiled, Decoding.SLICED: shape.framed}.get(decoding)
    live = apart or shape.whole
    return _decode(live, image_size * image_size, frames, element_bytes, ops)


def _decode(
    live: DecodeLive, pixels: float, frames: float, element_bytes: float, ops: Ops
) -> float:
    wide = element_bytes - HALF
    fixed = ops.where(wide, live.fixed_32_bit, live.fixed_16_bit)
    pixel = ops.where(wide, live.pixel_32_bit, live.pixel_16_bit)
    video = ops.where(wide, live.video_32_bit, live.video_16_bit)
    return fixed + pixels * (pixel + frames * video)
