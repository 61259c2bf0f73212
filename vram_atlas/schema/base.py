"""The base of every schema model, sources, and the small closed sets."""

import re
from calendar import monthrange
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


class Strict(BaseModel):
    """A frozen model that converts nothing and refuses unknown keys."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    def __eq__(self, other: object) -> bool:
        """An entry equals itself only: two entries with the same values are two facts."""
        return self is other

    def __hash__(self) -> int:
        """By identity, so that what is derived from an entry can be cached on it."""
        return id(self)


_IDENTIFIER = r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$"
_TEXT = r"^\S(.*\S)?$"
_MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
_YEAR_OR_MONTH = r"^[0-9]{4}(-(0[1-9]|1[0-2]))?$"
_DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]$"
_ADDRESS = r"^https://\S+$"

PATTERN_WORDS = {
    _IDENTIFIER: "lower-case letters and digits, with single dots or hyphens between them",
    _TEXT: "text without spaces at its ends",
    _MONTH: "a month as 'YYYY-MM', for example '2026-11'",
    _YEAR_OR_MONTH: "a month or a year in quotes: '2026-11', '2026'",
    _DAY: "a day as YYYY-MM-DD, for example 2026-11-22",
    _ADDRESS: "an address that begins with https://",
}
"""What a pattern asks for, in words: messages and the field reference say it this way."""


def _on_the_calendar(day: str) -> str:
    """A day that its month has: no 31st of February."""
    year, month, number = map(int, day.split("-"))
    if not 1 <= number <= monthrange(year, month)[1]:
        message = "a day that exists"
        raise ValueError(message)
    return day


Identifier = Annotated[
    str,
    StringConstraints(pattern=_IDENTIFIER),
]
Text = Annotated[str, StringConstraints(min_length=1, pattern=_TEXT)]
Month = Annotated[
    str,
    StringConstraints(pattern=_MONTH),
]
YearOrMonth = Annotated[
    str,
    StringConstraints(pattern=_YEAR_OR_MONTH),
]
Day = Annotated[
    str,
    StringConstraints(pattern=_DAY),
    AfterValidator(_on_the_calendar),
]
Count = Annotated[int, Field(gt=0)]
Natural = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0, strict=False)]
NonNegative = Annotated[float, Field(ge=0, strict=False)]
SourceKey = Annotated[
    str,
    StringConstraints(pattern=_IDENTIFIER),
]


class Shape(Strict):
    """A group of sizes, with a source of its own where it differs from that of the model."""

    source: SourceKey | None = None


class OtherParameters(Strict):
    """Parameters that the shapes do not describe, such as a vision tower."""

    name: Text
    count: Count
    looked_up: bool = Field(
        default=False, description="tables of which a token reads a few rows: not active"
    )
    fp8_block: Count | None = Field(
        default=None,
        description="of such tables: elements per 8-bit scale, where quantisers leave them in fp8",
    )
    source: SourceKey


class SourceKind(StrEnum):
    """What a source is, from strongest to weakest."""

    CONFIG = "config"
    PAPER = "paper"
    VENDOR = "vendor"
    LICENCE = "licence"
    MEASURED = "measured"
    OBSERVED = "observed"
    DERIVED = "derived"
    THIRD_PARTY = "third-party"


_COMMIT_DIGITS = 40
_REPOSITORIES = ("https://github.com/", "https://huggingface.co/", "https://gitlab.com/")
_FRONT_PAGE = re.compile(r"https://github\.com/[^/]+/[^/#]+/?(#.*)?")


def _pinned(url: str) -> str:
    """A link into a repository names a 40-digit commit, so that it cannot change.

    An issue, a pull request or a discussion has its own number; the front page of a repository has
    nothing that lasts.
    """
    host = next((host for host in _REPOSITORIES if url.startswith(host)), None)
    points_at_file = any(mark in url for mark in ("/blob/", "/tree/", "/raw/", "/resolve/"))
    has_commit = any(
        len(part) == _COMMIT_DIGITS and set(part) <= set("0123456789abcdef")
        for part in url.split("/")
    )
    if host and (points_at_file or _FRONT_PAGE.fullmatch(url)) and not has_commit:
        message = "a link that names the 40-digit commit instead of a branch"
        raise ValueError(message)
    return url


class Source(Strict):
    """Where a number comes from."""

    kind: SourceKind = Field(strict=False)
    url: Annotated[str, StringConstraints(pattern=_ADDRESS), AfterValidator(_pinned)]
    shows: Text = Field(description="one sentence: what the page proves")
    accessed: Day


class Task(StrEnum):
    """What is done with a model."""

    INFERENCE = "inference"
    LORA = "lora"
    QLORA = "qlora"
    FULL = "full"


class Precision(StrEnum):
    """How training computes: which copies of a weight exist and in which format."""

    FP32 = "fp32"
    AMP = "amp"
    BF16 = "bf16"
    MIXED = "mixed"


class Sharding(StrEnum):
    """What data-parallel training divides between boards instead of keeping it on each."""

    NONE = "none"
    ZERO_1 = "zero-1"
    ZERO_2 = "zero-2"
    ZERO_3 = "zero-3"
    FSDP = "fsdp"


class Offload(StrEnum):
    """What moves to the host's memory: optimizer states, weights too, or idle components."""

    NONE = "none"
    OPTIMIZER = "optimizer"
    PARAMETERS = "parameters"
    COMPONENTS = "components"


class Decoding(StrEnum):
    """How a diffusion pipeline's autoencoder decodes: all images at once, one, or tile by tile."""

    WHOLE = "whole"
    SLICED = "sliced"
    TILED = "tiled"


class Encoders(StrEnum):
    """Training a diffusion model: its text encoders and autoencoder have run, or stay loaded."""

    CACHED = "cached"
    RESIDENT = "resident"


class AttentionKernel(StrEnum):
    """How attention is computed, which decides whether the score matrix exists in memory."""

    EAGER = "eager"
    SDPA = "sdpa"
    FLASH = "flash"
