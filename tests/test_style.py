"""The colours of the style sheet: contrast of every pair that carries text, in both palettes."""

import re
from pathlib import Path

import pytest
from colours import contrast

SHEET = Path(__file__).resolve().parent.parent / "docs/assets/stylesheets/atlas.css"
WHITE, SLATE = "#ffffff", "#1e2429"
TEXT, GRAPHICS = 4.5, 3.0
"""Least contrast by WCAG 2.2, level AA, of text and of what is not text."""

PAIRS = [
    ("--md-primary-bg-color", "--md-primary-fg-color", TEXT),
    ("--md-typeset-a-color", "page", TEXT),
    ("--md-typeset-a-color", "--atlas-head-bg", TEXT),
    ("--md-accent-fg-color", "page", TEXT),
    ("--atlas-fits", "--atlas-fits-bg", TEXT),
    ("--atlas-fits", "page", TEXT),
    ("--atlas-tight", "--atlas-tight-bg", TEXT),
    ("--atlas-tight", "page", TEXT),
    ("--atlas-no", "page", TEXT),
    ("--atlas-unknown", "page", TEXT),
    ("--atlas-border", "page", GRAPHICS),
    ("--atlas-mark", "--md-primary-fg-color", GRAPHICS),
]


def _variables(scheme: str) -> dict[str, str]:
    """Colours of a palette; short ones written out."""
    sheet = SHEET.read_text(encoding="utf-8")
    block = re.search(rf'\[data-md-color-scheme="{scheme}"\] \{{(.*?)\}}', sheet, re.DOTALL)
    assert block is not None
    found = re.findall(r"(--[\w-]+): (#[0-9a-f]{3}|#[0-9a-f]{6});", block[1])
    return {
        name: colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
        for name, colour in found
    }


@pytest.mark.parametrize(("ink", "paper", "least"), PAIRS)
@pytest.mark.parametrize(
    ("scheme", "page"), [("default", WHITE), ("slate", SLATE)], ids=["light", "dark"]
)
def test_contrast(scheme: str, page: str, ink: str, paper: str, least: float) -> None:
    """Text 4.5 to 1, borders and marks 3 to 1."""
    colours = {**_variables(scheme), "page": page}
    assert contrast(colours[ink], colours[paper]) >= least
