"""What the GPUs of an architecture compute in, in hardware."""

from pydantic import Field

from vram_atlas.schema.base import Source, SourceKey, Strict, Text
from vram_atlas.schema.board import Vendor


class Arithmetic(Strict):
    """Number formats of an architecture besides fp32 and fp16."""

    vendor: Vendor = Field(strict=False)
    architecture: Text = Field(description="as the boards spell it")
    compute_capability: Text | None = Field(
        default=None, description="only where GPUs of one architecture differ"
    )
    bf16: bool
    fp8: bool
    int8: bool | None = Field(default=None, description="absent: not published")
    fp4: bool = False
    source: SourceKey


class ArithmeticFile(Strict):
    """data/arithmetic.yml."""

    sources: dict[str, Source]
    arithmetic: tuple[Arithmetic, ...] = Field(strict=False, min_length=1)
