"""Model families: identity, licence, parameters, architecture."""

from typing import Annotated, TypeAlias

from pydantic import Field

from vram_atlas.schema.architecture import Decoder, Encoder, EncoderDecoder, VisionTransformer
from vram_atlas.schema.base import Count, Identifier, Month, Source, SourceKey, Strict, Text
from vram_atlas.schema.layers import (
    Convolutional,
    Diffusion,
    Recurrent,
    Undisclosed,
    WeightsOnly,
)

Disclosed: TypeAlias = (
    Decoder | Encoder | EncoderDecoder | VisionTransformer | Convolutional | Recurrent | Diffusion
)
"""Architectures that can be computed with."""

Architecture = Annotated[Disclosed | WeightsOnly | Undisclosed, Field(discriminator="kind")]


class FileParameters(Strict):
    """The total that the published file holds, where it is not the architecture's count."""

    total: Count
    reason: Text
    source: SourceKey | None = None


class SizeEstimate(Strict):
    """What somebody outside said about an unpublished size. Quoted, never computed with."""

    total: Text = Field(description="in the author's words, e.g. 'about 1.8 trillion'")
    author: Text
    date: Month
    source: SourceKey


class Parameters(Strict):
    """Exact counts. `counted` follows from the architecture and is what memory is computed from."""

    counted: Count
    active: Count | None = Field(
        default=None, description="used per token, mixtures of experts only"
    )
    file: FileParameters | None = None
    source: SourceKey | None = None


class Licence(Strict):
    """The licence id as the publisher names it."""

    name: Text
    source: SourceKey


class Model(Strict):
    """One model of a family."""

    id: Identifier
    name: Text
    aliases: tuple[Text, ...] = Field(
        default=(), strict=False, description="as people type it; feeds search"
    )
    released: Month
    licence: Licence | None = None
    native_format: Identifier | None = Field(
        default=None, description="the format the publisher ships"
    )
    context_length: Count | None = Field(
        default=None, description="longest supported context, in tokens"
    )
    unlimited_context: bool = Field(
        default=False,
        description="nothing in the model ends a text: no positions run out (Mamba, RWKV)",
    )
    parameters: Parameters | None = None
    architecture: Architecture
    estimates: tuple[SizeEstimate, ...] = Field(default=(), strict=False)
    note: Text | None = Field(default=None, description="one sentence a reader needs")
    source: SourceKey | None = None


class Family(Strict):
    """A file of data/models/."""

    family: Identifier
    name: Text
    developer: Text
    sources: dict[str, Source]
    models: tuple[Model, ...] = Field(strict=False, min_length=1)
