"""Tables of models and boards as HTML. Nothing is decided or computed here."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from vram_atlas import page_words as words
from vram_atlas.catalog import BoardEntry, Catalog, ModelEntry
from vram_atlas.cells import Cell
from vram_atlas.estimator import Spread
from vram_atlas.facts import model_facts
from vram_atlas.grid import Grid, Runnable
from vram_atlas.judged import Judged
from vram_atlas.markup import Row, details, items, link, small, source_link, table_region, text
from vram_atlas.schema.base import Source, Task
from vram_atlas.schema.method import Matrix
from vram_atlas.sentences import VERDICT_WORD, numbers_words
from vram_atlas.units import format_size
from vram_atlas.unknown_words import HEAD_WEIGHTS, WEIGHTS_OF, not_computed
from vram_atlas.verdict import Verdict
from vram_atlas.views import (
    Question,
    fitting,
    smallest_fit,
)

SHOWN = 8
"""Boards listed before the rest is folded away."""
LARGEST = 12
"""Models listed per task on a board page."""


def badge(verdict: Verdict) -> str:
    """A verdict as a word; the style sheet adds its icon and colour."""
    return f'<span class="v v-{verdict}">{VERDICT_WORD[verdict]}</span>'


def model_link(entry: ModelEntry, root: str = "../") -> str:
    """A link to a model's page from a page `root` below the site's top."""
    return link(f"{root}models/{entry.id}.html", entry.model.name)


def board_link(board: BoardEntry, root: str = "../") -> str:
    """A link to a board's page."""
    return link(f"{root}gpus/{board.id}.html", board.board.name)


def matrix_link(matrix: Matrix, root: str = "../") -> str:
    """A link to a matrix page."""
    return link(f"{root}fit/{matrix.id}.html", matrix.title)


def model_answers(cells: Sequence[Cell], grid: Grid) -> str:
    """A model's needs: one row per matrix, with the smallest boards that fit."""
    name = cells[0].entry.model.name
    return table_region(
        f"GPU memory that {name} needs",
        words.HEAD_ANSWERS,
        (_answer_row(cell, grid) for cell in cells),
    )


def weights_table(cells: Sequence[Cell]) -> str:
    """What the weights alone take in each precision."""
    rows = [
        (text(cell.matrix.title), f"<b>{format_size(cell.weights)}</b>")
        for cell in cells
        if cell.weights is not None and cell.matrix.task is Task.INFERENCE
    ]
    caption = WEIGHTS_OF.format(name=cells[0].entry.model.name)
    return table_region(caption, HEAD_WEIGHTS, rows)


def _answer_row(cell: Cell, grid: Grid) -> Row:
    if cell.estimate is None or cell.workload is None:
        return text(cell.matrix.title), words.DASH, not_computed(cell)
    title = link(f"#{cell.matrix.id}", cell.matrix.title)
    peak = cell.estimate.peak
    need = f"<b>{format_size(peak.expected)}</b>" + small(
        f"{words.band(peak)}<br>{text(numbers_words(cell.workload))}"
    )
    boards = smallest_fit(cell, grid)
    if not boards:
        return title, need, words.NONE_FITS
    names = ", ".join(board_link(board) for board in boards[:2])
    return title, need, f"<b>{words.label(boards[0])}</b>{small(names)}"


def boards_that_fit(cell: Cell, grid: Grid) -> str:
    """Boards for a cell, smallest first: a list, the rest folded by size, unified memory apart."""
    return _boards_that_fit(grid.judged(cell), cell.matrix.task)


@cache
def _boards_that_fit(judged: Judged, task: Task) -> str:
    own, shared = fitting(judged, unified=False), fitting(judged, unified=True)
    html = items((_board_item(task, *pair) for pair in own[:SHOWN]), "atlas-boards") if own else ""
    if own[SHOWN:]:
        html += details(words.more_boards(own[SHOWN:]), items(_by_size(own[SHOWN:])))
    if shared:
        html += details(words.more_unified(shared), items(_by_size(shared)))
    return f"<div data-search-exclude>{html}</div>" if html else ""


def _board_item(task: Task, board: BoardEntry, verdict: Verdict) -> str:
    mark = f"{badge(verdict)} " if verdict is Verdict.TIGHT else ""
    facts = format_size(board.visible) + (words.NO_BF16 if board.board.lacks_bf16(task) else "")
    return f"{mark}{board_link(board)} <small>{facts}</small>"


def _by_size(boards: Iterable[tuple[BoardEntry, Verdict]]) -> Iterable[str]:
    """One line per memory size, names only: a page with every link six times would be heavy."""
    lines: dict[str, list[str]] = {}
    for board, verdict in boards:
        mark = f" ({VERDICT_WORD[verdict].lower()})" if verdict is Verdict.TIGHT else ""
        label, name = _named(board)
        lines.setdefault(label, []).append(name + mark)
    return (f"<b>{label}</b> {', '.join(names)}" for label, names in lines.items())


@cache
def _named(board: BoardEntry) -> tuple[str, str]:
    return words.label(board), text(board.board.name)


def facts_table(entry: ModelEntry) -> str:
    """Parameters and shape."""
    rows = [(text(name), text(value)) for name, value in model_facts(entry)]
    return table_region(f"{words.FACTS_TITLE}: {entry.model.name}", ("Fact", "Value"), rows)


def sources_table(name: str, sources: Iterable[Source]) -> str:
    """Sources with what they show and when they were read."""
    rows = [
        (source_link(source) + small(words.source_facts(source)), text(source.shows))
        for source in sources
    ]
    return table_region(f"{words.SOURCES_TITLE}: {name}", words.HEAD_SOURCES, rows)


def fitting_models(board: BoardEntry, matrix: Matrix, found: Runnable) -> str:
    """The largest models on a board."""
    rows = [
        (model_link(cell.entry), badge(verdict), _spread(estimate.peak))
        for cell, verdict in found.cells[:LARGEST]
        if (estimate := cell.on(board)) is not None
    ]
    return table_region(words.on_board(matrix, board), words.HEAD_FITTING, rows)


def _spread(peak: Spread) -> str:
    """A need, its band below."""
    return format_size(peak.expected) + small(words.band(peak))


def question_table(asked: Iterable[Question], catalog: Catalog, root: str) -> str:
    """Well-known questions with computed answers."""
    rows: list[Row] = []
    for item in asked:
        cell = item.cell
        task = catalog.tasks[cell.matrix.task]
        href, need = f"{root}models/{cell.entry.id}.html", words.DASH
        if (estimate := cell.on(item.board)) is not None:
            href = f"{href}#{cell.matrix.id}"
            has = small(words.out_of(item.board))
            need = f"{format_size(estimate.peak.expected)}{has}"
        rows.append(
            (
                link(href, words.question(cell, item.board, task)),
                badge(item.verdict),
                need,
            )
        )
    return table_region(words.QUESTIONS_CAPTION, words.HEAD_QUESTIONS, rows, "atlas-numbers")


def best(found: Runnable) -> Cell | None:
    """The largest model that fits, not only just."""
    return next(iter(found.fits), None)


def board_answers(board: BoardEntry, grid: Grid, found: Mapping[str, Runnable]) -> str:
    """What a board can do: one row per matrix with the largest model."""
    rows: list[Row] = []
    for matrix in grid.catalog.matrices.values():
        largest = best(found[matrix.id])
        title = link(f"#{matrix.id}", matrix.title)
        estimate = None if largest is None else largest.on(board)
        if largest is None or estimate is None:
            rows.append((title, words.DASH, "0"))
            continue
        need = small(format_size(estimate.peak.expected))
        count = str(len(found[matrix.id].fits))
        rows.append((title, f"{model_link(largest.entry)}{need}", count))
    return table_region(f"What fits on {board.board.name}", words.HEAD_BOARD_ANSWERS, rows)
