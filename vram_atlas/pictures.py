"""Draws charts as small static SVG, and remembers the pictures of the last build.

Vega lays out a picture without measuring text: every text has the size 0 until _seen() drops that.
Measuring takes most of the time of a chart, and would make the bytes depend on the fonts of the
machine that builds. So STATIC states places for labels instead of having them computed.

Drawing takes about 10 ms a chart, all of it inside Vega. Many charts are shared out among the
processor's cores; a chart that the last build drew is not drawn again.
"""

import json
import os
import re
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import vl_convert

from vram_atlas.writer import Writer

Row = dict[str, str | float]

CACHE: Final = Path(__file__).resolve().parent.parent / ".cache" / "charts.json"
"""The pictures of the last builds, by what was drawn. Safe to delete."""

TEXT_COLOUR: Final = "#123456"
"""Stands for the page's text colour until _picture() writes currentColor."""

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
        "offset": 24,
        "columnPadding": 165,
        "rowPadding": 7,
    },
    "bar": {"stroke": TEXT_COLOUR, "strokeWidth": 0.5, "strokeOpacity": 0.6},
    "rule": {"color": TEXT_COLOUR},
    "text": {"fontSize": 0, "baseline": "middle", "color": TEXT_COLOUR},
}
"""What differs from the interactive chart: sizes are stated, colours are the page's."""

_EMBEDDING: Final = "window.vegaEmbed = vegaEmbed;"
_MAX_WIDTH: Final = 480
_FEW: Final = 60
"""Fewer charts than this are drawn sooner than other processes start."""

_REMEMBERED: Final = 2000
"""Pictures kept: several builds of the whole site, about 13 MB."""

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


@dataclass(frozen=True, slots=True)
class Numbers:
    """The figures of a chart as text: names of the columns, then a row each, its name first."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart without the look of a page.

    layout       Vega-Lite JSON without data
    rows         the data, by the names that the layout gives them
    title        what the chart shows, as a finding
    description  what a reader who does not see the picture is told
    numbers      the same as a table
    """

    layout: str
    rows: dict[str, list[Row]]
    title: str
    description: str
    numbers: Numbers


def spec(chart: Chart) -> dict[str, Any]:
    """The chart as Vega-Lite with its data, for the interactive view."""
    return {**json.loads(chart.layout), "description": chart.title, "datasets": chart.rows}


def spec_json(chart: Chart) -> str:
    """The same as JSON, as short as it can be."""
    return json.dumps(spec(chart), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def render(charts: Mapping[str, Chart], *, remember: Path | None = CACHE) -> dict[str, str]:
    """Pictures of charts, by the same keys: SVG elements to put into a page, one line each.

    `remember` names the file that keeps these pictures for the next call (None: no file). Collect
    the charts of the whole site and call this once: processes start once, the file is read once.
    """
    known = _load(remember)
    names = {key: _fingerprint(chart) for key, chart in charts.items()}
    missing = {names[key]: chart for key, chart in charts.items() if names[key] not in known}
    known |= dict(zip(missing, _draw_all(list(missing.values())), strict=True))
    if remember is not None:
        kept = dict.fromkeys([*names.values(), *known])  # these first, then those of earlier builds
        text = json.dumps({name: known[name] for name in list(kept)[:_REMEMBERED]}, indent=0)
        Writer(remember.parent).write(remember.name, text)
    return {key: known[name] for key, name in names.items()}


def explorer() -> str:
    """The script that draws charts in a browser: Vega, Vega-Lite and their embedding.

    Putting it together takes a second, so it is remembered like the pictures.
    """
    file = CACHE.with_name(f"vega-{version('vl-convert-python')}.js")
    if not file.is_file():
        Writer(file.parent).write(file.name, vl_convert.javascript_bundle(_EMBEDDING))
    return file.read_text(encoding="utf-8")


def draw(chart: Chart) -> str:
    """The picture of one chart."""
    vega = json.loads(_compiled(chart.layout))
    for source in vega["data"]:
        if source["name"] in chart.rows:
            source["values"] = chart.rows[source["name"]]
    return _picture(vl_convert.vega_to_svg(json.dumps(vega)), chart)


def _load(remember: Path | None) -> dict[str, str]:
    if remember is None or not remember.is_file():
        return {}
    try:
        found: dict[str, str] = json.loads(remember.read_text(encoding="utf-8"))
    except ValueError:
        return {}  # a build that was interrupted while it wrote: draw again
    return found


def _fingerprint(chart: Chart) -> str:
    said = f"{_program()}{spec_json(chart)}{chart.description}"
    return sha256(said.encode()).hexdigest()


@cache
def _program() -> str:
    """What draws: this file and the renderer's version."""
    return f"{version('vl-convert-python')} {Path(__file__).read_text(encoding='utf-8')}"


def _draw_all(charts: list[Chart]) -> list[str]:
    cores = os.cpu_count() or 1
    if len(charts) < _FEW or cores == 1:
        return [draw(chart) for chart in charts]
    # spawn: the renderer's threads do not survive a fork.
    with ProcessPoolExecutor(min(cores, 8), mp_context=get_context("spawn")) as pool:
        return list(pool.map(draw, charts, chunksize=16))


@cache
def _compiled(layout: str) -> str:
    return json.dumps(vl_convert.vegalite_to_vega(layout, config=STATIC))


def _picture(svg: str, chart: Chart) -> str:
    """What is seen of a drawing and nothing else, in one line, with its name and description."""
    plain = svg.replace(' xmlns="http://www.w3.org/2000/svg"', "")
    drawn = ET.fromstring(plain)  # noqa: S314  (drawn by ourselves)
    seen = "".join(_seen(child) for child in drawn).replace(TEXT_COLOUR, "currentColor")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img"'
        f' aria-label={quoteattr(chart.title)} viewBox="{drawn.attrib["viewBox"]}"'
        f' width="100%" style="max-width:{_MAX_WIDTH}px"'
        f' font-family="system-ui,sans-serif" font-size="12">'
        f"<desc>{escape(chart.description)}</desc>{seen}</svg>"
    )


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
