"""The words of charts: titles that state what is found, descriptions, axes, columns.

Translate it with sentences.py.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from vram_atlas.catalog import BoardEntry
from vram_atlas.estimator import Estimate
from vram_atlas.formulas.phases import Part
from vram_atlas.sentences import (
    KIND_NAME,
    OUTSIDE_NAME,
    PART_NAME,
    PHASE_NAME,
    first_upper,
    task_words,
)
from vram_atlas.units import format_size, format_tokens
from vram_atlas.workload import Workload

GIB: Final = "GiB"
PARAMETERS_AXIS: Final = "parameters"
FIELD_AXIS: Final = {
    "context_length": "context length in tokens",
    "sequence_length": "sequence length in tokens",
    "micro_batch_size": "micro-batch size",
    "prompt_length": "prompt length in tokens",
    "lora_rank": "rank",
    "image_size": "width and height of the image in pixels",
    "boards": "boards",
}
"""What can be varied, and what the axis says."""

FIELD_COLUMN: Final = {name: first_upper(words) for name, words in FIELD_AXIS.items()}
CASE_COLUMN: Final = "Case"
PEAK_COLUMN: Final = "Peak"
TOTAL_COLUMN: Final = "In all"
STEP_COLUMN: Final = "Step"
NEED_COLUMN: Final = "Needs"
SAVED_COLUMN: Final = "Saves"
MODEL_COLUMN: Final = "Model"
ATTENTION_COLUMN: Final = "Attention"
CACHE_COLUMN: Final = "KV cache"
PER_LENGTH_COLUMN: Final = "Per 1,000 tokens"
HEAD_SIZES: Final = ("Memory on the label", "Usable, at least", "Models that fit")
DASH: Final = "–"
NUMBERS: Final = "The numbers as a table"
EXPLORE: Final = "Explore this chart"
CLOSE: Final = "Back to the picture"
FAILED: Final = "The chart did not load. The picture and the table have the same numbers."
_LETTERS: Final = 50
"""Letters that fit above a bar."""
KINDS: Final = {kind: first_upper(name) for kind, name in KIND_NAME.items()}


def part_name(part: Part | None) -> str:
    """A part in a legend; None: what lies outside the allocator."""
    return PART_NAME[part] if part is not None else OUTSIDE_NAME


def size(board: BoardEntry) -> str:
    """'24 GB', at the line where a board's memory ends."""
    return f"{board.board.memory.label_gb} GB"


def phase(found: Estimate) -> str:
    """When the peak happens."""
    return PHASE_NAME[found.phase]


def case(workload: Workload) -> str:
    """A case without a label of its own: 'QLoRA in NF4'."""
    return first_upper(task_words(workload))


def bar(label: str, size: int) -> str:
    """What stands above a bar; a label that is wider than the bars loses its end."""
    told = format_size(size)
    room = _LETTERS - len(told) - 2
    return f"{label if len(label) <= room else label[: room - 1].rstrip() + '…'}: {told}"


def list_of_bars(subject: str, bars: Sequence[str]) -> str:
    """A bar chart for readers who do not see it."""
    return f"Bars of memory by part. {subject}. {'; '.join(bars)}."


def times(ratio: float) -> str:
    """'2.5 times', '21 times'."""
    return f"{ratio:.1f} times" if ratio < 10 else f"{ratio:.0f} times"  # noqa: PLR2004 - two digits


def percent(share: float) -> str:
    """'39 %', with a space that does not break."""
    return f"{share:.0%}".replace("%", "\u00a0%")


def subject(title: str, finding: str) -> str:
    """What a chart is about, then what it shows."""
    return f"{title}: {finding}" if title else first_upper(finding)


def one_case(label: str, parts: Mapping[str, int], size: int) -> str:
    """The finding of a single bar: its largest part."""
    name, largest = max(parts.items(), key=lambda item: item[1])
    return (
        f"{label} needs {format_size(size)}, {percent(largest / sum(parts.values()))} of it {name}"
    )


def largest_and_smallest(needs: Sequence[tuple[str, int]]) -> str:
    """The finding of bars: from what to what."""
    low, high = _extremes(needs)
    return f"{high[0]} needs {times(high[1] / low[1])} the memory of {low[0]}"


def _extremes(sizes: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], tuple[str, int]]:
    return min(sizes, key=lambda item: item[1]), max(sizes, key=lambda item: item[1])


def model_parts(name: str, needs: Sequence[tuple[str, int]]) -> str:
    """The finding of a model's bars by task."""
    if len(needs) == 1:
        return f"{name}: {needs[0][0]} needs {format_size(needs[0][1])}"
    return f"{name}: {largest_and_smallest(needs)}"


def with_and_without(shares: Sequence[tuple[str, float]]) -> str:
    """The finding of bars in pairs: what a change saves on each model."""
    return ", ".join(
        f"{percent(abs(share))} {'less' if share >= 0 else 'more'} for {name}"
        for name, share in shares
    )


def growth(field: str, ends: Sequence[tuple[str, int, int, int, int]]) -> str:
    """The finding of lines: the one that grows most.

    `ends` has for each line its name, the first value with its bytes, the last with its bytes.
    """
    name, first, least, last, most = max(ends, key=lambda end: end[4] / end[2])
    span = f"at {value(field, last)} as at {value(field, first)}"
    return f"{name} needs {times(most / least)} as much memory {span}"


def lines(about: str, ends: Sequence[tuple[str, int, int, int, int]]) -> str:
    """A line chart for readers who do not see it."""
    told = [
        f"{name}: {format_size(least)} at {format_tokens(first)}, "
        f"{format_size(most)} at {format_tokens(last)}"
        for name, first, least, last, most in ends
    ]
    return f"Lines of memory. {about}. {'; '.join(told)}."


def value(field: str, number: int) -> str:
    """A value on an axis, in a sentence: 'micro-batch 8', '4,096 tokens'."""
    return {
        "micro_batch_size": f"micro-batch {number}",
        "lora_rank": f"rank {number}",
        "image_size": f"{format_tokens(number)} pixels",
        "boards": "1 board" if number == 1 else f"{number} boards",
    }.get(field, f"{format_tokens(number)} tokens")


def waterfall(first: int, last: int, fits: Mapping[str, Sequence[str]]) -> str:
    """The finding of a waterfall: from where to where, and which step makes it fit which sizes."""
    told = "".join(f"; “{step}” makes it fit {' and '.join(on)}" for step, on in fits.items())
    return f"from {format_size(first)} to {format_size(last)}{told}"


def steps(about: str, needs: Sequence[tuple[str, int]]) -> str:
    """A waterfall for readers who do not see it."""
    told = "; ".join(bar(label, size) for label, size in needs)
    return f"Memory after each change, on top of those before. {about}. {told}."


def kv_cache(tokens: int, sizes: Sequence[tuple[str, int]]) -> str:
    """The finding of the KV caches: the largest against the smallest that is not zero."""
    named = largest_and_smallest([item for item in sizes if item[1]])
    return (
        f"at {format_tokens(tokens)} tokens the KV cache of {named.replace(' needs ', ' takes ')}"
    )


def caches(tokens: int, sizes: Sequence[tuple[str, int]]) -> str:
    """The KV caches for readers who do not see the chart."""
    told = "; ".join(bar(name, size) for name, size in sizes)
    return f"KV cache at {format_tokens(tokens)} tokens. {told}."


def models(title: str, fitting: int, total: int, size: str) -> str:
    """The finding of all models against the boards."""
    return f"{title}: {fitting} of {total} models fit {size}"


def all_models(title: str, total: int, smallest: tuple[str, int], largest: tuple[str, int]) -> str:
    """All models for readers who do not see the chart."""
    return (
        f"{title}: memory of {total} models against their parameters, with lines for the memory of "
        f"boards. {bar(*smallest)}; {bar(*largest)}."
    )
