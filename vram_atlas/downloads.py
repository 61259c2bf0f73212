"""The whole grid as files for data tools: gzipped CSV, and Parquet."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from vram_atlas.estimator import Estimate
from vram_atlas.grid import Grid

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


def grid_csv(grid: Grid) -> bytes:
    """One line per model, matrix and board, gzipped without a time stamp."""
    return gzip.compress("".join(_lines(grid)).encode(), compresslevel=_LEVEL, mtime=0)


def _lines(grid: Grid) -> Iterator[str]:
    """Ids contain neither commas nor quotes, so that lines are only joined."""
    yield ",".join(COLUMNS) + "\n"
    around = {board: (f",{board.id},", f",{board.visible}\n") for board in grid.boards}
    for (model, matrix), cell in grid.cells.items():
        if cell.offered:
            head = f"{model},{matrix}"
            needs = {bf16: _need(cell.on_kind(bf16=bf16)) for bf16 in (True, False)}
            for verdict, boards in grid.judged(cell).boards.items():
                for board in boards:
                    before, after = around[board]
                    yield f"{head}{before}{verdict},{needs[board.board.bf16]}{after}"


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
