"""Measurements: every row is a question with a source, and a fault in a row has an address."""

from collections import Counter
from pathlib import Path

import pytest

from vram_atlas.catalog import Catalog
from vram_atlas.measurements import Measurements, load_measurements
from vram_atlas.problems import ProblemsError
from vram_atlas.schema.measurement import VERDICTS, Metric
from vram_atlas.units import GIB, MIB

GOOD = """\
measurements: own
name: A test
sources:
  log:
    kind: measured
    url: https://github.com/owner/name/blob/0123456789012345678901234567890123456789/log.csv
    shows: One peak.
    accessed: 2026-11-22
runs:
  - source: log
    title: log.csv
    software: torch 2.4.1
    hardware: A100 80GB
    method: torch.cuda.max_memory_allocated
    unit: bytes
    rows:
      - {id: own-1, request: {model: llama-2-7b, task: inference},
         metric: peak_allocated, value: 99, quality: A, locator: line 1}
"""

FAULTS = [
    (
        "a field that no request has",
        "task: inference",
        "task: inference, batch: 2",
        "request.batch",
    ),
    ("a model that the catalog lacks", "llama-2-7b", "llama-2-8b", "request.model"),
    ("a figure without its value", " value: 99,", "", "rows[0]"),
    ("a verdict with a value", "peak_allocated", "fits", "rows[0]"),
    ("a verdict without a board", "peak_allocated, value: 99", "oom", "rows[0]"),
    ("a number that is not a whole byte", "value: 99", "value: 99.5", "rows[0].value"),
    ("a name that is not the file's", "measurements: own", "measurements: other", "measurements"),
    ("a link to a branch", "0123456789012345678901234567890123456789", "main", "sources.log.url"),
]
"""What is wrong, the text it replaces, the text that is wrong, and the address it is given."""


@pytest.fixture(scope="module")
def measurements(catalog: Catalog) -> Measurements:
    """Everything in data/measurements/."""
    return load_measurements(catalog)


def test_rows_of_the_sources(measurements: Measurements) -> None:
    """Both big sources are there: peaks of training, and of inference by prompt length."""
    by_file = Counter(row.file.rsplit("/", 1)[-1] for row in measurements.rows)
    assert by_file["fms-acceleration.yml"] >= 400
    assert by_file["qwen.yml"] == 250


def test_every_figure_is_plausible(measurements: Measurements) -> None:
    """A value in bytes lies between 0.05 and 2,000 GiB, so no unit was mistaken for another.

    The cache and the buffers of a small model are smaller than the model; a network for images can
    be smaller than that.
    """
    small = {Metric.KV_CACHE_ONLY, Metric.ACTIVATIONS_ONLY}
    for one in measurements.rows:
        if one.row.metric not in VERDICTS:
            assert one.row.value is not None
            few = one.row.metric in small or one.kind == "convolutional"
            least = 16 * MIB if few else GIB // 20
            assert least < one.row.value < 2000 * GIB, one.id


def test_verdicts_have_a_board(measurements: Measurements) -> None:
    """Fits and oom say on which board."""
    rows = [one for one in measurements.rows if one.row.metric in VERDICTS]
    assert rows
    assert all(one.question.have is not None for one in rows)


def test_nothing_is_dropped(measurements: Measurements) -> None:
    """The 1,290 rows of our notes are all rows here, or listed with a reason."""
    kept = [one.id for one in measurements.rows]
    left = [identity for _, group in measurements.left_out for identity in group.rows]
    ours = [identity for identity in (*kept, *left) if identity.startswith("m")]
    assert len(set(ours)) == len(ours) == 1290
    assert all(group.reason for _, group in measurements.left_out)


def test_a_good_file_loads(catalog: Catalog, tmp_path: Path) -> None:
    """The smallest file: one source, one run, one row."""
    (tmp_path / "own.yml").write_text(GOOD, encoding="utf-8")
    (row,) = load_measurements(catalog, tmp_path).rows
    assert (row.id, row.row.metric, row.row.value) == ("own-1", Metric.PEAK_ALLOCATED, 99)
    assert row.question.entry.id == "llama-2-7b"
    assert row.source.shows == "One peak."


@pytest.mark.parametrize(
    ("old", "new", "address"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS]
)
def test_faults_have_addresses(
    catalog: Catalog, tmp_path: Path, old: str, new: str, address: str
) -> None:
    """Every fault names file, line and path."""
    assert old in GOOD
    (tmp_path / "own.yml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        load_measurements(catalog, tmp_path)
    assert any(problem.path.endswith(address) for problem in caught.value.problems), caught.value
    assert all(
        problem.file == "data/measurements/own.yml" and problem.line
        for problem in caught.value.problems
    )


def test_an_id_belongs_to_one_row(catalog: Catalog, tmp_path: Path) -> None:
    """The same id in two files is a problem of the second."""
    for name in ("one", "two"):
        text = GOOD.replace("measurements: own", f"measurements: {name}")
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ProblemsError, match="an id of one row only"):
        load_measurements(catalog, tmp_path)
