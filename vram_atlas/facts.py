"""Facts of a model as labels and values: counts, limits, and the shape behind the arithmetic."""

from collections.abc import Iterator
from typing import assert_never

from vram_atlas.catalog import ModelEntry
from vram_atlas.schema.architecture import (
    AnyAttention,
    AnyMlp,
    Decoder,
    Encoder,
    EncoderDecoder,
    ExpertsMlp,
    GatedMlp,
    GroupedAttention,
    LatentAttention,
    Mixer,
    VisionTransformer,
)
from vram_atlas.schema.compressed import CompressedAttention
from vram_atlas.schema.layers import Convolutional, Diffusion, Recurrent, Undisclosed, WeightsOnly
from vram_atlas.schema.mixers import (
    Absent,
    GatedDelta,
    Lightning,
    Mamba,
    Mamba2,
    Rwkv7,
    ShortConvolution,
)
from vram_atlas.schema.model import Architecture
from vram_atlas.sentences import KIND_NAME

Fact = tuple[str, str]


def model_facts(entry: ModelEntry) -> list[Fact]:
    """Everything that memory is computed from, in words."""
    return [*_identity(entry), *_shape(entry.model.architecture)]


def attention_facts(entry: ModelEntry) -> list[str]:
    """How a model attends, in words: one entry per kind of layer."""
    return [value for name, value in _shape(entry.model.architecture) if name == "Attention"]


def _identity(entry: ModelEntry) -> Iterator[Fact]:
    model = entry.model
    parameters = model.parameters
    if parameters is not None:
        yield "Parameters", f"{parameters.counted:,}"
        if parameters.active is not None:
            yield "Active parameters per token", f"{parameters.active:,}"
        if parameters.file is not None:
            yield (
                "Parameters in the published file",
                f"{parameters.file.total:,}: {parameters.file.reason}",
            )
    if model.native_format is not None:
        yield "Published in", model.native_format
    if model.context_length is not None:
        yield "Longest context", f"{model.context_length:,} tokens"
    if model.unlimited_context:
        yield "Longest context", "no fixed limit"
    if model.licence is not None:
        yield "Licence", model.licence.name
    yield "Kind", KIND_NAME[model.architecture.kind]


def _shape(shape: Architecture) -> Iterator[Fact]:
    match shape:
        case Decoder():
            yield from _decoder(shape)
        case Encoder():
            yield "Layers", str(shape.layers)
            yield "Hidden size", f"{shape.hidden_size:,}"
            yield "Vocabulary", f"{shape.vocabulary:,}"
            yield "Attention", f"{shape.heads} heads of {shape.head_size}"
            yield "MLP", _mlp(shape.mlp, shape.layers)
        case EncoderDecoder():
            yield (
                "Layers",
                f"{shape.encoder_layers} in the encoder, {shape.decoder_layers} in the decoder",
            )
            yield "Hidden size", f"{shape.hidden_size:,}"
            yield "Vocabulary", _vocabulary(shape.vocabulary, tied=shape.tied_embeddings)
            yield "Attention", f"{shape.heads} heads of {shape.head_size}"
            yield "MLP", _mlp(shape.mlp, shape.mlp.layers)
        case VisionTransformer():
            yield "Layers", str(shape.layers)
            yield "Hidden size", f"{shape.hidden_size:,}"
            yield (
                "Images",
                f"{shape.image_size} x {shape.image_size} pixels in patches of {shape.patch_size}",
            )
            yield "Attention", f"{shape.heads} heads of {shape.head_size}"
            yield "MLP", _mlp(shape.mlp, shape.layers)
        case Diffusion():
            pixels = f"{shape.image_size} x {shape.image_size} pixels"
            yield "Images", pixels if shape.frames == 1 else f"{shape.frames} frames of {pixels}"
            for component in shape.components:
                yield (
                    component.name,
                    f"{component.counted:,} parameters, {component.role.value.replace('-', ' ')}",
                )
        case Convolutional() | Recurrent() | Undisclosed() | WeightsOnly():
            return


def _decoder(shape: Decoder) -> Iterator[Fact]:
    yield "Layers", str(shape.layers)
    yield "Hidden size", f"{shape.hidden_size:,}"
    yield "Vocabulary", _vocabulary(shape.vocabulary, tied=shape.tied_embeddings)
    for group in shape.attention:
        yield "Attention", _attention(group, shape.layers)
    for mlp in shape.mlp:
        yield "MLP", _mlp(mlp, shape.layers)
    if shape.beside is not None:
        yield "Beside attention", _mixer(shape.beside)
    if shape.layer_embeddings is not None:
        own = shape.layer_embeddings
        yield "Embeddings of every layer", f"{own.vocabulary:,} rows, {own.width} wide"
    for other in shape.other_parameters:
        yield other.name, f"{other.count:,} parameters"


def _vocabulary(rows: int, *, tied: bool) -> str:
    return f"{rows:,}; input and output share one matrix" if tied else f"{rows:,}"


def _attention(group: AnyAttention, layers: int) -> str:
    where = f" in {group.layers} layers" if group.layers != layers else ""
    if isinstance(group, LatentAttention):
        kept = f"{group.kv_rank} + {group.rope_size} values kept per token"
        return f"latent (MLA), {group.heads} heads, {kept}{where}"
    if isinstance(group, CompressedAttention):
        kept = f"window of {group.window:,} tokens"
        if group.ratio is not None:
            kept = f"{kept}, one vector per {group.ratio} earlier tokens"
        return f"{group.heads} heads of {group.head_size} on one shared vector, {kept}{where}"
    if not isinstance(group, GroupedAttention):
        return f"{_mixer(group)}{where}"
    if group.reuses_keys:
        where = f", keys and values of an earlier layer{where}"
    if group.source_tokens is not None:
        where = f", to {group.source_tokens:,} tokens of an image{where}"
    window = f", window of {group.window:,} tokens" if group.window is not None else ""
    if group.kv_heads == group.heads:
        return f"{group.heads} heads of {group.head_size}{window}{where}"
    heads = f"{group.heads} query heads and {group.kv_heads} key-value heads"
    return f"{heads} of {group.head_size}{window}{where}"


def _mixer(mixer: Mixer) -> str:
    """A layer whose state does not grow with the length."""
    match mixer:
        case GatedDelta():
            return f"gated delta rule, {mixer.value_heads} heads of {mixer.value_size}"
        case Mamba():
            return f"Mamba, {mixer.inner_size:,} channels of {mixer.state_size} states"
        case Mamba2():
            heads = f"{mixer.heads} heads of {mixer.head_size}"
            return f"Mamba-2, {heads}, {mixer.state_size} states"
        case Lightning():
            return f"lightning attention, {mixer.heads} heads of {mixer.head_size}"
        case ShortConvolution():
            return f"gated convolution over {mixer.convolution} tokens"
        case Rwkv7():
            return f"RWKV-7 time mix, {mixer.heads} heads of {mixer.head_size}"
        case Absent():
            return "none"
        case _:
            assert_never(mixer)


def _mlp(mlp: AnyMlp, layers: int) -> str:
    where = f" in {mlp.layers} layers" if mlp.layers != layers else ""
    if isinstance(mlp, ExpertsMlp):
        shared = f", and shared experts {mlp.shared_width:,} wide" if mlp.shared_width else ""
        experts = f"{mlp.experts} experts {mlp.expert_width:,} wide"
        return f"{experts}, {mlp.experts_per_token} per token{shared}{where}"
    if isinstance(mlp, Absent):
        return f"none{where}"
    kind = "three matrices" if isinstance(mlp, GatedMlp) else "two matrices"
    return f"{kind}, {mlp.width:,} wide{where}"
