"""How far measured runs were from their estimates, and how full memory may be: as data."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from vram_atlas.schema.base import Count, Identifier, Natural, Source, SourceKey, Strict, Task, Text


class Basis(StrEnum):
    """What a band rests on."""

    PEAKS = "peaks"
    PARTS = "parts"
    FEW = "few"


class Circumstance(StrEnum):
    """When the peak happens, which decides how much memory fragments around it."""

    INFERENCE = "inference"
    OPTIMIZER_STEP = "optimizer-step"
    ONE_BOARD = "one-board"
    SEVERAL_BOARDS = "several-boards"


class Width(Strict):
    """A low and a high end, as shares of the allocated peak."""

    low: float = Field(le=0, strict=False)
    high: float = Field(ge=0, strict=False)
    source: SourceKey


class Band(Strict):
    """Spread of measurement / estimate - 1 over the measured rows of a task, family and kind.

    `rows` and `files` count what `basis` names: peaks, or figures of parts; for `few`, peaks.
    """

    task: Task = Field(strict=False)
    family: Identifier
    kind: Text
    low: float = Field(le=0, strict=False)
    high: float = Field(ge=0, strict=False)
    basis: Basis = Field(strict=False)
    rows: Natural
    files: Natural


class ProvenShare(Strict):
    """Up to this share of the visible memory runs finished; above it, one failed.

    Of `finished` and `failed` runs on boards of known memory.
    """

    when: Circumstance = Field(strict=False)
    share: float = Field(gt=0, le=1, strict=False)
    finished: Count
    failed: Natural


def _each_once(shares: tuple[ProvenShare, ...]) -> tuple[ProvenShare, ...]:
    named = sorted(item.when for item in shares)
    if named != sorted(Circumstance):
        message = f"one share for each of {', '.join(Circumstance)}: run `build_tables.py bands`"
        raise ValueError(message)
    return shares


class BandFile(Strict):
    """data/bands.yml."""

    sources: dict[str, Source]
    source: SourceKey
    proven: Annotated[tuple[ProvenShare, ...], AfterValidator(_each_once)] = Field(strict=False)
    bands: tuple[Band, ...] = Field(strict=False, min_length=1)
