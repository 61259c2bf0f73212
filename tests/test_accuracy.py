"""The accuracy harness: like against like, and summaries that a reader can recompute."""

from pathlib import Path

import pytest

from vram_atlas.accuracy import (
    Residual,
    compare,
    headline,
    percentile,
    summarise,
)
from vram_atlas.accuracy_report import GROUPINGS, report
from vram_atlas.catalog import Catalog
from vram_atlas.estimator import estimate
from vram_atlas.formulas.phases import Part
from vram_atlas.measurements import Measurement, Measurements, load_measurements
from vram_atlas.schema.base import Task
from vram_atlas.verdict import Verdict

FILE = """\
measurements: own
name: A test
sources:
  log:
    kind: measured
    url: https://example.org/log
    shows: Peaks.
    accessed: 2026-11-22
runs:
  - source: log
    title: log
    software: torch
    hardware: A100 80GB
    method: torch.cuda.max_memory_allocated
    unit: bytes
    rows:
{rows}
"""
FULL = "{model: mistral-7b-v0.1, task: full, precision: bf16, runtime: transformers-4.48}"
QUESTION = "{model: llama-2-7b, task: inference, context_length: 4096, board: {board}}"


def rows(catalog: Catalog, folder: Path, *lines: str) -> tuple[Measurement, ...]:
    """Measurements from lines of YAML."""
    text = "\n".join(
        f"      - {{id: r{n}, quality: A, locator: here, {line}}}" for n, line in enumerate(lines)
    )
    (folder / "own.yml").write_text(FILE.replace("{rows}", text), encoding="utf-8")
    return load_measurements(catalog, folder).rows


def test_like_with_like(catalog: Catalog, tmp_path: Path) -> None:
    """Each metric is compared with the part of the estimate that counts the same bytes."""
    metrics = ("peak_allocated", "static_allocated", "nvidia_smi", "weights_only")
    lines = [f"request: {FULL}, metric: {metric}, value: 1000" for metric in metrics]
    found = rows(catalog, tmp_path, *lines)
    residuals = compare(catalog, found).residuals
    workload = found[0].question.workload
    assert workload is not None
    answer = estimate(workload, catalog)
    weights = answer.parts[Part.WEIGHTS]
    expected = (
        answer.allocated.expected,
        weights + answer.parts[Part.OPTIMIZER_STATES],
        answer.peak.expected,
        weights,
    )
    assert tuple(residual.estimated for residual in residuals) == expected
    assert residuals[0].error == pytest.approx(answer.allocated.expected / 1000 - 1)


def test_error_and_band_are_opposite_views(catalog: Catalog, tmp_path: Path) -> None:
    """An estimate that is twice the figure: error +100 %, and the band reaches down to -50 %."""
    (row,) = rows(catalog, tmp_path, f"request: {FULL}, metric: peak_allocated, value: 1000")
    residual = Residual(row, 1000, 2000)
    assert (residual.error, residual.band) == (1.0, -0.5)


def test_verdicts(catalog: Catalog, tmp_path: Path) -> None:
    """Llama 2 7B fits 80 GB, not 8 GB: an `oom` that fits and a `fits` that does not are wrong."""
    cases = (("fits", "a100-80gb"), ("oom", "a100-80gb"), ("fits", "rtx-4060"), ("oom", "rtx-4060"))
    lines = [
        f"request: {QUESTION.replace('{board}', board)}, metric: {name}" for name, board in cases
    ]
    judged = compare(catalog, rows(catalog, tmp_path, *lines)).judged
    assert [one.verdict for one in judged] == [Verdict.FITS, Verdict.FITS, Verdict.NO, Verdict.NO]
    assert [one.wrong for one in judged] == [False, True, True, False]


def test_a_figure_on_a_board_proves_that_it_ran(catalog: Catalog, tmp_path: Path) -> None:
    """A peak measured on a named board is a verdict as well."""
    line = (
        f"request: {QUESTION.replace('{board}', 'rtx-4060')}, metric: peak_allocated, value: 1000"
    )
    (judged,) = compare(catalog, rows(catalog, tmp_path, line)).judged
    assert (judged.ran, judged.verdict, judged.wrong) == (True, Verdict.NO, True)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([3.0], 0.95, 3.0), ([1.0, 2.0], 0.5, 1.5), ([4.0, 1.0, 3.0, 2.0, 5.0], 0.95, 4.8)],
    ids=["one value", "between two", "interpolated, unsorted"],
)
def test_percentile(values: list[float], share: float, expected: float) -> None:
    """Linear interpolation, as NumPy's default."""
    assert percentile(values, share) == pytest.approx(expected)


def test_summary(catalog: Catalog, tmp_path: Path) -> None:
    """Count, median, bias and worst row of a group of three."""
    (row,) = rows(catalog, tmp_path, f"request: {FULL}, metric: peak_allocated, value: 1000")
    residuals = [Residual(row, 1000, estimated) for estimated in (1010, 980, 1040)]
    (summary,) = summarise(residuals, GROUPINGS["task"])
    assert summary.group == ("peak_allocated", "full")
    assert summary.count == 3
    assert summary.median == pytest.approx(0.02)
    assert summary.bias == pytest.approx(0.01)
    assert summary.worst[0].estimated == 1040


def test_report_is_stable(catalog: Catalog) -> None:
    """Same files, same text; every metric of the data has a line."""
    measurements = load_measurements(catalog)
    text = report(catalog, measurements)
    assert text == report(catalog, measurements)
    for word in (
        "error by task",
        "surplus by",
        "verdicts",
        "worst five",
        "peak_allocated / inference",
    ):
        assert word in text


def test_full_fine_tuning_is_exact(catalog: Catalog) -> None:
    """Mistral 7B on one A100, bf16 AdamW: the step's peak, measured 72.43 GB, within 0.1 %."""
    measurements = load_measurements(catalog)
    own = [one for one in measurements.rows if one.id == "fms-a100-80gb-10-peak"]
    (residual,) = compare(catalog, own).residuals
    assert abs(residual.error) < 0.001


def test_headline_is_quality_a_by_task(catalog: Catalog) -> None:
    """The figures that must not get worse exist for inference, LoRA, QLoRA and full fine-tuning."""
    measurements: Measurements = load_measurements(catalog)
    figures = headline(compare(catalog, measurements.rows))
    assert set(figures) == set(Task)
    assert all(summary.count >= 5 for summary in figures.values())
