"""Charts, and an album of their pictures: a chart that an earlier build drew is not drawn again."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Self

import vl_convert

from vram_atlas import drawing
from vram_atlas.drawing import Row, Rows
from vram_atlas.meanwhile import meanwhile
from vram_atlas.writer import Writer

CACHE: Final = Path(__file__).resolve().parent.parent / ".cache" / "charts.json"
"""The pictures of the last builds, by what was drawn. Safe to delete."""

_EMBEDDING: Final = "window.vegaEmbed = vegaEmbed;"
_REMEMBERED: Final = 2000
"""Pictures kept: several builds of the whole site, about 13 MB."""


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


@dataclass(slots=True)
class Album:
    """Pictures without their names, by everything that decides their bytes.

    Models of one shape differ in their names alone: what is seen is drawn once for all of them.

    known  those of earlier builds and of this one
    used   those that this build asked for
    """

    known: dict[str, str] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)

    @classmethod
    def opened(cls, file: Path) -> Self:
        """The album that earlier builds left in a file."""
        try:
            return cls(json.loads(file.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError):
            return cls()  # none yet, or a build that was interrupted while it wrote: draw again

    def draw(self, charts: Iterable[Chart]) -> None:
        """Draw what is not known yet, all charts of a layout together."""
        missing: dict[str, dict[str, Rows]] = {}
        for chart in charts:
            name = _fingerprint(chart)
            if name not in self.known:
                missing.setdefault(chart.layout, {})[name] = chart.rows
        for layout, asked in missing.items():
            plots = drawing.plots(layout, [*asked.values()])
            self.known.update(zip(asked, plots, strict=True))

    def picture(self, chart: Chart) -> str:
        """The picture of a chart: an SVG element to put into a page, in one line."""
        name = _fingerprint(chart)
        if name not in self.known:
            self.draw([chart])
        self.used[name] = self.known[name]
        return drawing.named(self.used[name], chart.title, chart.description)

    def keep(self, file: Path) -> None:
        """Write the album for the next build: what this one used, then the newest of the others."""
        kept = list((self.used | self.known).items())[:_REMEMBERED]
        Writer(file.parent).write(file.name, json.dumps(dict(kept), indent=0))


def explorer() -> str:
    """The script that draws charts in a browser: Vega, Vega-Lite and their embedding.

    Putting it together takes a second, so it is remembered like the pictures.
    """
    file = _explorer_file()
    if not file.is_file():
        Writer(file.parent).write(file.name, vl_convert.javascript_bundle(_EMBEDDING))
    return file.read_text(encoding="utf-8")


@cache
def explorer_ahead() -> Callable[[], str]:
    """The same, begun in another process when first asked for: what is returned waits for it."""
    return explorer if _explorer_file().is_file() else meanwhile(explorer)


def _explorer_file() -> Path:
    return CACHE.with_name(f"vega-{version('vl-convert-python')}.js")


def draw(chart: Chart) -> str:
    """The picture of one chart."""
    return Album().picture(chart)


def _fingerprint(chart: Chart) -> str:
    seen = f"{_program()}{chart.layout}{json.dumps(chart.rows, sort_keys=True)}"
    return sha256(seen.encode()).hexdigest()


@cache
def _program() -> str:
    """What draws: the code and the renderer's version."""
    return f"{version('vl-convert-python')} {Path(drawing.__file__).read_text(encoding='utf-8')}"
