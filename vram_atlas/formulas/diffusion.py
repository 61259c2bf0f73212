"""Memory of a text-to-image pipeline: text encoders, a denoiser, an autoencoder.

All components are resident. One phase runs at a time: encoding the text, the denoising steps,
decoding the latents; the text encoders, which see a few hundred tokens at most, are never the peak.
Training trains the denoiser (or adapters on its attention) while the others stay frozen in memory;
their own passes run without gradients before the denoiser's and are not counted.
"""

from typing import assert_never

from vram_atlas.adding import add_up
from vram_atlas.formulas import autoencoder, joint_transformer, unet, unet_training
from vram_atlas.formulas.numerics import FP32, Numerics
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import ParameterGroups, TrainingActivations
from vram_atlas.schema.base import Decoding
from vram_atlas.schema.layers import (
    Autoencoder,
    Component,
    CountOnly,
    Diffusion,
    JointTransformer,
    Role,
    UNet,
)

_PIXEL_CHANNELS = 3


def count(architecture: Diffusion) -> ParameterGroups:
    """Parameters of all resident components. Unit: elements."""
    parts = tuple(count_component(component) for component in architecture.components)
    return ParameterGroups(
        linear=add_up(part.linear for part in parts),
        other=add_up(part.other for part in parts),
        largest=max(part.largest for part in parts),
        largest_linear=max(part.largest_linear for part in parts),
        block=max(part.block for part in parts),
        margins=add_up(part.margins for part in parts),
    )


def count_component(component: Component) -> ParameterGroups:
    """Parameters of one component, from its shape. Unit: elements."""
    match component.shape:
        case UNet() as shape:
            return unet.count(shape)
        case JointTransformer() as shape:
            return joint_transformer.count(shape)
        case Autoencoder() as shape:
            return autoencoder.count(shape)
        case CountOnly() as shape:
            return ParameterGroups(
                linear=shape.linear,
                other=shape.parameters - shape.linear,
                largest=shape.largest,
            )
        case _ as unreachable:
            assert_never(unreachable)


def count_denoiser(architecture: Diffusion) -> ParameterGroups:
    """Parameters of the denoiser, which is what training trains. Unit: elements."""
    shape = _denoiser(architecture)
    return unet.count(shape) if isinstance(shape, UNet) else joint_transformer.count(shape)


def adapter_elements(architecture: Diffusion, numerics: Numerics) -> float:
    """Parameters of LoRA on the denoiser's attention, the recipe of diffusers' training scripts.

    Source: target_modules of examples/text_to_image/train_text_to_image_lora.py.
    """
    rank = numerics.adapters.rank if numerics.adapters else 0
    shape = _denoiser(architecture)
    if isinstance(shape, UNet):
        return unet_training.adapter_elements(shape, rank)
    return joint_transformer.adapter_elements(shape, rank)


def training(
    architecture: Diffusion,
    numerics: Numerics,
    *,
    micro_batch_size: float,
    image_size: float,
    ops: Ops,
) -> TrainingActivations:
    """What one training step of the denoiser keeps. Unit: bytes, for the whole micro-batch."""
    shape = _denoiser(architecture)
    if isinstance(shape, UNet):
        return unet_training.training(
            shape,
            numerics,
            micro_batch_size=micro_batch_size,
            latent_side=image_size / architecture.latent_downscale,
            ops=ops,
        )
    return joint_transformer.training(
        shape, numerics, micro_batch_size=micro_batch_size, image_size=image_size, ops=ops
    )


def inference(
    architecture: Diffusion,
    *,
    micro_batch_size: float,
    image_size: float,
    element_bytes: float,
    attention_scores: bool,
    decoding: Decoding,
    ops: Ops,
) -> tuple[float, float]:
    """What a denoising step and decoding the images need above the weights. Unit: bytes.

    With classifier-free guidance the denoiser sees every image twice (`guided_batch`). An
    autoencoder that `decodes_in_fp32` is converted first: its weights grow to 4 bytes each. Sliced
    decoding passes one image at a time, tiled decoding one tile; the images themselves are kept.
    """
    latent_side = image_size / architecture.latent_downscale
    passes = micro_batch_size * architecture.guided_batch
    shape = _denoiser(architecture)
    if isinstance(shape, UNet):
        step = unet.step_live(
            shape,
            images=passes,
            latent_side=latent_side,
            element_bytes=element_bytes,
            attention_scores=attention_scores,
            ops=ops,
        )
    else:
        step = joint_transformer.step_live(
            shape,
            images=passes,
            image_size=image_size,
            element_bytes=element_bytes,
            attention_scores=attention_scores,
            ops=ops,
        )
    decode: float = 0
    for decoder in _autoencoders(architecture):
        wide = ops.maximum(element_bytes, FP32) if decoder.decodes_in_fp32 else element_bytes
        tile = decoder.tile_size / architecture.latent_downscale
        maps = autoencoder.decode_live(
            decoder,
            images=micro_batch_size if decoding is Decoding.WHOLE else 1,
            latent_side=ops.minimum(latent_side, tile)
            if decoding is Decoding.TILED
            else latent_side,
            element_bytes=wide,
            attention_scores=attention_scores,
            ops=ops,
        )
        pixels = _PIXEL_CHANNELS * image_size * image_size * wide
        kept = 0 if decoding is Decoding.WHOLE else micro_batch_size * pixels
        decode = decode + maps + kept + (wide - element_bytes) * autoencoder.count(decoder).total
    return step, decode


def component_parameters(architecture: Diffusion, role: Role) -> tuple[ParameterGroups, ...]:
    """Parameters of the components that do one thing in the pipeline. Unit: elements."""
    return tuple(
        count_component(component)
        for component in architecture.components
        if component.role is role
    )


def _denoiser(architecture: Diffusion) -> UNet | JointTransformer:
    """The first component with a denoiser's shape."""
    return next(
        component.shape
        for component in architecture.components
        if isinstance(component.shape, UNet | JointTransformer)
    )


def _autoencoders(architecture: Diffusion) -> tuple[Autoencoder, ...]:
    """The autoencoders of the pipeline: one, as a rule."""
    return tuple(
        component.shape
        for component in architecture.components
        if isinstance(component.shape, Autoencoder)
    )
