"""Charts: the numbers of the other surfaces, titles that state what was found."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import altair as alt
import pytest
from chart_examples import KINDS, MODEL, case, examples, grid

from vram_atlas import chart_macros, charts, pictures
from vram_atlas.chart_macros import Charts
from vram_atlas.drawing import TEXT_COLOUR
from vram_atlas.formulas.phases import Part
from vram_atlas.pictures import Chart
from vram_atlas.problems import ProblemsError
from vram_atlas.schema.layers import Undisclosed
from vram_atlas.sentences import OUTSIDE_NAME, PART_NAME
from vram_atlas.units import format_size, from_gib, to_gib

SERIES = {
    "Inference in 16 bits": [(4096, from_gib(17)), (8192, from_gib(18)), (131072, from_gib(40))],
    "LoRA fine-tuning": [(512, from_gib(17)), (4096, from_gib(21))],
}
SIZES = {"24 GB": from_gib(23.5), "40 GB": from_gib(39.4), "41 GB": from_gib(40.4)}


def _context() -> Chart:
    return charts.lines("X", SERIES, "context_length", SIZES)


def _words(chart: Chart) -> list[str]:
    parsed = ET.fromstring(pictures.draw(chart))  # noqa: S314  (drawn by ourselves)
    return [node.text or "" for node in parsed.iter("{http://www.w3.org/2000/svg}text")]


def test_bars_say_the_peak_and_add_up_to_it() -> None:
    """Label, length and table of every bar are the peak that sentences and tables show."""
    chart = examples()["breakdown"]
    words = _words(chart)
    for cell in grid().of_model(grid().catalog.models[MODEL]):
        assert cell.estimate is not None
        peak = cell.estimate.peak.expected
        label = f"{cell.matrix.title}: {format_size(peak)}"
        assert label in words
        assert label in chart.description
        parts = [float(row["gib"]) for row in chart.rows["parts"] if row["bar"] == label]
        assert sum(parts) == pytest.approx(to_gib(peak), abs=0.01)
        row = next(row for row in chart.numbers.rows if row[0] == cell.matrix.title)
        assert row[-1] == format_size(peak)


def test_legend_names_the_parts_that_are_there() -> None:
    """Parts appear under the names of sentences.py, in the order of Part, the outside last."""
    names = [*PART_NAME.values(), OUTSIDE_NAME]
    chart = examples()["breakdown"]
    present = {row["part"] for row in chart.rows["parts"]}
    shown = [word for word in _words(chart) if word in names]
    assert shown == [name for name in names if name in present]


def test_nothing_to_draw_without_an_estimate() -> None:
    """A model of unpublished size has no bars."""
    models = grid().catalog.models.values()
    hidden = next(e for e in models if isinstance(e.model.architecture, Undisclosed))
    assert charts.breakdown(grid().of_model(hidden)) is None


def test_context_axis_counts_tokens_in_powers_of_two() -> None:
    """Few enough labels for a phone, the longest context among them."""
    words = _words(_context())
    wanted = ["512", "2k", "8k", "32k", "128k"]
    assert [word for word in words if word in wanted] == wanted
    assert {*SERIES} <= {*words}


def test_memory_sizes_keep_their_distance() -> None:
    """Of two sizes with overlapping labels the larger one is drawn; none far above the lines."""
    assert [word for word in _words(_context()) if word.endswith(" GB")] == ["41 GB", "24 GB"]
    low = {"a": [(1024, from_gib(3)), (2048, from_gib(4))]}
    assert charts.lines("X", low, "context_length", SIZES).rows["rules"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_chart_states_its_finding(kind: str) -> None:
    """A figure in the title, and the same chart as a description and as a table."""
    chart = examples()[kind]
    assert re.search(r"\d", chart.title), chart.title
    assert not chart.title.endswith(".")
    assert len(chart.description) > 40
    assert chart.numbers.rows
    assert {len(row) for row in chart.numbers.rows} == {len(chart.numbers.head)}


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_leaves_the_picture(kind: str) -> None:
    """Labels above bars and in legends end before the right edge, in letters of 12 pixels."""
    for word in _words(examples()[kind]):
        assert len(word) <= 50, word


def test_long_labels_are_cut_and_stay_apart() -> None:
    """A label wider than the bars loses its end; two bars of one label are refused."""
    long = "Full fine-tuning with a name that goes on and on and on"
    found = case(model=MODEL, task="lora")
    other = case(model=MODEL, task="full")
    words = _words(charts.cases("T", [(long, found), ("b", other)]))
    assert any("…: " in word for word in words)
    with pytest.raises(ProblemsError, match="a label of its own"):
        charts.cases("T", [("a", found), ("a", found)])


def test_waterfall_goes_down_to_the_last_case() -> None:
    """Each bar ends where the next saving begins, and the title has both ends."""
    chart = examples()["waterfall"]
    needs = [row for row in chart.rows["parts"] if row["kind"] == "need"]
    saved = {row["bar"]: row for row in chart.rows["parts"] if row["kind"] == "saved"}
    for before, after in pairwise(needs):
        assert saved[after["bar"]]["to"] == before["to"]
        assert saved[after["bar"]]["from"] == after["to"]
    assert chart.numbers.rows[0][1] in chart.title
    assert chart.numbers.rows[-1][1] in chart.title


def test_kv_cache_is_the_part_of_the_estimate() -> None:
    """Llama 2 13B keeps 819,200 bytes per token (40 layers, 40 heads of 128, keys and values)."""
    row = next(r for r in examples()["KV cache"].numbers.rows if r[0] == "Llama 2 13B")
    assert row[2] == format_size(8192 * 819_200)
    assert case(model="llama-2-13b", task="inference", context_length=8192).estimate.parts[
        Part.KV_CACHE
    ] == 8192 * 819_200  # fmt: skip


def test_all_models_are_counted_as_their_cells_are() -> None:
    """The number in the title is that of the cells that fit the smallest 24 GB board."""
    chart = examples()["models"]
    matrix = grid().catalog.matrices["inference-4-bit"]
    size = next(size for size in grid().sizes if size.label_gb == 24)
    verdicts = [cell.verdict(size.smallest) for cell in grid().of_matrix(matrix)]
    fits = sum(verdict == "fits" for verdict in verdicts)
    assert f" {fits} of " in chart.title
    assert {row[0]: row[-1] for row in chart.numbers.rows}["24 GB"] == str(fits)


@pytest.mark.parametrize("kind", KINDS)
def test_spec_is_vega_lite_with_its_data(kind: str) -> None:
    """The interactive view gets a complete document that Altair's schema accepts."""
    chart = examples()[kind]
    spec = pictures.spec(chart)
    assert spec["datasets"] == chart.rows
    assert TEXT_COLOUR not in pictures.spec_json(chart)
    alt.Chart.from_dict(spec)


def test_macros_refuse_unknown_names() -> None:
    """A page that names what is not there fails the build, with the nearest names."""
    macros = Charts(grid())
    with pytest.raises(ProblemsError, match="Did you mean"):
        macros.parts_chart({"model": "llama-3-8bb", "task": "lora"})
    with pytest.raises(ProblemsError, match="context_length"):
        macros.sweep_chart("T", [], "context_lenght", [1])
    with pytest.raises(ProblemsError, match="inference-4-bit"):
        macros.models_chart("inference-4-bits")
    with pytest.raises(ProblemsError, match="board"):
        macros.parts_chart({"model": MODEL, "task": "lora", "board": "rtx-4091"})


def test_macros_give_whole_figures() -> None:
    """Title, picture, data for the interactive view, button and table, in one line."""
    html = chart_macros.chart_macros(grid())["parts_chart"]({"model": MODEL, "task": "lora"})
    assert html.startswith("<figure")
    assert html.endswith("</figure>")
    assert "\n" not in html
    for piece in ("<figcaption>", "<svg ", "application/json", "<button ", "<table "):
        assert html.count(piece) == 1
