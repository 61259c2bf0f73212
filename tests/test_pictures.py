"""Pictures: SVG that a page can take as it is, the same everywhere, and drawn only once."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from chart_examples import KINDS, examples

from vram_atlas import pictures
from vram_atlas.pictures import Chart, render

LINES, BARS = "lines", "breakdown"


@pytest.mark.parametrize("kind", KINDS)
def test_picture_is_small_and_self_contained(kind: str) -> None:
    """One line; name and description; nothing that runs, loads or clashes on a page."""
    chart = examples()[kind]
    svg = pictures.draw(chart)
    root = ET.fromstring(svg)  # noqa: S314  (drawn by ourselves)
    assert root.get("role") == "img"
    assert root.get("aria-label") == chart.title
    assert root.findtext("{http://www.w3.org/2000/svg}desc") == chart.description
    assert root.get("width") == "100%"
    assert "\n" not in svg
    assert len(svg.encode()) < (12_000 if kind != "models" else 120_000)
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
    chart = examples()[LINES]
    here = pictures.draw(chart)
    pictures.draw(examples()[BARS])
    assert pictures.draw(chart) == here
    data = tmp_path / "chart.json"
    data.write_text(json.dumps(asdict(chart)))
    program = (
        "import json, sys; from vram_atlas.pictures import Chart, draw;"
        "sys.stdout.write(draw(Chart(**json.load(open(sys.argv[1])))))"
    )
    root = Path(pictures.__file__).parent.parent
    command = [sys.executable, "-c", program, str(data)]
    fresh = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert fresh.stdout == here


def test_several_processes_draw_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many cores there are cannot be seen."""
    both = {name: examples()[name] for name in (LINES, BARS)}
    alone = render(both, remember=None)
    monkeypatch.setattr(pictures, "_FEW", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert render(both, remember=None) == alone


def test_second_build_draws_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are remembered by everything that decides their bytes."""
    file = tmp_path / "charts.json"
    first = render({"a": examples()[LINES]}, remember=file)
    drawn: list[Chart] = []

    def draw(chart: Chart) -> str:
        drawn.append(chart)
        return "<svg/>"

    monkeypatch.setattr(pictures, "draw", draw)
    assert render({"b": examples()[LINES]}, remember=file) == {"b": first["a"]}
    assert drawn == []
    render({"a": examples()[BARS]}, remember=file)
    assert render({"b": examples()[LINES]}, remember=file) == {"b": first["a"]}
    assert len(drawn) == 1


def test_half_written_memory_is_ignored(tmp_path: Path) -> None:
    """An interrupted build costs time, not a correct site."""
    file = tmp_path / "charts.json"
    file.write_text('{"abc": "<sv')
    assert render({"a": examples()[LINES]}, remember=file)["a"].startswith("<svg")
