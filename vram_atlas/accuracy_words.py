"""The words of the accuracy page. To translate together with sentences.py."""

from collections.abc import Mapping, Sequence
from typing import Final

from vram_atlas.accuracy import Judged, Residual, Summary
from vram_atlas.measurements import Measurement
from vram_atlas.schema.base import Source, Task
from vram_atlas.schema.measurement import Metric, Quality
from vram_atlas.sentences import task_words
from vram_atlas.units import format_size, format_tokens
from vram_atlas.verdict import Verdict

METRIC_NAME: Final = {
    Metric.PEAK_ALLOCATED: "peak of the allocator",
    Metric.PEAK_IN_USE: "peak of the allocator and the context",
    Metric.STATIC_ALLOCATED: "at rest: weights and optimizer states",
    Metric.PEAK_RESERVED: "reserved by the allocator",
    Metric.NVIDIA_SMI: "in use as the driver counts",
    Metric.UNKNOWN: "call not stated",
    Metric.WEIGHTS_ONLY: "weights alone",
    Metric.FILE_SIZE: "size of the weight file",
    Metric.KV_CACHE_ONLY: "KV cache alone",
    Metric.ACTIVATIONS_ONLY: "activations alone",
    Metric.AFTER_FORWARD: "weights and activations after the forward pass",
    Metric.FITS: "ran, no figure",
    Metric.OOM: "ran out of memory",
}
QUALITY_NAME: Final = {
    Quality.A: "A: configuration and measuring call are known",
    Quality.B: "B: a part is inferred",
    Quality.C: "C: much is inferred",
}
DASH: Final = "–"

_NUMBERS: Final = ("Runs", "Half are within", "95 of 100 are within")
_BIAS: Final = ("Mean error", "Measured against estimate")
HEAD_HEADLINE: Final = ("Task", *_NUMBERS, "Models", "Sources")
HEAD_TASK: Final = ("Task", *_NUMBERS, *_BIAS)
HEAD_RUNTIME: Final = ("Runtime", *_NUMBERS, *_BIAS)
HEAD_KIND: Final = ("Kind of model, and what is counted", *_NUMBERS, *_BIAS)
HEAD_QUALITY: Final = ("Quality", *_NUMBERS, *_BIAS)
HEAD_SURPLUS: Final = ("What is counted", "Runs", "Half differ by up to", "Mean difference")
HEAD_UNSEEN: Final = ("Source", *_NUMBERS, "Mean error")
HEAD_SOURCES: Final = ("Source", "Rows", "Same quantity", "Half are within", "95 of 100 are within")
HEAD_VERDICTS: Final = ("Task", "Fits", "Tight", "No")
HEAD_WRONG: Final = ("Run", "Answer", "Estimate", "Usable", "Source")
HEAD_MISSES: Final = ("Run", "Measured", "Estimate", "Error", "Source")
HEAD_MEASURED: Final = ("Run", "Measured", "Estimate", "Difference")
HEAD_LEFT_OUT: Final = ("Why it is not compared", "Rows", "Source")
HEADLINE_CAPTION: Final = "Error of the estimated peak, fully documented runs"
TASK_CAPTION: Final = "Peak of the allocator, by task"
RUNTIME_CAPTION: Final = "Peak of the allocator, by runtime and task"
KIND_CAPTION: Final = "All figures that count the same bytes, by kind of model"
QUALITY_CAPTION: Final = "Peak of the allocator, by how much is known about the run"
SURPLUS_CAPTION: Final = "Figures that count something else"
UNSEEN_CAPTION: Final = "Rows that no formula was adjusted to"
UNSEEN_ALL: Final = "All of them"
SOURCES_CAPTION: Final = "What the estimates were compared with"
RAN_CAPTION: Final = "Runs that finished, and what the site answers"
OOM_CAPTION: Final = "Runs that ran out of memory, and what the site answers"
WRONG_CAPTION: Final = "Wrong answers, one by one"
MISSES_CAPTION: Final = "Every row with an error of more than 10 %"
LEFT_OUT_CAPTION: Final = "Published figures that are not compared"
NO_WRONG: Final = "No answer was wrong."
WRONG_LEAD: Final = "What we believe about the wrong answers:"
ALL_MISSES: Final = "Every one of these rows"
ALL_LEFT_OUT: Final = "All reasons, with the number of rows"
MEASURED_TITLE: Final = "Measured"
ACCURACY_LINK: Final = "Accuracy of all estimates"
CSV_LINK: Final = "all rows as CSV"
X_TITLE: Final = "measured, GiB"
Y_TITLE: Final = "estimated, GiB"
GUIDE_EQUAL, GUIDE_TENTH = "equal", "10 % off"


def percent(share: float) -> str:
    """'0.3 %', with a space that does not break."""
    return "under 0.1\u00a0%" if share < 0.0005 else f"{share:.1%}".replace("%", "\u00a0%")  # noqa: PLR2004


def signed(share: float) -> str:
    """'+0.3 %' or '-0.3 %'; no sign where nothing is left of the figure."""
    shown = f"{share:+.1%}"
    return (shown[1:] if shown[1:] == "0.0%" else shown).replace("%", "\u00a0%")


def span(low: float, high: float) -> str:
    """'-0.2 % to +2.0 %'."""
    return f"{signed(low)} to {signed(high)}"


def in_use(low: float, high: float) -> str:
    """The band that answers use, below the measured one."""
    return f"in use: {low:+.0%} to {high:+.0%}".replace("%", "\u00a0%")


def lead(every: Summary) -> str:
    """The answer of the page in two sentences."""
    return (
        f"Half of {every.count:,} fully documented runs peaked within {percent(every.median)} of "
        f"our estimate. 95 of 100 peaked within {percent(every.p95)}."
    )


def home(figures: Mapping[str, Summary]) -> str:
    """The headline by task, in one sentence."""
    parts = [f"{name} {percent(found.p95)} ({found.count} runs)" for name, found in figures.items()]
    return (
        f"Compared with published measurements, 95 of 100 estimated peaks are within: "
        f"{', '.join(parts)}. Most of these runs also served to find the formulas."
    )


def small_sample(every: Summary) -> str:
    """How few sources there are, in one sentence."""
    return f"These rows come from {every.models} models and {every.sources} sources."


def setting(one: Measurement) -> tuple[str, str]:
    """A run in words: what was done, and with which program and sizes."""
    workload = one.question.workload
    if workload is None:
        return "", ""
    facts = [workload.runtime.name]
    if workload.image_size > 1:
        facts.append(f"{workload.image_size} x {workload.image_size} pixels")
    elif workload.task is Task.INFERENCE:
        facts.append(f"{format_tokens(workload.context_length)} tokens")
    else:
        facts.append(f"sequences of {format_tokens(workload.sequence_length)}")
    facts.append(f"micro-batch {workload.micro_batch_size}")
    if workload.task is not Task.INFERENCE and not workload.gradient_checkpointing:
        facts.append("no gradient checkpointing")
    if workload.boards > 1:
        facts.append(f"each of {workload.boards} GPUs")
    if one.row.devices > 1:
        facts.append(f"sum of {one.row.devices} GPUs")
    return task_words(workload), ", ".join(facts)


def counted(one: Measurement) -> str:
    """What of the memory of a run was counted, after its setting."""
    return f"; counted: {METRIC_NAME[one.row.metric]}"


def read(source: Source) -> str:
    """The day on which a source was read, after its name."""
    return f", read {source.accessed}"


def miss(rows: Sequence[Residual], why: str) -> tuple[str, str]:
    """A cause: what it is about and how large the error is, then the explanation."""
    errors = sorted(row.error for row in rows)
    models = dict.fromkeys(row.measurement.question.entry.model.name for row in rows)
    size = signed(errors[0])
    if signed(errors[-1]) != size:
        size = f"{size} to {signed(errors[-1])}"
    count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    what = METRIC_NAME[rows[0].measurement.row.metric]
    return f"{', '.join(models)}, {what}: {size} ({count})", why


def wrong(rows: Sequence[Judged], why: str) -> tuple[str, str]:
    """The same for a wrong verdict."""
    models = dict.fromkeys(row.measurement.question.entry.model.name for row in rows)
    count = "1 run" if len(rows) == 1 else f"{len(rows)} runs"
    return f"{', '.join(models)} ({count})", why


def misses_lead(count: int, total: int) -> str:
    """How many rows miss by more than 10 %."""
    return (
        f"{count} of {total} figures that count the same bytes miss by more than 10 %. "
        "Minus means that the estimate is too low."
    )


def ran(counts: Mapping[tuple[bool, Verdict], int], total: int) -> str:
    """Verdicts for runs that finished."""
    return (
        f"Of {total} runs that finished on a known GPU, {counts[True, Verdict.FITS]} are answered "
        f"“fits”, {counts[True, Verdict.TIGHT]} “tight” and {counts[True, Verdict.NO]} “no”."
    )


def out_of_memory(counts: Mapping[tuple[bool, Verdict], int], total: int) -> str:
    """Verdicts for runs that did not finish."""
    return (
        f"Of {total} runs that ran out of memory, {counts[False, Verdict.NO]} are answered “no”, "
        f"{counts[False, Verdict.TIGHT]} “tight” and {counts[False, Verdict.FITS]} “fits”. "
        "“Fits” is wrong there."
    )


def need(one: Judged) -> str:
    """The estimate behind a verdict."""
    return f"{format_size(one.need.expected)}, at most {format_size(one.need.high)}"


HEAD_CHART: Final = ("Source", "Runs", "Within 10 %")


def chart_title(task: str, near: int, total: int) -> str:
    """The finding of a scatter chart."""
    return f"{task}: {near} of {total} estimates are within 10\u00a0% of the measurement"


def chart(task: str, count: int) -> str:
    """What a scatter chart shows, for readers who do not see it."""
    return (
        f"{task}: {count} measured peaks against their estimates, in GiB. The diagonal is where "
        "both are equal."
    )


def series(publisher: str, *, surplus: bool) -> str:
    """A source in the legend of a chart."""
    name = publisher.replace("Hugging Face", "HF")  # two names share 310 pixels
    return f"{name} (other)" if surplus else name


def measured_more(shown: int, total: int) -> str:
    """How many rows a model's table leaves out."""
    return f"{shown} of {total} measured rows. " if total > shown else ""


MEASURED_NOTE: Final = (
    "The estimate is for the configuration of the run, not for the tables above. "
    "A tick: it is within 5 % of the measurement. "
    "Reserved memory, the driver's figure and figures of an unstated call get no tick: they count "
    "something else."
)


def gaps(
    *,
    kinds: Sequence[str],
    few: Sequence[str],
    runtimes: Sequence[str],
    defaults: Sequence[str],
    boards: int,
    models: tuple[int, int],
    hardware: Sequence[str],
) -> list[str]:
    """What the rows do not cover, one sentence each; computed from the rows."""
    found = [
        f"Kinds of models without a measured peak of the same quantity: {', '.join(kinds)}."
        if kinds
        else "",
        f"Kinds with fewer than 10 such peaks: {', '.join(few)}." if few else "",
        f"Runtimes without a measured peak of the same quantity: {'; '.join(runtimes)}."
        if runtimes
        else "",
        f"Some of these are the defaults of this site: {'; '.join(defaults)}." if defaults else "",
        f"{models[0]} of {models[1]} models have a measured figure of their own.",
        f"No figure comes from more than {boards} GPUs. Of larger runs we know only that they ran.",
        f"The figures come from: {', '.join(hardware)}. No other GPU was measured.",
        "No row says that it ran on Windows.",
        "Your versions are newer than most of the measured ones, and versions differ.",
    ]
    return [sentence for sentence in found if sentence]
