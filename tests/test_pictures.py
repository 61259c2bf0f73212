"""Pictures: SVG that a page can take as it is, the same everywhere, and drawn only once."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from chart_examples import KINDS, examples, grid

from vram_atlas import drawing, pictures
from vram_atlas.drawing import TEXT_COLOUR, Rows
from vram_atlas.model_charts import charts_of
from vram_atlas.pictures import Album

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
        TEXT_COLOUR,
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


def test_legend_is_below_the_plot() -> None:
    """Drawn once for all charts of a layout, and inside each picture."""
    root = ET.fromstring(pictures.draw(examples()[BARS]))  # noqa: S314  (drawn by ourselves)
    names = {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"weights", "optimizer states"} <= names
    legend = root[-1]
    top = float(re.search(r",([\d.]+)\)", legend.attrib["transform"])[1])  # type: ignore[index]
    height = float(root.attrib["viewBox"].split()[3])
    assert height - 100 < top < height - 10


def test_second_build_draws_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are remembered by everything that decides their bytes."""
    file = tmp_path / "charts.json"
    album = Album.opened(file)
    first = album.picture(examples()[LINES])
    album.keep(file)
    drawn: list[str] = []

    def plots(layout: str, asked: Sequence[Rows]) -> list[str]:
        drawn.append(layout)
        return ["<svg></svg>" for _ in asked]

    monkeypatch.setattr(drawing, "plots", plots)
    album = Album.opened(file)
    assert album.picture(examples()[LINES]) == first
    assert drawn == []
    album.picture(examples()[BARS])
    assert drawn == [examples()[BARS].layout]


def test_equal_plots_are_drawn_once_and_have_their_own_names() -> None:
    """Models of one shape share what is seen, and nothing of what is read out."""
    chart, album = examples()[LINES], Album()
    first = album.picture(chart)
    renamed = replace(chart, title="another <title>", description="another & description")
    root = ET.fromstring(album.picture(renamed))  # noqa: S314  (drawn by ourselves)
    assert root.get("aria-label") == renamed.title
    assert root.findtext("{http://www.w3.org/2000/svg}desc") == renamed.description
    assert len(album.known) == 1
    assert pictures.draw(renamed) == album.picture(renamed) != first


def test_charts_drawn_together_are_those_drawn_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """One call draws all charts of a layout, and none shows what its neighbours hold."""
    models = (grid().catalog.models[name] for name in ("llama-3-8b", "llama-3.1-8b", "llama-2-7b"))
    charts = [chart for entry in models for chart in charts_of(entry, grid()).values()]
    together, calls = Album(), []

    def counted(layout: str, asked: Sequence[Rows]) -> list[str]:
        calls.append(layout)
        return plots(layout, asked)

    plots = drawing.plots
    with monkeypatch.context() as patch:
        patch.setattr(drawing, "plots", counted)
        together.draw(charts)
    assert sorted(calls) == sorted({chart.layout for chart in charts})
    assert len(calls) < len(charts)
    for chart in charts:
        assert together.picture(chart) == pictures.draw(chart)


def test_another_row_is_another_picture() -> None:
    """What is seen decides, to the last number."""
    chart, album = examples()[LINES], Album()
    rows = {name: [dict(row) for row in given] for name, given in chart.rows.items()}
    rows["lines"][0]["gib"] = 0.001
    assert album.picture(chart) != album.picture(replace(chart, rows=rows))
    assert len(album.known) == 2


def test_used_pictures_are_kept_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a build used stays; what is left of earlier ones makes room."""
    monkeypatch.setattr(pictures, "_REMEMBERED", 2)
    album = Album({"older": "1", "old": "2"})
    album.picture(examples()[BARS])
    (picture,) = album.used.values()
    album.keep(tmp_path / "charts.json")
    assert [*Album.opened(tmp_path / "charts.json").known.values()] == [picture, "1"]


def test_half_written_memory_is_ignored(tmp_path: Path) -> None:
    """An interrupted build costs time, not a correct site."""
    file = tmp_path / "charts.json"
    file.write_text('{"abc": "<sv')
    assert Album.opened(file).known == {}
