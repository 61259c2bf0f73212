"""What the estimator has to reach, and what no change may make worse."""

from collections.abc import Iterable

import pytest

from vram_atlas.accuracy import (
    Comparison,
    Residual,
    Summary,
    headline,
    peaks,
    published,
    summarise,
    task,
    verdict_counts,
)
from vram_atlas.catalog import Catalog
from vram_atlas.schema.base import Task
from vram_atlas.schema.measurement import Quality
from vram_atlas.verdict import Verdict

MEDIAN, P95 = 0.02, 0.10
GROUPS = {
    "inference": {Task.INFERENCE},
    "LoRA and QLoRA": {Task.LORA, Task.QLORA},
    "full fine-tuning": {Task.FULL},
}

RECORDED = {
    Task.INFERENCE: (0.0035, 0.0377),
    Task.LORA: (0.0079, 0.0606),
    Task.QLORA: (0.0030, 0.0485),
    Task.FULL: (0.0084, 0.0582),
}
"""Median and 95th percentile of the absolute error, quality-A peaks of the allocator."""
WORSE = 0.002
"""How much worse a figure may become: 0.2 points."""


@pytest.fixture(scope="module")
def comparison(catalog: Catalog) -> Comparison:
    """Every row against the estimator."""
    return published(catalog)[1]


def one_group(residuals: Iterable[Residual]) -> Summary:
    """All rows as one summary."""
    (found,) = summarise(residuals, lambda _: ())
    return found


@pytest.mark.parametrize("tasks", GROUPS.values(), ids=GROUPS)
def test_target(comparison: Comparison, tasks: set[Task]) -> None:
    """Quality A: half within 2 %, 95 of 100 within 10 %."""
    found = one_group(r for r in peaks(comparison, Quality.A) if task(r) in tasks)
    assert found.median <= MEDIAN
    assert found.p95 <= P95


@pytest.mark.parametrize("name", list(Task))
def test_nothing_got_worse(comparison: Comparison, name: Task) -> None:
    """Not by more than 0.2 points against what is recorded here."""
    found, (median, p95) = headline(comparison)[name], RECORDED[name]
    tip = f"now {found.median:.4f}, {found.p95:.4f}; recorded {median}, {p95}"
    assert found.median <= median + WORSE, tip
    assert found.p95 <= p95 + WORSE, tip


@pytest.mark.parametrize("name", list(Task))
def test_the_record_is_current(comparison: Comparison, name: Task) -> None:
    """A change that makes a figure better is recorded, so that the next one cannot undo it."""
    found, (median, p95) = headline(comparison)[name], RECORDED[name]
    tip = f"record {found.median:.4f}, {found.p95:.4f} instead of {median}, {p95}"
    assert found.median >= median - WORSE, tip
    assert found.p95 >= p95 - WORSE, tip


def test_runs_that_ran_are_not_refused(comparison: Comparison) -> None:
    """At least 95 % are answered fits or tight."""
    counts = verdict_counts(comparison.judged)
    ran = [one for one in comparison.judged if one.ran]
    assert counts[True, Verdict.FITS] + counts[True, Verdict.TIGHT] >= 0.95 * len(ran)


def test_runs_out_of_memory_are_not_promised(comparison: Comparison) -> None:
    """None is answered `fits`."""
    promised = [
        one.measurement.id
        for one in comparison.judged
        if not one.ran and one.verdict is Verdict.FITS
    ]
    assert not promised, "a promise that a run has broken"
