"""Shapes of models: exactly what is needed to count parameters and to size every tensor."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from vram_atlas.schema.audio import AudioFrontend, SoundFeatures
from vram_atlas.schema.base import Count, Natural, OtherParameters, Shape
from vram_atlas.schema.compressed import CompressedAttention, Indexer
from vram_atlas.schema.mixers import (
    Absent,
    GatedDelta,
    LayerEmbeddings,
    Lightning,
    Mamba,
    Mamba2,
    Rwkv7,
    ShortConvolution,
)


class Normalisation(StrEnum):
    """What a norm learns, and how it computes.

    `rms` has a weight; `rms-fp32` too, and multiplies with it in fp32 (Gemma, OLMo 2, T5);
    `layer` has a weight and a bias, `layer-no-bias` a weight, `layer-plain` neither;
    `layer-fp32` has a weight and is written out in fp32 (Command R).
    """

    RMS = "rms"
    RMS_FP32 = "rms-fp32"
    LAYER = "layer"
    LAYER_NO_BIAS = "layer-no-bias"
    LAYER_PLAIN = "layer-plain"
    LAYER_FP32 = "layer-fp32"


class QueryKeyNorm(StrEnum):
    """A norm on queries and keys: none, one weight vector per head size, or over all heads."""

    NONE = "none"
    HEAD = "head"
    FULL = "full"


class AttentionBias(StrEnum):
    """Which of the attention's projections have a bias."""

    NONE = "none"
    QKV = "qkv"
    ALL = "all"
    NO_KEY = "no-key"
    OUTPUT = "output"


class MlpActivation(StrEnum):
    """How the activation is computed, which decides what it keeps for the backward pass.

    `fused` is one kernel (GELU, SiLU) that keeps its input; `relu` keeps its output; `composed`
    is GELU's tanh form as separate operations (GPT-2, Phi-2, T5 v1.1), each keeping tensors.
    """

    FUSED = "fused"
    RELU = "relu"
    COMPOSED = "composed"


class GroupedAttention(Shape):
    """MHA, GQA or MQA layers of one shape. `kv_heads` equals `heads` for MHA and is 1 for MQA."""

    kind: Literal["grouped"] = "grouped"
    layers: Count
    heads: Count
    kv_heads: Count
    head_size: Count
    value_size: Count | None = Field(default=None, description="of values, if another (MiMo-V2)")
    window: Count | None = Field(default=None, description="sliding window or chunk, in tokens")
    bias: AttentionBias = Field(default=AttentionBias.NONE, strict=False)
    query_key_norm: QueryKeyNorm = Field(default=QueryKeyNorm.NONE, strict=False)
    sinks: bool = Field(
        default=False, description="a learned sink per head (gpt-oss); attention is eager with it"
    )
    score_matrix: bool = Field(default=False, description="no fused kernel: soft caps, ALiBi")
    fused: bool = Field(default=False, description="one matrix for queries, keys and values")
    partial_rotary: bool = Field(
        default=False,
        description="only a part of each head rotates, so queries are put together again",
    )
    builds_mask: bool = Field(
        default=False, description="the causal mask is a tensor even with fused attention (Falcon)"
    )
    native_softmax: bool = Field(
        default=False, description="eager attention takes the softmax in the model's own format"
    )
    fused_views: bool = Field(
        default=False,
        description="values stay a view of one fused product after queries and keys are rotated",
    )
    output_gate: bool = Field(
        default=False, description="the query matrix is twice as wide: its second half is a gate"
    )
    reuses_keys: bool = Field(
        default=False,
        description="keys and values are those of an earlier layer: no matrices, nothing cached",
    )
    values_from_keys: bool = Field(
        default=False, description="values are the projected keys: no matrix of their own"
    )
    source_tokens: Count | None = Field(
        default=None,
        description="cross-attention: keys and values come from this many tokens of an image",
    )
    indexer: Indexer | None = None
    apart: Count | None = Field(
        default=None, description="layers from one to the next at least, if not spread evenly"
    )


class LatentAttention(Shape):
    """MLA layers: keys and values are compressed into one latent vector per token."""

    kind: Literal["latent"]
    layers: Count
    heads: Count
    query_rank: Count | None = Field(default=None, description="absent: queries are not compressed")
    kv_rank: Count
    rope_size: Natural
    nope_size: Count
    value_size: Count
    output_gate: bool = Field(default=False, description="a matrix of its own gates the output")
    indexer: Indexer | None = None


class GatedMlp(Shape):
    """Three matrices: gate, up, down (SwiGLU, GeGLU)."""

    kind: Literal["gated"]
    layers: Count
    width: Count
    fused: bool = Field(default=False, description="one matrix for gate and up")
    bias: bool = False
    activation: MlpActivation = Field(default=MlpActivation.FUSED, strict=False)


class PlainMlp(Shape):
    """Two matrices with an activation between (GELU, ReLU)."""

    kind: Literal["plain"]
    layers: Count
    width: Count
    bias: bool = True
    activation: MlpActivation = Field(default=MlpActivation.FUSED, strict=False)
    apart: Count = Field(default=1, description="layers from one to the next at least")


class ExpertsMlp(Shape):
    """A mixture of experts: a router and `experts` MLPs, `experts_per_token` of them used."""

    kind: Literal["experts"]
    layers: Count
    experts: Count
    experts_per_token: Count
    expert_width: Count
    shared_width: Natural = Field(default=0, description="of all shared experts; 0 without")
    shared_gate: bool = Field(default=False, description="a learned gate on the shared expert")
    router_bias: bool = False
    correction_bias: bool = Field(default=False, description="a balancing value per expert")
    expert_bias: bool = False
    gated: bool = Field(default=True, description="three matrices per expert; two without a gate")
    latent_size: Count | None = Field(
        default=None, description="width that routed experts read and write, where it is narrower"
    )
    apart: Count = Field(default=1, description="layers from one to the next at least (Jamba: 2)")


Mixer = GatedDelta | Mamba | Mamba2 | Lightning | ShortConvolution | Rwkv7 | Absent
"""What can stand in the place of attention; its state does not grow with the length."""
AnyAttention = GroupedAttention | LatentAttention | CompressedAttention | Mixer
AnyMlp = GatedMlp | PlainMlp | ExpertsMlp | Absent
Attention = Annotated[AnyAttention, Field(discriminator="kind")]
Mlp = Annotated[AnyMlp, Field(discriminator="kind")]


class Decoder(Shape):
    """A decoder-only language model. `attention` and `mlp` each add up to `layers`.

    Groups are laid side by side in their order, so a layer without an MLP needs a `none` group at
    the same place.
    """

    kind: Literal["decoder"]
    layers: Count
    hidden_size: Count
    vocabulary: Count = Field(description="rows of the embedding matrix, padding included")
    tied_embeddings: bool
    attention: tuple[Attention, ...] = Field(strict=False, min_length=1)
    mlp: tuple[Mlp, ...] = Field(strict=False, min_length=1)
    beside: Mamba2 | None = Field(
        default=None, description="runs beside the attention of every layer (Falcon-H1)"
    )
    layer_embeddings: LayerEmbeddings | None = None
    residual_streams: Count = Field(
        default=1, description="copies of the stream, mixed around attention and MLP (DeepSeek-V4)"
    )
    embedding_size: Count | None = Field(default=None, description="if another (OPT 350M)")
    normalisation: Normalisation = Field(default=Normalisation.RMS, strict=False)
    norms_per_layer: Count = 2
    final_norm: bool = True
    embedding_norm: bool = False
    head_bias: bool = False
    softcapped_logits: bool = Field(default=False, description="by a tanh that keeps them, too")
    position_embeddings: Natural = Field(
        default=0, description="learned positions; 0 for rotary or ALiBi"
    )
    rotary_positions: Count | None = Field(default=None, description="if fewer than the context")
    dropout: bool = Field(default=False, description="dropout is active in training by default")
    other_parameters: tuple[OtherParameters, ...] = Field(default=(), strict=False)


class Encoder(Shape):
    """An encoder of text (BERT and its relatives) or, with `sound`, of speech (wav2vec 2.0)."""

    kind: Literal["encoder"]
    layers: Count
    hidden_size: Count
    heads: Count
    head_size: Count
    mlp: Annotated[GatedMlp | PlainMlp, Field(discriminator="kind")]
    vocabulary: Natural = Field(description="rows of the embedding matrix; 0 for speech")
    position_embeddings: Natural
    token_types: Natural = 0
    embedding_size: Count | None = Field(
        default=None, description="where it differs from hidden_size"
    )
    embedding_norm: bool = True
    final_norm: bool = False
    pooler: bool = True
    attention_bias: AttentionBias = Field(default=AttentionBias.ALL, strict=False)
    normalisation: Normalisation = Field(default=Normalisation.LAYER, strict=False)
    norms_per_layer: Count = 2
    shared_layers: bool = Field(
        default=False, description="all layers are one: its weights exist once (ALBERT)"
    )
    relative_rows: Natural = Field(
        default=0, description="rows of the relative-position table of disentangled attention"
    )
    window_mask: bool = Field(default=False, description="a mask of all pairs for a window")
    sound: SoundFeatures | None = Field(default=None, description="what makes tokens of a wave")
    dropout: bool = True
    other_parameters: tuple[OtherParameters, ...] = Field(default=(), strict=False)


class EncoderDecoder(Shape):
    """T5, BART and Whisper: an encoder stack, and a decoder stack with cross-attention."""

    kind: Literal["encoder-decoder"]
    encoder_layers: Count
    decoder_layers: Count
    hidden_size: Count
    heads: Count
    head_size: Count
    mlp: Annotated[
        GatedMlp | PlainMlp, Field(discriminator="kind", description="`layers` counts both stacks")
    ]
    vocabulary: Count
    tied_embeddings: bool
    relative_buckets: Natural = Field(
        default=0, description="T5's relative-position table, one per stack"
    )
    encoder_positions: Natural = 0
    decoder_positions: Natural = 0
    embedding_norm: bool = False
    final_norm: bool = True
    attention_bias: AttentionBias = Field(default=AttentionBias.NONE, strict=False)
    normalisation: Normalisation = Field(default=Normalisation.RMS, strict=False)
    audio: AudioFrontend | None = None
    dropout: bool = True
    other_parameters: tuple[OtherParameters, ...] = Field(default=(), strict=False)


class VisionTransformer(Shape):
    """An image encoder over patches (ViT, DeiT, DINO)."""

    kind: Literal["vision-transformer"]
    layers: Count
    hidden_size: Count
    heads: Count
    head_size: Count
    mlp: Annotated[GatedMlp | PlainMlp, Field(discriminator="kind")]
    image_size: Count
    patch_size: Count
    channels: Count = 3
    classes: Natural = 0
    class_token: bool = True
    pooler: bool = False
    layer_scale: bool = Field(default=False, description="a vector scales each branch (DINOv2)")
    dropout: bool = False
    other_parameters: tuple[OtherParameters, ...] = Field(default=(), strict=False)
