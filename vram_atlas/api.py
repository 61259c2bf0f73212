"""The JSON API: static files. Integers in bytes, closed words, no value of two types."""

import csv
import io
import json
from collections.abc import Mapping
from functools import cache
from typing import Final

from pydantic_core import to_json

from vram_atlas import accuracy
from vram_atlas.catalog import BoardEntry, Catalog, ModelEntry
from vram_atlas.cells import Cell
from vram_atlas.formulas_version import digests, formulas_version
from vram_atlas.grid import Grid, Runnable
from vram_atlas.instances import with_board
from vram_atlas.judged import Judged
from vram_atlas.schema.layers import Undisclosed, WeightsOnly
from vram_atlas.sentences import assumptions, trust
from vram_atlas.units import from_mib
from vram_atlas.verdict import Verdict
from vram_atlas.views import catalog_date, sources_of

SCHEMA_VERSION: Final = 1
Document = dict[str, object]


def as_text(document: Mapping[str, object]) -> str:
    """A document as it is published: one line per value, a newline at the end."""
    return to_json(document, indent=1).decode() + "\n"


def index(catalog: Catalog) -> Document:
    """All models and boards, with the addresses of their documents and pages."""
    return {
        "schema_version": SCHEMA_VERSION,
        "catalog_date": catalog_date(catalog),
        "formulas_version": formulas_version(),
        "matrices": [
            {"id": matrix.id, "title": matrix.title, "task": matrix.task}
            for matrix in catalog.matrices.values()
        ],
        "models": [
            _listed("models", "models", entry.id, entry.model.name)
            for entry in catalog.models.values()
        ],
        "boards": [
            _listed("boards", "gpus", board.id, board.board.name)
            for board in catalog.boards.values()
        ],
        "clouds": [
            _listed("clouds", "clouds", provider.provider, provider.name)
            for provider in catalog.clouds.values()
        ],
    }


def _listed(folder: str, pages: str, identity: str, name: str) -> Document:
    """Addresses are relative to index.json."""
    return {
        "id": identity,
        "name": name,
        "url": f"{folder}/{identity}.json",
        "page": f"../../{pages}/{identity}.html",
    }


def model(entry: ModelEntry, grid: Grid) -> Document:
    """A model and its need in every matrix; without both where the size is not published."""
    facts = entry.model
    document: Document = {
        "schema_version": SCHEMA_VERSION,
        "id": entry.id,
        "name": facts.name,
        "aliases": list(facts.aliases),
        "family": entry.family.family,
        "developer": entry.family.developer,
        "kind": facts.architecture.kind,
        "released": facts.released,
        "disclosed": entry.groups is not None,
    }
    if facts.licence is not None:
        document["licence"] = facts.licence.name
    if entry.groups is not None:
        total = entry.groups.total
        active = facts.parameters.active if facts.parameters is not None else None
        document["parameters"] = {"total": total, "active": active or total}
        document["native_format"] = entry.native_format
    if facts.context_length is not None:
        document["context_length"] = facts.context_length
    if facts.unlimited_context:
        document["unlimited_context"] = True
    if isinstance(facts.architecture, Undisclosed | WeightsOnly):
        document["why"] = facts.architecture.why
    if isinstance(facts.architecture, Undisclosed):
        document["estimates"] = [
            {
                "total": item.total,
                "author": item.author,
                "date": item.date,
                "url": grid.catalog.sources[entry.file][item.source].url,
            }
            for item in facts.estimates
        ]
    document["matrices"] = [
        _cell(cell, grid) for cell in grid.of_model(entry) if cell.estimate is not None
    ]
    document["sources"] = _sources(entry, grid.catalog)
    return document


def _cell(cell: Cell, grid: Grid) -> Document:
    found, workload = cell.estimate, cell.workload
    if found is None or workload is None:
        return {}
    boards = _ids(grid.judged(cell))
    return {
        "id": cell.matrix.id,
        "task": workload.task,
        "weights": workload.weights.id,
        "runtime": workload.runtime.id,
        "allocated_bytes": found.allocated.as_json(),
        "peak_bytes": found.peak.as_json(),
        "parts": {part.value: size for part, size in found.parts.items()},
        "phase": found.phase,
        "assumptions": f"{assumptions(workload)} {trust(found)}",
        "boards_that_fit": boards[Verdict.FITS],
        "boards_that_are_tight": boards[Verdict.TIGHT],
    }


@cache
def _ids(judged: Judged) -> dict[Verdict, list[str]]:
    return {verdict: [board.id for board in found] for verdict, found in judged.boards.items()}


def board(entry: BoardEntry, grid: Grid) -> Document:
    """A board, its memory, and the models that fit it, the largest first."""
    facts, memory = entry.board, entry.board.memory
    return {
        "schema_version": SCHEMA_VERSION,
        "id": entry.id,
        "name": facts.name,
        "aliases": list(facts.aliases),
        "line": entry.line.line,
        "vendor": entry.line.vendor,
        "segment": facts.segment,
        "architecture": facts.architecture,
        "memory": {
            "label_gb": memory.label_gb,
            "total_bytes": entry.total,
            "visible_bytes": entry.visible,
            "derived": entry.memory.derived,
            **_known(
                windows_bytes=memory.windows and from_mib(memory.windows.mib),
                type=memory.kind,
                bandwidth_gb_s=memory.bandwidth and memory.bandwidth.gb_s,
            ),
        },
        "precision": {
            "bf16": facts.bf16,
            "fp8": facts.fp8,
            **_known(int8=entry.arithmetic and entry.arithmetic.int8),
            "fp4": facts.fp4,
        },
        **_known(
            pcie=facts.pcie and {"generation": facts.pcie.generation, "lanes": facts.pcie.lanes},
            link_gb_s=facts.link and facts.link.gb_s,
            power_watt=facts.power and facts.power.watt,
            launched=facts.launch and facts.launch.date,
        ),
        "matrices": [
            {"id": matrix.id, "task": matrix.task, **_models(grid.models_that_fit(entry, matrix))}
            for matrix in grid.catalog.matrices.values()
        ],
        "cloud_instances": [
            {"provider": provider.provider, "type": instance.type, "count": instance.count}
            for provider, instance in with_board(entry, grid)
        ],
        "sources": _sources(entry, grid.catalog),
    }


def _known(**facts: object) -> Document:
    """Facts that somebody published or saw; the others have no key."""
    return {name: value for name, value in facts.items() if value is not None}


@cache
def _models(found: Runnable) -> Document:
    return {
        "models_that_fit": [cell.entry.id for cell in found.fits],
        "models_that_are_tight": [cell.entry.id for cell in found.tight],
    }


def _sources(entry: ModelEntry | BoardEntry, catalog: Catalog) -> list[Document]:
    return [
        {"kind": source.kind, "url": source.url, "shows": source.shows, "accessed": source.accessed}
        for source in sources_of(entry, catalog)
    ]


def formulas() -> Document:
    """Which state of formulas, constants and defaults the numbers were made with."""
    return {
        "schema_version": SCHEMA_VERSION,
        "formulas_version": formulas_version(),
        "files": digests(),
    }


def measured(table: str) -> Document:
    """The table of measurements as a document: empty cells are left out, figures are numbers."""
    rows = csv.DictReader(io.StringIO(table))
    return {
        "schema_version": SCHEMA_VERSION,
        "measurements": [
            {key: _figure(key, value) for key, value in row.items() if value} for row in rows
        ],
    }


def _figure(key: str, value: str) -> str | int | float:
    if key == "error":
        return float(value)
    return int(value) if key.endswith("_bytes") else value


MEASUREMENT_COLUMNS: Final = (
    "id",
    "task",
    "model",
    "runtime",
    "metric",
    "measured_bytes",
    "estimated_bytes",
    "error",
    "quality",
    "board",
    "verdict",
    "source",
    "locator",
    "request",
)


def measurements(catalog: Catalog) -> str:
    """Every measured row beside its estimate, as CSV.

    Rows without a figure (fits, oom) have the estimated peak, context included; the request is a
    line that `build_tables.py estimate` reads.
    """
    found, comparison = accuracy.published(catalog)
    errors = {residual.measurement.id: residual for residual in comparison.residuals}
    verdicts = {one.measurement.id: one for one in comparison.judged}
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    write(MEASUREMENT_COLUMNS)
    for one in found.rows:
        question, residual, judged = one.question, errors.get(one.id), verdicts.get(one.id)
        estimated = judged.need.expected if judged is not None else ""
        write(
            (
                one.id,
                question.request.task,
                question.entry.id,
                question.workload.runtime.id if question.workload is not None else "",
                one.row.metric,
                residual.measured if residual is not None else "",
                f"{residual.estimated:.0f}" if residual is not None else estimated,
                f"{residual.error:.4f}" if residual is not None else "",
                one.row.quality,
                one.row.request.get("board", ""),
                judged.verdict if judged is not None else "",
                one.source.url,
                one.row.locator,
                json.dumps(one.row.request, ensure_ascii=False),
            )
        )
    return text.getvalue()
