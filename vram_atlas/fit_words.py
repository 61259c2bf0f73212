"""The words of the fit matrices. Translate it with sentences.py."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Final

from vram_atlas import reference_words
from vram_atlas.catalog import BoardEntry
from vram_atlas.cells import Cell
from vram_atlas.schema.base import Task
from vram_atlas.schema.method import Matrix, TaskMethod
from vram_atlas.sentences import KIND_NAME
from vram_atlas.verdict import Verdict
from vram_atlas.views import SizeClass


def fit_lead(matrix: Matrix, task: TaskMethod) -> str:
    """First sentence of a matrix page."""
    tail = "" if task.id is not Task.INFERENCE else f" Weights take about {matrix.bits} bits each."
    return f"{task.summary}{tail}"


def fit_description(matrix: Matrix, task: TaskMethod) -> str:
    """The line that search engines show for a matrix."""
    what = "which models fit in which GPU memory size, and how many GiB each needs"
    return f"{matrix.title}: {what}. {task.summary}"


def fit_assumptions(task: TaskMethod) -> str:
    """The defaults behind a matrix, in one sentence."""
    return (
        f"Assumed: {reference_words.defaults(task.defaults)}; shorter where a model supports less."
    )


def matrix_caption(matrix: Matrix, item: SizeClass) -> str:
    """Caption of one table of a matrix."""
    what = "verdict by memory size of the board, and GiB needed"
    return f"{matrix.title}, {class_title(item).lower()}: {what}"


def better(word: str, boards: Sequence[BoardEntry]) -> str:
    """'fits on A10 and 3 more', for boards that differ from the rest of their size."""
    makes = ("GeForce ", "Radeon ", "Tesla ", "Instinct ")
    names = [reduce(str.removeprefix, makes, board.board.name) for board in boards]
    more = f" +{len(names) - 1}" if len(names) > 1 else ""
    return f"{word.lower()}: {names[-1]}{more}"


FIT_LEGEND: Final = (
    (Verdict.FITS, "even the high end of the estimate fits"),
    (Verdict.TIGHT, "the expected need fits, the high end does not"),
    (Verdict.NO, "the expected need is larger than the memory"),
)


FIT_READING: Final = (
    "Columns are memory sizes as printed on the label, with the least that a GPU has usable. "
    "The verdict is for that GPU. Where other GPUs of the size differ, the cell names them. "
    "Sizes of a single GPU have no column, apart from well-known ones: every GPU has its own page."
)


PRECISIONS: Final = "Task and precision"
FILTER_TITLE: Final = "Show some of the models"
FILTERS: Final = {
    "family": "Family",
    "size": "Size",
    "licence": "Licence",
    "memory": "Fits in",
}
"""Fields by the names that filters.js knows."""
ANY: Final = "any"
RESET: Final = "Show all"
SHOWN: Final = "{shown} of {total} models"


def shown(total: int) -> str:
    """How many models there are before anything is filtered."""
    return SHOWN.format(shown=total, total=total)


READING_TITLE: Final = "How to read these tables"


def class_short(item: SizeClass) -> str:
    """A size class in a row of links."""
    return class_title(item).removesuffix(" parameters").replace(" parameters and", " and")


def class_title(item: SizeClass) -> str:
    """Heading of a size class."""
    if item.least is None:
        return "Size not published"
    if item.most is None:
        return f"{item.least} billion parameters and more"
    return (
        f"{item.least} to {item.most} billion parameters"
        if item.least
        else f"Under {item.most} billion parameters"
    )


def not_offered(cells: Iterable[Cell]) -> str:
    """Which kinds of model a matrix leaves out, in one sentence; nothing where it has them all."""
    kinds = sorted({cell.entry.model.architecture.kind for cell in cells if not cell.offered})
    if not kinds:
        return ""
    named = ", ".join(f"{KIND_NAME[kind]}s" for kind in kinds)
    return f"Not computed for this task and format: {named}."
