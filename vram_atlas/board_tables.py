"""The table of what is known of a board. Decides nothing."""

from collections.abc import Iterator

from vram_atlas import board_words as words
from vram_atlas.board_facts import FURTHER, Fact, source_of
from vram_atlas.catalog import BoardEntry, Catalog
from vram_atlas.markup import Row, source_link, table_region, text
from vram_atlas.page_words import MEMORY_TITLE, label
from vram_atlas.schema.board import Vendor
from vram_atlas.units import format_size


def board_facts(board: BoardEntry, catalog: Catalog) -> str:
    """A fact a row: the memory first, then what else a buyer compares."""
    facts, memory = board.board, board.board.memory
    kind = f" {memory.kind}" if memory.kind else ""
    on_a_mac = board.line.vendor is Vendor.APPLE
    where = words.OBSERVED_ON_A_MAC if on_a_mac else words.OBSERVED
    seen = f"{where}, {_from(board, Fact.VISIBLE, catalog)}"
    rows: list[Row] = [
        (words.LABEL_ROW, f"{label(board)}{text(kind)}", _from(board, Fact.TYPE, catalog)),
        (
            words.FACT_ROW[Fact.TOTAL],
            format_size(board.total),
            _from(board, Fact.TOTAL, catalog) or words.FROM_LABEL,
        ),
        (
            words.FACT_ROW[Fact.VISIBLE],
            f"<b>{format_size(board.visible)}</b>",
            words.DERIVED if board.memory.derived else seen,
        ),
        (words.FORMATS_ROW, ", ".join(_formats(board)), text(facts.architecture)),
        *(
            (words.FACT_ROW[fact], words.fact(board, fact), _from(board, fact, catalog))
            for fact in FURTHER
        ),
    ]
    return table_region(f"{MEMORY_TITLE}: {facts.name}", words.HEAD_FACTS, rows)


def _formats(board: BoardEntry) -> Iterator[str]:
    """Number formats that a board computes in; int8 only where it is published."""
    facts, row = board.board, board.arithmetic
    yield from ("fp32", "fp16")
    has = {
        "bf16": facts.bf16,
        "fp8": facts.fp8,
        "int8": row is not None and row.int8,
        "fp4": facts.fp4,
    }
    yield from (name for name, computes in has.items() if computes)


def _from(board: BoardEntry, fact: Fact, catalog: Catalog) -> str:
    """A link to the source of a fact, or how it was derived; empty where there is none."""
    key = source_of(board, fact)
    return source_link(catalog.sources[board.file][key]) if key else words.derivation(board, fact)
