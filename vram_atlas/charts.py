"""Charts, described with Altair. Drawn by pictures.py as static SVG while the site is built.

How pages use it::

    charts = {}
    if chart := breakdown(grid.of_model(entry)):  # None: nothing to draw
        charts["llama-3-8b/parts"] = chart
    charts["llama-3-8b/context"] = context(
        {"Inference in 16 bits": [(4096, 17e9), ...], ...},
        description="Memory of Llama 3 8B by context length: 16.1 GiB at 4k, 32 GiB at 128k.",
        memory_lines=common_sizes(grid.sizes),
    )
    pictures = render(charts)  # once, for all pages: {"llama-3-8b/parts": "<svg ...", ...}
    spec_json(charts["llama-3-8b/parts"])  # as Vega-Lite JSON, for the interactive view

A picture is one line of SVG to put into the page as it is, inside a block such as <figure>. Its
text takes the page's colour, so it suits the light and the dark palette; it is drawn for a phone
(340 pixels wide) and grows to 480.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

import altair as alt

from vram_atlas.formulas.phases import Part
from vram_atlas.grid import Cell, MemorySize
from vram_atlas.pictures import Chart, Row, render, spec_json
from vram_atlas.sentences import OUTSIDE_NAME, PART_NAME
from vram_atlas.units import KIB, format_size, to_gib

PART_COLOUR: Final = {
    Part.WEIGHTS: "#0072b2",
    Part.GRADIENTS: "#e69f00",
    Part.OPTIMIZER_STATES: "#cc79a7",
    Part.ACTIVATIONS: "#009e73",
    Part.LOSS_BUFFER: "#f0e442",
    Part.KV_CACHE: "#56b4e9",
    Part.STEP_TEMPORARIES: "#d55e00",
}
"""Colours that colour-blind readers tell apart (Okabe and Ito, https://jfly.uni-koeln.de/color/)."""
OUTSIDE_COLOUR: Final = "#8c8c8c"

LINE_STYLES: Final = (
    ("#0072b2", [1, 0]),
    ("#d55e00", [6, 3]),
    ("#009e73", [2, 2]),
    ("#c0608f", [8, 2, 2, 2]),
    ("#8a7a00", [10, 4]),
    ("#808080", [4, 1]),
)
"""Colour and dashes of the lines, in order: 3 to 1 or more against white and dark slate."""

COMMON_SIZES_GB: Final = (8, 12, 16, 24, 32, 48, 80, 141, 192)
"""Memory sizes that readers know."""

_COLOURS: Final = {PART_NAME[part]: colour for part, colour in PART_COLOUR.items()} | {
    OUTSIDE_NAME: OUTSIDE_COLOUR
}
_WIDTH: Final = 310
_LEFT, _PLOT, _HEIGHT = 44, 240, 190  # lines: room for labels on the left, then the plot
_PADDING: Final = {"left": 4, "top": 9, "right": 50, "bottom": 10}
_TICKS: Final = 6
_HEADROOM: Final = 1.1
"""A memory size up to this much above the largest need is still drawn."""
_NEAREST: Final = 0.08
"""Memory sizes closer than this share of the height would print their labels over each other."""


def breakdown(cells: Sequence[Cell]) -> Chart | None:
    """Bars of what the peak consists of, one per cell that has an estimate; None without any."""
    rows: list[Row] = []
    bars: list[str] = []
    for cell in cells:
        found = cell.estimate
        if found is None:
            continue
        bars.append(f"{cell.matrix.title}: {format_size(found.peak.expected)}")
        sizes = [(PART_NAME[part], found.parts.get(part, 0)) for part in Part]
        sizes.append((OUTSIDE_NAME, found.peak.expected - found.allocated.expected))
        rows += [
            {"bar": bars[-1], "part": name, "order": order, "gib": to_gib(size)}
            for order, (name, size) in enumerate(sizes)
            if size
        ]
    if not rows:
        return None
    present = {row["part"] for row in rows}
    names = tuple(name for name in _COLOURS if name in present)
    description = f"Memory of {cells[0].entry.model.name} by part. {'; '.join(bars)}."
    return Chart(_breakdown_layout(names), {"parts": rows}, description)


def context(
    series: Mapping[str, Sequence[tuple[int, float]]],
    *,
    description: str,
    memory_lines: Mapping[str, float] | None = None,
) -> Chart:
    """Lines of memory against context length.

    series        by name (a matrix title): pairs of context length in tokens and bytes; not empty
    description   what a reader who does not see the picture is told
    memory_lines  sizes in bytes to compare with, by label; those inside the picture are drawn
    """
    points = [
        (name, tokens, to_gib(size)) for name, pairs in series.items() for tokens, size in pairs
    ]
    lines: list[Row] = [
        {"series": name, "tokens": tokens, "gib": gib} for name, tokens, gib in points
    ]
    top = max(gib for _, _, gib in points)
    rules = _rules({label: to_gib(size) for label, size in (memory_lines or {}).items()}, top)
    first, last = min(tokens for _, tokens, _ in points), max(tokens for _, tokens, _ in points)
    return Chart(
        _context_layout(tuple(series), first, last), {"lines": lines, "rules": rules}, description
    )


def common_sizes(sizes: Iterable[MemorySize]) -> dict[str, float]:
    """memory_lines of context(): what the smallest board of each common size can use, by label."""
    return {
        f"{size.label_gb} GB": size.smallest.visible
        for size in sizes
        if size.label_gb in COMMON_SIZES_GB
    }


def _rules(sizes: Mapping[str, float], top: float) -> list[Row]:
    """Sizes inside the picture, the largest first, without those too near to the one above."""
    kept: list[Row] = []
    above = float("inf")
    for label, gib in sorted(sizes.items(), key=lambda item: -item[1]):
        if gib <= top * _HEADROOM and above - gib >= top * _NEAREST:
            kept.append({"label": label, "gib": gib})
            above = gib
    return kept


@cache
def _breakdown_layout(names: tuple[str, ...]) -> str:
    """Labels stand above the bars: names are long and phones are narrow."""
    colours = alt.Scale(domain=list(names), range=[_COLOURS[name] for name in names])
    legend = alt.Legend(
        orient="bottom", columns=2, title=None, symbolType="square", symbolStrokeWidth=0.5
    )
    above = alt.Axis(
        domain=False, ticks=False, labelAlign="left", labelPadding=0, labelOffset=-14, labelLimit=0
    )
    chart = (
        alt.Chart(alt.NamedData("parts"))
        .mark_bar(height=14)
        .encode(
            x=alt.X(
                "gib:Q", title="GiB", axis=alt.Axis(tickCount=_TICKS, domain=False, ticks=False)
            ),
            y=alt.Y("bar:N", title=None, sort=None, axis=above),
            color=alt.Color("part:N", scale=colours, legend=legend),
            order="order:Q",
            tooltip=["part:N", alt.Tooltip("gib:Q", title="GiB", format=".1f")],
        )
        .properties(width=_WIDTH, height=alt.Step(40))
    )
    return layout_json(chart)


@cache
def _context_layout(names: tuple[str, ...], first: int, last: int) -> str:
    powers = [2**power for power in range(last.bit_length()) if first <= 2**power <= last]
    every = 1 + (len(powers) - 1) // _TICKS
    ticks = sorted(powers[::-every])
    kilo = f"datum.value / {KIB}"
    many = f"{kilo} < {KIB} ? {kilo} + 'k' : {kilo} / {KIB} + 'M'"
    words = f"datum.value < {KIB} ? datum.value : {many}"
    styles = [LINE_STYLES[index % len(LINE_STYLES)] for index in range(len(names))]
    colours = alt.Scale(domain=list(names), range=[colour for colour, _ in styles])
    dashes = alt.Scale(domain=list(names), range=[dash for _, dash in styles])
    legend = alt.Legend(
        orient="none",
        legendX=-_LEFT,
        legendY=_HEIGHT + 52,
        direction="horizontal",
        columns=2,
        title=None,
        symbolType="stroke",
        symbolStrokeWidth=2,
    )
    left = alt.Axis(
        tickCount=_TICKS, domain=False, ticks=False, minExtent=_LEFT,
        titleAngle=0, titleAlign="left", titleX=-_LEFT, titleY=-15,
    )  # fmt: skip
    below = alt.Axis(values=ticks, labelExpr=words, grid=False)
    log = alt.Scale(type="log", base=2, domain=[first, last], nice=False)
    lines = (
        alt.Chart(alt.NamedData("lines"))
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("tokens:Q", title="context length in tokens", scale=log, axis=below),
            y=alt.Y("gib:Q", title="GiB", scale=alt.Scale(zero=True), axis=left),
            color=alt.Color("series:N", scale=colours, legend=legend),
            strokeDash=alt.StrokeDash("series:N", scale=dashes, legend=legend),
            tooltip=["series:N", "tokens:Q", alt.Tooltip("gib:Q", title="GiB", format=".1f")],
        )
    )
    sizes = alt.Chart(alt.NamedData("rules")).encode(y="gib:Q")
    rules = sizes.mark_rule(strokeDash=[1, 3], opacity=0.7)
    labels = sizes.mark_text(align="left").encode(x=alt.value(_PLOT + 5), text="label:N")
    return layout_json(
        alt.layer(rules, lines, labels).properties(width=_PLOT, height=_HEIGHT, padding=_PADDING)
    )


def layout_json(chart: alt.TopLevelMixin) -> str:
    """The chart without Altair's standard look: STATIC or the page's script give it one."""
    spec = chart.to_dict()
    del spec["config"]
    return json.dumps(spec)


__all__ = [
    "PART_COLOUR",
    "Chart",
    "breakdown",
    "common_sizes",
    "context",
    "render",
    "spec_json",
]
