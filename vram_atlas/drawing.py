"""Charts as small static SVGs, drawn by Vega.

Vega lays out a picture without measuring text: every text has the size 0 until _seen() drops that.
Measuring takes most of the time of a chart, and would make the bytes depend on the fonts of the
machine that builds. So STATIC states places for labels instead of having them computed.

What remains takes Vega about 6 ms for one chart, and half of that for each of many: charts of one
layout are the groups of one Vega document. Their legend, their frame and an axis whose ends the
layout states are the same in all of them, so they are drawn once.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import vl_convert

Row = dict[str, str | float]
Rows = Mapping[str, Sequence[Row]]
"""The data of a chart, by the names that its layout gives them."""

TEXT_COLOUR: Final = "#123456"
"""Stands for the page's text colour until a picture has currentColor."""

_GAP: Final = 24
"""Between the lower edge of a plot with its axis and the legend."""

STATIC: Final[dict[str, Any]] = {
    "background": None,
    "padding": {"left": 12, "top": 9, "right": 18, "bottom": 10},
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 0,
        "titleFontSize": 0,
        "labelBaseline": "middle",
        "titleBaseline": "middle",
        "labelOverlap": False,
        "labelFlush": False,
        "labelColor": TEXT_COLOUR,
        "titleColor": TEXT_COLOUR,
        "tickColor": TEXT_COLOUR,
        "domainColor": TEXT_COLOUR,
        "gridColor": TEXT_COLOUR,
        "gridOpacity": 0.15,
    },
    "axisX": {"labelPadding": 9, "titlePadding": 17},
    "axisY": {"labelPadding": 5},
    "legend": {
        "labelFontSize": 0,
        "labelBaseline": "middle",
        "labelColor": TEXT_COLOUR,
        "labelLimit": 0,
        "symbolSize": 120,
        "columnPadding": 165,
        "rowPadding": 7,
    },
    "bar": {"stroke": TEXT_COLOUR, "strokeWidth": 0.5, "strokeOpacity": 0.6},
    "rule": {"color": TEXT_COLOUR},
    "text": {"fontSize": 0, "baseline": "middle", "color": TEXT_COLOUR},
}
"""What differs from the interactive chart: sizes are stated, colours are the page's."""

_MAX_WIDTH: Final = 480
_OPENING: Final = '<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img"'

_CHARTS: Final = "charts"
_ROWS: Final = "rows"
_TABLE: Final = "table"
"""In a Vega document of many charts: its data, the rows of one chart, and whose rows they are."""

_GROUPS_CLASS: Final = "mark-group role-scope"
_AXIS_CLASS: Final = "mark-group role-axis"
_LEGEND_CLASS: Final = "mark-group role-legend"
_LEGEND_SCALES: Final = ("fill", "stroke", "strokeDash", "shape", "size", "opacity")
_HEIGHT: Final = re.compile(r"v([\d.]+)")
_LENGTHS: Final = ("transform", "d", "x2", "y2")
_LOOKS: Final = ("fill", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "opacity")
_KEPT: Final = (*_LENGTHS, *_LOOKS, "text-anchor")
_DEFAULTS: Final = {
    "opacity": "1",
    "stroke-width": "1",
    "text-anchor": "start",
    "transform": "translate(0,0)",
    "x2": "0",
    "y2": "0",
}
_LONG_NUMBER: Final = re.compile(r"-?\d+\.\d+")


def plots(layout: str, charts: Sequence[Rows]) -> list[str]:
    """What is seen of a layout with the data of each chart, and nothing else: a line per chart.

    layout  Vega-Lite JSON without data, of a stated width and height
    charts  the data of each, by the names that the layout gives them
    """
    vega, frame = _compiled(layout)
    rows = [
        [{**row, _TABLE: name} for name, given in chart.items() for row in given]
        for chart in charts
    ]
    values = [{_ROWS: each} for each in rows]
    drawn = _drawn({**vega, "data": [{"name": _CHARTS, "values": values}]})
    groups = next(node for node in drawn.iter("g") if node.get("class") == _GROUPS_CLASS)
    return [frame.around(_seen(group)) for group in groups]


def named(plot: str, title: str, description: str) -> str:
    """A plot with what a screen reader calls it and what it reads out."""
    looks, seen = plot.removeprefix(_OPENING).split(">", 1)
    return (
        f"{_OPENING} aria-label={quoteattr(title)}{looks}><desc>{escape(description)}</desc>{seen}"
    )


@dataclass(frozen=True, slots=True)
class _Legend:
    svg: str
    height: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all pictures of a layout share: size, where the plot begins, stated axes, legend."""

    width: float
    height: float
    origin: str
    axes: str
    below: str

    def around(self, seen: str) -> str:
        """The whole picture."""
        return (
            f'{_OPENING} viewBox="0 0 {self.width:g} {self.height:g}"'
            f' width="100%" style="max-width:{_MAX_WIDTH}px"'
            f' font-family="system-ui,sans-serif" font-size="12">'
            f'<g transform="{self.origin}" fill="none">{self.axes}{seen}</g>{self.below}</svg>'
        ).replace(TEXT_COLOUR, "currentColor")


@cache
def _compiled(layout: str) -> tuple[dict[str, Any], _Frame]:
    """A layout as Vega that draws many charts, and what is around each of them."""
    vega = vl_convert.vegalite_to_vega(layout, config=STATIC)
    legends = vega.pop("legends", [])
    for mark in vega["marks"]:
        _drop_tooltips(mark)
    return _for_many(vega), _frame(vega, _legend(vega, legends) if legends else None)


def _for_many(vega: Mapping[str, Any]) -> dict[str, Any]:
    """One group per chart. The rows of all its tables come as one list, and are told apart here."""
    size = {side: vega[side] for side in ("width", "height")}
    stated = {"$schema": vega["$schema"], "config": vega["config"], "autosize": "none", **size}
    tables = [source if "source" in source else _table(source["name"]) for source in vega["data"]]
    group = {
        "type": "group",
        "from": {"facet": {"data": _CHARTS, "field": _ROWS, "name": _ROWS}},
        "encode": {"enter": {side: {"value": length} for side, length in size.items()}},
        "data": tables,
        "scales": vega["scales"],
        "axes": [axis for axis in _with_grids(vega["axes"]) if not _is_stated(axis, vega)],
        "marks": vega["marks"],
    }
    return {**stated, "marks": [group]}


def _table(name: str) -> dict[str, Any]:
    own = {"type": "filter", "expr": f"datum.{_TABLE} === '{name}'"}
    return {"name": name, "source": _ROWS, "transform": [own]}


def _with_grids(axes: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each axis once: Vega-Lite makes two of an axis with a grid, and all lie beneath the marks."""
    grids = {axis["scale"]: axis for axis in axes if axis["grid"]}
    for axis in axes:
        if not axis["grid"]:
            own = grids.get(axis["scale"])
            yield {**axis, "grid": True, "gridScale": own["gridScale"]} if own else {**axis}


def _is_stated(axis: Mapping[str, Any], vega: Mapping[str, Any]) -> bool:
    """Whether the layout says where an axis begins and ends, whatever the data is."""
    (scale,) = (scale for scale in vega["scales"] if scale["name"] == axis["scale"])
    return isinstance(scale["domain"], list)


def _frame(vega: Mapping[str, Any], legend: _Legend | None) -> _Frame:
    """The frame of a layout, as Vega draws it around no data."""
    drawn = _drawn(vega)
    room = vega["padding"]
    _, _, width, height = map(float, drawn.attrib["viewBox"].split())
    below = ""
    if legend is not None:
        top = height - room["bottom"] + _GAP
        below = f'<g transform="translate({room["left"]},{top:g})">{legend.svg}</g>'
        height = top + legend.height + room["bottom"]
    groups = (node for node in drawn.iter("g") if node.get("class") == _AXIS_CLASS)
    axes = (
        _seen(group)
        for axis, group in zip(vega["axes"], groups, strict=True)
        if _is_stated(axis, vega)
    )
    return _Frame(width, height, drawn[0].attrib["transform"], "".join(axes), below)


def _legend(vega: Mapping[str, Any], legends: Sequence[Mapping[str, Any]]) -> _Legend:
    """The legend of a layout, drawn without its chart."""
    used = {legend.get(channel) for legend in legends for channel in _LEGEND_SCALES}
    scales = [scale for scale in vega["scales"] if scale["name"] in used]
    alone = {"width": 1, "height": 1, "legends": legends, "scales": scales}
    drawn = _drawn({"$schema": vega["$schema"], "config": vega["config"], **alone})
    group = next(node for node in drawn.iter("g") if node.get("class") == _LEGEND_CLASS)
    placed = group[0]
    around = placed.find("path[@class='background']")
    size = None if around is None else _HEIGHT.search(around.attrib["d"])
    if size is None:
        raise ValueError(ET.tostring(group, encoding="unicode"))
    del placed.attrib["transform"]
    return _Legend(_seen(placed), math.ceil(float(size[1])))


def _drop_tooltips(mark: Mapping[str, Any]) -> None:
    for encoding in mark.get("encode", {}).values():
        encoding.pop("tooltip", None)
    for inner in mark.get("marks", []):
        _drop_tooltips(inner)


def _drawn(vega: Mapping[str, Any]) -> ET.Element:
    svg = vl_convert.vega_to_svg(json.dumps(vega))
    plain = svg.replace(' xmlns="http://www.w3.org/2000/svg"', "")
    return ET.fromstring(plain)  # noqa: S314  (drawn by ourselves)


def _seen(node: ET.Element) -> str:
    """A node as text: empty if it shows nothing, its children alone if it does nothing to them."""
    unpainted = node.tag == "path" and not {"fill", "stroke"} & node.attrib.keys()
    if unpainted or node.get("display") == "none":
        return ""
    inside = escape(node.text or "") + "".join(_seen(child) for child in node)
    if node.tag in {"g", "text"} and not inside:
        return ""
    said: dict[str, str] = {name: node.attrib[name] for name in _KEPT if name in node.attrib}
    kept = {name: value for name, value in said.items() if value != _DEFAULTS.get(name)}
    if node.tag == "g" and not kept:
        return inside
    for name in kept.keys() & set(_LENGTHS):
        kept[name] = _LONG_NUMBER.sub(_one_decimal, kept[name])
    if node.tag == "text":
        kept["dy"] = ".3em"  # Vega placed a text of size 0: its middle
    words = "".join(f' {name}="{value}"' for name, value in kept.items())
    return f"<{node.tag}{words}>{inside}</{node.tag}>" if inside else f"<{node.tag}{words}/>"


def _one_decimal(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 1) + 0.0:g}"  # + 0.0: no "-0"
