"""Bits of an element in a number format: in blocks, and in files that mix blocks."""

from pydantic import Field

from vram_atlas.adding import add_up
from vram_atlas.schema.base import Count, NonNegative, Positive, SourceKey, Strict


class Overhead(Strict):
    """A scale, zero point or constant of `bits` bits shared by `per` elements."""

    bits: Positive
    per: Count


class BlockBits(Strict):
    """Bits of a stored element, its share of block constants included."""

    element_bits: Positive
    overheads: tuple[Overhead, ...] = Field(default=(), strict=False)

    @property
    def bits(self) -> float:
        """Effective bits per element."""
        return self.element_bits + add_up(part.bits / part.per for part in self.overheads)


class Mix(Strict):
    """Bits per element that some matrices of a GGUF file have beside the others.

    `uneven`: rows that are no multiple of 256 do not fill the blocks of a k-quant, and
    llama-quantize takes blocks of 32.
    """

    rest: Positive | None = Field(
        default=None, description="bits of the others, where `linear` is a mean of a whole model"
    )
    down: NonNegative = Field(default=0, description="last matrices of MLPs, experts included")
    values: NonNegative = Field(default=0, description="matrices of values")
    joined: NonNegative = Field(default=0, description="one matrix for queries, keys and values")
    uneven: NonNegative = Field(default=0, description="matrices with uneven rows")
    uneven_down: float = Field(
        default=0, description="last matrices of MLPs with uneven rows, beside `down` and `uneven`"
    )
    uneven_tables: NonNegative = Field(default=0, description="input tables with uneven rows")
    uneven_outputs: NonNegative = Field(default=0, description="output matrices with uneven rows")
    source: SourceKey
