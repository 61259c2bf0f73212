"""The fit matrix: models against memory sizes, as a wide table and as a list for narrow screens."""

from collections.abc import Iterable, Sequence
from functools import cache

from vram_atlas import fit_words
from vram_atlas import page_words as words
from vram_atlas.catalog import BoardEntry, ModelEntry
from vram_atlas.cells import Cell
from vram_atlas.grid import Grid, MemorySize
from vram_atlas.judged import Judged
from vram_atlas.markup import TABLE, attribute, items, link, region, small, table_region, text
from vram_atlas.schema.method import Matrix
from vram_atlas.sentences import VERDICT_WORD
from vram_atlas.tables import board_link, model_link
from vram_atlas.units import format_size
from vram_atlas.unknown_words import not_computed
from vram_atlas.views import columns, exceptions, smallest_fit


def matrix_table(grid: Grid, matrix: Matrix, models: Sequence[ModelEntry], caption: str) -> str:
    """Models against memory sizes. One class per cell and no attributes keep 6,000 cells small."""
    sizes = columns(grid)
    head = "".join(_size_head(size) for size in sizes)
    found = (grid.cell(entry, matrix) for entry in models)
    rows = "".join(_matrix_row(cell, grid.judged(cell), sizes) for cell in found)
    table = (
        f'{TABLE}<caption>{text(caption)}</caption><thead><tr><th scope="col">{words.MODEL_COLUMN}'
        f"</th>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
    return region(caption, table, "atlas-matrix")


def _size_head(size: MemorySize) -> str:
    usable = small(format_size(size.smallest.visible))
    label = f'<abbr title="{_names(size.boards)}">{size.label_gb} GB</abbr>'
    return f'<th scope="col">{label}{usable}</th>'


def _names(boards: Iterable[BoardEntry]) -> str:
    """Names as the value of an attribute."""
    return attribute(", ".join(board.board.name for board in boards))


def _matrix_row(cell: Cell, judged: Judged, sizes: Sequence[MemorySize]) -> str:
    """A model's row. The need stands in its head, once, so that 6,000 cells stay small."""
    start, entry = _row_start(cell.entry), model_link(cell.entry)
    if cell.estimate is None:
        kind, why = "u" if cell.offered else "x", not_computed(cell)
        return (
            f'{start}<th scope="row">{entry}</th>'
            f'<td class="{kind}" colspan="{len(sizes)}">{why}</td></tr>'
        )
    need = small(format_size(cell.estimate.peak.expected))
    cells = "".join(_matrix_cell(judged, size) for size in sizes)
    return f'{start}<th scope="row">{entry}{need}</th>{cells}</tr>'


def _row_start(entry: ModelEntry) -> str:
    """The row with what it can be filtered by."""
    licence = entry.model.licence
    named = f' data-licence="{attribute(licence.name)}"' if licence is not None else ""
    return f'<tr data-family="{attribute(entry.family.name)}"{named}>'


@cache
def _matrix_cell(judged: Judged, size: MemorySize) -> str:
    verdict = judged.verdicts[size.usual]
    differing = exceptions(judged, size)
    note = "".join(
        f'<i title="{_names(boards)}">{text(fit_words.better(VERDICT_WORD[other], boards))}</i>'
        for other, boards in differing.items()
    )
    return f'<td class="{verdict[0]}">{VERDICT_WORD[verdict]}{note}</td>'


def precisions(grid: Grid, shown: Matrix) -> str:
    """Links to the other tables: the same models for another task or in another precision."""
    entries = (
        link(f"{matrix.id}.html", matrix.title, current=matrix is shown)
        for matrix in grid.catalog.matrices.values()
    )
    return (
        f'<nav class="atlas-precisions" aria-label="{fit_words.PRECISIONS}" data-search-exclude>'
        f"{items(entries, 'atlas-links')}</nav>"
    )


def filters(total: int) -> str:
    """Fields that filters.js fills; a page without scripts shows no fields and every row."""
    fields = "".join(
        f'<label>{label}<select name="{name}"><option value="">{fit_words.ANY}</option></select>'
        "</label>"
        for name, label in fit_words.FILTERS.items()
    )
    return (
        f'<form class="atlas-filters" autocomplete="off" aria-label="{fit_words.FILTER_TITLE}" '
        f'data-search-exclude>{fields}<button type="reset" class="md-button">{fit_words.RESET}'
        f'</button><output data-text="{attribute(fit_words.SHOWN)}">{fit_words.shown(total)}'
        "</output></form>"
        '<script src="../assets/javascripts/filters.js" defer></script>'
    )


def smallest_list(grid: Grid, matrix: Matrix, models: Iterable[ModelEntry], caption: str) -> str:
    """The matrix for narrow screens: each model with the smallest size that fits."""
    rows = []
    for entry in models:
        cell = grid.cell(entry, matrix)
        boards = smallest_fit(cell, grid)
        need = format_size(cell.estimate.peak.expected) if cell.estimate is not None else words.DASH
        size = words.NONE_FITS
        if boards:
            size = f"<b>{words.label(boards[0])}</b>{small(text(boards[0].board.name))}"
        rows.append((model_link(entry), size, need))
    return table_region(
        caption, (words.MODEL_COLUMN, words.SMALLEST_COLUMN, "Needs"), rows, "atlas-narrow"
    )


def size_list(grid: Grid) -> str:
    """Which boards stand behind each column."""
    rows = [
        (
            f"{size.label_gb} GB",
            format_size(size.smallest.visible),
            ", ".join(_size_board(board) for board in size.boards),
        )
        for size in grid.sizes
    ]
    return table_region(words.BOARDS_TITLE, ("Label", "Usable, at least", "GPUs"), rows)


def _size_board(board: BoardEntry) -> str:
    return board_link(board) + ("" if board.board.bf16 else small(" no bf16"))
