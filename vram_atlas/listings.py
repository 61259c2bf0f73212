"""Lists of everything, for the index pages: models by developer, boards by line, matrices."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from vram_atlas import page_words as words
from vram_atlas.catalog import Catalog, ModelEntry
from vram_atlas.grid import Grid
from vram_atlas.markup import Row, anchor, blocks, items, link, table_region, text, unindexed
from vram_atlas.tables import board_link, matrix_link, model_link
from vram_atlas.units import format_count, format_size
from vram_atlas.views import POPULAR_BOARDS

POPULAR_MODELS: Final = (
    "llama-3.1-8b",
    "llama-2-7b",
    "llama-2-13b",
    "llama-3.3-70b",
    "qwen3-8b",
    "qwen3-30b-a3b",
    "gpt-oss-20b",
    "gemma-3-12b",
    "mistral-7b-v0.3",
    "deepseek-v3",
    "flux.1-dev",
    "stable-diffusion-1.5",
    "bert-base-uncased",
)


def matrices(catalog: Catalog) -> str:
    """The six matrices with what each asks."""
    return items(
        f"{matrix_link(matrix)}: {text(catalog.tasks[matrix.task].summary)}"
        for matrix in catalog.matrices.values()
    )


def doors(catalog: Catalog) -> str:
    """The three ways into the tables, from the home page: by model, by GPU, by task."""
    models = (catalog.models[name] for name in POPULAR_MODELS if name in catalog.models)
    boards = (catalog.boards[name] for name in POPULAR_BOARDS if name in catalog.boards)
    return unindexed(
        "div",
        _door("models", (model_link(entry, "") for entry in models))
        + _door("gpus", (board_link(board, "") for board in boards))
        + _door("fit", (matrix_link(matrix, "") for matrix in catalog.matrices.values())),
        "atlas-doors",
    )


def _door(folder: str, links: Iterable[str]) -> str:
    title, what, everything = words.DOORS[folder]
    way = link(f"{folder}/index.html", everything)
    return (
        f"<section><h3>{title}</h3><p>{what}</p>{items(links, 'atlas-links')}<p>{way}</p></section>"
    )


def _jumps(names: Iterable[str]) -> str:
    """Links to the headings of a long page, for screens without a table of contents."""
    links = items((link(f"#{anchor(name)}", name) for name in names), "atlas-links")
    return unindexed("div", links, "atlas-narrow")


def models(grid: Grid) -> str:
    """All models by developer, with what each needs in every matrix."""

    def developer(entry: ModelEntry) -> str:
        return entry.family.developer.casefold()

    ordered = sorted(
        grid.catalog.models.values(), key=lambda entry: (developer(entry), entry.family.family)
    )
    groups = [list(group) for _, group in groupby(ordered, key=developer)]
    parts = [_jumps(members[0].family.developer for members in groups)]
    for members in groups:
        name = members[0].family.developer
        parts += [f"## {name} {{ #{anchor(name)} }}", _model_table(name, members, grid)]
    return blocks(*parts)


def _model_table(name: str, members: Iterable[ModelEntry], grid: Grid) -> str:
    head = (
        words.MODEL_COLUMN,
        "Parameters",
        *(matrix.title for matrix in grid.catalog.matrices.values()),
    )
    rows = (
        (
            link(f"{entry.id}.html", entry.model.name),
            format_count(entry.groups.total) if entry.groups else "not published",
            *_needs(entry, grid),
        )
        for entry in members
    )
    return table_region(words.models_of(name), head, rows, "atlas-numbers")


def _needs(entry: ModelEntry, grid: Grid) -> Iterator[str]:
    for cell in grid.of_model(entry):
        if cell.estimate is not None:
            yield format_size(cell.estimate.peak.expected)
        else:
            yield words.DASH if not cell.offered else "unknown"


def boards(grid: Grid) -> str:
    """All boards by product line, smallest memory first."""
    lines = groupby(grid.catalog.boards.values(), key=lambda board: board.line.name)
    groups = [(name, list(group)) for name, group in lines]
    parts = [_jumps(name for name, _ in groups)]
    for name, group in groups:
        members = sorted(group, key=lambda board: (board.visible, board.id))
        rows: list[Row] = []
        for board in members:
            facts = board.board
            formats = (words.YES if has else words.NO for has in (facts.bf16, facts.fp8, facts.fp4))
            rows.append(
                (
                    link(f"{board.id}.html", facts.name),
                    words.label(board),
                    format_size(board.visible),
                    *formats,
                )
            )
        parts += [
            f"## {name} {{ #{anchor(name)} }}",
            table_region(words.boards_of(name), words.HEAD_BOARDS, rows, "atlas-numbers"),
        ]
    return blocks(*parts)
