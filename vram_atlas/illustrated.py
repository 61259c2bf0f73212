"""A chart, and beneath it the table that says what each figure assumes, from one list of cases."""

from collections.abc import Callable, Mapping
from typing import Final

from vram_atlas.markup import blocks

Macro = Callable[..., str]

TOGETHER: Final = {
    "compare": ("with_and_without_chart", "with_and_without"),
    "breakdown": ("cases_chart", "needs_table"),
    "ladder": ("waterfall_chart", "steps_table"),
    "growth": ("sweep_chart", "sweep_table"),
    "kv_caches": ("kv_cache_chart", "kv_cache_table"),
}
"""Name of a macro, and the chart and the table that it stands for; both take its arguments."""


def illustrated(macros: Mapping[str, Macro]) -> Mapping[str, Macro]:
    """The macros that give both."""
    return {name: _both(macros[chart], macros[table]) for name, (chart, table) in TOGETHER.items()}


def _both(chart: Macro, table: Macro) -> Macro:
    return lambda *arguments: blocks(chart(*arguments), table(*arguments))
