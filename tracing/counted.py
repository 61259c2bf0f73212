"""Networks that data/ lists tensor by tensor: the classes whose parameters are counted again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Network:
    """A class of a library, its settings, and for Transformers the class that takes them."""

    library: str
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    configuration: str = ""

    def parameters(self) -> int:
        """All parameters, counted on the class, without data."""
        torch, library = import_module("torch"), import_module(self.library)
        make = getattr(library, self.name)
        with torch.device("meta"):
            if self.configuration:
                network = make(getattr(library, self.configuration)(**self.settings))
            else:
                network = make(**self.settings)
        return sum(int(each.numel()) for each in network.parameters())


def _clip(vision: Mapping[str, int], text: Mapping[str, int], projection: int) -> Network:
    settings = {"vision_config": vision, "text_config": text, "projection_dim": projection}
    return Network("transformers", "CLIPModel", settings, "CLIPConfig")


def _sam(width: int, layers: int, heads: int, whole: list[int]) -> Network:
    vision = {
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "global_attn_indexes": whole,
        "mlp_dim": 4 * width,
    }
    return Network("transformers", "SamModel", {"vision_config": vision}, "SamConfig")


_SMALL = {"hidden_size": 512, "intermediate_size": 2048, "num_attention_heads": 8}
_LARGE = {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12}
_VISION = {**_LARGE, "num_hidden_layers": 12}
_VISION_LARGE = {
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_attention_heads": 16,
    "num_hidden_layers": 24,
    "patch_size": 14,
}
_SOUND_LARGE = {
    "hidden_size": 1024,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "intermediate_size": 4096,
}
_SOUND_NORMED = {
    **_SOUND_LARGE,
    "feat_extract_norm": "layer",
    "conv_bias": True,
    "do_stable_layer_norm": True,
}
_SHAPED = {
    "hidden_size": 1152,
    "intermediate_size": 4304,
    "num_hidden_layers": 27,
    "num_attention_heads": 16,
}
_WAN_2_2 = {
    "base_dim": 160,
    "decoder_base_dim": 256,
    "z_dim": 48,
    "is_residual": True,
    "in_channels": 12,
    "out_channels": 12,
    "patch_size": 2,
    "scale_factor_spatial": 16,
    "scale_factor_temporal": 4,
    "temperal_downsample": [False, True, True],
    "latents_mean": [0.0] * 48,
    "latents_std": [1.0] * 48,
}
_WAN = Network("diffusers", "AutoencoderKLWan")
_FLUX_2 = Network("diffusers", "AutoencoderKLFlux2")
_COG_VIDEO = Network(
    "diffusers", "AutoencoderKLCogVideoX", {"sample_height": 480, "sample_width": 720}
)


def _torchvision(name: str, **settings: Any) -> Network:
    return Network("torchvision.models", "get_model", {"name": name, "weights": None, **settings})


_OF_TORCHVISION = {
    "convnext-tiny": "convnext_tiny",
    "convnext-small": "convnext_small",
    "convnext-base": "convnext_base",
    "convnext-large": "convnext_large",
    "densenet-121": "densenet121",
    "efficientnet-b0": "efficientnet_b0",
    "efficientnet-b3": "efficientnet_b3",
    "efficientnet-b4": "efficientnet_b4",
    "efficientnet-b7": "efficientnet_b7",
    "efficientnet-v2-s": "efficientnet_v2_s",
    "efficientnet-v2-m": "efficientnet_v2_m",
    "efficientnet-v2-l": "efficientnet_v2_l",
    "inception-v3": "inception_v3",
    "mnasnet-1.0": "mnasnet1_0",
    "mobilenet-v3-small": "mobilenet_v3_small",
    "mobilenet-v3-large": "mobilenet_v3_large",
    "shufflenet-v2-1.0x": "shufflenet_v2_x1_0",
    "squeezenet-1.1": "squeezenet1_1",
    "swin-t": "swin_t",
    "swin-s": "swin_s",
    "swin-b": "swin_b",
    "swin-v2-b": "swin_v2_b",
    "maxvit-t": "maxvit_t",
    "vgg-16-bn": "vgg16_bn",
}

COUNTED: Mapping[str, Network] = {
    **{model: _torchvision(name) for model, name in _OF_TORCHVISION.items()},
    "googlenet": _torchvision("googlenet", aux_logits=False),
    "clip-vit-b-32": _clip({**_VISION, "patch_size": 32}, {**_SMALL, "num_hidden_layers": 12}, 512),
    "clip-vit-b-16": _clip({**_VISION, "patch_size": 16}, {**_SMALL, "num_hidden_layers": 12}, 512),
    "clip-vit-l-14": _clip(_VISION_LARGE, {**_LARGE, "num_hidden_layers": 12}, 768),
    "clip-vit-l-14-336": _clip(
        {**_VISION_LARGE, "image_size": 336}, {**_LARGE, "num_hidden_layers": 12}, 768
    ),
    "siglip-base-patch16-224": Network("transformers", "SiglipModel", {}, "SiglipConfig"),
    "siglip-so400m-patch14-384": Network(
        "transformers",
        "SiglipModel",
        {"vision_config": {**_SHAPED, "patch_size": 14, "image_size": 384}, "text_config": _SHAPED},
        "SiglipConfig",
    ),
    "sam-vit-b": _sam(768, 12, 12, [2, 5, 8, 11]),
    "sam-vit-l": _sam(1024, 24, 16, [5, 11, 17, 23]),
    "sam-vit-h": _sam(1280, 32, 16, [7, 15, 23, 31]),
    "sam-3": Network("transformers", "Sam3Model", {}, "Sam3Config"),
    "raft-large": Network("torchvision.models.optical_flow", "raft_large"),
    "raft-small": Network("torchvision.models.optical_flow", "raft_small"),
    "wav2vec2-base": Network("transformers", "Wav2Vec2Model", {}, "Wav2Vec2Config"),
    "wav2vec2-large": Network("transformers", "Wav2Vec2Model", _SOUND_LARGE, "Wav2Vec2Config"),
    "wav2vec2-xlsr-53": Network("transformers", "Wav2Vec2Model", _SOUND_NORMED, "Wav2Vec2Config"),
    "qwen-image": Network("diffusers", "AutoencoderKLQwenImage"),
    "qwen-image-2.1": Network("diffusers", "AutoencoderKLQwenImage21"),
    "wan2.1-t2v-1.3b": _WAN,
    "wan2.1-t2v-14b": _WAN,
    "wan2.2-t2v-a14b": _WAN,
    "wan2.2-ti2v-5b": Network("diffusers", "AutoencoderKLWan", _WAN_2_2),
    "hunyuanvideo-13b": Network("diffusers", "AutoencoderKLHunyuanVideo"),
    "hunyuanvideo-1.5-8b": Network("diffusers", "AutoencoderKLHunyuanVideo15"),
    "cogvideox-2b": _COG_VIDEO,
    "cogvideox-5b": _COG_VIDEO,
    "ltx-video-2b": Network("diffusers", "AutoencoderKLLTXVideo"),
    "ltx-2-19b": Network("diffusers", "AutoencoderKLLTX2Video"),
    "stable-video-diffusion-xt": Network(
        "diffusers",
        "AutoencoderKLTemporalDecoder",
        {
            "block_out_channels": (128, 256, 512, 512),
            "down_block_types": ("DownEncoderBlock2D",) * 4,
            "layers_per_block": 2,
        },
    ),
    "mochi-1-10b": Network("diffusers", "AutoencoderKLMochi"),
    "flux.2-dev": _FLUX_2,
    "flux.2-klein-4b": _FLUX_2,
    "flux.2-klein-9b": _FLUX_2,
}
"""By the id of the model; of a pipeline its listed autoencoder."""
