"""What keeps software off a board, or weights out of it there: by what data/support.yml says."""

from vram_atlas.catalog import BoardEntry, Catalog
from vram_atlas.schema.software import Format, Runtime
from vram_atlas.schema.support import Need


def obstacle(
    weights: Format, runtime: Runtime, board: BoardEntry | None, catalog: Catalog
) -> Need | None:
    """What a board lacks for a runtime and a format; None where both run on it, or on no board."""
    if board is None:
        return None
    for name in board.lacks:
        need = catalog.needs[name]
        if runtime.id in need.runtimes and (not need.formats or weights.id in need.formats):
            return need
    return None


def shut_out(runtime: Runtime, board: BoardEntry, catalog: Catalog) -> bool:
    """Whether a runtime runs on a board in no format."""
    needs = [catalog.needs[name] for name in board.lacks]
    return any(runtime.id in need.runtimes and not need.formats for need in needs)
