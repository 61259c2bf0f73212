"""Rules of thumb that people repeat, and the exact cases in which each is compared with ours."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from vram_atlas.schema.base import Identifier, Positive, Source, SourceKey, Strict, Text
from vram_atlas.schema.measurement import RequestField


class Quantity(StrEnum):
    """What is compared: a part of the peak, all of it, a fact, or the verdict on a board."""

    NEED = "need"
    NEED_OF_ALL_BOARDS = "need-of-all-boards"
    WEIGHTS = "weights"
    GRADIENTS = "gradients"
    OPTIMIZER_STATES = "optimizer-states"
    ACTIVATIONS = "activations"
    KV_CACHE = "kv-cache"
    PARAMETERS = "parameters"
    LABEL = "label"
    FITS = "fits"


class Figure(Strict):
    """A quantity of one case."""

    quantity: Quantity = Field(strict=False)
    request: dict[str, RequestField] = Field(
        description="the fields of a request; for `label` only the board"
    )


class Compared(Strict):
    """One case of a claim: our figure, and what the claim says it is.

    Units: GiB for sizes, billions for parameters, GB for labels; times for a size over a size;
    bytes per parameter for a size over parameters. `fits` is compared with `fits`.
    """

    label: Text
    figure: Figure
    over: Figure | None = None
    least: Positive | None = None
    most: Positive | None = None
    fits: bool | None = Field(default=None, description="what the claim says of a board")


def _complete(case: Compared) -> Compared:
    """A verdict is compared with a verdict, a figure with a range."""
    verdict = case.figure.quantity is Quantity.FITS
    if verdict != (case.fits is not None):
        message = "`fits: true` or `false` for a verdict, and only for one"
        raise ValueError(message)
    if not verdict and case.least is None and case.most is None:
        message = "`least`, `most` or both"
        raise ValueError(message)
    return case


class Ruling(StrEnum):
    """Whether a claim holds."""

    HOLDS = "holds"
    CONDITIONS = "conditions"
    FAILS = "fails"
    UNKNOWN = "unknown"


class Judged(Strict):
    """A ruling on what no estimate can decide, such as time or quality: from its sources."""

    ruling: Ruling = Field(strict=False)
    because: Text


class ClaimGroup(StrEnum):
    """Sections of the page."""

    BASICS = "basics"
    INFERENCE = "inference"
    TRAINING = "training"
    TRICKS = "tricks"
    BOARDS = "boards"


class Pointer(Strict):
    """Another page."""

    source: SourceKey


class Claim(Strict):
    """A rule of thumb in our words, its cases or its judgement, and a better rule."""

    id: Identifier
    group: ClaimGroup = Field(strict=False)
    says: Text
    cases: tuple[Annotated[Compared, AfterValidator(_complete)], ...] = Field(
        default=(), strict=False
    )
    judged: Judged | None = None
    better: Text
    source: SourceKey = Field(description="evidence: what our figures rest on or agree with")
    also: Pointer | None = Field(default=None, description="more evidence")
    said_by: Pointer | None = Field(default=None, description="a place where it is repeated")


def _decidable(claim: Claim) -> Claim:
    """The ruling follows from cases, or is a judgement with a reason; never both."""
    if bool(claim.cases) == (claim.judged is not None):
        message = "either cases, or a judgement with its reason"
        raise ValueError(message)
    return claim


class ClaimFile(Strict):
    """data/claims.yml."""

    sources: dict[str, Source]
    claims: tuple[Annotated[Claim, AfterValidator(_decidable)], ...] = Field(
        strict=False, min_length=1
    )
