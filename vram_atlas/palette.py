"""The colours of the site's data, said once: for charts, and as CSS variables for everything else.

Parts of memory keep their colour on every page. Neighbours differ in lightness as well as in hue,
so that readers with a colour deficiency tell them apart: a test simulates three of them.
"""

from collections.abc import Iterator
from typing import Final

from vram_atlas.formulas.phases import Part

PART_COLOUR: Final = {
    Part.WEIGHTS: "#2a78c2",
    Part.GRADIENTS: "#e69f00",
    Part.OPTIMIZER_STATES: "#74205f",
    Part.ACTIVATIONS: "#17a179",
    Part.LOSS_BUFFER: "#f5dd2e",
    Part.KV_CACHE: "#5cb8f0",
    Part.STEP_TEMPORARIES: "#d1510b",
}
"""Fills. They touch each other, so every fill has an outline in the colour of the text."""

OUTSIDE_COLOUR: Final = "#c6cace"
"""What the allocator does not see: context and libraries."""

LINE_STYLES: Final = (
    ("#0072b2", [1, 0]),
    ("#d55e00", [6, 3]),
    ("#009e73", [2, 2]),
    ("#c0608f", [8, 2, 2, 2]),
    ("#8a7a00", [10, 4]),
    ("#808080", [4, 1]),
)
"""Colour and dashes of lines, in order: 3 to 1 or more against white and dark slate."""

_PREFIX: Final = "--atlas-part-"


def part_variable(part: Part | None) -> str:
    """'--atlas-part-kv-cache'; None: what lies outside the allocator."""
    return _PREFIX + (part.value.replace("_", "-") if part else "outside")


def style_sheet() -> str:
    """The CSS variables, as a style sheet."""
    return ":root {\n" + "".join(f"  {name}: {colour};\n" for name, colour in _variables()) + "}\n"


def _variables() -> Iterator[tuple[str, str]]:
    for part, colour in PART_COLOUR.items():
        yield part_variable(part), colour
    yield part_variable(None), OUTSIDE_COLOUR
