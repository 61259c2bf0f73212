"""The accuracy page: every figure from the data, every miss with a cause, every row to download."""

import csv
import io
import json
from collections.abc import Callable
from xml.etree import ElementTree as ET

import altair as alt
import pytest

from vram_atlas import accuracy, api, scatter
from vram_atlas import accuracy_words as words
from vram_atlas.accuracy import published
from vram_atlas.accuracy_causes import CAUSES, WRONG_CAUSES, cause
from vram_atlas.accuracy_rows import ROWS, SHOWN, measured
from vram_atlas.accuracy_tables import TABLES
from vram_atlas.catalog import DATA, Catalog
from vram_atlas.pictures import draw, spec
from vram_atlas.request import make_request
from vram_atlas.schema.base import Task
from vram_atlas.schema.measurement import Metric, Quality

MACROS = TABLES | ROWS


def test_every_miss_has_a_cause(catalog: Catalog) -> None:
    """A figure of the same quantity that misses by more than 10 % is explained."""
    rows = [r.measurement for r in accuracy.misses(published(catalog)[1])]
    unexplained = [one.id for one in rows if not cause(one, CAUSES)]
    assert not unexplained, "write the cause into vram_atlas/accuracy_causes.py"
    idle = [item.why for item in CAUSES if not any(item.explains(one) for one in rows)]
    assert not idle, "these causes explain no row any more: delete them"


def test_every_wrong_verdict_has_a_cause(catalog: Catalog) -> None:
    """The same for runs that are answered wrongly."""
    rows = [one.measurement for one in published(catalog)[1].judged if one.wrong]
    assert not [one.id for one in rows if not cause(one, WRONG_CAUSES)]
    assert all(any(item.explains(one) for one in rows) for item in WRONG_CAUSES)


def test_one_cause_per_row(catalog: Catalog) -> None:
    """No row is explained twice, so the counts of the list add up."""
    for residual in accuracy.misses(published(catalog)[1]):
        assert sum(item.explains(residual.measurement) for item in CAUSES) == 1


def test_names_are_complete() -> None:
    """Every metric and quality of the data has a name on the page."""
    assert set(words.METRIC_NAME) == set(Metric)
    assert set(words.QUALITY_NAME) == set(Quality)


ENOUGH = 12
"""Figures from sources that were found when the formulas were final."""


def test_unseen_rows_exist(catalog: Catalog) -> None:
    """Every file and metric that is called unseen has rows, and the model that came late."""
    rows = accuracy.unseen(published(catalog)[1])
    late = [r for r in rows if r.measurement.question.entry.id == accuracy.LATE[0]]
    flagged = [r for r in rows if r.measurement.run.unseen]
    found = {(accuracy.source(r.measurement), r.measurement.row.metric) for r in rows}
    assert late
    assert found >= accuracy.UNSEEN
    assert len(flagged) >= ENOUGH
    assert {"convolutional", "vision-transformer"} <= {r.measurement.kind for r in flagged}


@pytest.mark.parametrize("make", MACROS.values(), ids=MACROS)
def test_macros_are_text_without_blank_lines(
    make: Callable[[Catalog], str], catalog: Catalog
) -> None:
    """One line of HTML each, so that Markdown leaves it alone; the same text every time."""
    text = make(catalog)
    assert text
    assert "\n" not in text
    assert text == make(catalog)


def test_page_says_the_figures_of_the_data(catalog: Catalog) -> None:
    """Counts and percentages of the tables are those of the comparison."""
    comparison = published(catalog)[1]
    table = TABLES["headline"](catalog)
    for summary in accuracy.headline(comparison).values():
        assert f"<td>{summary.count}</td><td>{words.percent(summary.median)}</td>" in table
        assert f"{summary.count} runs" in TABLES["home"](catalog)
    for one in comparison.judged:
        assert not one.wrong or one.measurement.row.locator in ROWS["wrong"](catalog)
    for residual in accuracy.misses(comparison):
        assert words.signed(residual.error) in ROWS["misses"](catalog)


def test_what_is_said_of_all_rows(catalog: Catalog) -> None:
    """No row is from Windows, no figure from several machines: the page says so in words."""
    for one in published(catalog)[0].rows:
        told = f"{one.run.software} {one.run.hardware} {one.run.note} {one.row.note}".lower()
        assert "windows" not in told, one.id
        assert one.row.value is None or one.question.request.boards <= 8, one.id


def test_every_reason_is_listed(catalog: Catalog) -> None:
    """Rows that are not compared appear with their reason."""
    table = ROWS["left_out"](catalog)
    for _, group in published(catalog)[0].left_out:
        assert words.DASH not in group.reason
        assert group.reason[1:].split("&")[0] in table


def test_charts_have_every_whole_run(catalog: Catalog) -> None:
    """One mark per run, inside the picture, in colours that adapt to the palette."""
    residuals = published(catalog)[1].residuals
    titles = {task.value: catalog.tasks[task].title for task in Task}
    found = scatter.charts(residuals, titles)
    assert list(found) == list(titles)
    whole = [r for r in residuals if r.measurement.row.metric in scatter.WHOLE]
    assert sum(len(chart.rows["points"]) for chart in found.values()) == len(whole)
    for chart in found.values():
        alt.Chart.from_dict(spec(chart))  # what Altair's schema accepts
        svg = draw(chart)
        drawn = ET.fromstring(svg)  # noqa: S314  (drawn by ourselves)
        assert "currentColor" in svg
        assert drawn.attrib["aria-label"] == chart.title
        assert len(svg) < 120_000
        names = {str(row["series"]) for row in chart.rows["points"]}
        assert names <= {node.text for node in drawn.iter("{http://www.w3.org/2000/svg}text")}


def test_legend_fits(catalog: Catalog) -> None:
    """A name longer than 20 letters would be cut off in the legend."""
    for residual in published(catalog)[1].residuals:
        if residual.measurement.row.metric in scatter.WHOLE:
            surplus = residual.measurement.row.metric in accuracy.SURPLUS
            assert len(words.series(residual.measurement.publisher, surplus=surplus)) <= 20


def test_model_pages_show_their_rows(catalog: Catalog) -> None:
    """At most twelve rows, peaks first; a tick only within 5 %; nothing for other models."""
    assert measured(catalog.models["gpt-4"], catalog) == ""
    page = measured(catalog.models["mistral-7b-v0.1"], catalog)
    assert page.count("<tr>") == SHOWN + 1
    assert "v-fits" in page
    assert "2026-" in page
    reserved = measured(catalog.models["yi-34b"], catalog)
    assert "v-fits" not in reserved
    assert words.METRIC_NAME[Metric.PEAK_RESERVED] in reserved


def test_download_has_every_row(catalog: Catalog) -> None:
    """The CSV has all rows in order, and each request can be asked again."""
    measurements, comparison = published(catalog)
    text = api.measurements(catalog)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows] == [one.id for one in measurements.rows]
    assert tuple(rows[0]) == api.MEASUREMENT_COLUMNS
    errors = {r.measurement.id: r.error for r in comparison.residuals}
    for row in rows:
        make_request(json.loads(row["request"]))
        assert row["source"].startswith("https://")
        assert row["locator"]
        if row["error"]:
            assert float(row["error"]) == pytest.approx(errors[row["id"]], abs=1e-4)
        else:
            assert row["metric"] in {"fits", "oom"}
            assert row["verdict"]


def test_fitted_constants_are_on_the_page(catalog: Catalog) -> None:
    """A constant that rests on one source is named, with its value."""
    page = (DATA.parent / "docs" / "reference" / "accuracy.md").read_text(encoding="utf-8")
    named = page[page.index("{ #constants }") :]
    fitted = {
        item.loss.bytes_16_bit
        for item in catalog.runtimes.values()
        if item.loss is not None and item.id.startswith("transformers-4.4")
    }
    sampler = catalog.runtimes["vllm"].sampler
    assert sampler is not None
    assert fitted == {8, 10, 12, 14}
    for value in (*fitted, sampler.bytes_per_logit, sampler.small_sequences):
        assert f"{value:g}" in named, value
