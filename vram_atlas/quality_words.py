"""The words of the data-quality page. To translate together with reference_words.py."""

from collections.abc import Sequence
from typing import Final

KINDS_CAPTION: Final = "Pages and numbers by kind of source, from the strongest to the weakest"
HEAD_KINDS: Final = ("Kind", "Pages", "Numbers", "Models", "GPUs", "Clouds", "Software")
WEAK_CAPTION: Final = "Tables by others: pages that repeat what they read elsewhere"
OBSERVED_CAPTION: Final = "Seen on a machine: what a driver or a program printed"
HEAD_PAGES: Final = ("Page", "Numbers", "What it shows")
READINGS_CAPTION: Final = "When the sources were read"
HEAD_READINGS: Final = ("Day", "Sources", "Numbers")
REASONS_CAPTION: Final = "Totals of published files that differ from the count, by reason"
HEAD_REASONS: Final = ("Reason", "Models")
FACTS_CAPTION: Final = "What is known of how many GPUs"
HEAD_GPU_FACTS: Final = ("Fact", "With a source", "Without", "Without, for example")
MODEL_FACTS_CAPTION: Final = "What is known of how many models of published size"
HEAD_MODEL_FACTS: Final = ("Fact", "With a source", "Without", "Without, for example")
MODEL_FACT: Final = {"licence": "Licence", "native_format": "Format in which it is published"}
TOTAL_ROW: Final = "all kinds"
MANY_FILES: Final = 3
"""Files of a page that are named; more are counted."""


EXAMPLES: Final = 3
"""GPUs or models without a fact that are named."""


def examples(names: Sequence[str]) -> str:
    """Some of the GPUs or models that lack a fact."""
    return ", ".join(names[:EXAMPLES])


def places(files: Sequence[str]) -> str:
    """The entries that use a page: their names, or how many they are."""
    if len(files) > MANY_FILES:
        return f"{len(files)} files"
    return ", ".join(file.removeprefix("data/").removesuffix(".yml") for file in files)
