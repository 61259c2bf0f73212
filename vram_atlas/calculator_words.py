"""The words of the side-by-side with other calculators. To translate together with sentences.py."""

from collections.abc import Sequence
from typing import Final

from vram_atlas.accuracy_words import percent, signed
from vram_atlas.calculators import Standing

HEAD: Final = ("Calculator", "Runs", "Half are within", "Lowest", "Highest", "This site, same runs")
CAPTION: Final = "Error of other calculators on the same measured peaks"
LEFT_OUT: Final = (
    "Not in the table: closed calculators (their formulas are not published); Unsloth Studio, "
    "text-generation-webui and llm-analysis, whose sums we have not written out; and tools that "
    "measure instead of computing (vLLM, llama.cpp)."
)
FAIR: Final = (
    "Read this with care too. Most of these runs served to find our formulas, and none served to "
    "find theirs. Each calculator assumes one way to run a model. Where that differs from the "
    "measured run, the difference is shown as an error, although its sum may be right for what "
    "it assumes."
)


def lead(found: Sequence[Standing]) -> str:
    """The finding in one sentence."""
    lowest = min(item.lowest for item in found)
    highest = max(item.highest for item in found)
    ours = max(item.ours for item in found)
    names = len({item.calculator.id for item in found})
    return (
        f"On the same runs, {names} public calculators are between {signed(lowest)} and "
        f"{signed(highest)} off. Half of our estimates are within {percent(ours)} in every row "
        "of this table."
    )
