"""Scatter charts of the accuracy page: estimates against measurements, one chart per task."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import ceil, floor, log2
from typing import Final

import altair as alt

from vram_atlas import accuracy_words as words
from vram_atlas.accuracy import MISS, SURPLUS, Residual, published, task
from vram_atlas.catalog import Catalog
from vram_atlas.chart_layouts import PLOT, axis_on_the_left, layout_json, legend_below
from vram_atlas.drawing import Row
from vram_atlas.figures import drawn
from vram_atlas.markup import unindexed
from vram_atlas.palette import LINE_STYLES
from vram_atlas.pictures import Chart, Numbers
from vram_atlas.schema.base import Task
from vram_atlas.schema.measurement import Metric
from vram_atlas.units import to_gib

WHOLE: Final = frozenset({Metric.PEAK_ALLOCATED, Metric.PEAK_IN_USE, *SURPLUS})
"""Metrics of a whole run: the figures that a chart can compare."""

SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
GUIDES: Final = (1.0, 0.9, 1.1)
"""Estimate / measurement along the guides."""

_PADDING: Final = {"left": 4, "top": 24, "right": 18, "bottom": 10}
_MOST_TICKS: Final = 8


def figures(catalog: Catalog) -> str:
    """All charts, each with its title, as one block of a page."""
    titles = {task.value: catalog.tasks[task].title for task in Task}
    found = charts(published(catalog)[1].residuals, titles)
    return unindexed("div", "".join(drawn(chart) for chart in found.values()), "atlas-charts")


def charts(residuals: Sequence[Residual], titles: Mapping[str, str]) -> dict[str, Chart]:
    """One chart per task that has a measured run, in the order of `titles`."""
    whole = [r for r in residuals if r.measurement.row.metric in WHOLE]
    own = {name: [r for r in whole if task(r) == name] for name in titles}
    return {name: _chart(titles[name], rows) for name, rows in own.items() if rows}


def _chart(title: str, residuals: Sequence[Residual]) -> Chart:
    points: list[Row] = [
        {
            "series": _series(residual),
            "measured": to_gib(residual.measured),
            "estimated": to_gib(residual.estimated),
            "run": f"{residual.measurement.question.entry.model.name} ({residual.measurement.id})",
        }
        for residual in residuals
    ]
    sizes = [float(row[side]) for row in points for side in ("measured", "estimated")]
    first, last = floor(log2(min(sizes))), ceil(log2(max(sizes)))
    names = tuple(sorted({str(row["series"]) for row in points}))
    guides = [line for share in GUIDES for line in _guide(share, 2.0**first, 2.0**last)]
    return Chart(
        _layout(names, first, last),
        {"points": points, "guides": guides},
        words.chart_title(title, _near(residuals), len(residuals)),
        words.chart(title, len(points)),
        Numbers(words.HEAD_CHART, tuple(_numbers(names, residuals))),
    )


def _near(residuals: Iterable[Residual]) -> int:
    return sum(abs(residual.error) <= MISS for residual in residuals)


def _numbers(names: Iterable[str], residuals: Sequence[Residual]) -> Iterator[tuple[str, ...]]:
    """Each source of marks with how many lie near the line."""
    for name in names:
        own = [residual for residual in residuals if _series(residual) == name]
        yield name, str(len(own)), str(_near(own))


def _series(residual: Residual) -> str:
    one = residual.measurement
    return words.series(one.publisher, surplus=one.row.metric in SURPLUS)


def _guide(share: float, first: float, last: float) -> list[Row]:
    """Both ends, inside the picture, of the line where estimate / measurement is `share`."""
    name = words.GUIDE_EQUAL if share == 1 else words.GUIDE_TENTH
    ends = (max(first, first / share), min(last, last / share))
    return [
        {"guide": name, "share": share, "measured": end, "estimated": end * share} for end in ends
    ]


@cache
def _layout(names: tuple[str, ...], first: int, last: int) -> str:
    every = 1 + (last - first) // _MOST_TICKS
    ticks = [2.0**power for power in range(last, first - 1, -every)][::-1]
    styles = [
        (LINE_STYLES[index % len(LINE_STYLES)][0], SHAPES[index % len(SHAPES)])
        for index in range(len(names))
    ]
    legend = legend_below(PLOT, columns=2, columnPadding=148, symbolSize=70)
    colours = alt.Scale(domain=list(names), range=[colour for colour, _ in styles])
    shapes = alt.Scale(domain=list(names), range=[shape for _, shape in styles])
    scale = alt.Scale(type="log", base=2, domain=[2.0**first, 2.0**last], nice=False)
    below = alt.Axis(values=ticks, format="~g")
    left = axis_on_the_left(values=ticks, format="~g")
    x = alt.X("measured:Q", title=words.X_TITLE, scale=scale, axis=below)
    y = alt.Y("estimated:Q", title=words.Y_TITLE, scale=scale, axis=left)
    guides = (
        alt.Chart(alt.NamedData("guides"))
        .mark_line(color="#808080", strokeWidth=1)
        .encode(
            x=x,
            y=y,
            detail="share:N",
            strokeDash=alt.StrokeDash(
                "guide:N",
                scale=alt.Scale(
                    domain=[words.GUIDE_EQUAL, words.GUIDE_TENTH], range=[[1, 0], [3, 3]]
                ),
                legend=None,
            ),
        )
    )
    points = (
        alt.Chart(alt.NamedData("points"))
        .mark_point(size=34, strokeWidth=1.3, opacity=0.8)
        .encode(
            x=x,
            y=y,
            color=alt.Color("series:N", scale=colours, legend=legend),
            shape=alt.Shape("series:N", scale=shapes, legend=legend),
            tooltip=[
                "run:N",
                alt.Tooltip("measured:Q", title=words.X_TITLE, format=".1f"),
                alt.Tooltip("estimated:Q", title=words.Y_TITLE, format=".1f"),
            ],
        )
    )
    layers = alt.layer(guides, points).properties(width=PLOT, height=PLOT, padding=_PADDING)
    return layout_json(layers)
