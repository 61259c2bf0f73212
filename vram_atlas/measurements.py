"""Load data/measurements/: every row as a resolved question, or every problem in the files."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from vram_atlas.catalog import DATA, Catalog
from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.request import make_request
from vram_atlas.resolve import Question, resolve
from vram_atlas.schema.base import Source
from vram_atlas.schema.measurement import Measured, MeasurementFile, NotExpressible, Run
from vram_atlas.strict_yaml import Document, Place, read
from vram_atlas.validation import validate

MEASUREMENTS: Final = DATA / "measurements"


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """A row, the run it belongs to, its source, and the question that it answers.

    `publisher` is the name of the file: who published the run, as pages call it.
    """

    row: Measured
    run: Run
    source: Source
    publisher: str
    file: str
    line: int
    question: Question

    @property
    def id(self) -> str:
        """The row's id."""
        return self.row.id

    @property
    def kind(self) -> str:
        """Architecture kind of the model."""
        return self.question.entry.model.architecture.kind


@dataclass(frozen=True, slots=True)
class Measurements:
    """All rows in the order of the files, and the rows that no workload expresses."""

    rows: tuple[Measurement, ...]
    left_out: tuple[tuple[Source, NotExpressible], ...]


@cache
def load_measurements(catalog: Catalog, folder: Path = MEASUREMENTS) -> Measurements:
    """Read and check every file. Raises ProblemsError with every problem found."""
    problems: list[Problem] = []
    rows: list[Measurement] = []
    left_out: list[tuple[Source, NotExpressible]] = []
    owners: dict[str, str] = {}
    for path in sorted(folder.glob("[!_]*.yml")):
        document = read(path, f"data/measurements/{path.name}")
        entry, found = validate(document, MeasurementFile)
        problems += found
        if entry is None or found:
            continue
        problems += _named(document, entry, path.stem)
        rows += _rows(document, entry, catalog, owners, problems)
        left_out += [(entry.sources[group.source], group) for group in entry.not_expressible]
    if problems:
        raise ProblemsError(problems)
    return Measurements(tuple(rows), tuple(left_out))


def _named(document: Document, entry: MeasurementFile, stem: str) -> Iterator[Problem]:
    if entry.measurements != stem:
        yield document.problem(
            ("measurements",),
            f"'{entry.measurements}'",
            f"'{stem}', the name of the file",
            "Rename the file or the entry.",
        )


def _rows(
    document: Document,
    entry: MeasurementFile,
    catalog: Catalog,
    owners: dict[str, str],
    problems: list[Problem],
) -> Iterator[Measurement]:
    for outer, run in enumerate(entry.runs):
        for inner, row in enumerate(run.rows):
            place: Place = ("runs", outer, "rows", inner)
            here = f"{document.file}:{document.line(place)}"
            owner = owners.setdefault(row.id, here)
            if owner != here:
                problems.append(
                    document.problem(
                        (*place, "id"),
                        f"'{row.id}'",
                        f"an id of one row only ({owner} has it)",
                    )
                )
            try:
                question = resolve(make_request(row.request), catalog)
            except ProblemsError as error:
                problems += [
                    document.problem(
                        (*place, "request", fault.path),
                        fault.saw,
                        fault.expected,
                        fault.tip,
                    )
                    for fault in error.problems
                ]
                continue
            if question.workload is None:
                problems.append(
                    document.problem(
                        (*place, "request", "model"),
                        f"'{row.request['model']}'",
                        "a model whose size is published",
                    )
                )
                continue
            source = entry.sources[run.source]
            line = document.line(place)
            yield Measurement(row, run, source, entry.name, document.file, line, question)
