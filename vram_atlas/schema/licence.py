"""Licences of models: a closed list, so that one licence has one spelling."""

from typing import Annotated

from pydantic import Field, StringConstraints

from vram_atlas.schema.base import Identifier, Source, SourceKey, Strict, Text


class KnownLicence(Strict):
    """A licence that a model can name: an SPDX licence, or the terms of one publisher."""

    id: Identifier
    name: Text
    spdx: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.+-]+$")] | None = Field(
        default=None, description="id in the SPDX list; absent for a publisher's own terms"
    )
    source: SourceKey


class LicenceFile(Strict):
    """data/licences.yml."""

    sources: dict[str, Source]
    licences: tuple[KnownLicence, ...] = Field(strict=False, min_length=1)
