"""Helpers of python.js, and how many arguments each takes: others would be dropped in silence."""

from collections.abc import Mapping
from typing import Final

ANY: Final = 99

ARGUMENTS: Final[Mapping[str, tuple[int, int]]] = {
    "$.all": (1, 1),
    "$.any": (1, 1),
    "$.closeMatches_n_cutoff": (4, 4),
    "$.enumerate": (1, 1),
    "$.first": (1, 2),
    "$.givenFields": (1, 1),
    "$.int": (1, 1),
    "$.json": (1, 1),
    "$.len": (1, 1),
    "$.list": (1, 1),
    "$.makeRequest": (1, 1),
    "$.map": (2, 2),
    "$.max": (1, ANY),
    "$.max_default": (2, 2),
    "$.max_key": (2, 2),
    "$.min": (1, ANY),
    "$.min_default": (2, 2),
    "$.pairwise": (1, 1),
    "$.range": (1, 3),
    "$.readShape": (1, 1),
    "$.round": (1, 1),
    "$.set": (0, 1),
    "$.sorted": (1, 1),
    "$.sorted_key": (2, 2),
    "$.str": (1, 1),
    "$.substitute": (3, 3),
    "$.sum": (1, 1),
    "$.truth": (1, 1),
    "$.unreachable": (1, 1),
    "$.zip": (1, ANY),
    "Math.abs": (1, 1),
    "Math.ceil": (1, 1),
}
"""Least and most, by name; keywords are part of a name: max_key is max(…, key=…)."""
