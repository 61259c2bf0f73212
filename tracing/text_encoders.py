"""The text encoders of pipelines, as classes of Transformers."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from tracing.cases import Case
from tracing.places import building, ids


@dataclass(frozen=True)
class Encoder:
    """A text encoder: its class, its configuration, the argument of the pipeline, its tokens."""

    name: str
    configuration: str
    settings: Mapping[str, Any]
    argument: str = "text_encoder"
    tokens: int = 77


_CLIP_L = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "projection_dim": 768,
}
_CLIP_H = {
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_hidden_layers": 23,
    "num_attention_heads": 16,
    "projection_dim": 512,
}
_CLIP_G = {
    "hidden_size": 1280,
    "intermediate_size": 5120,
    "num_hidden_layers": 32,
    "num_attention_heads": 20,
    "projection_dim": 1280,
}
_XXL = {
    "d_model": 4096,
    "d_kv": 64,
    "d_ff": 10240,
    "num_layers": 24,
    "num_heads": 64,
    "feed_forward_proj": "gated-gelu",
    "is_encoder_decoder": False,
}
_QWEN = {
    "hidden_size": 2560,
    "intermediate_size": 9728,
    "num_hidden_layers": 36,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "vocab_size": 151936,
    "tie_word_embeddings": True,
}


def t5(tokens: int, argument: str = "text_encoder") -> Encoder:
    """The encoder of T5 v1.1 XXL."""
    return Encoder("T5EncoderModel", "T5Config", _XXL, argument, tokens)


UMT5 = Encoder(
    "UMT5EncoderModel", "UMT5Config", {**_XXL, "vocab_size": 256384}, "text_encoder", 512
)
GEMMA = Encoder("Gemma2Model", "Gemma2Config", {}, "text_encoder", 300)
QWEN = Encoder("Qwen3Model", "Qwen3Config", _QWEN, "text_encoder", 512)
_CLIP = ("CLIPTextModel", "CLIPTextConfig")
_CLIP_P = ("CLIPTextModelWithProjection", "CLIPTextConfig")
CLIP_L = Encoder(*_CLIP, _CLIP_L)
CLIP_H = Encoder(*_CLIP, _CLIP_H)
CLIP_G = Encoder(*_CLIP_P, _CLIP_G, "text_encoder_2")
DIFFUSION_3 = (
    Encoder(*_CLIP_P, _CLIP_L),
    CLIP_G,
    t5(256, "text_encoder_3"),
)


def build(each: Encoder, case: Case) -> Any:
    """A text encoder; what Transformers keeps in fp32 stays so, beside fp16 more of it."""
    transformers = import_module("transformers")
    configuration = getattr(transformers, each.configuration)(**each.settings)
    with building(case.form):
        network = getattr(transformers, each.name)(configuration)
    wide = {*(getattr(network, "_keep_in_fp32_modules_strict", None) or ())}
    if case.form == "fp16":
        wide |= {*(getattr(network, "_keep_in_fp32_modules", None) or ())}
    for name, parameter in network.named_parameters():
        if wide & {*name.split(".")}:
            parameter.data = parameter.data.float()
    return network.eval().requires_grad_(requires_grad=False)


def encode(network: Any, each: Encoder, images: int) -> None:
    """One text for every image."""
    network(ids(images, each.tokens, below=network.config.vocab_size))
