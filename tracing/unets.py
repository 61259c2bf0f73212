"""The U-Nets of the catalog as classes of diffusers, beside the transformers of denoisers.py."""

from collections.abc import Callable, Mapping
from typing import Any

from tracing.denoisers import Denoiser, Size

_UNET = {"sample_size": 64, "cross_attention_dim": 768}
_UNET_2 = {
    "sample_size": 96,
    "cross_attention_dim": 1024,
    "attention_head_dim": [5, 10, 20, 20],
    "use_linear_projection": True,
}
_UNET_XL = {
    "sample_size": 128,
    "cross_attention_dim": 2048,
    "attention_head_dim": [5, 10, 20],
    "block_out_channels": (320, 640, 1280),
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "transformer_layers_per_block": [1, 2, 10],
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}


def _unet(width: int, *, pooled: bool = False) -> Callable[[Size], dict[str, Any]]:
    def inputs(at: Size) -> dict[str, Any]:
        more = {"text_embeds": at.empty(1, 1280), "time_ids": at.empty(1, 6)}
        return {
            "sample": at.empty(1, 4, at.rows, at.side),
            "timestep": at.empty(1),
            "encoder_hidden_states": at.empty(1, at.text, width),
            **({"added_cond_kwargs": more} if pooled else {}),
        }

    return inputs


def _video(at: Size) -> dict[str, Any]:
    """Latents beside those of the first frame, the embedded image, and the three numbers."""
    return {
        "sample": at.empty(1, at.frames, 8, at.rows, at.side),
        "timestep": at.empty(1),
        "encoder_hidden_states": at.empty(1, at.text, 1024),
        "added_time_ids": at.empty(1, 3),
    }


_FEW = {"layers_per_block": 1}
UNETS: Mapping[str, Denoiser] = {
    "stable-diffusion-1.5": Denoiser("UNet2DConditionModel", _unet(768), _UNET, _FEW),
    "stable-diffusion-2.1": Denoiser("UNet2DConditionModel", _unet(1024), _UNET_2, _FEW),
    "stable-diffusion-xl-1.0": Denoiser(
        "UNet2DConditionModel",
        _unet(2048, pooled=True),
        _UNET_XL,
        {**_FEW, "transformer_layers_per_block": 1},
    ),
    "stable-video-diffusion-xt": Denoiser(
        "UNetSpatioTemporalConditionModel",
        _video,
        {"num_attention_heads": (5, 10, 20, 20), "num_frames": 25},
        _FEW,
    ),
}
"""By the id of the model."""
