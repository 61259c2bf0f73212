"""Networks as a list of their tensors, with what one pass of them needs.

For networks whose blocks differ from maker to maker: what is written down is every matrix and every
convolution, which gives the exact count, and the bytes that one pass needs.
"""

from typing import Literal

from pydantic import Field

from vram_atlas.schema.base import Count, Natural, NonNegative, Shape


class Matrices(Shape):
    """`count` equal linear layers."""

    inputs: Count = Field(description="features or channels that it reads")
    outputs: Count = Field(description="features or channels that it makes")
    count: Count = Field(default=1, description="how many there are, in each block of a group")
    bias: bool = True


class Convolutions(Shape):
    """`count` equal convolutions."""

    inputs: Count = Field(description="features or channels that it reads")
    outputs: Count = Field(description="features or channels that it makes")
    kernel: tuple[Count, ...] = Field(
        strict=False, min_length=1, description="one size for each dimension"
    )
    groups: Count = 1
    count: Count = Field(default=1, description="how many there are, in each block of a group")
    bias: bool = True


class Tensors(Shape):
    """Every tensor of a part of a network. `other`: norms, tables and scales."""

    matrices: tuple[Matrices, ...] = Field(
        default=(), strict=False, description="its linear layers"
    )
    convolutions: tuple[Convolutions, ...] = Field(
        default=(), strict=False, description="its convolutions, of one to three dimensions"
    )
    other: Natural = Field(default=0, description="parameters outside matrices and convolutions")


class Adapted(Shape):
    """`count` equal linear layers of a block that get LoRA adapters, and which tokens pass them."""

    inputs: Count = Field(description="width of what goes in")
    outputs: Count = Field(description="width of what comes out")
    count: Count = 1
    image: bool = Field(default=True, description="tokens of the image or video pass them")
    text: bool = Field(default=False, description="tokens of text pass them")


class Blocks(Tensors):
    """Equal blocks."""

    layers: Count
    adapted: tuple[Adapted, ...] = Field(
        default=(), strict=False, description="where adapters sit in diffusers' training scripts"
    )


class PerToken(Shape):
    """Bytes for each token of the image or video, and for each token of text."""

    image: int = Field(description="bytes for each token of the image or video")
    text: int = Field(description="bytes for each token of text")


class Step(Shape):
    """What one training step keeps, computed in one way.

    Found by running the class without data, all adapters' middles left out (tracing/).
    """

    blocks: tuple[PerToken, ...] = Field(
        strict=False, description="kept by one block of each group, in their order"
    )
    outside: PerToken = Field(
        description="alive with recomputed blocks, besides the inputs of the blocks"
    )
    transient: PerToken = Field(
        description="needed in the backward pass above the block that keeps most"
    )


class Steps(Shape):
    """The ways to train: all weights or adapters, plain or under autocast."""

    full_16_bit: Step = Field(description="all weights, in 16 bits")
    full_32_bit: Step = Field(description="all weights, in fp32")
    full_autocast: Step = Field(description="16-bit autocast over fp32 weights")
    adapters_16_bit: Step = Field(description="16-bit adapters on 16-bit weights")
    adapters_32_bit: Step = Field(description="fp32 adapters on fp32 weights")
    adapters_wide: Step = Field(description="fp32 adapters on 16-bit weights, no autocast")
    adapters_autocast: Step = Field(description="fp32 adapters under 16-bit autocast")


class StepLive(Shape):
    """Bytes that are live at once while one image or video passes, for each of its tokens.

    Found by running the class without data and adding up what is allocated and freed.
    """

    token_16_bit: NonNegative = Field(description="bytes per token of the image or video")
    context_16_bit: NonNegative = Field(description="bytes per token of text")
    token_32_bit: NonNegative = Field(description="the same in fp32")
    context_32_bit: NonNegative = Field(description="the same in fp32")


class DiffusionTransformer(Shape):
    """A denoiser of transformer blocks over patches of latents; the text beside them or across."""

    kind: Literal["diffusion-transformer"]
    hidden_size: Count
    heads: Count
    blocks: tuple[Blocks, ...] = Field(strict=False, min_length=1)
    ends: Tensors = Field(description="everything outside the blocks")
    token_pixels: Count = Field(description="image pixels along one side of a token")
    context_tokens: Count = Field(description="tokens of text")
    joined: bool = Field(description="text and image pass attention together")
    buffers: Natural = Field(
        default=0, description="elements of stored tables that are no parameters, as of positions"
    )
    live: StepLive = Field(description="bytes that one step needs")
    training: Steps | None = Field(
        default=None, description="what a training step keeps; absent: not known"
    )


class DecodeLive(Shape):
    """Bytes that are live at once while one image or video is decoded.

    Found by running the class without data and adding up what is allocated and freed.
    """

    fixed_16_bit: NonNegative = Field(default=0, description="bytes whatever the size")
    pixel_16_bit: NonNegative = Field(description="bytes per pixel of one frame")
    video_16_bit: NonNegative = Field(default=0, description="bytes per pixel of all frames")
    fixed_32_bit: NonNegative = Field(default=0, description="the same in fp32")
    pixel_32_bit: NonNegative = Field(description="bytes per pixel of one frame, in fp32")
    video_32_bit: NonNegative = Field(default=0, description="per pixel of all frames, in fp32")


class MapBytes(Shape):
    """Bytes of feature maps, for each pixel of the image and for the image as a whole.

    Found by running the class without data and adding up what is allocated, kept and freed.
    """

    pixel_16_bit: Natural = Field(description="bytes per pixel of the image, maps in 16 bits")
    image_16_bit: Natural = Field(default=0, description="bytes per image of any size")
    pixel_32_bit: Natural = Field(description="bytes per pixel of the image, maps in fp32")
    image_32_bit: Natural = Field(default=0, description="bytes per image of any size")
    pixel_autocast: Natural | None = Field(
        default=None,
        description="bytes per pixel under autocast over fp32 weights; absent: as in 16 bits",
    )
    image_autocast: Natural = Field(default=0, description="the same per image of any size")
    pair_bytes: NonNegative = Field(
        default=0, description="for each pair of pixels, in any format: all are compared (RAFT)"
    )


class Listed(Shape):
    """A whole network as a list of its tensors: detectors, segmenters, blocks of their own."""

    block: Literal["listed"]
    blocks: Count = Field(
        default=1, description="equal blocks, where it consists of them: each saves as much"
    )
    tensors: Tensors = Field(description="every part of the network")
    live: MapBytes = Field(description="live at once in a pass without gradients")
    saved: MapBytes = Field(description="kept for the backward pass")
    gradients: MapBytes = Field(description="needed above that in the backward pass")


class ListedAutoencoder(Shape):
    """The autoencoder of a video pipeline, or one of an image pipeline with layers of its own."""

    kind: Literal["listed-autoencoder"]
    tensors: Tensors = Field(description="encoder and decoder")
    decodes_in_fp32: bool = Field(default=False, description="the pipeline loads it in fp32")
    whole: DecodeLive = Field(description="bytes that decoding in one piece needs")
    tiled: DecodeLive | None = Field(
        default=None, description="bytes that decoding tile by tile needs; absent: not known"
    )
    framed: DecodeLive | None = Field(
        default=None, description="bytes that decoding frame by frame needs; absent: not possible"
    )
