"""Generated pages as Markdown: a model, a board, a matrix."""

from collections.abc import Iterator, Mapping, Sequence

from vram_atlas import fit_words, ladder_tables, matrix_tables, tables
from vram_atlas import page_words as words
from vram_atlas.accuracy_rows import measured
from vram_atlas.accuracy_words import MEASURED_TITLE
from vram_atlas.badges import snippets
from vram_atlas.board_tables import board_facts
from vram_atlas.board_words import NO_FLASH, other_software
from vram_atlas.catalog import BoardEntry, ModelEntry
from vram_atlas.cells import Cell
from vram_atlas.cloud_tables import instances_of
from vram_atlas.cloud_words import RENTED_TITLE
from vram_atlas.grid import Grid, Runnable
from vram_atlas.markup import blocks, details, items, link, source_link, text, unindexed
from vram_atlas.page_parts import footer, front_matter, heading, path, report
from vram_atlas.schema.board import Segment
from vram_atlas.schema.method import Matrix
from vram_atlas.sentences import assumptions, no_bf16, trust
from vram_atlas.unknown_words import unknown
from vram_atlas.views import (
    NOT_SEARCHED_BITS,
    by_size_class,
    search_weight,
    search_words,
    smallest_fit,
    sources_of,
)


def model_page(entry: ModelEntry, grid: Grid, figures: Mapping[str, str]) -> str:
    """A model's page: answers first, then one section per matrix, then the reasons."""
    model, cells = entry.model, grid.of_model(entry)
    tags = search_words(model.name, model.aliases)
    head = (
        front_matter(
            model.name,
            words.model_description(entry, cells),
            entry.file,
            tags=tags,
            weight=search_weight(model.name),
        ),
        f"# {model.name}",
        path(words.MODELS_PATH, entry.family.developer),
        text(" ".join(filter(None, (words.model_lead(entry), words.model_needs(cells))))),
        text(model.note) if model.note else "",
    )
    tail = (
        heading(words.SOURCES_TITLE, "sources", indexed=False),
        tables.sources_table(model.name, sources_of(entry, grid.catalog)),
        footer(
            f"models/{entry.id}",
            entry.file,
            model=f"{model.name} ({entry.id})",
            says=words.model_needs(cells),
        ),
    )
    if entry.architecture is None:
        return blocks(*head, *_unknown(entry, grid), *tail)
    return blocks(
        *head,
        tables.model_answers(cells, grid),
        *(part for cell in cells for part in _task_section(cell, grid)),
        *_figures(figures),
        *_measured(entry, grid),
        heading(words.ASSUMED_TITLE, "assumed", indexed=False),
        _assumed(cells),
        heading(words.FACTS_TITLE, "parameters", indexed=False),
        tables.facts_table(entry),
        snippets(cells, grid),
        *tail,
    )


def _task_section(cell: Cell, grid: Grid) -> tuple[str, ...]:
    if cell.estimate is None:
        return ()  # the table of answers says that and why
    head = heading(cell.matrix.title, cell.matrix.id, indexed=False)
    fitting = smallest_fit(cell, grid)
    sentences = words.need(cell), words.smallest(fitting), words.peak(cell.estimate)
    return (
        head,
        text(" ".join(sentences)),
        tables.boards_that_fit(cell, grid),
        ladder_tables.changes(cell, grid),
        report(
            cell.matrix,
            model=cell.entry.model.name,
            board=fitting[0].board.name if fitting else "",
            says=" ".join(sentences[:2]),
        ),
    )


def _figures(figures: Mapping[str, str]) -> Iterator[str]:
    """Each figure under its heading; the anchor is the name of the figure."""
    for kind, title in words.FIGURE_TITLE.items():
        if kind in figures:
            yield heading(title, kind, indexed=False)
            yield figures[kind]


def _measured(entry: ModelEntry, grid: Grid) -> tuple[str, ...]:
    rows = measured(entry, grid.catalog)
    return (heading(MEASURED_TITLE, "measured", indexed=False), rows) if rows else ()


def _assumed(cells: Sequence[Cell]) -> str:
    lines = [
        f"<b>{text(cell.matrix.title)}</b>: "
        f"{text(assumptions(cell.workload))} {text(trust(cell.estimate))}"
        for cell in cells
        if cell.workload is not None and cell.estimate is not None
    ]
    return unindexed("div", items(lines))


def _unknown(entry: ModelEntry, grid: Grid) -> tuple[str, ...]:
    """What is said instead of an answer: why nothing is computed, and who guesses what."""
    quotes = [
        f"{text(item.total)} parameters: {text(item.author)}, {words.month(item.date)}, "
        f"{source_link(grid.catalog.sources[entry.file][item.source])}"
        for item in entry.model.estimates
    ]
    cells = grid.of_model(entry)
    answer = text(unknown(entry, cells[0].weights))
    if cells[0].weights is not None:
        return (
            answer,
            tables.weights_table(cells),
            heading(words.FACTS_TITLE, "parameters", indexed=False),
            tables.facts_table(entry),
        )
    if not quotes:
        return (answer,)
    return (
        answer,
        heading(words.ESTIMATES_TITLE, "estimates"),
        items(quotes),
        words.NO_ESTIMATES_NOTE,
    )


def board_page(board: BoardEntry, grid: Grid) -> str:
    """A board's page: its memory, then the largest models per matrix."""
    facts = board.board
    tags = search_words(facts.name, facts.aliases, board.line.vendor)
    notes = [
        words.several_memories(board),
        other_software(board),
        words.UNIFIED_NOTE if facts.segment is Segment.UNIFIED else "",
        "" if facts.bf16 else f"{no_bf16(board)} {NO_FLASH}",
        facts.note or "",
    ]
    found = {
        matrix.id: grid.models_that_fit(board, matrix) for matrix in grid.catalog.matrices.values()
    }
    return blocks(
        front_matter(
            facts.name,
            words.board_description(board),
            board.file,
            tags=tags,
            weight=search_weight(facts.name),
        ),
        f"# {facts.name}",
        path(words.BOARDS_PATH, board.line.name),
        text(words.board_lead(board)),
        *(text(note) for note in notes),
        tables.board_answers(board, grid, found),
        *(
            part
            for matrix in grid.catalog.matrices.values()
            for part in _board_section(board, matrix, grid, found[matrix.id])
        ),
        *_rented(board, grid),
        heading(words.MEMORY_TITLE, "memory", indexed=False),
        board_facts(board, grid.catalog),
        heading(words.SOURCES_TITLE, "sources", indexed=False),
        tables.sources_table(facts.name, sources_of(board, grid.catalog)),
        footer(
            f"boards/{board.id}",
            board.file,
            board=f"{facts.name} ({board.id})",
            says=words.board_lead(board),
        ),
    )


def _rented(board: BoardEntry, grid: Grid) -> tuple[str, ...]:
    found = instances_of(board, grid)
    return (heading(RENTED_TITLE, "clouds", indexed=False), found) if found else ()


def _board_section(
    board: BoardEntry, matrix: Matrix, grid: Grid, found: Runnable
) -> tuple[str, ...]:
    task = grid.catalog.tasks[matrix.task]
    sentence = words.largest(matrix, task, board, tables.best(found))
    indexed = matrix.bits not in NOT_SEARCHED_BITS
    head = heading(words.on_board(matrix, board), matrix.id, indexed=indexed)
    if not found.cells:
        return head, text(sentence)
    rest = f"{words.others(tables.LARGEST, len(found.cells))} {tables.matrix_link(matrix)}"
    best = tables.best(found)
    mistake = report(
        matrix,
        model=best.entry.model.name if best else "",
        board=board.board.name,
        says=sentence,
    )
    listed = tables.fitting_models(board, matrix, found)
    return head, text(sentence), listed, unindexed("p", rest), mistake


def fit_page(matrix: Matrix, grid: Grid) -> str:
    """A matrix page: one table per size class, and a short list before it for narrow screens."""
    task = grid.catalog.tasks[matrix.task]
    sections: list[str] = []
    classes: list[str] = []
    offered = [e for e in grid.catalog.models.values() if grid.cell(e, matrix).offered]
    for item, models in by_size_class(offered):
        caption = fit_words.matrix_caption(matrix, item)
        classes.append(link(f"#{item.id}", fit_words.class_short(item)))
        sections += [
            heading(fit_words.class_title(item), item.id, indexed=False),
            matrix_tables.smallest_list(
                grid,
                matrix,
                models,
                f"{words.SMALLEST_COLUMN}: {fit_words.class_title(item).lower()}",
            ),
            matrix_tables.matrix_table(grid, matrix, models, caption),
        ]
    return blocks(
        front_matter(
            matrix.title,
            fit_words.fit_description(matrix, task),
            "data/methods.yml",
            hide=("navigation", "toc"),
        ),
        f"# {matrix.title}: what fits",
        text(f"{fit_words.fit_lead(matrix, task)} {fit_words.fit_assumptions(task)}"),
        unindexed(
            "div",
            items(
                (f"{tables.badge(verdict)} {text(why)}" for verdict, why in fit_words.FIT_LEGEND),
                "atlas-legend",
            ),
        ),
        unindexed("div", details(fit_words.READING_TITLE, f"<p>{text(fit_words.FIT_READING)}</p>")),
        matrix_tables.precisions(grid, matrix),
        matrix_tables.filters(len(offered)),
        unindexed("div", items(classes, "atlas-links")),
        *sections,
        text(fit_words.not_offered(grid.of_matrix(matrix))),
        heading(words.BOARDS_TITLE, "boards", indexed=False),
        matrix_tables.size_list(grid),
        report(matrix, says=matrix.title),
    )
