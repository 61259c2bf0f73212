"""An estimate against a board: fits, tight, no, or unknown."""

from enum import StrEnum

from vram_atlas.estimator import Estimate
from vram_atlas.units import Bytes


class Verdict(StrEnum):
    """Whether it fits. Nothing in between has a name."""

    FITS = "fits"
    TIGHT = "tight"
    NO = "no"
    UNKNOWN = "unknown"


def judge(estimate: Estimate | None, have: Bytes, weights: Bytes | None = None) -> Verdict:
    """`fits` when even the high end fits, `tight` when the expected peak does, else `no`.

    Where convolutions can do without their workspace, `tight` is what fits without it.

    `unknown` without an estimate; but `no` where the `weights` are known and do not fit alone.
    """
    if estimate is None:
        return Verdict.NO if weights is not None and weights > have else Verdict.UNKNOWN
    if estimate.peak.high <= have:
        return Verdict.FITS
    return Verdict.TIGHT if estimate.least <= have else Verdict.NO
