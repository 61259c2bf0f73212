"""What keeps software off a board, or weights out of it there: by what data/support.yml says."""

from vram_atlas.catalog import BoardEntry, Catalog
from vram_atlas.schema.software import Format, Runtime
from vram_atlas.schema.support import Need
from vram_atlas.workload import Workload


def obstacle(
    weights: Format,
    runtime: Runtime,
    board: BoardEntry | None,
    catalog: Catalog,
    chosen: tuple[str, ...] = (),
) -> Need | None:
    """What a board lacks for a runtime and a format; None where both run on it, or on no board.

    `chosen`: ids of an optimizer and a kind of attention that have to run there, too.
    """
    if board is None:
        return None
    for name in board.lacks:
        need = catalog.needs[name]
        if (
            runtime.id in need.runtimes
            and (not need.formats or weights.id in need.formats)
            and (
                is_whole(need) or any(one in [*need.optimizers, *need.attention] for one in chosen)
            )
        ):
            return need
    return None


def hindrance(workload: Workload, board: BoardEntry, catalog: Catalog) -> Need | None:
    """The same for all that a workload asks for."""
    chosen = (workload.optimizer.id, workload.attention)
    return obstacle(workload.weights, workload.runtime, board, catalog, chosen)


def shut_out(runtime: Runtime, board: BoardEntry, catalog: Catalog) -> bool:
    """Whether a runtime runs on a board in no format."""
    needs = [catalog.needs[name] for name in board.lacks]
    return any(
        runtime.id in need.runtimes and not need.formats and is_whole(need) for need in needs
    )


def is_whole(need: Need) -> bool:
    """Whether a runtime rests on it whatever optimizer and attention it runs."""
    return not need.optimizers and not need.attention
