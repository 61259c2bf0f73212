"""Lines in charts where the memory of boards ends, with room for their labels."""

from collections.abc import Iterable, Mapping
from typing import Final

from vram_atlas import chart_words as words
from vram_atlas.catalog import BoardEntry
from vram_atlas.chart_layouts import LEVELS
from vram_atlas.drawing import Row
from vram_atlas.grid import MemorySize
from vram_atlas.units import Bytes, to_gib

COMMON_SIZES_GB: Final = (8, 12, 16, 24, 32, 48, 80, 141, 192)
"""Memory sizes that readers know."""

_HEADROOM: Final = 1.1
"""A memory size up to this much above the largest need is still drawn."""
_NEAREST: Final = 0.08
"""Memory sizes closer than this share of the height would print their labels over each other."""
_LABEL_WIDTH: Final = 0.14
"""Width of a label such as "24 GB", as a share of the width of bars."""
_DIGITS: Final = 3
"""Decimals of a GiB in the data of a chart."""


def gib(size: float) -> float:
    """A size as a chart has it, without digits that nobody sees."""
    return round(to_gib(size), _DIGITS)


def common_sizes(sizes: Iterable[MemorySize]) -> dict[str, Bytes]:
    """Memory lines: what the smallest board of each common size can use, by label."""
    return {
        f"{size.label_gb} GB": size.smallest.visible
        for size in sizes
        if size.label_gb in COMMON_SIZES_GB
    }


def ends(boards: Iterable[BoardEntry]) -> dict[str, Bytes]:
    """Where the memory of boards ends, by label; of boards with one label, the smallest."""
    ordered = sorted(boards, key=lambda board: -board.visible)
    return {words.size(board): board.visible for board in ordered}


def across(sizes: Mapping[str, Bytes], top: int) -> list[Row]:
    """Lines across bars. Labels that would overlap stand on different levels."""
    width = max(top, *sizes.values()) * _LABEL_WIDTH
    rows: list[Row] = []
    taken: dict[int, int] = {}
    for label, size in sorted(sizes.items(), key=lambda item: item[1]):
        level = next(n for n in range(len(sizes) + 1) if size - taken.get(n, -top) >= width)
        taken[level] = size
        rows.append({"label": label, "gib": gib(size), "level": level % LEVELS})
    return rows


def inside(sizes: Mapping[str, Bytes], top: int) -> list[Row]:
    """Sizes inside the picture, the largest first, without those too near to the one above."""
    rows: list[Row] = []
    above = float("inf")
    for label, size in sorted(sizes.items(), key=lambda item: -item[1]):
        if size <= top * _HEADROOM and above - size >= top * _NEAREST:
            rows.append({"label": label, "gib": gib(size)})
            above = size
    return rows
