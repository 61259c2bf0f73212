"""Charts: the numbers of the other surfaces, and SVG that a page can take as it is."""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import altair as alt
import pytest

from vram_atlas import charts, pictures
from vram_atlas.catalog import load_catalog
from vram_atlas.charts import Chart
from vram_atlas.formulas.phases import Part
from vram_atlas.grid import Cell, build_grid
from vram_atlas.schema.layers import Undisclosed
from vram_atlas.sentences import OUTSIDE_NAME, PART_NAME
from vram_atlas.units import format_size, from_gib, to_gib

MODEL = "llama-3-8b"
SERIES = {
    "Inference in 16 bits": [(4096, from_gib(17)), (8192, from_gib(18)), (131072, from_gib(40))],
    "LoRA fine-tuning": [(512, from_gib(17)), (4096, from_gib(21))],
}
SIZES = {"24 GB": from_gib(23.5), "40 GB": from_gib(39.4), "41 GB": from_gib(40.4)}
WHITE, SLATE = "#ffffff", "#1e2129"
"""Backgrounds of the two palettes."""


@cache
def _cells(name: str = MODEL) -> tuple[Cell, ...]:
    catalog = load_catalog()
    return tuple(build_grid(catalog, only=[name]).of_model(catalog.models[name]))


def _breakdown() -> Chart:
    chart = charts.breakdown(_cells())
    assert chart is not None
    return chart


def _context() -> Chart:
    return charts.context(SERIES, description="Memory of X <16 GiB & more>", memory_lines=SIZES)


def _words(svg: str) -> list[str]:
    parsed = ET.fromstring(svg)  # noqa: S314  (drawn by ourselves)
    return [node.text or "" for node in parsed.iter("{http://www.w3.org/2000/svg}text")]


def _contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""

    def luminance(colour: str) -> float:
        shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_bars_say_the_peak_and_add_up_to_it() -> None:
    """Label and length of every bar are the peak that sentences and tables show."""
    chart = _breakdown()
    words = _words(pictures.draw(chart))
    for cell in _cells():
        assert cell.estimate is not None
        peak = cell.estimate.peak.expected
        label = f"{cell.matrix.title}: {format_size(peak)}"
        assert label in words
        assert label in chart.description
        parts = [float(row["gib"]) for row in chart.rows["parts"] if row["bar"] == label]
        assert sum(parts) == pytest.approx(to_gib(peak))


def test_legend_names_the_parts_that_are_there() -> None:
    """Parts appear under the names of sentences.py, in the order of Part, the outside last."""
    names = [*PART_NAME.values(), OUTSIDE_NAME]
    present = {row["part"] for row in _breakdown().rows["parts"]}
    shown = [word for word in _words(pictures.draw(_breakdown())) if word in names]
    assert shown == [name for name in names if name in present]


def test_nothing_to_draw_without_an_estimate() -> None:
    """A model of unpublished size has no bars."""
    catalog = load_catalog()
    hidden = next(
        name
        for name, entry in catalog.models.items()
        if isinstance(entry.model.architecture, Undisclosed)
    )
    assert charts.breakdown(_cells(hidden)) is None


def test_context_axis_counts_tokens_in_powers_of_two() -> None:
    """Few enough labels for a phone, the longest context among them."""
    words = _words(pictures.draw(_context()))
    assert [word for word in words if word in {"512", "2k", "8k", "32k", "128k"}] == [
        "512", "2k", "8k", "32k", "128k",
    ]  # fmt: skip
    assert {*SERIES} <= {*words}


def test_memory_sizes_keep_their_distance() -> None:
    """Of two sizes with overlapping labels the larger one is drawn; none far above the lines."""
    words = _words(pictures.draw(_context()))
    assert [word for word in words if word.endswith(" GB")] == ["41 GB", "24 GB"]
    low = charts.context(
        {"a": [(1024, from_gib(3)), (2048, from_gib(4))]}, description="d", memory_lines=SIZES
    )
    assert low.rows["rules"] == []


@pytest.mark.parametrize("make", [_breakdown, _context], ids=["breakdown", "context"])
def test_picture_is_small_and_self_contained(make: Callable[[], Chart]) -> None:
    """One line; a name for screen readers; nothing that runs, loads or clashes on a page."""
    chart = make()
    svg = pictures.draw(chart)
    root = ET.fromstring(svg)  # noqa: S314  (drawn by ourselves)
    assert root.get("role") == "img"
    assert root.get("aria-label") == chart.description
    assert root.get("width") == "100%"
    assert "\n" not in svg
    assert len(svg.encode()) < 12_000
    assert "currentColor" in svg
    for unwanted in (
        pictures.TEXT_COLOUR,
        "<script",
        "href",
        "url(",
        " id=",
        'font-size="0',
        "NaN",
    ):
        assert unwanted not in svg
    width = float(root.attrib["viewBox"].split()[2])
    assert 320 <= width <= 350


def test_same_chart_same_bytes_whatever_was_drawn_before(tmp_path: Path) -> None:
    """In this process after others, and in one that draws nothing else."""
    chart = _context()
    here = pictures.draw(chart)
    pictures.draw(_breakdown())
    assert pictures.draw(chart) == here
    data = tmp_path / "chart.json"
    data.write_text(json.dumps([chart.layout, chart.rows, chart.description]))
    program = (
        "import json, sys; from vram_atlas.pictures import Chart, draw;"
        "sys.stdout.write(draw(Chart(*json.load(open(sys.argv[1])))))"
    )
    root = Path(pictures.__file__).parent.parent
    command = [sys.executable, "-c", program, str(data)]
    fresh = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert fresh.stdout == here


def test_several_processes_draw_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many cores there are cannot be seen."""
    both = {"parts": _breakdown(), "context": _context()}
    alone = charts.render(both, remember=None)
    monkeypatch.setattr(pictures, "_FEW", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert charts.render(both, remember=None) == alone


def test_second_build_draws_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are remembered by everything that decides their bytes."""
    file = tmp_path / "charts.json"
    first = charts.render({"a": _context()}, remember=file)
    drawn: list[Chart] = []

    def draw(chart: Chart) -> str:
        drawn.append(chart)
        return "<svg/>"

    monkeypatch.setattr(pictures, "draw", draw)
    assert charts.render({"b": _context()}, remember=file) == {"b": first["a"]}
    assert drawn == []
    charts.render({"a": _breakdown()}, remember=file)
    assert charts.render({"b": _context()}, remember=file) == {"b": first["a"]}
    assert len(drawn) == 1


def test_half_written_memory_is_ignored(tmp_path: Path) -> None:
    """An interrupted build costs time, not a correct site."""
    file = tmp_path / "charts.json"
    file.write_text('{"abc": "<sv')
    assert charts.render({"a": _context()}, remember=file)["a"].startswith("<svg")


@pytest.mark.parametrize("make", [_breakdown, _context], ids=["breakdown", "context"])
def test_spec_is_vega_lite_with_its_data(make: Callable[[], Chart]) -> None:
    """The interactive view gets a complete document that Altair's schema accepts."""
    spec = json.loads(charts.spec_json(make()))
    assert spec["datasets"] == make().rows
    assert pictures.TEXT_COLOUR not in json.dumps(spec)
    alt.Chart.from_dict(spec)


def test_every_part_has_a_colour_of_its_own() -> None:
    """No two segments look the same, and no part is left out."""
    assert set(charts.PART_COLOUR) == set(Part)
    assert len({*charts.PART_COLOUR.values(), charts.OUTSIDE_COLOUR}) == len(Part) + 1


@pytest.mark.parametrize(("colour", "background"), [
    (colour, background) for colour, _ in charts.LINE_STYLES for background in (WHITE, SLATE)
])  # fmt: skip
def test_lines_stand_out(colour: str, background: str) -> None:
    """3 to 1 for graphics, https://www.w3.org/TR/WCAG22/#non-text-contrast."""
    assert _contrast(colour, background) >= 3
