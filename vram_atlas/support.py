"""On which boards software runs: as data/support.yml says for each maker."""

from collections.abc import Iterable, Iterator
from typing import Final

from vram_atlas.crosschecks import Fault
from vram_atlas.problems import nearest
from vram_atlas.schema.board import Board, Vendor
from vram_atlas.schema.support import EVERY, Elsewhere, Need
from vram_atlas.strict_yaml import Place

_OTHERS: Final = tuple(vendor for vendor in Vendor if vendor is not Vendor.NVIDIA)


def elsewhere(need: Need, vendor: Vendor) -> Elsewhere | None:
    """What is said of a maker other than NVIDIA; None where nobody says anything."""
    found: Elsewhere | None = getattr(need, vendor.value.replace("-", "_"))
    return found


def lacking(
    needs: Iterable[Need], board: Board, vendor: Vendor
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Ids of the needs that a board does not have, those known to be absent first; and the others.

    The others are those of which nobody says whether the board has them. The last is the same text
    for boards on which the same software runs in the same formats.
    """
    found = {need.id: runs_on(need, board, vendor) for need in needs}
    absent = tuple(name for name, runs in found.items() if runs is False)
    unsure = tuple(name for name, runs in found.items() if runs is None)
    kind = f"{'bf16' if board.bf16 else 'fp16'} lacks {absent}, unsure {unsure}"
    return absent + unsure, unsure, kind


def runs_on(need: Need, board: Board, vendor: Vendor) -> bool | None:
    """Whether a board has what is needed; None where nobody says."""
    if board.id in need.unnamed:
        return None
    if vendor is Vendor.NVIDIA:
        return _from_capability(need, _capability(board.compute_capability or "0"))
    said = elsewhere(need, vendor)
    if said is None or board.id in said.unnamed:
        return None
    if EVERY in said.architectures or board.architecture in said.architectures:
        return True
    return None if said.architectures else False


def _from_capability(need: Need, has: tuple[int, ...]) -> bool | None:
    if need.until and has > _capability(need.until):
        return None
    if need.least and has >= _capability(need.least):
        return True
    return None if need.tried and has >= _capability(need.tried) else False


def _capability(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def support_faults(
    needs: Iterable[Need], boards: Iterable[tuple[Board, Vendor]]
) -> Iterator[Fault]:
    """Architectures and boards that nothing in data/gpus/ has."""
    known: dict[Vendor, set[str]] = {vendor: {EVERY} for vendor in Vendor}
    ids = set()
    for board, vendor in boards:
        known[vendor].add(board.architecture)
        ids.add(board.id)
    for index, need in enumerate(needs):
        yield from _strangers(("needs", index), need.unnamed, ids)
        for vendor in _OTHERS:
            said = elsewhere(need, vendor)
            if said is None:
                continue
            place = ("needs", index, vendor.value.replace("-", "_"))
            yield from _strangers(place, said.unnamed, ids)
            for name in said.architectures:
                if name not in known[vendor]:
                    tip = nearest(name, known[vendor])
                    yield Fault((*place, "architectures"), f"'{name}'", "one in data/gpus/", tip)


def _strangers(place: Place, names: Iterable[str], ids: Iterable[str]) -> Iterator[Fault]:
    for name in names:
        if name not in ids:
            tip = nearest(name, ids)
            yield Fault((*place, "unnamed"), f"'{name}'", "the id of a board", tip)
