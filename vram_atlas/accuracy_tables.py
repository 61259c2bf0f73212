"""Tables of the accuracy page: how far off the estimates are, by task, runtime, kind and source."""

from collections.abc import Callable, Sequence
from typing import Final

from vram_atlas import accuracy
from vram_atlas import accuracy_words as words
from vram_atlas.accuracy import Summary, published, summarise
from vram_atlas.catalog import Catalog
from vram_atlas.markup import link, small, table_region, text
from vram_atlas.measurements import Measurement
from vram_atlas.schema.base import Task
from vram_atlas.schema.measurement import Metric, Quality
from vram_atlas.sentences import KIND_NAME, first_upper

NUMBERS: Final = "atlas-numbers"
_ORDER: Final = tuple(words.METRIC_NAME)


def lead(catalog: Catalog) -> str:
    """The answer of the page."""
    (every,) = summarise(accuracy.peaks(published(catalog)[1], Quality.A), lambda _: ())
    return text(f"{words.lead(every)} {words.small_sample(every)}")


def home(catalog: Catalog) -> str:
    """The headline for the home page."""
    found = accuracy.headline(published(catalog)[1])
    return text(
        words.home({task_title(catalog, task): found[task] for task in Task if task in found})
    )


def headline(catalog: Catalog) -> str:
    """Count, median and 95th percentile per task, quality A only."""
    found = accuracy.headline(published(catalog)[1])
    rows = (
        (
            text(task_title(catalog, task)),
            *_numbers(found[task]),
            str(found[task].models),
            str(found[task].sources),
        )
        for task in Task
        if task in found
    )
    return table_region(words.HEADLINE_CAPTION, words.HEAD_HEADLINE, rows, NUMBERS)


def by_task(catalog: Catalog) -> str:
    """Every quality; the measured band beside the one in use."""
    found = {
        Task(item.group[0]): item
        for item in summarise(accuracy.peaks(published(catalog)[1]), lambda r: (accuracy.task(r),))
    }
    rows = []
    for task, item in ((task, found[task]) for task in Task if task in found):
        band = catalog.margins.band(task, "transformers", "decoder")
        in_use = small(words.in_use(band.low, band.high))
        *numbers, spread = (*_numbers(item), *_bias(item))
        rows.append((text(task_title(catalog, task)), *numbers, f"{spread}{in_use}"))
    return table_region(words.TASK_CAPTION, words.HEAD_TASK, rows, NUMBERS)


def by_runtime(catalog: Catalog) -> str:
    """Peaks by runtime, the task below its name."""
    rows = (
        (
            _two(catalog.runtimes[item.group[0]].name, task_title(catalog, Task(item.group[1]))),
            *_numbers(item),
            *_bias(item),
        )
        for item in summarise(
            accuracy.peaks(published(catalog)[1]), lambda r: (accuracy.runtime(r), accuracy.task(r))
        )
    )
    return table_region(words.RUNTIME_CAPTION, words.HEAD_RUNTIME, rows, NUMBERS)


def by_kind(catalog: Catalog) -> str:
    """Every figure of the same quantity, by kind of model and by what is counted."""
    found = summarise(
        accuracy.same(published(catalog)[1]), lambda r: (r.measurement.kind, accuracy.metric(r))
    )
    ordered = sorted(found, key=lambda s: (s.group[0], _ORDER.index(Metric(s.group[1]))))
    rows = (
        (
            _two(first_upper(KIND_NAME[item.group[0]]), words.METRIC_NAME[Metric(item.group[1])]),
            *_numbers(item),
            *_bias(item),
        )
        for item in ordered
    )
    return table_region(words.KIND_CAPTION, words.HEAD_KIND, rows, NUMBERS)


def by_quality(catalog: Catalog) -> str:
    """Peaks by how much is known about the run."""
    found = summarise(
        accuracy.peaks(published(catalog)[1]), lambda r: (r.measurement.row.quality.value,)
    )
    rows = (
        (text(words.QUALITY_NAME[Quality(item.group[0])]), *_numbers(item), *_bias(item))
        for item in found
    )
    return table_region(words.QUALITY_CAPTION, words.HEAD_QUALITY, rows, NUMBERS)


def surplus(catalog: Catalog) -> str:
    """What allocators and drivers hold beyond the need."""
    apart = accuracy.apart(published(catalog)[1])
    rows = (
        (
            _two(
                first_upper(words.METRIC_NAME[Metric(item.group[0])]),
                item.group[1],
            ),
            str(item.count),
            words.percent(item.median),
            words.signed(item.bias),
        )
        for item in summarise(apart, lambda r: (accuracy.metric(r), r.measurement.publisher))
    )
    return table_region(words.SURPLUS_CAPTION, words.HEAD_SURPLUS, rows, NUMBERS)


def unseen(catalog: Catalog) -> str:
    """The rows that no formula was adjusted to: by source, and all in one line."""
    found = accuracy.unseen(published(catalog)[1])
    (every,) = summarise(found, lambda _: ())
    by_source = summarise(found, lambda r: (r.measurement.publisher, accuracy.metric(r)))
    named = [
        (_two(item.group[0], words.METRIC_NAME[Metric(item.group[1])]), item) for item in by_source
    ]
    rows = (
        (name, *_numbers(item), words.signed(item.bias))
        for name, item in [*named, (text(words.UNSEEN_ALL), every)]
    )
    return table_region(words.UNSEEN_CAPTION, words.HEAD_UNSEEN, rows, NUMBERS)


def sources(catalog: Catalog) -> str:
    """One row per file of measurements, with a link to each table of the source."""
    measurements, comparison = published(catalog)
    found = {
        item.group[0]: item
        for item in summarise(accuracy.same(comparison), lambda r: (r.measurement.publisher,))
    }
    files: dict[str, list[Measurement]] = {}
    for one in measurements.rows:
        files.setdefault(one.publisher, []).append(one)
    rows = (
        (
            f"{text(publisher)}{small(_links(own))}",
            str(len(own)),
            *(_numbers(found[publisher]) if publisher in found else ("0", words.DASH, words.DASH)),
        )
        for publisher, own in files.items()
    )
    return table_region(words.SOURCES_CAPTION, words.HEAD_SOURCES, rows)


def _links(own: Sequence[Measurement]) -> str:
    titles = {one.source.url: one.run.title for one in own}
    return ", ".join(link(url, title) for url, title in titles.items())


def task_title(catalog: Catalog, task: Task) -> str:
    """A task as pages call it."""
    return catalog.tasks[task].title


def _two(first: str, second: str) -> str:
    return f"{text(first)}{small(text(second))}"


def _numbers(item: Summary) -> tuple[str, str, str]:
    return str(item.count), words.percent(item.median), words.percent(item.p95)


def _bias(item: Summary) -> tuple[str, str]:
    return words.signed(item.bias), words.span(item.low, item.high)


TABLES: Final[dict[str, Callable[[Catalog], str]]] = {
    "lead": lead,
    "home": home,
    "headline": headline,
    "by_task": by_task,
    "by_runtime": by_runtime,
    "by_kind": by_kind,
    "by_quality": by_quality,
    "surplus": surplus,
    "unseen": unseen,
    "sources": sources,
}
"""Macros of pages, by name."""
