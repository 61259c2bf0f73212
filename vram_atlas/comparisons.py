"""Entries against each other: numbers that two share, sizes that a name promises, memory variants.

A finding that is right is confirmed in data/confirmed.yml; a confirmation without a finding is a
problem itself, so that the list never says more than is true.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from vram_atlas.crosschecks import Fault
from vram_atlas.problems import nearest
from vram_atlas.schema.board import Board
from vram_atlas.schema.confirmed import ConfirmedFile, Identical, NameAndCount
from vram_atlas.schema.layers import Diffusion, Role
from vram_atlas.schema.model import Model
from vram_atlas.strict_yaml import Place
from vram_atlas.units import GIGA, format_count

CONFIRMED: Final = "data/confirmed.yml"
NAME_TOLERANCE: Final = 0.15
"""How far a count may be from the size in the name: makers round down more than up."""
_MILLIONS_PER_BILLION: Final = 1000
_SIZE: Final = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)([BM])\b")
_ACTIVE: Final = re.compile(r"-A(\d+(?:\.\d+)?)B\b")
_MEMORY: Final = re.compile(r"\s*\b\d+\s?GB\b")
_PRODUCT: Final = frozenset({"id", "name", "aliases", "note", "launch", "source"})
"""What tells two products apart although they are the same hardware."""


class Located(NamedTuple):
    """An entry and where it is."""

    id: str
    file: str
    place: Place
    line: int


class Finding(NamedTuple):
    """A fault with its file."""

    file: str
    fault: Fault


def model_numbers(model: Model) -> str:
    """The parameters and the architecture without its sources, to compare with others."""
    counted = 0 if model.parameters is None else model.parameters.counted
    return f"{counted}{_plain(model.architecture.model_dump())}"


def board_numbers(board: Board) -> str:
    """The hardware without its name, to compare with others."""
    return _plain({k: v for k, v in board.model_dump().items() if k not in _PRODUCT})


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        parts = (f"{key}:{_plain(item)}" for key, item in value.items() if key != "source")
        return f"{{{','.join(parts)}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_plain, value))}]"
    return str(value)


def identical(
    what: str, entries: Iterable[tuple[Located, str]], confirmed: Sequence[Identical]
) -> Iterator[Finding]:
    """Entries with the same numbers that nobody confirmed, and confirmations that are not true."""
    numbers = {located.id: (located, text) for located, text in entries}
    groups: dict[str, list[Located]] = {}
    for located, text in numbers.values():
        groups.setdefault(text, []).append(located)
    allowed = {frozenset(group.ids) for group in confirmed}
    for index, group in enumerate(confirmed):
        place: Place = (f"{what}s", index, "ids")
        unknown = [name for name in group.ids if name not in numbers]
        for name in unknown:
            fault = Fault(place, f"'{name}'", f"the id of a {what}", nearest(name, numbers))
            yield Finding(CONFIRMED, fault)
        same = {numbers[name][1] for name in group.ids if name not in unknown}
        if not unknown and (len(same) > 1 or len(groups[same.pop()]) != len(group.ids)):
            tip = "Name exactly the entries that are the same, or remove the confirmation."
            saw = f"{len(group.ids)} ids that are not exactly the ones with the same numbers"
            yield Finding(CONFIRMED, Fault(place, saw, "every entry with these numbers", tip))
    for members in groups.values():
        names = frozenset(member.id for member in members)
        if len(members) > 1 and names not in allowed:
            first, second = members[0], members[-1]
            saw = f"every number of '{first.id}' ({first.file}:{first.line})"
            tip = (
                f"Copied by accident? If they really are the same, write under `{what}s` in "
                f"{CONFIRMED}, with a reason: `ids: [{', '.join(sorted(names))}]`."
            )
            yield Finding(second.file, Fault(second.place, saw, "numbers of its own", tip))


def misnamed(
    entries: Iterable[tuple[Located, Model, int, int]], confirmed: Sequence[NameAndCount]
) -> Iterator[Finding]:
    """Names whose size is not the count's. Entries: where, the model, total, active parameters."""
    allowed = {item.id: index for index, item in enumerate(confirmed)}
    needed: set[str] = set()
    known: set[str] = set()
    for located, model, total, active in entries:
        known.add(located.id)
        for promised, count, what in _promises(model.name, _named(model, total), active):
            if abs(count - promised) <= NAME_TOLERANCE * promised:
                continue
            needed.add(located.id)
            if located.id in allowed:
                continue
            saw = f"'{model.name}' for {format_count(count)} {what}"
            tip = (
                f"Correct the name or the count, or state the reason under `names` in {CONFIRMED}."
            )
            expected = f"{format_count(round(promised))} within {NAME_TOLERANCE:.0%}"
            yield Finding(located.file, Fault((*located.place, "name"), saw, expected, tip))
    for name, index in allowed.items():
        if name not in needed:
            saw = f"'{name}'"
            tip = nearest(name, known) if name not in known else "Remove it: name and count agree."
            yield Finding(CONFIRMED, Fault(("names", index, "id"), saw, "a name to confirm", tip))


def _named(model: Model, total: int) -> int:
    """What a name counts: of a pipeline one denoiser, of every other model all parameters."""
    architecture = model.architecture
    if not isinstance(architecture, Diffusion):
        return total
    return next(part.counted for part in architecture.components if part.role is Role.DENOISER)


def _promises(name: str, total: int, active: int) -> Iterator[tuple[float, int, str]]:
    """Sizes that a name states: '30B-A3B' promises 30 billion in all and 3 billion active."""
    size = _SIZE.search(name)
    if size is not None:
        value = float(size[1]) * GIGA
        yield value if size[2] == "B" else value / _MILLIONS_PER_BILLION, total, "parameters"
    used = _ACTIVE.search(name)
    if used is not None:
        yield float(used[1]) * GIGA, active, "active parameters"


def memory_variants(boards: Iterable[tuple[Located, Board]]) -> Iterator[Finding]:
    """Boards of one name with different memory: each says which it has, in name and id."""
    families: dict[str, list[tuple[Located, Board]]] = {}
    for located, board in boards:
        if not board.modified:
            name = _MEMORY.sub("", board.name).strip()
            families.setdefault(name, []).append((located, board))
    for members in families.values():
        if len({board.memory.label_gb for _, board in members}) == 1:
            continue
        for located, board in members:
            label = board.memory.label_gb
            if not re.search(rf"\b{label}\s?GB\b", board.name):
                expected = f"the memory in the name: '{board.name} {label} GB'"
                tip = "Other boards of this name have more or less of it."
                fault = Fault((*located.place, "name"), f"'{board.name}'", expected, tip)
                yield Finding(located.file, fault)
            if f"{label}gb" not in located.id:
                fault = Fault((*located.place, "id"), f"'{located.id}'", f"an id with {label}gb")
                yield Finding(located.file, fault)


def findings(
    models: Sequence[tuple[Located, Model, int, int]],
    boards: Sequence[tuple[Located, Board]],
    confirmed: ConfirmedFile,
) -> Iterator[Finding]:
    """Everything that these comparisons find. Models are those of published size."""
    shapes = ((located, model_numbers(model)) for located, model, _, _ in models)
    yield from identical("model", shapes, confirmed.models)
    hardware = ((located, board_numbers(board)) for located, board in boards)
    yield from identical("board", hardware, confirmed.boards)
    yield from misnamed(models, confirmed.names)
    yield from memory_variants(boards)
