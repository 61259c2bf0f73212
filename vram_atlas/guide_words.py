"""The words of the guide's tables and figures. Translate it with sentences.py."""

from collections.abc import Iterable, Sequence
from typing import Final

from vram_atlas.cases import Case, Pair
from vram_atlas.catalog import BoardEntry
from vram_atlas.formulas.phases import Part
from vram_atlas.page_words import label
from vram_atlas.schema.base import Source
from vram_atlas.schema.switch import Library, Switch
from vram_atlas.sentences import (
    PART_NAME,
    assumed_facts,
    first_upper,
    measure_facts,
    task_words,
)
from vram_atlas.units import Bytes, format_size

CASE_COLUMN: Final = "Case"
MODEL_COLUMN: Final = "Model"
NEED_COLUMN: Final = "Needs"
SAVED_COLUMN: Final = "Saved"
ASSUMED_COLUMN: Final = "Assumed"
STEP_COLUMN: Final = "Change, on top of those before"
NO_BOARD: Final = "no single board of the catalog"
SEVERAL: Final = "several boards"
DASH: Final = "–"
CLASS_COLUMN: Final = "Language models"
SIZE_COLUMN: Final = "Memory on the label"
SMALLEST_CAPTION: Final = (
    "The memory size for a typical model of a class (half of the models fit on it), and for all "
    "of them. Micro-batch 1; inference with 4,096 tokens of context, training with sequences of "
    "1,024 tokens"
)
GAIN_CAPTION: Final = (
    "How many language models fit on the least board of a size, how many more than on the size "
    "before, and the largest. Micro-batch 1; inference with 4,096 tokens of context, training "
    "with sequences of 1,024 tokens"
)
UNIFIED_CAPTION: Final = (
    "Unified memory by size and maker: what a program may use by default on the least machine, and "
    "the largest language model for inference in 4 bits, micro-batch 1, 4,096 tokens of context"
)
HEAD_UNIFIED: Final = ("Memory", "Usable", "Largest model", "Models that fit")
KV_COLUMNS: Final = ("Model", "KV cache", "Per token", "Attention")


def stated(found: Case) -> str:
    """'Llama 3.1 8B, LoRA in bf16, micro-batch 1, sequence length 1,024': what a figure is for."""
    workload = found.workload
    facts = (workload.entry.model.name, task_words(workload), *measure_facts(workload))
    return ", ".join(facts)


def measure(found: Case) -> str:
    """'LoRA in bf16, micro-batch 1, sequence length 1,024'."""
    return ", ".join((task_of(found), *measure_facts(found.workload)))


def need(found: Case) -> str:
    """'18.3 GiB (Llama 3.1 8B, LoRA in bf16, micro-batch 1, sequence length 1,024)'."""
    return f"{format_size(found.need)} ({stated(found)})"


def part(found: Case, name: Part) -> str:
    """The same for one part of the allocated peak."""
    size = found.estimate.parts.get(name, Bytes(0))
    return f"{format_size(size)} of {PART_NAME[name]} ({stated(found)})"


def band(found: Case) -> str:
    """'6.0 GiB to 6.7 GiB', the low and the high end."""
    peak = found.estimate.peak
    return f"{format_size(peak.low)} to {format_size(peak.high)}"


def task_of(found: Case) -> str:
    """'LoRA in bf16', as a line of its own."""
    return first_upper(task_words(found.workload))


def assumed(cases: Iterable[Case]) -> str:
    """What all these cases assume; what differs between them is said by their labels."""
    first, *others = (assumed_facts(item.workload) for item in cases)
    return ", ".join(fact for fact in first if all(fact in item for item in others))


def saved(found: Pair) -> str:
    """'3.4 GiB, 21 %', or 'nothing'; 'costs 0.2 GiB' where the change needs more."""
    if found.saved == 0:
        return "nothing"
    if found.saved < 0:
        return f"costs {format_size(-found.saved)}"
    return f"{format_size(found.saved)}, {found.share:.0%}".replace("%", " %")


def smallest_board(found: Case, boards: Sequence[BoardEntry]) -> str:
    """'GeForce RTX 3060 12 GB (12 GB)', the first of some boards, with what it is for."""
    board = f"{boards[0].board.name} ({label(boards[0])})" if boards else NO_BOARD
    return f"{board} ({stated(found)})"


def bytes_per_token(size: float) -> str:
    """'131,072 bytes'."""
    return f"{size:,.0f} bytes"


def switch_lead(entry: Switch, library: Library, sources: str) -> str:
    """The line above a snippet: library, version, file, remarks, source."""
    where = f", <code>{entry.file}</code>" if entry.file else ""
    notes = " ".join(filter(None, (entry.note, library.note)))
    return f"**{library.name}** {library.version}{where} ({sources}). {notes}".rstrip()


def page_name(source: Source) -> str:
    """A page of documentation by its file name: several of one repository stand side by side."""
    return source.url.rstrip("/").rsplit("/", 1)[-1]


def size(label_gb: int) -> str:
    """'24 GB', or that one board is not enough."""
    return f"{label_gb} GB" if label_gb else SEVERAL


def all_models(label_gb: int) -> str:
    """The size on which every model of a class fits."""
    return f"all: {size(label_gb)}"


def models(count: int) -> str:
    """'12 models'."""
    return f"{count} model{'s' if count != 1 else ''}"


def gain(count: int) -> str:
    """'8 more', or 'no more'."""
    return f"{count} more" if count else "no more"


def times(count: int) -> str:
    """'2 x ' before a board; nothing for one."""
    return f"{count} x " if count > 1 else ""


def each(count: int, found: Case) -> str:
    """'12.4 GiB each', or the need of one board."""
    return format_size(found.need) + (" each" if count > 1 else "")


def board_memory(board: BoardEntry) -> str:
    """'GeForce RTX 4090: 24 GB on the label, 24.0 GiB in the driver, 23.5 GiB usable'."""
    total, usable = format_size(board.total), format_size(board.visible)
    return (
        f"{board.board.name}: {label(board)} on the label, {total} in the driver, {usable} usable"
    )
