"""Which models are taken in, as data: the page and the command say the same."""

from pydantic import Field

from vram_atlas.schema.base import Identifier, Strict, Text


class Rule(Strict):
    """One rule. Where a word of a name decides it, the words are listed."""

    id: Identifier
    title: Text
    text: Text
    refused: tuple[Identifier, ...] = Field(default=(), strict=False)


class InclusionFile(Strict):
    """data/inclusion.yml."""

    rules: tuple[Rule, ...] = Field(strict=False, min_length=1)
