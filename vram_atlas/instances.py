"""What fits on one instance of a cloud: the largest model of every matrix, over all its boards."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from vram_atlas.altering import altered
from vram_atlas.catalog import BoardEntry
from vram_atlas.cells import Cell
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.grid import Grid
from vram_atlas.kernels import on_board
from vram_atlas.schema.cloud import InstanceFamily, InstanceType, Provider
from vram_atlas.schema.method import Matrix
from vram_atlas.verdict import Verdict, judge


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A cell over several equal boards, and the need per board."""

    cell: Cell
    estimate: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A board, how many of it, and the instance types that have exactly these."""

    board: BoardEntry
    count: int
    types: tuple[str, ...]


@dataclass(eq=False)
class Instances:
    """Estimates over several boards, each made once."""

    grid: Grid
    _shared: dict[tuple[Cell, int, int], Estimate | None] = field(default_factory=dict)

    def over(self, cell: Cell, board: BoardEntry, count: int) -> Estimate | None:
        """A cell's need per board over `count` of a board; None where that is not offered."""
        request, alone = cell.request_on(board), cell.on(board)
        if count == 1 or request is None or alone is None:
            return alone
        key = (cell, count, id(alone))
        if key not in self._shared:
            workload = altered(request, {"boards": count}, self.grid.catalog)
            self._shared[key] = (
                None
                if workload is None
                else estimate(on_board(workload, board.board), self.grid.catalog)
            )
        return self._shared[key]

    def largest(self, board: BoardEntry, count: int, matrix: Matrix) -> Fit | None:
        """The model with the most parameters that fits on `count` boards.

        Boards divide what one of them would hold, and hold no less together: what is larger than
        all their memory needs no estimate of its own.
        """
        together = count * board.visible
        for cell in self.grid.by_size(matrix):
            alone = cell.on(board)
            if alone is None or alone.allocated.expected > together:
                continue
            found = self.over(cell, board, count)
            if found is not None and judge(found, board.visible) is Verdict.FITS:
                return Fit(cell, found)
        return None

    def places(self, provider: Provider) -> Iterator[Place]:
        """Every board and number of it that a provider rents, the least memory first."""
        types: dict[tuple[str, int], list[str]] = {}
        for family, instance in rented(provider):
            if family.board is not None:
                types.setdefault((family.board, instance.count), []).append(instance.type)
        boards = self.grid.catalog.boards
        for board, count in sorted(
            types, key=lambda pair: (boards[pair[0]].visible, pair[0], pair[1])
        ):
            yield Place(boards[board], count, tuple(types[board, count]))


def rented(provider: Provider) -> Iterator[tuple[InstanceFamily, InstanceType]]:
    """Every instance type of a provider with its family."""
    for family in provider.families:
        for instance in family.instances:
            yield family, instance


def with_board(board: BoardEntry, grid: Grid) -> Iterator[tuple[Provider, InstanceType]]:
    """Every instance type that has a board."""
    for provider in grid.catalog.clouds.values():
        for family, instance in rented(provider):
            if family.board == board.id:
                yield provider, instance
