"""What every page loads of ours, joined and without comments and spaces."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from vram_atlas import palette
from vram_atlas.declarations import refuse_moved

ASSETS: Final = Path(__file__).resolve().parent.parent / "docs" / "assets"

STYLES: Final = ("atlas.css", "answer.css")
SCRIPTS: Final = ("question.js", "search-waits.js", "ask.js", "charts.js")

_KINDS: Final[Mapping[str, str]] = {".css": "text/css", ".js": "application/javascript"}


def frame_files() -> Iterator[tuple[str, str]]:
    """Names below docs/assets/ and texts: one style sheet, and the scripts that pages name."""
    sheets = [palette.style_sheet(), *map(style_sheet, STYLES)]
    yield "stylesheets/generated/atlas.css", shortened("\n".join(sheets), ".css")
    texts = {name: (ASSETS / "javascripts" / name).read_text(encoding="utf-8") for name in SCRIPTS}
    refuse_moved(texts)
    for name, text in texts.items():
        yield f"javascripts/generated/{name}", shortened(text, ".js")


def style_sheet(name: str) -> str:
    """One of our own style sheets, as it is written."""
    return (ASSETS / "stylesheets" / name).read_text(encoding="utf-8")


def shortened(text: str, kind: str) -> str:
    """A file without comments and spaces, its own names shortened."""
    import minify  # it starts threads at once, and a process with threads cannot be forked

    found: str = minify.string(_KINDS[kind], text)
    return found + "\n"
