"""Which facts of a board are known, and the source of each: the nearest one."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vram_atlas.catalog import BoardEntry
from vram_atlas.schema.board import (
    Bandwidth,
    Launch,
    Link,
    MemoryKind,
    MemoryTotal,
    PciExpress,
    Power,
    VisibleMemory,
    WindowsMemory,
)

_Sourced = (
    MemoryKind
    | MemoryTotal
    | VisibleMemory
    | WindowsMemory
    | Bandwidth
    | PciExpress
    | Link
    | Power
    | Launch
)


class Fact(StrEnum):
    """What a board's page says besides its name and the label."""

    TOTAL = "total"
    VISIBLE = "visible"
    WINDOWS = "windows"
    TYPE = "type"
    BANDWIDTH = "bandwidth"
    INT8 = "int8"
    PCIE = "pcie"
    LINK = "link"
    POWER = "power"
    LAUNCH = "launch"


FURTHER = (Fact.WINDOWS, Fact.BANDWIDTH, Fact.PCIE, Fact.LINK, Fact.POWER, Fact.LAUNCH)
"""Facts that nothing is computed from: they stand at the end of the table."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """For how many boards a fact is known. `unknown` are the ids of the others."""

    fact: Fact
    known: int
    unknown: tuple[str, ...]


def known(board: BoardEntry, fact: Fact) -> bool:
    """Whether somebody published or saw it; what a rule derives does not count."""
    return _stated(board, fact) is not None


def source_of(board: BoardEntry, fact: Fact) -> str | None:
    """The key of the source beside a fact, else that of the block around it."""
    found = _stated(board, fact)
    if found is None or isinstance(found, str | bool):
        return None
    around = board.board.memory.source if fact is Fact.BANDWIDTH else None
    return found.source or around or board.board.source


def _stated(board: BoardEntry, fact: Fact) -> _Sourced | str | bool | None:
    """What the entry says of a fact; the type and int8 have no source of their own."""
    memory, facts = board.board.memory, board.board
    stated: dict[Fact, _Sourced | str | bool | None] = {
        Fact.TOTAL: memory.total,
        Fact.VISIBLE: memory.visible,
        Fact.WINDOWS: memory.windows,
        Fact.TYPE: memory.type,
        Fact.BANDWIDTH: memory.bandwidth,
        Fact.INT8: None if board.arithmetic is None else board.arithmetic.int8,
        Fact.PCIE: facts.pcie,
        Fact.LINK: facts.link,
        Fact.POWER: facts.power,
        Fact.LAUNCH: facts.launch,
    }
    return stated[fact]


def coverage(boards: Iterable[BoardEntry]) -> list[Coverage]:
    """Every fact, the one that most boards have first."""
    entries = [*boards]
    found = []
    for fact in Fact:
        missing = tuple(entry.id for entry in entries if not known(entry, fact))
        found.append(Coverage(fact, len(entries) - len(missing), missing))
    return sorted(found, key=lambda one: (-one.known, one.fact))
