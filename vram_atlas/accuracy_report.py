"""What `measure` prints: the error of every group, the verdicts, the worst rows."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from vram_atlas import accuracy
from vram_atlas.accuracy import Judged, Residual, Summary, summarise
from vram_atlas.catalog import Catalog
from vram_atlas.measurements import Measurements
from vram_atlas.units import format_size

GROUPINGS: Final[dict[str, Callable[[Residual], tuple[str, ...]]]] = {
    "task": lambda r: (accuracy.metric(r), accuracy.task(r)),
    "task, kind": lambda r: (accuracy.metric(r), accuracy.task(r), r.measurement.kind),
    "task, runtime": lambda r: (accuracy.metric(r), accuracy.task(r), accuracy.runtime(r)),
    "quality": lambda r: (accuracy.metric(r), r.measurement.row.quality.value),
    "source": lambda r: (accuracy.metric(r), accuracy.source(r.measurement)),
}


def report(catalog: Catalog, measurements: Measurements) -> str:
    """Everything as one readable text: same quantities, surpluses, verdicts, worst rows."""
    comparison = accuracy.compare(catalog, measurements.rows)
    alike = accuracy.same(comparison)
    others = accuracy.apart(comparison)
    left_out = sum(len(group.rows) for _, group in measurements.left_out)
    kinds = f"{len(alike)} figures, {len(others)} with a surplus, {len(comparison.judged)} verdicts"
    lines = [f"{len(measurements.rows)} rows; {kinds}; {left_out} not expressible"]
    for title, key in GROUPINGS.items():
        lines += ["", *_table(f"error by {title}", summarise(alike, key))]
    lines += [
        "",
        *_table("surplus by task, runtime", summarise(others, GROUPINGS["task, runtime"])),
    ]
    lines += ["", *_verdicts(comparison.judged)]
    groups = summarise(alike, GROUPINGS["task, kind"])
    lines += ["", "worst five", *(_worst(residual) for group in groups for residual in group.worst)]
    return "\n".join(lines) + "\n"


def _table(title: str, summaries: Iterable[Summary]) -> list[str]:
    header = f"{title:<58}{'rows':>6}{'median':>9}{'p95':>9}{'bias':>9}{'low':>9}{'high':>9}"
    return [header] + [
        (
            f"{' / '.join(s.group):<58}{s.count:>6}{s.median:>9.2%}{s.p95:>9.2%}"
            f"{s.bias:>+9.2%}{s.low:>+9.2%}{s.high:>+9.2%}"
        )
        for s in summaries
    ]


def _verdicts(judged: Iterable[Judged]) -> list[str]:
    counts: Counter[tuple[str, ...]] = Counter()
    wrong: list[str] = []
    for one in judged:
        row, name = one.measurement.row, one.measurement.question.request.task.value
        counts["ran" if one.ran else "out of memory", name, one.verdict.value] += 1
        if one.wrong:
            wrong.append(f"{row.id:<34}{row.metric:<18}{one.verdict.value}")
    table = [f"{' / '.join(key):<58}{count:>6}" for key, count in sorted(counts.items())]
    return [f"{'verdicts':<58}{'rows':>6}", *table, f"wrong verdicts: {len(wrong)}", *wrong]


def _worst(residual: Residual) -> str:
    return (
        f"{residual.measurement.id:<34}{accuracy.metric(residual):<18}{accuracy.task(residual):<10}"
        f"{accuracy.runtime(residual):<24}{format_size(residual.measured):>10}"
        f"{format_size(residual.estimated):>10}{residual.error:>+9.1%}"
    )
