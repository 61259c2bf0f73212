"""Tables of cloud providers: instance types, and what fits on one of them. Decides nothing."""

from collections.abc import Iterable
from itertools import groupby

from vram_atlas import cloud_words as words
from vram_atlas import page_words
from vram_atlas.catalog import BoardEntry
from vram_atlas.grid import Grid
from vram_atlas.instances import Fit, Instances, Place, rented, with_board
from vram_atlas.markup import Row, items, link, small, table_region, text
from vram_atlas.schema.cloud import InstanceFamily, Provider
from vram_atlas.tables import board_link, model_link


def fits(provider: Provider, places: Iterable[Place], instances: Instances) -> str:
    """The largest model of every matrix on each board and number of it."""
    matrices = tuple(instances.grid.catalog.matrices.values())
    rows = (
        (
            words.times(place.count, board_link(place.board)) + small(", ".join(place.types)),
            *(
                _fit(instances.largest(place.board, place.count, matrix), place.board)
                for matrix in matrices
            ),
        )
        for place in places
    )
    return table_region(words.fits_caption(provider), words.fits_head(matrices), rows)


def _fit(fit: Fit | None, board: BoardEntry) -> str:
    if fit is None:
        return page_words.DASH
    need = small(words.each(fit.estimate.peak.expected, board.visible))
    return f"{model_link(fit.cell.entry)}{need}"


def types(provider: Provider, grid: Grid) -> str:
    """Every instance type, by family."""
    rows = (
        (
            text(family.id),
            _gpu(family, grid) + (small(text(family.note)) if family.note else ""),
            words.stated(family),
            _by_count((one.count, one.type) for one in family.instances),
        )
        for family in provider.families
    )
    return table_region(words.types_caption(provider), words.HEAD_TYPES, rows)


def _gpu(family: InstanceFamily, grid: Grid) -> str:
    if family.gpu is None:
        return words.UNNAMED
    if family.board is None:
        return f"{text(family.gpu)}{small(words.NOT_IN_CATALOG)}"
    return board_link(grid.catalog.boards[family.board])


def _by_count(types: Iterable[tuple[int, str]]) -> str:
    """'1 GPU: a, b' and '4 GPUs: c', a line each."""
    ordered = sorted(types, key=lambda pair: pair[0])
    return items(
        f"{words.count_note(count)}: {text(', '.join(name for _, name in group))}"
        for count, group in groupby(ordered, key=lambda pair: pair[0])
    )


def providers(grid: Grid) -> str:
    """All providers with what they rent, for the index page."""
    rows: list[Row] = []
    for provider in grid.catalog.clouds.values():
        boards = {family.board: family for family in provider.families if family.board}
        names = [board_link(grid.catalog.boards[board]) for board in boards]
        names += [
            text(family.gpu or words.UNNAMED)
            for family in provider.families
            if family.board is None
        ]
        types = sum(1 for _ in rented(provider))
        address = link(f"{provider.provider}.html", provider.name)
        rows.append((address, str(types), ", ".join(dict.fromkeys(names))))
    return table_region(words.PROVIDERS_CAPTION, words.HEAD_PROVIDERS, rows)


def instances_of(board: BoardEntry, grid: Grid) -> str:
    """The instance types that have a board, by provider and number; empty where there are none."""
    rows: list[Row] = []
    for provider, group in groupby(with_board(board, grid), key=lambda pair: pair[0]):
        by_count: dict[int, list[str]] = {}
        for _, instance in group:
            by_count.setdefault(instance.count, []).append(instance.type)
        address = link(f"../clouds/{provider.provider}.html", provider.name)
        rows += [
            (address, str(count), text(", ".join(names)))
            for count, names in sorted(by_count.items())
        ]
    name = words.rented_caption(board.board.name)
    return table_region(name, words.HEAD_RENTED, rows) if rows else ""
