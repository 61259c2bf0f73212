"""The change log as data: one file for each change that moved published answers."""

from typing import Literal

from pydantic import Field, model_validator

from vram_atlas.schema.base import Day, Identifier, Source, SourceKey, Strict, Text

VerdictWord = Literal["fits", "tight", "no", "unknown"]


class Flips(Strict):
    """Verdicts of one model and task that changed alike. `diff --record` writes them."""

    model: Identifier
    matrix: Identifier
    was: VerdictWord
    now: VerdictWord
    part: Text = Field(description="the part of the memory that moved most")
    boards: tuple[Identifier, ...] = Field(strict=False, min_length=1)


class Change(Strict):
    """One change: what, why, and on whose measurement or page it rests."""

    change: Identifier = Field(description="the name of the file: date and a few words")
    date: Day
    title: Text = Field(description="what changed, in one line")
    why: Text = Field(description="what was wrong before, or what is known now")
    measurements: tuple[Identifier, ...] = Field(
        default=(), strict=False, description="ids of measured rows that show it"
    )
    source: SourceKey | None = Field(default=None, description="the page that shows it")
    sources: dict[str, Source] = Field(default={})
    flips: tuple[Flips, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _justified(self) -> "Change":
        """Verdicts do not change without evidence."""
        if self.flips and not self.measurements and self.source is None:
            message = "`measurements` or a `source` that justifies the flips"
            raise ValueError(message)
        return self
