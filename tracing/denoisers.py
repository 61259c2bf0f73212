"""The denoisers of the catalog as classes of diffusers: configuration, and what they are fed.

PyTorch is imported only to build one, so that the list can be read without it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

ATTENTION = r".*\.(to_q|to_k|to_v|to_out\.0)"
WITH_TEXT = r".*\.attn2?\.(to_q|to_k|to_v|to_out\.0|add_q_proj|add_k_proj|add_v_proj|to_add_out)"
WITH_SINGLE = rf"{ATTENTION}|.*\.to_qkv_mlp_proj|single_transformer_blocks\.\d+\.attn\.to_out"
"""What diffusers' scripts for DreamBooth put adapters on: most, those of SD 3, those of FLUX.2."""

Inputs = Callable[["Size"], dict[str, Any]]


@dataclass(frozen=True)
class Size:
    """Tokens along a side of the image, tokens of text, frames of the latents, floating format."""

    side: int
    text: int
    frames: int
    form: Any
    tall: int = 0
    device: str = "meta"

    @property
    def rows(self) -> int:
        """Tokens along the other side, where the image is no square."""
        return self.tall or self.side

    def empty(self, *shape: int, form: str = "") -> Any:
        """A tensor: without data as a rule, of zeros on a device that computes."""
        import torch

        dtype = getattr(torch, form) if form else self.form
        return torch.zeros(*shape, device=self.device, dtype=dtype)


@dataclass(frozen=True)
class Denoiser:
    """A class of diffusers, how it is configured, and the arguments of its forward pass."""

    name: str
    inputs: Inputs
    configuration: Mapping[str, Any] = field(default_factory=dict)
    few: Mapping[str, Any] = field(default_factory=lambda: {"num_layers": 3})
    """Settings of a network with a few blocks of each kind: equal blocks keep the same."""
    targets: str = ATTENTION
    """The matrices with adapters, as a regular expression over their names."""
    text_length: str = ""
    """The setting that has to be the number of text tokens, if one has."""

    def build(self, form: Any, text: int, *, whole: bool, device: str = "meta") -> Any:
        """The network, without data as a rule; what diffusers keeps in fp32 stays so."""
        import diffusers
        import torch

        settings = {**self.configuration, **({} if whole else self.few)}
        if self.text_length:
            settings[self.text_length] = text
        with torch.device(device):
            network = getattr(diffusers, self.name)(**settings)
        wide = set(getattr(network, "_keep_in_fp32_modules", None) or ())
        for name, parameter in network.named_parameters():
            if not wide & set(name.split(".")):
                parameter.data = parameter.data.to(form)
        return network


def _stable_diffusion_3(at: Size) -> dict[str, Any]:
    return {
        "hidden_states": at.empty(1, 16, 2 * at.rows, 2 * at.side),
        "encoder_hidden_states": at.empty(1, at.text, 4096),
        "pooled_projections": at.empty(1, 2048),
        "timestep": at.empty(1),
    }


def _qwen_image(at: Size) -> dict[str, Any]:
    return {
        "hidden_states": at.empty(1, at.rows * at.side, 64),
        "encoder_hidden_states": at.empty(1, at.text, 3584),
        "encoder_hidden_states_mask": None,
        "timestep": at.empty(1),
        "img_shapes": [[(1, at.rows, at.side)]],
    }


def _flux_2(width: int, *, guided: bool) -> Inputs:
    def inputs(at: Size) -> dict[str, Any]:
        return {
            "hidden_states": at.empty(1, at.rows * at.side, 128),
            "encoder_hidden_states": at.empty(1, at.text, width),
            "timestep": at.empty(1),
            "img_ids": at.empty(at.rows * at.side, 4),
            "txt_ids": at.empty(at.text, 4),
            "guidance": at.empty(1) if guided else None,
        }

    return inputs


def _flux(at: Size) -> dict[str, Any]:
    return {
        "hidden_states": at.empty(1, at.rows * at.side, 64),
        "encoder_hidden_states": at.empty(1, at.text, 4096),
        "pooled_projections": at.empty(1, 768),
        "timestep": at.empty(1),
        "img_ids": at.empty(at.rows * at.side, 3),
        "txt_ids": at.empty(at.text, 3),
        "guidance": at.empty(1),
    }


def _z_image(at: Size) -> dict[str, Any]:
    return {
        "x": [at.empty(16, 1, 2 * at.rows, 2 * at.side)],
        "t": at.empty(1),
        "cap_feats": [at.empty(at.text, 2560)],
    }


def _video(channels: int, width: int) -> Inputs:
    def inputs(at: Size) -> dict[str, Any]:
        return {
            "hidden_states": at.empty(1, channels, at.frames, 2 * at.rows, 2 * at.side),
            "timestep": at.empty(1, form="float32"),
            "encoder_hidden_states": at.empty(1, at.text, width),
        }

    return inputs


def _hunyuan_video(at: Size) -> dict[str, Any]:
    return {
        **_video(16, 4096)(at),
        "encoder_attention_mask": at.empty(1, at.text),
        "pooled_projections": at.empty(1, 768),
        "guidance": at.empty(1),
    }


def _cog_video(*, rotary: bool) -> Inputs:
    def inputs(at: Size) -> dict[str, Any]:
        positions = at.frames * at.rows * at.side
        tables = tuple(at.empty(positions, 64, form="float32") for _ in range(2))
        return {
            "hidden_states": at.empty(1, at.frames, 16, 2 * at.rows, 2 * at.side),
            "encoder_hidden_states": at.empty(1, at.text, 4096),
            "timestep": at.empty(1),
            **({"image_rotary_emb": tables} if rotary else {}),
        }

    return inputs


def _ltx_video(at: Size) -> dict[str, Any]:
    return {
        "hidden_states": at.empty(1, at.frames * at.rows * at.side, 128),
        "encoder_hidden_states": at.empty(1, at.text, 4096),
        "timestep": at.empty(1),
        "encoder_attention_mask": at.empty(1, at.text),
        "num_frames": at.frames,
        "height": at.rows,
        "width": at.side,
        "rope_interpolation_scale": (1.0, 32.0, 32.0),
    }


def _pixart(at: Size) -> dict[str, Any]:
    return {
        "hidden_states": at.empty(1, 4, 2 * at.rows, 2 * at.side),
        "encoder_hidden_states": at.empty(1, at.text, 4096),
        "timestep": at.empty(1),
        "encoder_attention_mask": at.empty(1, at.text),
        "added_cond_kwargs": {"resolution": None, "aspect_ratio": None},
    }


def _sana(at: Size) -> dict[str, Any]:
    return {
        "hidden_states": at.empty(1, 32, at.rows, at.side),
        "encoder_hidden_states": at.empty(1, at.text, 2304),
        "timestep": at.empty(1),
        "encoder_attention_mask": at.empty(1, at.text),
    }


def _chroma(at: Size) -> dict[str, Any]:
    return {
        "hidden_states": at.empty(1, at.rows * at.side, 64),
        "encoder_hidden_states": at.empty(1, at.text, 4096),
        "timestep": at.empty(1),
        "img_ids": at.empty(at.rows * at.side, 3),
        "txt_ids": at.empty(at.text, 3),
    }


_BOTH = {"num_layers": 3, "num_single_layers": 3}
_SD3 = {
    "sample_size": 128,
    "attention_head_dim": 64,
    "joint_attention_dim": 4096,
    "pooled_projection_dim": 2048,
    "in_channels": 16,
    "out_channels": 16,
}


def _sd3(width: int, layers: int, positions: int, **more: Any) -> Denoiser:
    settings = {
        **_SD3,
        "num_layers": layers,
        "num_attention_heads": width // 64,
        "caption_projection_dim": width,
        "pos_embed_max_size": positions,
    }
    few = {"num_layers": 6} | ({"dual_attention_layers": (0, 1, 2)} if len(more) > 1 else {})
    return Denoiser(
        "SD3Transformer2DModel", _stable_diffusion_3, {**settings, **more}, few, WITH_TEXT
    )


def _klein(layers: int, single: int, heads: int, width: int) -> Denoiser:
    settings = {
        "num_layers": layers,
        "num_single_layers": single,
        "num_attention_heads": heads,
        "joint_attention_dim": width,
        "guidance_embeds": False,
    }
    return Denoiser(
        "Flux2Transformer2DModel", _flux_2(width, guided=False), settings, _BOTH, WITH_SINGLE
    )


def _wan(channels: int, **settings: Any) -> Denoiser:
    return Denoiser("WanTransformer3DModel", _video(channels, 4096), settings)


DENOISERS: Mapping[str, Denoiser] = {
    "flux.1-dev": Denoiser("FluxTransformer2DModel", _flux, {"guidance_embeds": True}, _BOTH),
    "stable-diffusion-3-medium": _sd3(1536, 24, 192),
    "stable-diffusion-3.5-medium": _sd3(
        1536, 24, 384, dual_attention_layers=tuple(range(13)), qk_norm="rms_norm"
    ),
    "stable-diffusion-3.5-large": _sd3(2432, 38, 192, qk_norm="rms_norm"),
    "qwen-image": Denoiser("QwenImageTransformer2DModel", _qwen_image),
    "flux.2-dev": Denoiser(
        "Flux2Transformer2DModel", _flux_2(15360, guided=True), few=_BOTH, targets=WITH_SINGLE
    ),
    "flux.2-klein-4b": _klein(5, 20, 24, 7680),
    "flux.2-klein-9b": _klein(8, 24, 32, 12288),
    "z-image": Denoiser("ZImageTransformer2DModel", _z_image, few={"n_layers": 3}),
    "wan2.1-t2v-14b": _wan(16),
    "wan2.1-t2v-1.3b": _wan(16, num_attention_heads=12, ffn_dim=8960, num_layers=30),
    "wan2.2-t2v-a14b": _wan(16),
    "wan2.2-ti2v-5b": _wan(
        48, num_attention_heads=24, ffn_dim=14336, num_layers=30, in_channels=48, out_channels=48
    ),
    "hunyuanvideo-13b": Denoiser("HunyuanVideoTransformer3DModel", _hunyuan_video, few=_BOTH),
    "cogvideox-2b": Denoiser(
        "CogVideoXTransformer3DModel", _cog_video(rotary=False), text_length="max_text_seq_length"
    ),
    "cogvideox-5b": Denoiser(
        "CogVideoXTransformer3DModel",
        _cog_video(rotary=True),
        {"num_attention_heads": 48, "num_layers": 42, "use_rotary_positional_embeddings": True},
    ),
    "ltx-video-2b": Denoiser("LTXVideoTransformer3DModel", _ltx_video),
    "pixart-sigma-xl": Denoiser(
        "PixArtTransformer2DModel",
        _pixart,
        {
            "caption_channels": 4096,
            "sample_size": 128,
            "use_additional_conditions": False,
            "interpolation_scale": 2,
        },
    ),
    "sana-1.6b": Denoiser("SanaTransformer2DModel", _sana),
    "chroma-9b": Denoiser("ChromaTransformer2DModel", _chroma, few=_BOTH),
}
"""By the id of the model in data/models/."""
