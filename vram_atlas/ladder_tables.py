"""What makes a model need less, as a table on its page: one change in a row, the cheapest first."""

from collections.abc import Sequence

from vram_atlas import page_words as words
from vram_atlas.cells import Cell
from vram_atlas.change_words import change_words
from vram_atlas.grid import Grid, MemorySize
from vram_atlas.ladder import Rung, climb
from vram_atlas.markup import Row, details, table_region, text
from vram_atlas.resolve import Question
from vram_atlas.units import Bytes, format_size
from vram_atlas.verdict import Verdict, judge

_NOTHING = Bytes(0)
"""A memory in which nothing fits: the ladder goes to its end."""


def changes(cell: Cell, grid: Grid) -> str:
    """All changes that need less than a cell does; nothing where there are none."""
    if cell.estimate is None or cell.request is None:
        return ""
    need = cell.estimate.peak.expected
    question = Question(cell.request, cell.entry, cell.workload, None)
    rungs = climb(question, cell.estimate, _NOTHING, grid.catalog)
    rows = [_row(rung, need, grid.sizes) for rung in rungs]
    if not rows:
        return ""
    caption = words.ladder_caption(cell)
    inner = table_region(caption, words.HEAD_LADDER, rows, "atlas-numbers")
    return f"<div data-search-exclude>{details(words.LADDER_TITLE, inner)}</div>"


def _row(rung: Rung, need: Bytes, sizes: Sequence[MemorySize]) -> Row:
    peak = rung.estimate.peak.expected
    enough = (size for size in sizes if judge(rung.estimate, size.smallest.visible) is Verdict.FITS)
    smallest = next(enough, None)
    return (
        text(change_words(rung)),
        format_size(peak),
        format_size(need - peak),
        words.NONE_FITS if smallest is None else words.boards_of_size(smallest, rung.workload),
    )
