"""Memory of an image or video pipeline: text encoders, a denoiser, an autoencoder.

Inference: all components are resident. The denoising steps and decoding the latents come one after
the other; text encoders, which see a few hundred tokens, are never the peak.

Training trains the denoiser, or adapters on its attention. The usual trainers encode every text and
image once, keep the results, and drop the encoders (diffusers' scripts for one instance prompt,
kohya's sd-scripts and musubi-tuner, SimpleTuner). Of those that stay only the weights count.
"""

from typing import assert_never

from vram_atlas.formulas import (
    autoencoder,
    control_net,
    joint_transformer,
    listed,
    listed_training,
    unet,
    unet_training,
)
from vram_atlas.formulas.components import controlled, denoiser
from vram_atlas.formulas.numerics import FP32, Numerics
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import TrainingActivations
from vram_atlas.schema.base import Decoding
from vram_atlas.schema.layers import (
    Autoencoder,
    Diffusion,
    JointTransformer,
    UNet,
)
from vram_atlas.schema.listed import DiffusionTransformer, ListedAutoencoder

_PIXEL_CHANNELS = 3


def adapter_elements(architecture: Diffusion, numerics: Numerics) -> float:
    """Parameters of LoRA on the denoiser's attention, the recipe of diffusers' training scripts.

    Source: target_modules of examples/text_to_image/train_text_to_image_lora.py.
    """
    rank = numerics.adapters.rank if numerics.adapters else 0
    match denoiser(architecture):
        case UNet() as shape:
            return unet_training.adapter_elements(shape, rank)
        case JointTransformer() as shape:
            return joint_transformer.adapter_elements(shape, rank)
        case DiffusionTransformer() as shape:
            return listed_training.adapter_elements(shape, rank)
        case _ as unreachable:
            assert_never(unreachable)


def training(
    architecture: Diffusion,
    numerics: Numerics,
    *,
    micro_batch_size: float,
    image_size: float,
    ops: Ops,
) -> TrainingActivations:
    """What one training step of the denoiser keeps. Unit: bytes, for the whole micro-batch."""
    match denoiser(architecture):
        case UNet() as shape:
            return unet_training.training(
                shape,
                numerics,
                micro_batch_size=micro_batch_size,
                latent_side=image_size / architecture.latent_downscale,
                ops=ops,
            )
        case JointTransformer() as shape:
            return joint_transformer.training(
                shape,
                numerics,
                micro_batch_size=micro_batch_size,
                image_size=image_size,
                ops=ops,
            )
        case DiffusionTransformer() as shape:
            assert shape.training is not None  # noqa: S101 - why_untrainable() has been asked
            return listed_training.training(
                shape,
                shape.training,
                numerics,
                micro_batch_size=micro_batch_size,
                image_size=image_size,
                latent_frames=latent_frames(architecture),
                ops=ops,
            )
        case _ as unreachable:
            assert_never(unreachable)


def inference(
    architecture: Diffusion,
    *,
    micro_batch_size: float,
    image_size: float,
    element_bytes: float,
    attention_scores: bool,
    decoding: Decoding,
    ops: Ops,
    copied: float = 0,
) -> tuple[float, float]:
    """What a denoising step and decoding the images need above the weights. Unit: bytes.

    With classifier-free guidance the denoiser sees every image twice (`guided_batch`). An
    autoencoder that `decodes_in_fp32` is converted first: its weights grow to 4 bytes each. Sliced
    decoding passes one image at a time, or one frame of a video; tiled decoding one tile.
    """
    latent_side = image_size / architecture.latent_downscale
    passes = micro_batch_size * architecture.guided_batch
    step = _step_live(
        architecture,
        passes=passes,
        image_size=image_size,
        element_bytes=element_bytes,
        attention_scores=attention_scores,
        ops=ops,
        copied=copied,
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
            copied=copied,
        )
        pixels = _PIXEL_CHANNELS * image_size * image_size * wide
        kept = 0 if decoding is Decoding.WHOLE else micro_batch_size * pixels
        decode = decode + maps + kept + (wide - element_bytes) * autoencoder.count(decoder).total
    for coder in _listed_autoencoders(architecture):
        wide = ops.maximum(element_bytes, FP32) if coder.decodes_in_fp32 else element_bytes
        maps = listed.decode_live(
            coder,
            image_size=image_size,
            frames=architecture.frames,
            element_bytes=wide,
            decoding=decoding,
            ops=ops,
        )
        pixels = _PIXEL_CHANNELS * image_size * image_size * architecture.frames * wide
        images = micro_batch_size if decoding is Decoding.WHOLE else 1
        decode = decode + images * maps + (micro_batch_size - images) * pixels
        decode = decode + (wide - element_bytes) * listed.count_autoencoder(coder).total
    return step, decode


def _step_live(
    architecture: Diffusion,
    *,
    passes: float,
    image_size: float,
    element_bytes: float,
    attention_scores: bool,
    ops: Ops,
    copied: float,
) -> float:
    """What one denoising step needs above the weights. Unit: bytes."""
    match denoiser(architecture):
        case UNet() as shape:
            controls = controlled(architecture)
            image = control_net.image_bytes(
                images=passes, image_size=image_size, element_bytes=element_bytes
            )
            live = unet.step_live(
                shape,
                images=passes,
                latent_side=image_size / architecture.latent_downscale,
                element_bytes=element_bytes,
                attention_scores=attention_scores,
                controlled=controls,
                ops=ops,
                copied=copied,
            )
            return live + image if controls else live
        case JointTransformer() as shape:
            return joint_transformer.step_live(
                shape,
                images=passes,
                image_size=image_size,
                element_bytes=element_bytes,
                attention_scores=attention_scores,
                ops=ops,
            )
        case DiffusionTransformer() as shape:
            return listed.step_live(
                shape,
                passes=passes,
                image_size=image_size,
                latent_frames=latent_frames(architecture),
                element_bytes=element_bytes,
                attention_scores=attention_scores,
                ops=ops,
            )
        case _ as unreachable:
            assert_never(unreachable)


def latent_frames(architecture: Diffusion) -> int:
    """Frames of the latents: the first frame of a video has one of its own."""
    return (architecture.frames - 1) // architecture.frames_per_latent + 1


def why_untrainable(architecture: Diffusion) -> str:
    """What is missing to say what training keeps; empty where nothing is."""
    shape = denoiser(architecture)
    if controlled(architecture):
        return "a ControlNet and the U-Net behind it"
    unknown = isinstance(shape, DiffusionTransformer) and shape.training is None
    return "the blocks of this denoiser" if unknown else ""


def _listed_autoencoders(architecture: Diffusion) -> tuple[ListedAutoencoder, ...]:
    """The autoencoders that are given as a list of tensors."""
    return tuple(
        component.shape
        for component in architecture.components
        if isinstance(component.shape, ListedAutoencoder)
    )


def _autoencoders(architecture: Diffusion) -> tuple[Autoencoder, ...]:
    """The autoencoders of the pipeline: one, as a rule."""
    return tuple(
        component.shape
        for component in architecture.components
        if isinstance(component.shape, Autoencoder)
    )
