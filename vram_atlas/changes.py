"""Load data/changes/: what moved published answers, the newest first."""

from pathlib import Path

from vram_atlas.catalog import DATA
from vram_atlas.crosschecks import Fault
from vram_atlas.measurements import Measurements
from vram_atlas.problems import ProblemsError, nearest
from vram_atlas.reading import Reader
from vram_atlas.schema.change import Change


def load_changes(measurements: Measurements, data: Path = DATA) -> tuple[Change, ...]:
    """Read and check every file. Raises ProblemsError with every problem found."""
    reader = Reader(data)
    known = [row.id for row in measurements.rows]
    found: list[Change] = []
    for file, entry in reader.folder("changes", Change):
        found.append(entry)
        if not entry.change.startswith(entry.date):
            expected = f"'{entry.date}', the date at the beginning of its name"
            reader.add(file, (), Fault(("date",), f"'{entry.date}' in {entry.change}", expected))
        for index, name in enumerate(entry.measurements):
            if name not in known:
                tip = nearest(name, known)
                fault = Fault(("measurements", index), f"'{name}'", "the id of a measured row", tip)
                reader.add(file, (), fault)
    if reader.problems:
        raise ProblemsError(reader.problems)
    return tuple(sorted(found, key=lambda entry: (entry.date, entry.change), reverse=True))
