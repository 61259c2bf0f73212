"""What turns sound into tokens."""

from pydantic import Field

from vram_atlas.schema.base import Count, Shape


class AudioFrontend(Shape):
    """Two convolutions over a mel spectrogram; the second halves the number of frames."""

    mel_bins: Count
    kernel: Count = 3
    frames: Count = Field(
        description="spectrogram frames per window; encoder tokens are half of it"
    )
