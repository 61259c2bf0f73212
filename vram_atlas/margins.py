"""How wide an answer is: the band around an estimate, and how full a board may be."""

from collections.abc import Mapping
from dataclasses import dataclass

from vram_atlas.schema.band import Band, BandFile, Basis, Circumstance, ProvenShare, Width
from vram_atlas.schema.base import Task
from vram_atlas.schema.method import MethodFile


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """Measured bands by name, the stated widths, and shares of memory that runs were seen to use.

    unmeasured  the width by task where fewer than ten peaks were measured
    narrowest   no measured band is narrower
    parts       the width where only parts of the peak were measured
    """

    bands: Mapping[str, Band]
    unmeasured: Mapping[Task, Width]
    narrowest: Width
    parts: Width
    proven: Mapping[Circumstance, ProvenShare]

    def band(self, task: Task, family: str, kind: str) -> Band:
        """The band of a task, runtime family and kind; wide where nothing was measured."""
        name = band_name(task, family, kind)
        if name in self.bands:
            return self.bands[name]
        width = self.unmeasured[task]
        return Band(
            task=task,
            family=family,
            kind=kind,
            low=width.low,
            high=width.high,
            basis=Basis.FEW,
            rows=0,
            files=0,
        )


def band_name(task: Task, family: str, kind: str) -> str:
    """The key of a band."""
    return f"{task.value}/{family}/{kind}"


def make_margins(measured: BandFile, stated: MethodFile) -> Margins:
    """What the two files say, by name."""
    return Margins(
        bands={band_name(item.task, item.family, item.kind): item for item in measured.bands},
        unmeasured={item.id: item.unmeasured for item in stated.tasks},
        narrowest=stated.narrowest,
        parts=stated.parts,
        proven={item.when: item for item in measured.proven},
    )
