"""Pipelines of diffusers: their classes, their parts, and what they are called with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tracing.text_encoders import (
    CLIP_G,
    CLIP_H,
    CLIP_L,
    DIFFUSION_3,
    GEMMA,
    QWEN,
    UMT5,
    Encoder,
    t5,
)

_IMAGE_VAE = {
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "layers_per_block": 2,
    "sample_size": 512,
}
_WIDE_VAE = {
    **_IMAGE_VAE,
    "latent_channels": 16,
    "use_quant_conv": False,
    "use_post_quant_conv": False,
    "shift_factor": 0.1,
    "scaling_factor": 1.5,
}
_XL_VAE = {**_IMAGE_VAE, "scaling_factor": 0.13025, "force_upcast": True}
_DC = {
    "in_channels": 3,
    "latent_channels": 32,
    "encoder_layers_per_block": (2, 2, 2, 3, 3, 3),
    "decoder_layers_per_block": (3, 3, 3, 3, 3, 3),
    "encoder_block_types": ("ResBlock",) * 3 + ("EfficientViTBlock",) * 3,
    "decoder_block_types": ("ResBlock",) * 3 + ("EfficientViTBlock",) * 3,
    "encoder_qkv_multiscales": ((), (), (), (), (), ()),
    "decoder_qkv_multiscales": ((), (), (), (5,), (5,), (5,)),
    "downsample_block_type": "conv",
    "upsample_block_type": "interpolate",
    "decoder_norm_types": "rms_norm",
    "decoder_act_fns": "silu",
    "scaling_factor": 0.41407,
}


@dataclass(frozen=True)
class Pipeline:
    """A pipeline of diffusers: its class, its parts, and what a prompt is.

    prompt    shapes of the prompt's tensors, by argument, without the batch
    negative  whether it takes the same for a negative prompt
    guidance  the scale of the guidance, None where it has none
    more, call, schedule  what else its constructor, its call and its scheduler take
    wide_autoencoder  the autoencoder is loaded in fp32
    listed_prompts    prompts are a list, one tensor each
    """

    name: str
    encoders: tuple[Encoder, ...]
    scheduler: str
    prompt: Mapping[str, tuple[int, ...]]
    autoencoder: str = "AutoencoderKL"
    settings: Mapping[str, Any] = field(default_factory=dict)
    denoiser: str = "transformer"
    negative: bool = True
    guidance: float | None = 5.0
    more: Mapping[str, Any] = field(default_factory=dict)
    call: Mapping[str, Any] = field(default_factory=dict)
    wide_autoencoder: bool = False
    schedule: Mapping[str, Any] = field(default_factory=dict)
    listed_prompts: bool = False


_FLOW = "FlowMatchEulerDiscreteScheduler"
_STABLE_DIFFUSION_3 = Pipeline(
    "StableDiffusion3Pipeline",
    DIFFUSION_3,
    _FLOW,
    {"prompt_embeds": (333, 4096), "pooled_prompt_embeds": (2048,)},
    settings=_WIDE_VAE,
)
PIPELINES: Mapping[str, Pipeline] = {
    "stable-diffusion-1.5": Pipeline(
        "StableDiffusionPipeline",
        (CLIP_L,),
        "PNDMScheduler",
        {"prompt_embeds": (77, 768)},
        settings=_IMAGE_VAE,
        schedule={"skip_prk_steps": True, "steps_offset": 1},
        denoiser="unet",
        more={
            "safety_checker": None,
            "feature_extractor": None,
            "requires_safety_checker": False,
        },
    ),
    "stable-diffusion-2.1": Pipeline(
        "StableDiffusionPipeline",
        (CLIP_H,),
        "DDIMScheduler",
        {"prompt_embeds": (77, 1024)},
        settings=_IMAGE_VAE,
        denoiser="unet",
        more={
            "safety_checker": None,
            "feature_extractor": None,
            "requires_safety_checker": False,
        },
    ),
    "stable-diffusion-xl-1.0": Pipeline(
        "StableDiffusionXLPipeline",
        (CLIP_L, CLIP_G),
        "EulerDiscreteScheduler",
        {"prompt_embeds": (77, 2048), "pooled_prompt_embeds": (1280,)},
        settings=_XL_VAE,
        denoiser="unet",
    ),
    "stable-diffusion-3-medium": _STABLE_DIFFUSION_3,
    "stable-diffusion-3.5-medium": _STABLE_DIFFUSION_3,
    "stable-diffusion-3.5-large": _STABLE_DIFFUSION_3,
    "flux.1-dev": Pipeline(
        "FluxPipeline",
        (CLIP_L, t5(512, "text_encoder_2")),
        _FLOW,
        {"prompt_embeds": (512, 4096), "pooled_prompt_embeds": (768,)},
        settings=_WIDE_VAE,
        negative=False,
        guidance=3.5,
    ),
    "pixart-sigma-xl": Pipeline(
        "PixArtSigmaPipeline",
        (t5(300),),
        "DPMSolverMultistepScheduler",
        {"prompt_embeds": (300, 4096), "prompt_attention_mask": (300,)},
        settings=_XL_VAE | {"force_upcast": False},
        call={"use_resolution_binning": False, "negative_prompt": None},
    ),
    "sana-1.6b": Pipeline(
        "SanaPipeline",
        (GEMMA,),
        "DPMSolverMultistepScheduler",
        {"prompt_embeds": (300, 2304), "prompt_attention_mask": (300,)},
        "AutoencoderDC",
        _DC,
        call={"use_resolution_binning": False, "negative_prompt": None},
    ),
    "z-image": Pipeline(
        "ZImagePipeline",
        (QWEN,),
        _FLOW,
        {"prompt_embeds": (512, 2560)},
        settings=_WIDE_VAE,
        negative=False,
        guidance=0.0,
        listed_prompts=True,
    ),
    "wan2.1-t2v-1.3b": Pipeline(
        "WanPipeline",
        (UMT5,),
        "UniPCMultistepScheduler",
        {"prompt_embeds": (512, 4096)},
        "AutoencoderKLWan",
        wide_autoencoder=True,
    ),
    "cogvideox-2b": Pipeline(
        "CogVideoXPipeline",
        (t5(226),),
        "CogVideoXDDIMScheduler",
        {"prompt_embeds": (226, 4096)},
        "AutoencoderKLCogVideoX",
        {
            "sample_height": 480,
            "sample_width": 720,
            "down_block_types": ("CogVideoXDownBlock3D",) * 4,
            "up_block_types": ("CogVideoXUpBlock3D",) * 4,
            "block_out_channels": (128, 256, 256, 512),
            "latent_channels": 16,
            "layers_per_block": 3,
        },
    ),
    "ltx-video-2b": Pipeline(
        "LTXPipeline",
        (t5(128),),
        _FLOW,
        {"prompt_embeds": (128, 4096), "prompt_attention_mask": (128,)},
        "AutoencoderKLLTXVideo",
    ),
}
"""By the id of the model."""
