"""Tables for a reader who chooses a board. Nothing is computed here."""

from collections.abc import Sequence

from vram_atlas import guide_words as words
from vram_atlas.buying import class_needs, size_gains, unified
from vram_atlas.cases import Case
from vram_atlas.catalog import BoardEntry
from vram_atlas.fit_words import class_title
from vram_atlas.grid import Grid
from vram_atlas.markup import Row, small, table_region, text
from vram_atlas.page_words import label
from vram_atlas.tables import badge, board_link, matrix_link, model_link
from vram_atlas.units import format_size
from vram_atlas.views import of_smallest_size

_NAMED = 2


def smallest_sizes(grid: Grid) -> str:
    """The memory size for a class of models in each task: a typical model, and all of them."""
    head = (words.CLASS_COLUMN, *(matrix_link(item) for item in grid.catalog.matrices.values()))
    rows: list[Row] = [
        (
            f"{text(class_title(item))}{small(words.models(count))}",
            *(
                f"<b>{words.size(need.typical)}</b>{small(words.all_models(need.every))}"
                for need in needs
            ),
        )
        for item, count, needs in class_needs(grid)
    ]
    return table_region(words.SMALLEST_CAPTION, head, rows)


def memory_sizes(grid: Grid) -> str:
    """What each memory size holds, and what it adds to the size before."""
    head = (words.SIZE_COLUMN, *(matrix_link(item) for item in grid.catalog.matrices.values()))
    rows: list[Row] = []
    for row in size_gains(grid):
        size = row[0].size
        sold = [board for board in size.boards if board.example]
        named = ", ".join(board_link(board) for board in of_smallest_size(sold)[:_NAMED])
        rows.append(
            (
                f"{label(size.smallest)}{small(named)}",
                *(
                    f"<b>{gain.count}</b>{small(words.gain(gain.gain))}"
                    + small(model_link(gain.largest.entry) if gain.largest is not None else "")
                    for gain in row
                ),
            )
        )
    return table_region(words.GAIN_CAPTION, head, rows)


def setups(
    title: str,
    setups: Sequence[tuple[int, BoardEntry]],
    cases: Sequence[tuple[str, Sequence[Case]]],
) -> str:
    """Cases on several setups: the need of each board, and the verdict."""
    head = (
        words.CASE_COLUMN,
        *(
            f"{words.times(count)}{board_link(board)}{small(format_size(board.visible))}"
            for count, board in setups
        ),
        words.ASSUMED_COLUMN,
    )
    rows: list[Row] = [
        (
            f"{text(name)}{small(model_link(found[0].workload.entry))}",
            *(
                f"{badge(case.verdict(board))}{small(words.each(count, case))}"
                for (count, board), case in zip(setups, found, strict=True)
            ),
            text(words.assumed(found)),
        )
        for name, found in cases
    ]
    return table_region(title, head, rows, "atlas-assumed")


def unified_memory(grid: Grid) -> str:
    """Unified memory: how much a program may use, and the largest model in 4 bits."""
    matrix = grid.catalog.matrices["inference-4-bit"]
    rows: list[Row] = []
    for board, cells in unified(grid, matrix):
        largest = model_link(cells[0].entry) if cells else words.DASH
        found = cells[0].on(board) if cells else None
        need = "" if found is None else small(format_size(found.peak.expected))
        rows.append(
            (
                f"{label(board)}{small(board_link(board))}",
                format_size(board.visible),
                f"{largest}{need}",
                str(len(cells)),
            )
        )
    return table_region(words.UNIFIED_CAPTION, words.HEAD_UNIFIED, rows)
