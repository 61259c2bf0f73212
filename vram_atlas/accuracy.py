"""The estimator against published measurements: residuals, summaries, verdict errors.

Like is compared with like: an allocator's peak with the allocated estimate, memory at rest with
weights and optimizer states. What an allocator or a driver reserves beyond that is no need of the
workload; those figures are summarised apart, as a surplus.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, assert_never

from vram_atlas.adding import add_up
from vram_atlas.catalog import Catalog
from vram_atlas.estimator import Estimate, Spread, estimate
from vram_atlas.formulas.phases import Part, Phase
from vram_atlas.inference import bytes_on_host
from vram_atlas.measurements import Measurement, Measurements, load_measurements
from vram_atlas.schema.base import Task
from vram_atlas.schema.measurement import Metric, Quality
from vram_atlas.training import training_phases
from vram_atlas.verdict import Verdict, judge

SURPLUS: Final = frozenset({Metric.PEAK_RESERVED, Metric.NVIDIA_SMI, Metric.UNKNOWN})
"""Metrics that count more than the workload needs, by an amount that is not the workload's."""

UNSEEN: Final = frozenset(
    {
        ("huggingface-blog", Metric.PEAK_ALLOCATED),
        ("llm-d-incubation-llm-d-planner", Metric.WEIGHTS_ONLY),
    }
)
"""Files and metrics that no formula was adjusted to: the only comparison that is not in-sample."""

LATE: Final = ("powerlm-3b", Metric.PEAK_ALLOCATED)  # in the catalog since the formulas are final
MISS: Final = 0.1  # an error beyond this share needs an explanation

_WORST: Final = 5


@dataclass(frozen=True, slots=True)
class Residual:
    """One figure and its estimate, both in bytes."""

    measurement: Measurement
    measured: int
    estimated: float

    @property
    def error(self) -> float:
        """Estimate / measured - 1: positive where the estimate is too high."""
        return self.estimated / self.measured - 1

    @property
    def band(self) -> float:
        """Measured / estimate - 1: what a band has to cover."""
        return self.measured / self.estimated - 1 if self.estimated else float("inf")


@dataclass(frozen=True, slots=True)
class Judged:
    """A row that ran or did not, with the verdict the estimate gives on its board.

    `share` is the expected need as a share of the board's visible memory, `phase` that of the peak.
    """

    measurement: Measurement
    verdict: Verdict
    need: Spread
    share: float
    phase: Phase

    @property
    def ran(self) -> bool:
        """Every row but `oom` ran: a figure on a known board proves that it fits."""
        return self.measurement.row.metric is not Metric.OOM

    @property
    def wrong(self) -> bool:
        """It ran out of memory but `fits`, or it ran but `no`."""
        return self.verdict is (Verdict.NO if self.ran else Verdict.FITS)


@dataclass(frozen=True, slots=True)
class Summary:
    """Residuals of one group. Shares, not per cent.

    median, p95  of the absolute error        bias       mean error
    low, high    5th and 95th percentile of measured / estimate - 1: the band of the group
    """

    group: tuple[str, ...]
    count: int
    models: int
    sources: int
    median: float
    p95: float
    bias: float
    low: float
    high: float
    worst: tuple[Residual, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every row against the estimator, in the order of the files."""

    residuals: tuple[Residual, ...]
    judged: tuple[Judged, ...]


@cache
def published(catalog: Catalog) -> tuple[Measurements, Comparison]:
    """Everything in data/measurements/, compared once per process."""
    measurements = load_measurements(catalog)
    return measurements, compare(catalog, measurements.rows)


def compare(catalog: Catalog, measurements: Iterable[Measurement]) -> Comparison:
    """Run the estimator on every row."""
    residuals, judged = list[Residual](), list[Judged]()
    for one in measurements:
        answer = _answer(one, catalog)
        if answer is None:
            continue
        have = one.question.have
        if have is not None and one.row.metric is not Metric.STATIC_ALLOCATED:
            share = answer.peak.expected / have
            judged.append(Judged(one, judge(answer, have), answer.peak, share, answer.phase))
        if one.row.value is not None:
            residuals.append(Residual(one, one.row.value, comparable(one, answer)))
    return Comparison(tuple(residuals), tuple(judged))


@cache
def _answer(measurement: Measurement, catalog: Catalog) -> Estimate | None:
    """What the estimator says of a row: asked for the page of its model, and for the whole list."""
    workload = measurement.question.workload
    return None if workload is None else estimate(workload, catalog)


def comparable(measurement: Measurement, answer: Estimate) -> float:
    """The part of an estimate that counts the same thing as the row's metric. Bytes."""
    parts = answer.parts
    match measurement.row.metric:
        case (
            Metric.PEAK_ALLOCATED | Metric.PEAK_RESERVED | Metric.UNKNOWN | Metric.FITS | Metric.OOM
        ):
            # A sum over devices that hold whole layers: each has transients of its own.
            return answer.allocated.expected + (measurement.row.devices - 1) * parts.get(
                Part.ACTIVATIONS, 0
            )
        case Metric.PEAK_IN_USE | Metric.NVIDIA_SMI:
            return answer.peak.expected
        case Metric.STATIC_ALLOCATED:
            return parts.get(Part.WEIGHTS, 0) + parts.get(Part.OPTIMIZER_STATES, 0)
        case Metric.WEIGHTS_ONLY:
            return parts.get(Part.WEIGHTS, 0)
        case Metric.FILE_SIZE:
            return parts.get(Part.WEIGHTS, 0) + _on_host(measurement)
        case Metric.KV_CACHE_ONLY:
            return parts.get(Part.KV_CACHE, 0)
        case Metric.ACTIVATIONS_ONLY:
            return parts.get(Part.ACTIVATIONS, 0) + parts.get(Part.LOSS_BUFFER, 0)
        case Metric.AFTER_FORWARD:
            return _after_forward(measurement)
        case other:
            assert_never(other)


def _on_host(measurement: Measurement) -> float:
    workload = measurement.question.workload
    return 0 if workload is None else bytes_on_host(workload)


def _after_forward(measurement: Measurement) -> float:
    """Weights, and what the forward pass of a training step keeps. Bytes."""
    workload = measurement.question.workload
    listed = (
        [] if workload is None else training_phases(workload, workload.runtime.convolution_copies)
    )
    ends = [parts for phase, parts in listed if phase is Phase.LOSS]
    return sum(parts[part] for parts in ends[:1] for part in (Part.WEIGHTS, Part.ACTIVATIONS))


def percentile(values: Iterable[float], share: float) -> float:
    """Linear interpolation between the two nearest of the sorted values. Needs one value."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def summarise(
    residuals: Iterable[Residual], key: Callable[[Residual], tuple[str, ...]]
) -> tuple[Summary, ...]:
    """One summary per group, groups in alphabetical order."""
    groups: dict[tuple[str, ...], list[Residual]] = {}
    for residual in residuals:
        groups.setdefault(key(residual), []).append(residual)
    return tuple(_summary(group, groups[group]) for group in sorted(groups))


def _summary(group: tuple[str, ...], residuals: list[Residual]) -> Summary:
    absolute = [abs(residual.error) for residual in residuals]
    bands = [residual.band for residual in residuals]
    worst = sorted(residuals, key=lambda r: (-abs(r.error), r.measurement.id))[:_WORST]
    return Summary(
        group=group,
        count=len(residuals),
        models=len({residual.measurement.question.entry.id for residual in residuals}),
        sources=len({source(residual.measurement) for residual in residuals}),
        median=percentile(absolute, 0.5),
        p95=percentile(absolute, 0.95),
        bias=add_up(residual.error for residual in residuals) / len(residuals),
        low=percentile(bands, 0.05),
        high=percentile(bands, 0.95),
        worst=tuple(worst),
    )


def metric(residual: Residual) -> str:
    """Name of the metric, the first column of every grouping."""
    return residual.measurement.row.metric.value


def task(residual: Residual) -> str:
    """Task of the row."""
    return residual.measurement.question.request.task.value


def runtime(residual: Residual) -> str:
    """Runtime that the row resolves to."""
    workload = residual.measurement.question.workload
    return workload.runtime.id if workload is not None else ""


def source(measurement: Measurement) -> str:
    """Name of the file in data/measurements/: one file per source."""
    return measurement.file.rsplit("/", 1)[-1].removesuffix(".yml")


def same(comparison: Comparison) -> list[Residual]:
    """Rows whose metric counts the same bytes as the estimate."""
    return [r for r in comparison.residuals if r.measurement.row.metric not in SURPLUS]


def apart(comparison: Comparison) -> list[Residual]:
    """The other rows: their metric counts something besides the need of the workload."""
    return [r for r in comparison.residuals if r.measurement.row.metric in SURPLUS]


def misses(comparison: Comparison) -> list[Residual]:
    """Rows of the same quantity that are further off than MISS."""
    return [r for r in same(comparison) if abs(r.error) > MISS]


def unseen(comparison: Comparison) -> list[Residual]:
    """Rows that no formula was adjusted to, and whose metric counts the same bytes."""
    rows = [(r, r.measurement, r.measurement.row.metric) for r in same(comparison)]
    return [
        r
        for r, one, counted in rows
        if one.run.unseen
        or (one.question.entry.id, counted) == LATE
        or (source(one), counted) in UNSEEN
    ]


def verdict_counts(judged: Iterable[Judged]) -> Counter[tuple[bool, Verdict]]:
    """How many runs there are by whether they ran and by the verdict."""
    return Counter((one.ran, one.verdict) for one in judged)


def peaks(comparison: Comparison, *qualities: Quality) -> list[Residual]:
    """Allocated peaks of some qualities, or of all."""
    rows = [(r, r.measurement.row) for r in comparison.residuals]
    wanted = qualities or tuple(Quality)
    return [r for r, row in rows if row.metric is Metric.PEAK_ALLOCATED and row.quality in wanted]


def headline(comparison: Comparison) -> dict[Task, Summary]:
    """Quality-A rows of the allocated peak by task: the figures that a change may not worsen."""
    found = summarise(peaks(comparison, Quality.A), lambda r: (task(r),))
    return {Task(summary.group[0]): summary for summary in found}
