"""What looks like a mistake and a person confirmed. An entry that is not needed is refused."""

from pydantic import Field

from vram_atlas.schema.base import Identifier, Strict, Text


class Identical(Strict):
    """Entries whose numbers are the same although they are different products."""

    ids: tuple[Identifier, ...] = Field(strict=False, min_length=2)
    because: Text


class NameAndCount(Strict):
    """A model whose name says another size than it has."""

    id: Identifier
    because: Text


class ConfirmedFile(Strict):
    """data/confirmed.yml."""

    models: tuple[Identical, ...] = Field(strict=False)
    boards: tuple[Identical, ...] = Field(strict=False)
    names: tuple[NameAndCount, ...] = Field(strict=False)
