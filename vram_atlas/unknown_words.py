"""What is said where nothing is computed of a model, or nothing but its weights."""

from typing import Final

from vram_atlas.cells import Cell
from vram_atlas.entries import ModelEntry
from vram_atlas.schema.layers import Undisclosed
from vram_atlas.units import Bytes, format_size

NOT_OFFERED: Final = "Not computed for this kind of model."
NOT_PUBLISHED: Final = "Unknown: the size is not published."
ONLY_WEIGHTS: Final = "Unknown: only the weights are counted, {size}."
WEIGHTS_OF: Final = "The weights of {name} alone"
HEAD_WEIGHTS: Final = ("Precision", "At least")


def unknown(entry: ModelEntry, weights: Bytes | None = None) -> str:
    """Why nothing is computed, or nothing but the weights."""
    name = entry.model.name
    if isinstance(entry.model.architecture, Undisclosed):
        return f"Unknown: the size of {name} is not published. {entry.why_unknown}"
    besides = f"What {name} needs besides its weights is not computed. {entry.why_unknown}"
    if weights is None:
        return besides
    return f"{name} needs at least {format_size(weights)} for its weights. {besides}"


def unknown_description(entry: ModelEntry, weights: Bytes | None) -> str:
    """The line that search engines show for a model of which no need is computed."""
    name = entry.model.name
    if weights is None:
        return f"How much GPU memory {name} needs is unknown: its size is not published."
    return f"GPU memory for {name}: {format_size(weights)} for its weights; the rest is unknown."


def not_computed(cell: Cell) -> str:
    """Why a cell has no estimate."""
    if cell.weights is not None:
        return ONLY_WEIGHTS.format(size=format_size(cell.weights))
    return NOT_PUBLISHED if cell.offered else NOT_OFFERED
