"""Words of an answer about boards that differ, for the page and for `explain`."""

from collections.abc import Iterator, Sequence
from typing import Final

from vram_atlas.unequal import Division, Manner

UNEQUAL: Final = {
    "layers": "needs {need} in all, {boards} offer {have} together.",
    "equal": "needs {need} on each; of {boards}, {board} offers the least: {have}.",
    "whole": "needs {need}; {board}, the largest of {boards}, offers {have}.",
    "share": "{layers} layers on {board}",
    "share_each": "{layers} layers on each of {board}",
    "share_one": "1 layer on {board}",
    "share_one_each": "1 layer on each of {board}",
    "plan": "{shares}. At least {left} left on each.",
    "too_many": "Together they hold {most} of its {layers} layers.",
    "alone": "{board} alone is enough.",
    "why_equal": "The work is divided equally here, so the smallest GPU decides.",
    "why_whole": "This model is not divided between GPUs: it runs on one.",
}
_SEQUENTIAL: Final = (
    'Transformers divides so with device_map="sequential" and max_memory; "auto" gives each GPU '
    "the same."
)
SPLIT: Final = {
    "llama.cpp": {
        "by_memory": "llama.cpp divides so by itself: in proportion to the free memory.",
        "by_hand": "llama.cpp divides in proportion to the free memory; --tensor-split {split} "
        "divides it so.",
    },
    "transformers": {"by_memory": _SEQUENTIAL, "by_hand": _SEQUENTIAL},
}
"""How software is told, by runtime.

The output matrix counts as one more layer of the last board: load_tensors() of llama.cpp's
src/llama-model.cpp. What "auto" does: get_balanced_memory() of Accelerate.
"""


def division_words(
    found: Division, runtime: str, names: Sequence[str], *, alone: bool
) -> Iterator[str]:
    """Why it is divided so, and how the software is told; `names` are the boards'.

    `alone`: the largest board holds all layers.
    """
    if found.manner is not Manner.LAYERS:
        yield UNEQUAL[f"why_{found.manner.value}"]
        return
    if found.most < found.layers:
        yield UNEQUAL["too_many"].format(most=found.most, layers=found.layers)
        return
    if runtime in SPLIT:
        split = ",".join(map(str, found.split))
        yield SPLIT[runtime]["by_memory" if found.by_memory else "by_hand"].format(split=split)
    if alone:
        largest = max(zip(found.shares, names, strict=True), key=lambda pair: pair[0].have)
        yield UNEQUAL["alone"].format(board=largest[1])
