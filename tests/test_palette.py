"""Colours of the data: one for each part, told apart by every reader, in both palettes."""

from itertools import combinations

import pytest
from colours import DEFICIENCIES, contrast, difference

from vram_atlas import palette
from vram_atlas.formulas.phases import Part

WHITE, SLATE = "#ffffff", "#1e2429"
"""Backgrounds of the two palettes."""
LEAST = 0.07
"""Two colours nearer than this in OKLab are hard to match between a bar and its legend."""
FILLS = {str(part): colour for part, colour in palette.PART_COLOUR.items()} | {
    "outside": palette.OUTSIDE_COLOUR
}


def test_every_part_has_a_colour() -> None:
    """None is left out."""
    assert set(palette.PART_COLOUR) == set(Part)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_parts_are_told_apart(deficiency: str) -> None:
    """Every pair of fills differs for readers with each colour deficiency."""
    close = {
        (one, other): difference(FILLS[one], FILLS[other], deficiency)
        for one, other in combinations(FILLS, 2)
        if difference(FILLS[one], FILLS[other], deficiency) < LEAST
    }
    assert close == {}


def test_the_check_of_colours_can_fail() -> None:
    """Red and green of one lightness are far apart, but not for a reader with deuteranopia."""
    red, green = "#b4594b", "#7b7533"
    assert difference(red, green, "full colour vision") > LEAST
    assert difference(red, green, "deuteranopia") < LEAST


@pytest.mark.parametrize(("colour", "background"), [
    (colour, background) for colour, _ in palette.LINE_STYLES for background in (WHITE, SLATE)
])  # fmt: skip
def test_lines_stand_out(colour: str, background: str) -> None:
    """3 to 1 for graphics, https://www.w3.org/TR/WCAG22/#non-text-contrast."""
    assert contrast(colour, background) >= 3


def test_lines_differ_in_dashes_too() -> None:
    """Colour is not the only sign."""
    dashes = [tuple(dash) for _, dash in palette.LINE_STYLES]
    assert len(set(dashes)) == len(dashes)


def test_style_sheet_names_every_part() -> None:
    """One variable per part and one for what the allocator does not see."""
    sheet = palette.style_sheet()
    for part in (*Part, None):
        assert f"  {palette.part_variable(part)}: #" in sheet
    assert palette.part_variable(Part.KV_CACHE) == "--atlas-part-kv-cache"
