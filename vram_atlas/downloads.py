"""The whole grid as files for data tools: gzipped CSV, and Parquet."""

import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from vram_atlas.catalog import Catalog
from vram_atlas.estimator import Estimate
from vram_atlas.grid import Grid
from vram_atlas.judged import Judged

COLUMNS: Final = (
    "model",
    "matrix",
    "board",
    "verdict",
    "need_low_bytes",
    "need_expected_bytes",
    "need_high_bytes",
    "usable_bytes",
)
_LEVEL: Final = 5
_GZIP: Final = zlib.MAX_WBITS + 16
"""What zlib calls gzip; its header has no time stamp."""


def grid_csv(grid: Grid) -> bytes:
    """One line per model, matrix and board, gzipped."""
    packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
    return b"".join([*(packer.compress(lines.encode()) for lines in _lines(grid)), packer.flush()])


def _lines(grid: Grid) -> Iterator[str]:
    """Ids contain neither commas nor quotes, so that lines are only joined."""
    yield ",".join(COLUMNS) + "\n"
    for (model, matrix), cell in grid.cells.items():
        if cell.offered:
            needs = {kind: _need(cell.on(board)) for kind, board in grid.catalog.kinds.items()}
            lines = _on_boards(grid.judged(cell), grid.catalog)
            yield lines.format(*needs.values(), cell=f"{model},{matrix}")


@cache
def _on_boards(judged: Judged, catalog: Catalog) -> str:
    """The lines of all cells with these verdicts, what differs between cells left open.

    The need on each kind of board, by its place among the kinds.
    """
    places = {kind: place for place, kind in enumerate(catalog.kinds)}
    return "".join(
        f"{{cell}},{board.id},{verdict},{{{places[board.kind]}}},{board.visible}\n"
        for verdict, boards in judged.boards.items()
        for board in boards
    )


def _need(found: Estimate | None) -> str:
    if found is None:
        return "0,0,0"
    peak = found.peak
    return f"{peak.low},{peak.expected},{peak.high}"


def grid_parquet(packed: Path, target: Path) -> None:
    """The CSV as Parquet. One thread, so that rows and bytes keep their order."""
    import duckdb

    with duckdb.connect(config={"threads": 1}) as database:
        database.execute(
            f"COPY (FROM read_csv('{packed}', header = true)) TO '{target}' "
            "(FORMAT parquet, COMPRESSION zstd)"
        )
