"""What turns sound into tokens."""

from pydantic import Field

from vram_atlas.schema.base import Count, Natural, Shape
from vram_atlas.schema.listed import Tensors


class AudioFrontend(Shape):
    """Two convolutions over a mel spectrogram; the second halves the number of frames."""

    mel_bins: Count
    kernel: Count = 3
    frames: Count = Field(
        description="spectrogram frames per window; encoder tokens are half of it"
    )


class SoundFeatures(Shape):
    """Convolutions over a wave, the matrix behind them and the convolution that gives positions.

    Bytes were found by running the classes without data and adding up what is allocated and kept.
    """

    tensors: Tensors = Field(description="everything between the wave and the blocks")
    live_16_bit: Natural = Field(description="bytes per token in a pass without gradients")
    saved_16_bit: Natural = Field(description="bytes per token kept for the backward pass")
    live_32_bit: Natural = Field(description="the same in fp32")
    saved_32_bit: Natural = Field(description="the same in fp32")
