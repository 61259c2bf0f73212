"""Shapes of convolutional and recurrent networks, and of diffusion pipelines."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from vram_atlas.schema.base import Count, Natural, OtherParameters, Shape, Text
from vram_atlas.schema.listed import DiffusionTransformer, Listed, ListedAutoencoder


class Activation(StrEnum):
    """What follows a convolution or a linear layer, in place. `relu6` keeps a copy of its input."""

    NONE = "none"
    RELU = "relu"
    RELU6 = "relu6"


class Convolution(Shape):
    """`repeat` convolutions, each followed by an optional batch norm and activation."""

    block: Literal["convolution"]
    channels: Count
    kernel: Count
    stride: Count = 1
    padding: Natural = 0
    groups: Count = 1
    bias: bool = False
    batch_norm: bool = True
    activation: Activation = Field(default=Activation.RELU, strict=False)
    repeat: Count = 1


class MaxPool(Shape):
    """Max pooling; keeps its input and the indices of the winners for the backward pass."""

    block: Literal["max-pool"]
    kernel: Count
    stride: Count
    padding: Natural = 0


class AveragePool(Shape):
    """Adaptive average pooling to `size` x `size`."""

    block: Literal["average-pool"]
    size: Count


class Basic(Shape):
    """ResNet's two-convolution block; the first of `repeat` has the stride."""

    block: Literal["basic"]
    channels: Count
    stride: Count = 1
    repeat: Count


class Bottleneck(Shape):
    """ResNet's 1x1, 3x3, 1x1 block; `width` inside, `channels` outside."""

    block: Literal["bottleneck"]
    channels: Count
    width: Count
    stride: Count = 1
    groups: Count = 1
    repeat: Count


class InvertedResidual(Shape):
    """MobileNetV2's block: expand, depthwise 3x3, project."""

    block: Literal["inverted-residual"]
    channels: Count
    expansion: Count
    stride: Count = 1
    repeat: Count


class Linear(Shape):
    """A fully connected layer with a bias, and an optional activation after it."""

    block: Literal["linear"]
    features: Count
    activation: Activation = Field(default=Activation.NONE, strict=False)


class Dropout(Shape):
    """Dropout, active in training only; keeps a one-byte mask."""

    block: Literal["dropout"]


Block = Annotated[
    Convolution
    | MaxPool
    | AveragePool
    | Basic
    | Bottleneck
    | InvertedResidual
    | Linear
    | Dropout
    | Listed,
    Field(discriminator="block"),
]


class Convolutional(Shape):
    """A network for images: a sequence of blocks, or one that lists everything."""

    kind: Literal["convolutional"]
    image_size: Count
    channels: Count = 3
    blocks: tuple[Block, ...] = Field(strict=False, min_length=1)
    other_parameters: tuple[OtherParameters, ...] = Field(default=(), strict=False)


class Cell(StrEnum):
    """The recurrent cell."""

    LSTM = "lstm"
    GRU = "gru"


class Recurrent(Shape):
    """A recurrent language model: embedding, cells, output matrix (torch.nn.LSTM, GRU)."""

    kind: Literal["recurrent"]
    cell: Cell = Field(strict=False)
    embedding_size: Count
    hidden_sizes: tuple[Count, ...] = Field(strict=False, min_length=1)
    vocabulary: Count
    tied_embeddings: bool
    dropout: bool = True
    other_parameters: tuple[OtherParameters, ...] = Field(default=(), strict=False)


class UNet(Shape):
    """A latent-diffusion U-Net (diffusers UNet2DConditionModel)."""

    kind: Literal["unet"]
    latent_channels: Count
    block_channels: tuple[Count, ...] = Field(strict=False, min_length=1)
    layers_per_block: Count
    transformer_depth: tuple[Natural, ...] = Field(
        strict=False, description="transformer blocks at each level"
    )
    middle_depth: Natural
    context_size: Count = Field(description="width of the text embedding")
    context_tokens: Count = Field(description="text tokens per image")
    heads: tuple[Natural, ...] = Field(strict=False, description="attention heads at each level")
    linear_projection: bool
    added_conditioning: Natural = Field(
        default=0, description="input width of SDXL's extra embedding"
    )


class ControlNet(Shape):
    """The half of a U-Net that sees a second image and adds to the other's maps (ControlNet)."""

    kind: Literal["control-net"]
    network: UNet = Field(description="the U-Net of which it is the way down and the middle")
    condition_channels: tuple[Count, ...] = Field(
        strict=False, min_length=2, description="channels of what reads the second image"
    )


class JointTransformer(Shape):
    """A diffusion transformer with joint text and image attention (FLUX.1)."""

    kind: Literal["joint-transformer"]
    latent_channels: Count = Field(description="channels of a packed latent token")
    double_layers: Count
    single_layers: Natural
    hidden_size: Count
    heads: Count
    head_size: Count
    mlp_ratio: Count
    context_size: Count
    pooled_size: Count
    guidance: bool
    context_tokens: Count
    token_pixels: Count = Field(description="image pixels along one side of a token")


class Autoencoder(Shape):
    """The image autoencoder of a latent-diffusion pipeline (diffusers AutoencoderKL)."""

    kind: Literal["autoencoder"]
    latent_channels: Count
    block_channels: tuple[Count, ...] = Field(strict=False, min_length=1)
    layers_per_block: Count
    quantisation_convolutions: bool
    decodes_in_fp32: bool = Field(default=False, description="the pipeline upcasts it to decode")
    tile_size: Count = Field(default=512, description="pixels along a tile's side, if tiled")


class CountOnly(Shape):
    """A component of which only the parameter count matters: it is never the memory peak."""

    kind: Literal["count"]
    parameters: Count
    linear: Natural = Field(default=0, description="matrices that a quantiser would touch")
    largest: Natural = Field(default=0, description="the largest single tensor")
    wide: Natural = Field(
        default=0, description="parameters that stay in fp32 where the weights are fp16"
    )


ComponentShape = Annotated[
    UNet
    | ControlNet
    | JointTransformer
    | DiffusionTransformer
    | Autoencoder
    | ListedAutoencoder
    | CountOnly,
    Field(discriminator="kind"),
]


class Role(StrEnum):
    """What a component does in the pipeline."""

    DENOISER = "denoiser"
    TEXT_ENCODER = "text-encoder"
    IMAGE_ENCODER = "image-encoder"
    CONTROL = "control"
    AUTOENCODER = "autoencoder"


class Component(Shape):
    """One network of a pipeline; all of them are resident unless offloaded."""

    role: Role = Field(strict=False)
    name: Text
    counted: Count = Field(description="parameters, recomputed from the shape by the loader")
    shape: ComponentShape


class Diffusion(Shape):
    """An image or video pipeline: text encoders, a denoiser, an autoencoder."""

    kind: Literal["diffusion"]
    image_size: Count
    latent_downscale: Count
    frames: Count = Field(default=1, description="frames of a video, as the pipeline makes them")
    frames_per_latent: Count = Field(default=1, description="frames of a video per latent frame")
    guided_batch: Count = Field(description="2 with classifier-free guidance, 1 without")
    components: tuple[Component, ...] = Field(strict=False, min_length=2)


class WeightsOnly(Shape):
    """A model of which the parameters are known, and what it needs besides its weights is not."""

    kind: Literal["weights-only"]
    what: Text = Field(description="what it is, as in 'text-to-speech model'")
    why: Text = Field(description="why nothing else is computed")


class Undisclosed(Shape):
    """A model whose size its maker does not publish. Nothing is ever computed for it."""

    kind: Literal["undisclosed"]
    why: Text = Field(description="what the maker says, or that nothing is said")
