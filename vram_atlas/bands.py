"""data/bands.yml from the measured rows: bands, and how full a board was when runs finished."""

from collections.abc import Iterator
from math import ceil, floor
from typing import Final

from vram_atlas.accuracy import Comparison, Judged, Residual, peaks, percentile, same, source
from vram_atlas.catalog import Catalog
from vram_atlas.estimator import band_of, circumstance
from vram_atlas.schema.band import Basis, Circumstance
from vram_atlas.schema.base import Task
from vram_atlas.schema.measurement import Metric

ENOUGH: Final = 10
"""Rows below which a spread says little; the band is a stated margin then."""
_PARTS: Final = frozenset(
    {Metric.WEIGHTS_ONLY, Metric.FILE_SIZE, Metric.KV_CACHE_ONLY, Metric.ACTIVATIONS_ONLY}
)
_HEAD: Final = """\
# Written by `build_tables.py bands` from data/measurements/: do not edit it, a test compares.
#
# bands: the 5th and 95th percentile of measurement / estimate - 1 over the allocated peaks of a
# task, runtime family and kind of model, rounded outward, never narrower than `narrowest` of
# data/methods.yml. `parts`: fewer than ten peaks, but ten figures of weights, files and caches.
# `few`: neither; the stated margin of the task.
# proven: the largest share of a board's visible memory at which a run finished, below the smallest
# at which one failed. Memory fragments while tensors come and go, most on several boards.
sources:
  rows:
    kind: derived
    url: https://vram-atlas.github.io/vram-atlas/reference/accuracy.html
    shows: Every measured row beside its estimate.
    accessed: 2026-11-25
source: rows
"""


def bands_text(catalog: Catalog, comparison: Comparison) -> str:
    """The whole file."""
    return "\n".join(
        [
            f"{_HEAD}proven:",
            *_proven(comparison),
            "bands:",
            *_bands(catalog, comparison),
            "",
        ]
    )


def _proven(comparison: Comparison) -> Iterator[str]:
    found: dict[Circumstance, list[Judged]] = {when: [] for when in Circumstance}
    for one in comparison.judged:
        workload = one.measurement.question.workload
        if workload is not None and not workload.runtime.composed:  # another allocator
            found[circumstance(workload, one.phase)].append(one)
    for when, judged in found.items():
        failed = [one.share for one in judged if not one.ran]
        limit = min(failed, default=1.0)
        finished = [one.share for one in judged if one.ran]
        share = floor(max(share for share in finished if share < limit) * 1000) / 1000
        yield (
            f"  - {{when: {when.value}, share: {share}, "
            f"finished: {len(finished)}, failed: {len(failed)}}}"
        )


def _bands(catalog: Catalog, comparison: Comparison) -> Iterator[str]:
    whole = _grouped(catalog, peaks(comparison))
    parts = _grouped(catalog, [r for r in same(comparison) if r.measurement.row.metric in _PARTS])
    for key in sorted({*whole, *parts}):
        task, family, kind = key
        rows, basis = whole.get(key, []), Basis.PEAKS
        if len(rows) < ENOUGH and len(parts.get(key, [])) >= ENOUGH:
            rows, basis = parts[key], Basis.PARTS
        elif not rows:
            continue
        elif len(rows) < ENOUGH:
            basis = Basis.FEW
        low, high = _width(catalog, Task(task), basis, rows)
        files = len({source(row.measurement) for row in rows})
        yield (
            f"  - {{task: {task}, family: {family}, kind: {kind}, low: {low}, high: {high}, "
            f"basis: {basis.value}, rows: {len(rows)}, files: {files}}}"
        )


def _width(catalog: Catalog, task: Task, basis: Basis, rows: list[Residual]) -> tuple[float, float]:
    margins = catalog.margins
    if basis is Basis.PARTS:
        return margins.parts.low, margins.parts.high
    if basis is Basis.FEW:
        return margins.unmeasured[task].low, margins.unmeasured[task].high
    spread = [row.band for row in rows]
    low, high = percentile(spread, 0.05), percentile(spread, 0.95)
    narrowest = margins.narrowest
    return (
        min(floor(low * 1000) / 1000, narrowest.low),
        max(ceil(high * 1000) / 1000, narrowest.high),
    )


def _grouped(
    catalog: Catalog, residuals: list[Residual]
) -> dict[tuple[str, str, str], list[Residual]]:
    found: dict[tuple[str, str, str], list[Residual]] = {}
    for row in residuals:
        workload = row.measurement.question.workload
        if workload is not None:
            band = band_of(workload, catalog)
            found.setdefault((band.task.value, band.family, band.kind), []).append(row)
    return found
