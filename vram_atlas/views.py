"""What pages show of the grid, and in which order: size classes, columns, well-known questions."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from vram_atlas.catalog import BoardEntry, Catalog, ModelEntry
from vram_atlas.cells import Cell
from vram_atlas.grid import Grid, MemorySize
from vram_atlas.judged import Judged
from vram_atlas.schema.base import Source, Task
from vram_atlas.schema.board import Segment, Vendor
from vram_atlas.units import GIGA
from vram_atlas.verdict import Verdict

CLASS_BOUNDS: Final = (1, 5, 10, 20, 80)
"""Billions of parameters between size classes, so that what is sold as 7B to 9B stays together."""

SEVERAL_BOARDS: Final = 2
WELL_KNOWN_SIZES: Final = frozenset({40, 180, 192})
"""Sizes with a column although one board has them: A100 40 GB, B200 and MI300X."""

NOT_SEARCHED_BITS: Final = frozenset({8})
"""Left out of the search index of board pages, which every page loads; 16 and 4 bits are in it."""

POPULAR_BOARDS: Final = (
    "rtx-3060-12gb",
    "rtx-4060-ti-16gb",
    "rtx-3090",
    "rtx-4090",
    "rtx-5090",
    "a100-80gb",
    "h100-80gb",
    "l4",
    "t4",
)
MEMORY_SIZES: Final = (4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 141, 192)
"""GiB in the list of boards of the question box; any other size is typed."""
MODELS_SHOWN: Final = 12
"""Models in the question box' answer to what fits a board, the largest first."""
QUESTIONS: Final = (
    ("llama-2-13b", "lora", "rtx-4090"),
    ("llama-2-13b", "qlora", "rtx-4090"),
    ("llama-3.1-8b", "inference-4-bit", "rtx-3060-12gb"),
    ("llama-3.1-8b", "inference-16-bit", "rtx-3090"),
    ("qwen3-30b-a3b", "inference-4-bit", "rtx-4090"),
    ("gpt-oss-20b", "inference-4-bit", "rtx-4060-ti-16gb"),
    ("llama-3.3-70b", "inference-4-bit", "rtx-5090"),
    ("llama-2-70b", "qlora", "h100-80gb"),
    ("llama-2-7b", "full", "a100-80gb"),
    ("flux.1-dev", "inference-16-bit", "rtx-4090"),
    ("stable-diffusion-1.5", "inference-16-bit", "gtx-1650"),
    ("gpt-4", "inference-4-bit", "h100-80gb"),
)
"""What people ask most: model, matrix, board."""


@dataclass(frozen=True, slots=True)
class SizeClass:
    """Models from `least` to below `most` billion parameters. Both None: size not published."""

    id: str
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A cell and the board it is asked for."""

    cell: Cell
    board: BoardEntry
    verdict: Verdict


@cache
def size_classes() -> tuple[SizeClass, ...]:
    """All classes, the smallest first, the unpublished last."""
    bounds = (0, *CLASS_BOUNDS)
    classes = [
        SizeClass(f"{least}-to-{most}-billion" if least else f"under-{most}-billion", least, most)
        for least, most in zip(bounds, CLASS_BOUNDS, strict=False)
    ]
    last = CLASS_BOUNDS[-1]
    return (
        *classes,
        SizeClass(f"over-{last}-billion", last, None),
        SizeClass("not-published", None, None),
    )


def class_of(entry: ModelEntry) -> SizeClass:
    """The size class of a model, by its total parameters."""
    classes = size_classes()
    groups = entry.groups
    if groups is None:
        return classes[-1]
    return next(item for item in classes if item.most is None or groups.total < item.most * GIGA)


def by_size_class(models: Iterable[ModelEntry]) -> Iterator[tuple[SizeClass, list[ModelEntry]]]:
    """Models of each class that has some, fewest parameters first."""
    ordered = sorted(
        models, key=lambda entry: (entry.groups.total if entry.groups else 0, entry.id)
    )
    for item in size_classes():
        members = [entry for entry in ordered if class_of(entry) == item]
        if members:
            yield item, members


def columns(grid: Grid) -> tuple[MemorySize, ...]:
    """Sizes that get a column: those of several boards, and the well-known ones."""
    return tuple(
        size
        for size in grid.sizes
        if len(size.boards) >= SEVERAL_BOARDS or size.label_gb in WELL_KNOWN_SIZES
    )


def exceptions(judged: Judged, size: MemorySize) -> dict[Verdict, list[BoardEntry]]:
    """Boards of a size whose verdict is not the one that stands for it, by verdict.

    Where a model is too large for the size, it does not matter on which of them software runs.
    """
    usual = judged.verdicts[size.usual]
    found: dict[Verdict, list[BoardEntry]] = {}
    for board in size.boards:
        verdict = judged.verdicts[board]
        if verdict is not usual and (verdict, usual) != (Verdict.UNKNOWN, Verdict.NO):
            found.setdefault(verdict, []).append(board)
    return found


def fitting(judged: Judged, *, unified: bool) -> list[tuple[BoardEntry, Verdict]]:
    """Boards that fit or are tight, smallest first; unified memory apart."""
    return [pair for pair in judged.fitting if _is_unified(pair[0]) is unified]


def _is_unified(board: BoardEntry) -> bool:
    return board.board.segment is Segment.UNIFIED


def smallest_fit(cell: Cell, grid: Grid) -> tuple[BoardEntry, ...]:
    """Boards of the smallest memory size that fit, as examples.

    Boards that can stand for their size, with memory of their own, that compute in the format.
    """
    return _examples(grid.judged(cell), cell.matrix.task)


@cache
def _examples(judged: Judged, task: Task) -> tuple[BoardEntry, ...]:
    return of_smallest_size(
        board
        for board in judged.boards[Verdict.FITS]
        if board.example and not _is_unified(board) and not board.board.lacks_bf16(task)
    )


def of_smallest_size(boards: Iterable[BoardEntry]) -> tuple[BoardEntry, ...]:
    """Boards with the label of the first, those that most readers know first."""
    by_label: dict[int, list[BoardEntry]] = {}
    for board in boards:
        by_label.setdefault(board.board.memory.label_gb, []).append(board)
    return tuple(sorted(next(iter(by_label.values()), ()), key=familiar))


def familiar(entry: BoardEntry) -> tuple[bool, bool, int, str]:
    """Boards that most readers know come first when a size is named by example."""
    usual = entry.board.segment is Segment.DESKTOP and entry.line.vendor is Vendor.NVIDIA
    return (entry.id not in POPULAR_BOARDS, not usual, len(entry.board.name), entry.id)


def questions(grid: Grid) -> list[Question]:
    """The well-known questions whose model and board are in the catalog."""
    boards = grid.catalog.boards
    return [
        Question(cell, boards[board], cell.verdict(boards[board]))
        for model, matrix, board in QUESTIONS
        if board in boards and (cell := grid.cells.get((model, matrix))) is not None
    ]


@cache
def sources_of(entry: ModelEntry | BoardEntry, catalog: Catalog) -> tuple[Source, ...]:
    """The sources that an entry names, in the order of its file."""
    facts = entry.model if isinstance(entry, ModelEntry) else entry.board
    used = set(_source_keys(facts.model_dump()))
    return tuple(source for key, source in catalog.sources[entry.file].items() if key in used)


def _source_keys(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "source" and isinstance(inner, str):
                yield inner
            yield from _source_keys(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _source_keys(inner)


def search_words(name: str, aliases: Iterable[str], also: str = "") -> list[str]:
    """Words of other names that the name itself lacks, for the search index.

    Every section of a page repeats them there. Whole names would make the board with most of
    them the first result for words that all boards of its kind share.
    """
    known = _name_words(f"{name} {also}")
    own = (word for alias in aliases for word in _name_words(alias.rsplit("/", 1)[-1]))
    return list(dict.fromkeys(word for word in own if word not in known))


def search_weight(name: str) -> float:
    """A page's weight in search: the fewer words in its name, the more of them a reader typed.

    The theme's search ignores the length of titles; without this, "rtx 3090" finds the Ti first.
    """
    return round(1 + 1 / len(_name_words(name)), 2)


def _name_words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:\.[0-9]+)*", name.lower())


@cache
def catalog_date(catalog: Catalog) -> str:
    """The latest day on which a source was read: the date of the data."""
    return max(
        source.accessed for sources in catalog.sources.values() for source in sources.values()
    )
