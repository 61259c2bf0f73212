"""The words of pages: headings, captions, labels, sentences. Translate it with sentences.py."""

from collections.abc import Sequence
from typing import Final

from vram_atlas.catalog import BoardEntry, ModelEntry
from vram_atlas.cells import Cell
from vram_atlas.estimator import Estimate, Spread
from vram_atlas.grid import MemorySize
from vram_atlas.schema.base import Source, SourceKind, Task
from vram_atlas.schema.method import Matrix, TaskMethod
from vram_atlas.sentences import (
    EXPERTS_WHY,
    KIND_NAME,
    PHASE_NAME,
    first_upper,
    range_words,
    task_words,
)
from vram_atlas.terms import keeps_experts
from vram_atlas.units import format_count, format_size
from vram_atlas.unknown_words import not_computed, unknown_description
from vram_atlas.verdict import Verdict
from vram_atlas.workload import Workload

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SOURCE_KIND: Final = {
    SourceKind.CONFIG: "configuration file or code",
    SourceKind.PAPER: "paper",
    SourceKind.VENDOR: "maker's page",
    SourceKind.LICENCE: "licence",
    SourceKind.MEASURED: "measurement",
    SourceKind.OBSERVED: "seen on a machine",
    SourceKind.DERIVED: "derived by a stated rule",
    SourceKind.THIRD_PARTY: "table by others",
}
YES, NO = "yes", "no"
NONE_FITS: Final = "no single board"
DASH: Final = "–"
MODELS_PATH: Final = "Models"
BOARDS_PATH: Final = "GPUs"
JSON: Final = "JSON"
EDIT: Final = "edit this file"
REPORT: Final = "report a mistake"
HEAD_ANSWERS: Final = ("Task", "Needs", "Smallest boards that fit")
HEAD_BOARD_ANSWERS: Final = ("Task", "Largest model that fits", "Models that fit")
HEAD_SOURCES: Final = ("Source", "What it shows")
HEAD_QUESTIONS: Final = ("Question", "Answer", "Needs")
QUESTIONS_CAPTION: Final = "Questions that people ask, with computed answers"
HEAD_BOARDS: Final = ("GPU", "Label", "Usable", "bf16", "fp8", "fp4")
HEAD_FITTING: Final = ("Model", "Verdict", "Needs")
MODEL_COLUMN: Final = "Model"
SMALLEST_COLUMN: Final = "Smallest size that fits"
FIGURE_TITLE: Final = {
    "parts": "Where the memory goes",
    "context": "Memory against context length",
    "micro-batch": "Memory against micro-batch size",
}
"""By the anchor of the heading, in the order of the page."""
LADDER_TITLE: Final = "What makes it smaller"
HEAD_LADDER: Final = ("Change", "Needs", "Saves", "Smallest size that fits")
ASSUMED_TITLE: Final = "Assumed"
FACTS_TITLE: Final = "Parameters and architecture"
SOURCES_TITLE: Final = "Sources"
ESTIMATES_TITLE: Final = "What others estimate"
MEMORY_TITLE: Final = "Memory and number formats"
BOARDS_TITLE: Final = "Boards of each size"
UNIFIED_NOTE: Final = (
    "This is unified memory: the system and other programs use it too. "
    "The usable share is a default of the system and can be changed."
)
DOORS: Final = {
    "models": ("By model", "What it needs, and the smallest GPU that is enough.", "All models"),
    "gpus": ("By GPU", "The largest models that fit, task by task.", "All GPUs"),
    "fit": ("By task", "All models against all memory sizes, in one table.", "Which table?"),
}
"""By folder: title, what is behind it, the link to everything."""
LOST_TITLE: Final = "This page does not exist"
LOST_LEAD: Final = "The address may be mistyped, or the page has a new name."
LOST_FIELD: Final = "Ask in your own words"
LOST_ASK: Final = "Ask"
WAYS_ON: Final = {
    "index.html": "Does it fit?",
    "fit/index.html": "What fits",
    "models/index.html": "All models",
    "gpus/index.html": "All GPUs",
    "tricks/index.html": "Tricks",
    "guide/index.html": "Guide",
    "reference/accuracy.html": "Accuracy",
}
EXPERTS: Final = f"The experts stay in 16 bits: {EXPERTS_WHY}."
NO_BF16: Final = ", no bf16"
NO_ESTIMATES_NOTE: Final = "No number of this site is computed from an estimate."


def month(value: str) -> str:
    """'July 2023' from '2023-07', '2023' from '2023'."""
    year, _, number = value.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}" if number else year


def model_lead(entry: ModelEntry) -> str:
    """What a model is, in one sentence."""
    model = entry.model
    kind = getattr(model.architecture, "what", KIND_NAME[model.architecture.kind])
    article = "an" if kind[0] in "aeiou" else "a"
    size = ""
    if entry.groups is not None and model.parameters is not None:
        size = f" with {format_count(entry.groups.total)} parameters"
        if model.parameters.active is not None:
            size += f", {format_count(model.parameters.active)} of them used per token"
    made = f"{article} {kind} by {entry.family.developer}{size}"
    return f"{model.name} is {made}, released in {month(model.released)}."


def model_needs(cells: Sequence[Cell]) -> str:
    """All answers of a model in one sentence; empty where nothing is computed."""
    needs = [
        f"{_in_sentence(cell.matrix.title)} {format_size(cell.estimate.peak.expected)}"
        for cell in cells
        if cell.estimate is not None
    ]
    return f"It needs: {', '.join(needs)}." if needs else ""


def _in_sentence(title: str) -> str:
    """A title as it stands inside a sentence: 'LoRA' keeps its capital."""
    return title[0].lower() + title[1:] if title.split(maxsplit=1)[0][1:].islower() else title


def model_description(entry: ModelEntry, cells: Sequence[Cell]) -> str:
    """The line that search engines show for a model."""
    name, needs = entry.model.name, model_needs(cells)
    if not needs:
        return unknown_description(entry, cells[0].weights if cells else None)
    return f"GPU memory for {name}. {needs} Which GPUs fit, and why."


def board_description(board: BoardEntry) -> str:
    """The line that search engines show for a board."""
    return (
        f"Which models fit on {board.board.name}: {format_size(board.visible)} of usable memory "
        f"({board.board.memory.label_gb} GB): inference, LoRA, QLoRA and full fine-tuning."
    )


def band(peak: Spread) -> str:
    """'25.1 GiB to 27.9 GiB'."""
    return f"{format_size(peak.low)} to {format_size(peak.high)}"


def source_facts(source: Source) -> str:
    """What kind of page a source is, and the day it was read."""
    return f"{SOURCE_KIND[source.kind]}, read {source.accessed}"


def label(board: BoardEntry) -> str:
    """'24 GB', the one place where GB is right."""
    return f"{board.board.memory.label_gb} GB"


def need(cell: Cell) -> str:
    """What a model needs for a task, in one sentence."""
    if cell.workload is None or cell.estimate is None:
        return not_computed(cell)
    what = first_upper(task_words(cell.workload))
    said = f"{what} of {cell.entry.model.name} needs {range_words(cell.estimate.peak)}."
    return f"{said} {EXPERTS}" if keeps_experts(cell.workload) else said


def smallest(boards: Sequence[BoardEntry]) -> str:
    """The smallest size on which a model fits, in one sentence."""
    if not boards:
        return "It fits on no single GPU."
    return f"The smallest size on which it fits is {label(boards[0])}."


def report_about(matrix: Matrix) -> str:
    """The link to the form for a wrong number of one task."""
    return f"{first_upper(REPORT)}: {matrix.title}"


def peak(found: Estimate) -> str:
    """The moment of the peak, in one sentence."""
    return f"The peak is {PHASE_NAME[found.phase]}."


def verb(matrix: Matrix, task: TaskMethod) -> str:
    """'run in 16 bits', 'LoRA fine-tune'."""
    return f"{task.verb} in {matrix.bits} bits" if task.id is Task.INFERENCE else task.verb


def on_board(matrix: Matrix, board: BoardEntry) -> str:
    """Heading of a task on a board page."""
    return f"{matrix.title} on {board.board.name}"


def out_of(board: BoardEntry) -> str:
    """'of 23.5 GiB', beside what is needed."""
    return f"of {format_size(board.visible)}"


def largest(matrix: Matrix, task: TaskMethod, board: BoardEntry, best: Cell | None) -> str:
    """The largest model that fits a board, in one sentence."""
    what = verb(matrix, task)
    estimate = None if best is None else best.on(board)
    if best is None or estimate is None:
        return f"No model of this catalog fits: {board.board.name} can {what} none of them."
    return (
        f"The largest model that it can {what} is {best.entry.model.name}: "
        f"{format_size(estimate.peak.expected)}."
    )


def others(shown: int, total: int) -> str:
    """How many models a shortened table leaves out."""
    if total <= shown:
        return ""
    count = total - shown
    return f"{count} smaller model{plural(count)} fit{'s' if count == 1 else ''} too."


def question(cell: Cell, board: BoardEntry, task: TaskMethod) -> str:
    """'Can a program on X run Y in 4 bits?', as people ask it."""
    name, gpu = cell.entry.model.name, board.board.name
    if task.id is Task.INFERENCE:
        return f"{task.verb.capitalize()} {name} in {cell.matrix.bits} bits on {gpu}?"
    return f"{first_upper(task.verb)} {name} on {gpu}?"


def board_lead(board: BoardEntry) -> str:
    """What a board has, in one sentence."""
    memory = board.board.memory
    kind = f" of {memory.kind}" if memory.kind else ""
    rule = " (derived)" if board.memory.derived else ""
    size, usable = f"{memory.label_gb} GB{kind}", f"{format_size(board.visible)}{rule}"
    count = board.board.devices
    if count > 1:
        return (
            f"{board.board.name} carries {count} GPUs with {size} each, on the label. "
            f"A program on one of them can use {usable}."
        )
    return f"{board.board.name} has {size} on the label. A program can use {usable}."


def several_memories(board: BoardEntry) -> str:
    """Said of boards that are several GPUs."""
    if board.board.devices == 1:
        return ""
    return "The GPUs of this board have separate memories. All figures are for one of them."


def ladder_caption(cell: Cell) -> str:
    """Caption of the changes that need less."""
    return f"{cell.matrix.title} of {cell.entry.model.name}: each change alone"


def boards_of_size(size: MemorySize, workload: Workload) -> str:
    """'24 GB', '2 x 24 GB'."""
    label_gb = f"{size.label_gb} GB"
    return label_gb if workload.boards == 1 else f"{workload.boards} x {label_gb}"


def plural(count: int) -> str:
    """The ending of a noun that is counted."""
    return "" if count == 1 else "s"


def more_boards(boards: Sequence[tuple[BoardEntry, Verdict]]) -> str:
    """What is folded away below a list of boards."""
    return f"{len(boards)} larger board{plural(len(boards))}"


def more_unified(boards: Sequence[tuple[BoardEntry, Verdict]]) -> str:
    """The same for unified memory."""
    return f"{len(boards)} machine{plural(len(boards))} with unified memory"


def models_of(developer: str) -> str:
    """Caption of a developer's models."""
    return f"{developer}: models, parameters, and GPU memory needed"


def boards_of(line: str) -> str:
    """Caption of a product line's boards."""
    return f"{line}: memory on the label, usable memory, and number formats"
