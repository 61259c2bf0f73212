"""Measured rows one by one: misses, verdicts, gaps, and the rows of a model on its page."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

from vram_atlas import accuracy
from vram_atlas import accuracy_words as words
from vram_atlas.accuracy import Residual, compare, published, summarise
from vram_atlas.accuracy_causes import CAUSES, WRONG_CAUSES
from vram_atlas.accuracy_tables import NUMBERS, task_title
from vram_atlas.catalog import Catalog, ModelEntry
from vram_atlas.markup import (
    Row,
    details,
    items,
    link,
    small,
    source_link,
    table_region,
    text,
    unindexed,
)
from vram_atlas.measurements import Measurement, load_measurements
from vram_atlas.schema.base import Source, Task
from vram_atlas.schema.measurement import Metric
from vram_atlas.sentences import KIND_NAME, VERDICT_WORD, first_upper
from vram_atlas.units import format_size
from vram_atlas.verdict import Verdict

CLOSE: Final = 0.05
"""Share up to which a row earns a tick."""
FEW: Final = 10
"""Fewer rows than this make no distribution."""
SHOWN: Final = 12
"""Measured rows on a model's page."""

_ORDER: Final = tuple(words.METRIC_NAME)


def misses(catalog: Catalog) -> str:
    """Causes with the rows that they explain, then every row."""
    comparison = published(catalog)[1]
    found = accuracy.misses(comparison)
    causes = _causes(
        words.miss([r for r in found if item.explains(r.measurement)], item.why) for item in CAUSES
    )
    rows = (
        (
            _run(row.measurement, words.counted(row.measurement)),
            *_sizes(row),
            words.signed(row.error),
            _source(row.measurement.source, row.measurement.row.locator),
        )
        for row in found
    )
    table = table_region(words.MISSES_CAPTION, words.HEAD_MISSES, rows)
    lead_words = text(words.misses_lead(len(found), len(accuracy.same(comparison))))
    inner = f"<p>{lead_words}</p>{causes}{details(words.ALL_MISSES, table)}"
    return unindexed("div", inner)


def _causes(found: Iterable[tuple[str, str]]) -> str:
    """What each cause is about, then the explanation."""
    return items(f"<b>{text(what)}.</b> {text(why)}" for what, why in found)


def verdicts(catalog: Catalog) -> str:
    """What is answered for runs that ran and for those that did not, then the wrong answers."""
    judged = published(catalog)[1].judged
    counts = accuracy.verdict_counts(judged)
    parts: list[str] = []
    for ran, say, caption in (
        (True, words.ran, words.RAN_CAPTION),
        (False, words.out_of_memory, words.OOM_CAPTION),
    ):
        own = [one for one in judged if one.ran is ran]
        parts.append(f"<p>{text(say(counts, len(own)))}</p>")
        rows: list[Row] = []
        for task in Task:
            by_verdict = accuracy.verdict_counts(
                one for one in own if one.measurement.question.request.task is task
            )
            numbers = (by_verdict[ran, v] for v in (Verdict.FITS, Verdict.TIGHT, Verdict.NO))
            rows.append((text(task_title(catalog, task)), *(str(number) for number in numbers)))
        parts.append(table_region(caption, words.HEAD_VERDICTS, rows, NUMBERS))
    return unindexed("div", "".join(parts))


def wrong(catalog: Catalog) -> str:
    """Runs whose answer is wrong: causes, then every run."""
    found = [one for one in published(catalog)[1].judged if one.wrong]
    if not found:
        return words.NO_WRONG
    causes = _causes(
        words.wrong([one for one in found if item.explains(one.measurement)], item.why)
        for item in WRONG_CAUSES
    )
    rows = (
        (
            _run(one.measurement),
            VERDICT_WORD[one.verdict],
            words.need(one),
            format_size(one.measurement.question.have or 0),
            _source(one.measurement.source, one.measurement.row.locator),
        )
        for one in found
    )
    table = table_region(words.WRONG_CAPTION, words.HEAD_WRONG, rows)
    return unindexed("div", f"<p>{text(words.WRONG_LEAD)}</p>{causes}{table}")


def gaps(catalog: Catalog) -> str:
    """What the rows do not cover."""
    measurements, comparison = published(catalog)
    whole = [
        r
        for r in accuracy.same(comparison)
        if r.measurement.row.metric in {Metric.PEAK_ALLOCATED, Metric.PEAK_IN_USE}
    ]
    counts = {item.group[0]: item for item in summarise(whole, lambda r: (r.measurement.kind,))}
    shapes = [entry.architecture for entry in catalog.models.values()]
    kinds = {shape.kind for shape in shapes if shape is not None}
    used = {accuracy.runtime(r) for r in whole}
    standard = {name for task in catalog.tasks.values() for name in task.runtimes.values()}
    sentences = words.gaps(
        kinds=[name for kind, name in KIND_NAME.items() if kind in kinds - counts.keys()],
        few=[
            name for kind, name in KIND_NAME.items() if kind in counts and counts[kind].count < FEW
        ],
        runtimes=[item.name for name, item in catalog.runtimes.items() if name not in used],
        defaults=[item.name for name, item in catalog.runtimes.items() if name in standard - used],
        boards=max(r.measurement.question.request.boards for r in comparison.residuals),
        models=(len(_by_model(catalog)), len(catalog.models)),
        hardware=sorted(
            {
                one.run.hardware
                for one in measurements.rows
                if one.row.metric not in {Metric.FILE_SIZE, Metric.FITS, Metric.KV_CACHE_ONLY}
            }
        ),
    )
    return unindexed("div", items(text(sentence) for sentence in sentences))


def left_out(catalog: Catalog) -> str:
    """Reasons why rows are no workload, the most frequent first."""
    found: dict[str, list[tuple[Source, int]]] = {}
    for source, group in published(catalog)[0].left_out:
        found.setdefault(group.reason, []).append((source, len(group.rows)))
    totals = {reason: sum(count for _, count in groups) for reason, groups in found.items()}
    rows = (
        (
            text(first_upper(reason)),
            str(totals[reason]),
            ", ".join(dict.fromkeys(source_link(source) for source, _ in found[reason])),
        )
        for reason in sorted(found, key=lambda reason: (-totals[reason], reason))
    )
    table = table_region(words.LEFT_OUT_CAPTION, words.HEAD_LEFT_OUT, rows)
    return unindexed("div", details(words.ALL_LEFT_OUT, table))


def measured(entry: ModelEntry, catalog: Catalog) -> str:
    """A model's own measured rows beside their estimates; empty where there are none."""
    own = compare(catalog, _by_model(catalog).get(entry.id, ())).residuals
    if not own:
        return ""
    rows = (
        (
            _setting(row.measurement),
            *_sizes(row),
            _difference(row),
        )
        for row in _chosen(own)
    )
    caption = f"{words.MEASURED_TITLE}: {entry.model.name}"
    more = words.measured_more(SHOWN, len(own))
    links = (
        f"{link('../reference/accuracy.html', words.ACCURACY_LINK)} · "
        f"{link('../api/v1/measurements.csv', words.CSV_LINK)}"
    )
    note = f"<p>{text(more)}{text(words.MEASURED_NOTE)} {links}</p>"
    table = table_region(caption, words.HEAD_MEASURED, rows)
    return unindexed("div", f"{table}{note}")


@cache
def _by_model(catalog: Catalog) -> dict[str, list[Measurement]]:
    """Rows by the model that was measured, not yet compared: a preview shows few models."""
    found: dict[str, list[Measurement]] = {}
    for row in load_measurements(catalog).rows:
        found.setdefault(row.question.entry.id, []).append(row)
    return found


def _chosen(own: tuple[Residual, ...]) -> list[Residual]:
    """The first rows of every kind of run before the second ones, peaks before other figures."""
    seen: dict[tuple[str, ...], int] = {}
    ranked = []
    for row in own:
        one = row.measurement
        run = (words.setting(one)[0], accuracy.runtime(row), accuracy.metric(row))
        seen[run] = seen.get(run, 0) + 1
        ranked.append((seen[run], _ORDER.index(one.row.metric), row))
    chosen = sorted(ranked, key=lambda item: item[:2])[:SHOWN]
    ordered = sorted(chosen, key=lambda item: item[1])
    return [row for *_, row in ordered]


def _run(one: Measurement, counted: str = "") -> str:
    what, how = words.setting(one)
    name = one.question.entry.model.name
    return f"{text(name)}, {text(what)}{small(text(how + counted))}"


def _setting(one: Measurement) -> str:
    """The same on the page of its own model, with what was counted and where it stands."""
    what, how = words.setting(one)
    facts = text(how + words.counted(one))
    return first_upper(text(what)) + small(
        f"{facts}; {source_link(one.source)}{words.read(one.source)}"
    )


def _sizes(row: Residual) -> tuple[str, str]:
    return format_size(row.measured), format_size(row.estimated)


def _difference(row: Residual) -> str:
    """The error; the style sheet draws a tick before a close one."""
    number = words.signed(row.error)
    alike = row.measurement.row.metric not in accuracy.SURPLUS
    return (
        f'<span class="v v-fits">{number}</span>' if alike and abs(row.error) <= CLOSE else number
    )


def _source(source: Source, where: str) -> str:
    return f"{source_link(source)}{small(text(where))}"


ROWS: Final[dict[str, Callable[[Catalog], str]]] = {
    "misses": misses,
    "verdicts": verdicts,
    "wrong": wrong,
    "gaps": gaps,
    "left_out": left_out,
}
"""Macros of pages, by name."""
