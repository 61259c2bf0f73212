"""Badges: "Llama 2 13B · QLoRA | fits 12 GB" as a small picture, for a README or a forum."""

from collections.abc import Iterable, Iterator
from typing import Final

from vram_atlas import answer_words as words
from vram_atlas.adding import add_up
from vram_atlas.cells import Cell
from vram_atlas.grid import Grid
from vram_atlas.markup import attribute, details, text
from vram_atlas.page_words import label
from vram_atlas.schema.base import Task
from vram_atlas.views import smallest_fit

SITE: Final = "https://vram-atlas.github.io/vram-atlas/"
"""Where the site is published: snippets for other sites need whole addresses."""

_WIDTHS: Final = {
    letter: width
    for letters, width in (
        ("fijlt.,:;|!'I1· ", 4.2),
        ("mwMW@", 9.6),
        ("ABCDEFGHJKLNOPQRSTUVXYZ", 7.6),
    )
    for letter in letters
}
"""Pixels of letters at 11 pixels; `textLength` makes every font keep to the sum."""
_OTHER: Final = 6.7
_HEIGHT: Final = 20
_SPACE: Final = 6
_FITS: Final = "#00527f"
_NONE: Final = "#5f5f5f"
_LEFT: Final = "#3b4248"


def file(cell: Cell) -> str:
    """Where the badge of a cell is, below the site's root."""
    return f"badges/{cell.entry.id}/{cell.matrix.id}.svg"


def said(cell: Cell, grid: Grid) -> tuple[str, str]:
    """The two halves: what is asked, and the smallest size that is enough."""
    task = cell.matrix.title
    if cell.matrix.task is not Task.FULL:
        task = task.removesuffix(words.BADGE_SUFFIX)
    boards = smallest_fit(cell, grid)
    answer = words.BADGE_FITS.format(size=label(boards[0])) if boards else words.BADGE_NONE
    return f"{cell.entry.model.name} · {task}", answer


def badge(cell: Cell, grid: Grid) -> str:
    """The picture: white on dark fills, so it suits light and dark pages."""
    question, answer = said(cell, grid)
    left, right = (_width(part) + 2 * _SPACE for part in (question, answer))
    fill = _NONE if answer == words.BADGE_NONE else _FITS
    title = text(f"{question}: {answer}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" '
        f'role="img" aria-label="{attribute(f"{question}: {answer}")}"><title>{title}</title>'
        f'<rect width="{left + right}" height="{_HEIGHT}" rx="3" fill="{_LEFT}"/>'
        f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{right - 3}z" '
        f'fill="{fill}"/><g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" '
        f'font-size="11">{_text(question, _SPACE)}{_text(answer, left + _SPACE)}</g></svg>\n'
    )


def _text(part: str, left: int) -> str:
    return (
        f'<text x="{left}" y="14" textLength="{_width(part)}" '
        f'lengthAdjust="spacingAndGlyphs">{text(part)}</text>'
    )


def _width(part: str) -> int:
    return round(add_up(_WIDTHS.get(letter, _OTHER) for letter in part))


def snippets(cells: Iterable[Cell], grid: Grid) -> str:
    """The badges of a model with the Markdown to copy, folded away."""
    rows = "".join(_snippet(cell, grid) for cell in cells if cell.estimate is not None)
    if not rows:
        return ""
    lines = details(words.BADGE_TITLE, f"<p>{text(words.BADGE_LEAD)}</p>{rows}")
    return f"<div data-search-exclude>{lines}</div>"


def _snippet(cell: Cell, grid: Grid) -> str:
    alt = ": ".join(said(cell, grid))
    page = f"{SITE}models/{cell.entry.id}.html#{cell.matrix.id}"
    markdown = f"[![{alt}]({SITE}{file(cell)})]({page})"
    picture = f'<img src="../{file(cell)}" alt="{attribute(alt)}" loading="lazy" height="20">'
    return f'<p class="atlas-badge">{picture} <code>{text(markdown)}</code></p>'


def badges(grid: Grid) -> Iterator[tuple[str, str]]:
    """Every badge with its file."""
    for cell in grid.cells.values():
        if cell.estimate is not None:
            yield file(cell), badge(cell, grid)
