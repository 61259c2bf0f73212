"""What the schema of clouds cannot see: boards that do not exist, memory of another variant."""

from collections.abc import Iterator, Mapping
from typing import Final

from vram_atlas.crosschecks import Fault
from vram_atlas.problems import nearest
from vram_atlas.schema.cloud import Provider
from vram_atlas.strict_yaml import Place
from vram_atlas.units import MIB, Bytes

ECC_SHARE: Final = 15
"""Error correction takes one sixteenth of GDDR memory: one fifteenth of what is left."""


def cloud_faults(provider: Provider, memories: Mapping[str, tuple[int, Bytes]]) -> Iterator[Fault]:
    """Boards that do not exist, memory that is another variant's, instance types listed twice.

    `memories` are the GB on the label and the driver's total of every board. A provider may count
    memory that error correction takes, a sixteenth of it.
    """
    seen: dict[str, str] = {}
    for index, family in enumerate(provider.families):
        place: Place = ("families", index)
        for number, instance in enumerate(family.instances):
            first = seen.setdefault(instance.type, family.id)
            if first != family.id or [one.type for one in family.instances[:number]].count(
                instance.type
            ):
                where = (*place, "instances", number, "type")
                yield Fault(where, f"'{instance.type}'", "a type once", f"It is in '{first}' too.")
        if family.board is None:
            continue
        if family.board not in memories:
            expected = "the id of a board"
            tip = nearest(family.board, memories)
            yield Fault((*place, "board"), f"'{family.board}'", expected, tip)
            continue
        label, total = memories[family.board]
        stated, known, unit = (
            (family.memory_gb, label, "GB")
            if family.memory_gb is not None
            else (family.memory_mib or 0, total // MIB, "MiB")
        )
        if abs(stated - known) * ECC_SHARE > known:
            yield Fault(
                place,
                f"{stated} {unit} per GPU",
                f"about the {known} {unit} of '{family.board}'",
                "Is it another variant of the board?",
            )
