"""How charts look: Vega-Lite layouts without data, each made once for all charts of its shape.

Drawn for a phone, 340 pixels wide: labels stand above bars, legends below the plot.
"""

import json
from functools import cache
from typing import Any, Final

import altair as alt

from vram_atlas import chart_words as words
from vram_atlas.formulas.phases import Part
from vram_atlas.palette import LINE_STYLES, OUTSIDE_COLOUR, PART_COLOUR
from vram_atlas.units import KIB

PLOT: Final = 240
"""Width of the plot in a chart with an axis on its left."""
LEFT: Final = 44
"""Room for the labels of that axis."""

LEVELS: Final = 3
"""Lines of labels above bars that are compared with boards."""

_WIDTH: Final = 310
_STEP: Final = 40
"""From bar to bar."""
_LINE: Final = 13
_HEIGHT: Final = 190
_TICKS: Final = 6
_HALF: Final = 24
"""Letters of a legend that fit half the width."""
_ROOM_FOR_SIZES: Final = {"left": 4, "top": 9, "right": 50, "bottom": 10}
_COLOURS: Final = {words.part_name(part): colour for part, colour in PART_COLOUR.items()} | {
    words.part_name(None): OUTSIDE_COLOUR
}
_SIZE: Final = alt.Tooltip("gib:Q", title=words.GIB, format=".1f")
_BILLIONS: Final = (
    "datum.value < 1 ? datum.value * 1000 + 'M' : "
    "datum.value < 1000 ? datum.value + 'B' : datum.value / 1000 + 'T'"
)


def layout_json(chart: alt.TopLevelMixin) -> str:
    """The chart without Altair's standard look: STATIC or the page's script give it one.

    Not validated here, which would take half the time: the tests do that for every layout.
    """
    spec = chart.to_dict(validate=False)
    del spec["config"]
    return json.dumps(spec)


@cache
def bars(names: tuple[str, ...], count: int, *, sizes: bool = False) -> str:
    """So many bars of parts, one above the other. `sizes`: with lines where boards end."""
    colours = alt.Scale(domain=list(names), range=[_COLOURS[name] for name in names])
    legend = alt.Legend(
        orient="bottom", columns=2, title=None, symbolType="square", symbolStrokeWidth=0.5
    )
    chart = (
        alt.Chart(alt.NamedData("parts"))
        .mark_bar(height=14)
        .encode(
            x=_gib_below(),
            y=_bars_down(),
            color=alt.Color("part:N", scale=colours, legend=legend if len(names) > 1 else None),
            order=alt.Order("order:Q"),
            tooltip=[alt.Tooltip("part:N"), _SIZE],
        )
    )
    return layout_json(_with_sizes_across(chart, count, sizes=sizes))


@cache
def waterfall(count: int) -> str:
    """So many bars that hang between what was needed and what is, with lines where boards end."""
    colours = alt.Scale(domain=["need", "saved"], range=[PART_COLOUR[Part.WEIGHTS], OUTSIDE_COLOUR])
    chart = (
        alt.Chart(alt.NamedData("parts"))
        .mark_bar(height=14)
        .encode(
            x=_gib_below("from:Q"),
            x2=alt.X2("to:Q"),
            y=_bars_down(),
            color=alt.Color("kind:N", scale=colours, legend=None),
            tooltip=[alt.Tooltip("bar:N"), _SIZE],
        )
    )
    return layout_json(_with_sizes_across(chart, count, sizes=True))


def _bars_down() -> alt.Y:
    axis = alt.Axis(
        domain=False, ticks=False, labelAlign="left", labelPadding=0, labelOffset=-14, labelLimit=0
    )
    return alt.Y("bar:N", title=None, sort=None, axis=axis)


def _gib_below(field: str = "gib:Q") -> alt.X:
    axis = alt.Axis(tickCount=_TICKS, domain=False, ticks=False)
    return alt.X(field, title=words.GIB, axis=axis)


def _with_sizes_across(chart: alt.Chart, count: int, *, sizes: bool) -> alt.TopLevelMixin:
    height = count * _STEP
    if not sizes:
        return chart.properties(width=_WIDTH, height=height)
    ends = alt.Chart(alt.NamedData("rules")).encode(x=alt.X("gib:Q"))
    rules = ends.mark_rule(strokeDash=[2, 4], opacity=0.6)
    labels = [
        ends.transform_filter(f"datum.level == {level}")
        .mark_text(align="center")
        .encode(y=alt.value(-12 - _LINE * level), text=alt.Text("label:N"))
        for level in range(LEVELS)
    ]
    room = {"left": 12, "top": 15 + _LINE * LEVELS, "right": 18, "bottom": 10}
    return alt.layer(chart, rules, *labels).properties(width=_WIDTH, height=height, padding=room)


@cache
def lines(names: tuple[str, ...], field: str, first: int, last: int) -> str:
    """Lines over a number that doubles, with lines where boards end."""
    styles = [LINE_STYLES[index % len(LINE_STYLES)] for index in range(len(names))]
    colours = alt.Scale(domain=list(names), range=[colour for colour, _ in styles])
    dashes = alt.Scale(domain=list(names), range=[dash for _, dash in styles])
    legend = legend_below(
        _HEIGHT, columns=1 if max(map(len, names)) > _HALF else 2, symbolType="stroke"
    )
    log = alt.Scale(type="log", base=2, domain=[first, last], nice=False)
    below = alt.Axis(values=_powers(first, last), labelExpr=_short_number(), grid=False)
    drawn = (
        alt.Chart(alt.NamedData("lines"))
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("value:Q", title=words.FIELD_AXIS[field], scale=log, axis=below),
            y=alt.Y("gib:Q", title=words.GIB, scale=alt.Scale(zero=True), axis=axis_on_the_left()),
            color=alt.Color("series:N", scale=colours, legend=legend),
            strokeDash=alt.StrokeDash("series:N", scale=dashes, legend=legend),
            tooltip=[
                alt.Tooltip("series:N"),
                alt.Tooltip("value:Q", title=words.FIELD_AXIS[field], format=","),
                _SIZE,
            ],
        )
    )
    return layout_json(_with_sizes_down(drawn, _HEIGHT))


@cache
def dots(kinds: tuple[str, ...], first: float, last: float, least: float, most: float) -> str:
    """A mark per model on two logarithmic axes, with lines where boards end."""
    height = 360
    styles = LINE_STYLES[: len(kinds)]
    colours = alt.Scale(domain=list(kinds), range=[colour for colour, _ in styles])
    legend = legend_below(height, columns=1, symbolType="circle")
    x = alt.X(
        "billions:Q",
        title=words.PARAMETERS_AXIS,
        scale=alt.Scale(type="log", domain=[first, last], nice=False),
        axis=alt.Axis(values=_tens(first, last), labelExpr=_BILLIONS, grid=False),
    )
    y = alt.Y(
        "gib:Q",
        title=words.GIB,
        scale=alt.Scale(type="log", domain=[least, most], nice=False),
        axis=axis_on_the_left(values=_tens(least, most), format="~g"),
    )
    drawn = (
        alt.Chart(alt.NamedData("dots"))
        .mark_point(size=22, strokeWidth=1.2, opacity=0.75)
        .encode(
            x=x,
            y=y,
            color=alt.Color("kind:N", scale=colours, legend=legend if len(kinds) > 1 else None),
            tooltip=[alt.Tooltip("model:N"), alt.Tooltip("parameters:N"), _SIZE],
        )
    )
    return layout_json(_with_sizes_down(drawn, height))


def _with_sizes_down(chart: alt.Chart, height: int) -> alt.TopLevelMixin:
    ends = alt.Chart(alt.NamedData("rules")).encode(y=alt.Y("gib:Q"))
    rules = ends.mark_rule(strokeDash=[1, 3], opacity=0.7)
    labels = ends.mark_text(align="left").encode(x=alt.value(PLOT + 5), text=alt.Text("label:N"))
    return alt.layer(rules, chart, labels).properties(
        width=PLOT, height=height, padding=_ROOM_FOR_SIZES
    )


def axis_on_the_left(**other: Any) -> alt.Axis:  # noqa: ANN401 - arguments of Altair
    """An axis with its title above it, where it is read first and takes no width."""
    return alt.Axis(
        **{"tickCount": _TICKS} | other, domain=False, ticks=False, minExtent=LEFT,
        titleAngle=0, titleAlign="left", titleX=-LEFT, titleY=-15,
    )  # fmt: skip


def legend_below(height: int, *, columns: int, **other: Any) -> alt.Legend:  # noqa: ANN401 - arguments of Altair
    """A legend under a plot and its axis."""
    return alt.Legend(
        orient="none", legendX=-LEFT, legendY=height + 52, direction="horizontal",
        columns=columns, title=None, symbolStrokeWidth=2, **other,
    )  # fmt: skip


def _powers(first: int, last: int) -> list[int]:
    """Powers of two between, few enough for a phone, the last among them."""
    powers = [2**power for power in range(last.bit_length()) if first <= 2**power <= last]
    every = 1 + (len(powers) - 1) // _TICKS
    return sorted(powers[::-every])


def _tens(first: float, last: float) -> list[float]:
    """Powers of ten between."""
    return [10.0**power for power in range(-4, 7) if first <= 10.0**power <= last]


def _short_number() -> str:
    """Vega's expression for '512', '8k', '1M'."""
    kilo = f"datum.value / {KIB}"
    many = f"{kilo} < {KIB} ? {kilo} + 'k' : {kilo} / {KIB} + 'M'"
    return f"datum.value < {KIB} ? datum.value : {many}"
