"""What software needs of a board: a compute capability, or an architecture of another maker."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from vram_atlas.schema.base import AttentionKernel, Identifier, Source, SourceKey, Strict, Text
from vram_atlas.schema.software import FormatId

EVERY: Final = "every"
"""In a list of architectures: all of a maker."""

Capability = Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]$")]


class Elsewhere(Strict):
    """Boards of a maker other than NVIDIA."""

    architectures: tuple[Text, ...] = Field(
        strict=False, description="as the boards have them, or 'every'; none: it runs on none"
    )
    unnamed: tuple[Identifier, ...] = Field(
        default=(), strict=False, description="boards of these that the source leaves out"
    )
    source: SourceKey | None = None


class Need(Strict):
    """A program or a library, the runtimes and formats that rest on it, and where it runs.

    A maker without an entry, or an architecture that its entry does not have: nobody says that it
    runs there. An empty list of architectures: it does not.
    """

    id: Identifier
    name: Text = Field(description="as in '… does not run on this board'")
    runtimes: tuple[Identifier, ...] = Field(
        strict=False, min_length=1, description="runtimes that rest on it"
    )
    formats: tuple[FormatId, ...] = Field(
        default=(), strict=False, description="for weights in these formats; none: for all"
    )
    optimizers: tuple[Identifier, ...] = Field(
        default=(), strict=False, description="for training with these; none: with all"
    )
    attention: tuple[Annotated[AttentionKernel, Field(strict=False)], ...] = Field(
        default=(), strict=False, description="for these kinds of attention; none: for all"
    )
    widens: bool = Field(
        default=False, description="the software turns these formats into bf16 elsewhere"
    )
    least: Capability | None = Field(
        default=None,
        description="compute capability of NVIDIA's boards from which it runs, in quotes: '7.0'; "
        "absent: it runs on none of them",
    )
    tried: Capability | None = Field(
        default=None, description="from this one on it may run, but nobody says so"
    )
    until: Capability | None = Field(
        default=None, description="above this one it may run, but nobody says so"
    )
    amd: Elsewhere | None = None
    intel: Elsewhere | None = None
    apple: Elsewhere | None = None
    huawei: Elsewhere | None = None
    moore_threads: Elsewhere | None = None
    unnamed: tuple[Identifier, ...] = Field(
        default=(), strict=False, description="boards of NVIDIA's that the source leaves out"
    )
    note: Text | None = None
    source: SourceKey


class SupportFile(Strict):
    """data/support.yml."""

    sources: dict[str, Source]
    needs: tuple[Need, ...] = Field(strict=False, min_length=1)
