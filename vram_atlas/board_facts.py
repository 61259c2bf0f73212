"""Which facts of a board are known, and the source of each: the nearest one."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vram_atlas.catalog import BoardEntry


class Fact(StrEnum):
    """What a board's page says besides its name and the label."""

    TOTAL = "total"
    VISIBLE = "visible"
    WINDOWS = "windows"
    TYPE = "type"
    BANDWIDTH = "bandwidth"
    INT8 = "int8"
    LINK = "link"
    POWER = "power"
    LAUNCH = "launch"


FURTHER = (Fact.WINDOWS, Fact.BANDWIDTH, Fact.LINK, Fact.POWER, Fact.LAUNCH)
"""Facts that nothing is computed from: they stand at the end of the table."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """For how many boards a fact is known. `unknown` are the ids of the others."""

    fact: Fact
    known: int
    unknown: tuple[str, ...]


def known(board: BoardEntry, fact: Fact) -> bool:
    """Whether somebody published or saw it; what a rule derives does not count."""
    memory, facts = board.board.memory, board.board
    match fact:
        case Fact.TOTAL:
            return memory.total is not None
        case Fact.VISIBLE:
            return memory.visible is not None
        case Fact.WINDOWS:
            return memory.windows is not None
        case Fact.TYPE:
            return memory.type is not None
        case Fact.BANDWIDTH:
            return memory.bandwidth is not None
        case Fact.INT8:
            return board.arithmetic is not None and board.arithmetic.int8 is not None
        case Fact.LINK:
            return facts.link is not None
        case Fact.POWER:
            return facts.power is not None
        case Fact.LAUNCH:
            return facts.launch is not None


def source_of(board: BoardEntry, fact: Fact) -> str | None:
    """The key of the source beside a fact, else that of the block around it."""
    memory, facts = board.board.memory, board.board
    around = memory.source or facts.source
    match fact:
        case Fact.TOTAL:
            return memory.total.source if memory.total else None
        case Fact.VISIBLE:
            return memory.visible.source if memory.visible else None
        case Fact.WINDOWS:
            return memory.windows.source if memory.windows else None
        case Fact.BANDWIDTH:
            return (memory.bandwidth.source or around) if memory.bandwidth else None
        case Fact.LINK:
            return (facts.link.source or facts.source) if facts.link else None
        case Fact.POWER:
            return (facts.power.source or facts.source) if facts.power else None
        case Fact.LAUNCH:
            return (facts.launch.source or facts.source) if facts.launch else None
        case Fact.TYPE | Fact.INT8:
            return None


def coverage(boards: Iterable[BoardEntry]) -> list[Coverage]:
    """Every fact, the one that most boards have first."""
    entries = [*boards]
    found = []
    for fact in Fact:
        missing = tuple(entry.id for entry in entries if not known(entry, fact))
        found.append(Coverage(fact, len(entries) - len(missing), missing))
    return sorted(found, key=lambda one: (-one.known, one.fact))
