"""`check`: everything that is wrong with data/, and whose change brought it in."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from vram_atlas.catalog import DATA, Catalog, load_catalog
from vram_atlas.changes import load_changes
from vram_atlas.claims import load_claims
from vram_atlas.language import load_language
from vram_atlas.measurements import load_measurements
from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.reading import Reader
from vram_atlas.repository import branch_point, changed_files, tree_of
from vram_atlas.schema.measurement import MeasurementFile
from vram_atlas.switches import load_switches

_LINE_NUMBER = re.compile(r"(?<=[^:]):[0-9]+(?=: )")


class Style(StrEnum):
    """How problems are printed: for people, for programs, as annotations of a pull request."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@dataclass(frozen=True, slots=True)
class Report:
    """Problems of this change, those that were there before it, and a summary without any."""

    own: tuple[Problem, ...] = ()
    before: tuple[Problem, ...] = ()
    summary: dict[str, int] = field(default_factory=dict)


def check(base: str | None = None) -> Report:
    """Read and cross-check all of data/. With `base`, only what this branch brought in counts."""
    try:
        catalog = load_catalog()
        load_language(catalog)
        snippets = load_switches(catalog)
        claims = load_claims(catalog)
        measurements = load_measurements(catalog)
        load_changes(measurements)
    except ProblemsError as error:
        found = {*error.problems, *_measurement_files()}
        return _divided(sorted(found), base) if base is not None else Report(tuple(sorted(found)))
    if base is not None:
        branch_point(base)
    counted = {
        "snippets": len(snippets.entries),
        "claims": len(claims),
        "measurements": len(measurements.rows),
    }
    return Report(summary=_summary(catalog) | counted)


def _measurement_files() -> list[Problem]:
    """Faults of measurement files that show without a catalog, for the run in which it has some."""
    reader = Reader(DATA)
    for _ in reader.folder("measurements", MeasurementFile):
        pass
    return reader.problems


def _summary(catalog: Catalog) -> dict[str, int]:
    return {
        "models": len(catalog.models),
        "families": len({entry.family.family for entry in catalog.models.values()}),
        "boards": len(catalog.boards),
        "clouds": len(catalog.clouds),
        "formats": len(catalog.formats),
        "runtimes": len(catalog.runtimes),
    }


def _divided(found: Iterable[Problem], base: str) -> Report:
    """A problem is this branch's when its file was changed, or when `base` does not have it."""
    changed = changed_files(base)
    own = [problem for problem in found if problem.file in changed]
    rest = [problem for problem in found if problem.file not in changed]
    known = _known(base) if rest else frozenset()
    return Report(
        own=tuple(own + [problem for problem in rest if _headline(problem) not in known]),
        before=tuple(problem for problem in rest if _headline(problem) in known),
    )


def _known(base: str) -> frozenset[str]:
    """Headlines of the problems that `base` has with its own data and its own rules."""
    with tree_of(branch_point(base)) as folder:
        command = [sys.executable, "build_tables.py", "check"]
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=folder, capture_output=True, text=True, check=False
        )
    return frozenset(_LINE_NUMBER.sub("", line, count=1) for line in done.stderr.splitlines())


def _headline(problem: Problem) -> str:
    """The first line of a problem without its line number, which edits above it move."""
    return _LINE_NUMBER.sub("", str(problem).splitlines()[0], count=1)


def rendered(report: Report, style: Style) -> str:
    """The report in one of the styles, a line break at its end."""
    match style:
        case Style.JSON:
            return _as_json(report)
        case Style.GITHUB:
            lines = [
                *(_annotation("error", problem) for problem in report.own),
                *(_annotation("warning", problem) for problem in report.before),
            ]
            return "\n".join((*lines, _as_text(report)))
        case Style.TEXT:
            return _as_text(report)


def _as_text(report: Report) -> str:
    if report.summary:
        count = report.summary
        return (
            f"OK: {count['models']} models in {count['families']} families, "
            f"{count['boards']} boards, {count['clouds']} clouds, {count['formats']} formats, "
            f"{count['runtimes']} runtimes, {count['snippets']} snippets, "
            f"{count['claims']} rules of thumb, {count['measurements']} measurements.\n"
        )
    lines = [str(problem) for problem in report.own]
    lines += ["", f"{len(report.own)} problem(s)."]
    if report.before:
        lines += ["", "Not from this change, and no reason to stop it:"]
        lines += [str(problem) for problem in report.before]
    return "\n".join(lines) + "\n"


def _as_json(report: Report) -> str:
    document = {
        "ok": not report.own,
        "problems": [_fields(problem) for problem in report.own],
        "problems_before": [_fields(problem) for problem in report.before],
        "counts": report.summary,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _fields(problem: Problem) -> dict[str, object]:
    return {"file": problem.file, "line": problem.line, **problem.as_json()}


def _annotation(level: str, problem: Problem) -> str:
    """A workflow command: GitHub shows it beside the line of the pull request."""
    place = f"file={_property(problem.file)},line={max(problem.line, 1)}"
    title = f"title={_property(problem.path)}"
    text = f"saw {problem.saw}, expected {problem.expected}\n{problem.tip}".rstrip()
    return f"::{level} {place},{title}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
