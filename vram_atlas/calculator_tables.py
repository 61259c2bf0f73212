"""The side-by-side with other calculators, for the accuracy page."""

from collections.abc import Callable
from typing import Final

from vram_atlas import calculator_words as words
from vram_atlas.accuracy import published
from vram_atlas.accuracy_tables import NUMBERS, task_title
from vram_atlas.accuracy_words import percent, signed
from vram_atlas.calculators import load_calculators, standings
from vram_atlas.catalog import Catalog
from vram_atlas.markup import items, link, small, table_region, text, unindexed


def calculators(catalog: Catalog) -> str:
    """The finding, the table, and what each calculator assumes."""
    file = load_calculators()
    found = standings(published(catalog)[1])
    rows = (
        (
            f"{text(item.calculator.name)}{small(text(task_title(catalog, item.task)))}",
            str(item.runs),
            percent(item.median),
            signed(item.lowest),
            signed(item.highest),
            percent(item.ours),
        )
        for item in found
    )
    assumed = (
        f"<b>{link(file.sources[one.source].url, one.name)}</b> "
        f"({text(one.version)}): {text(one.assumes)}"
        for one in file.calculators
    )
    notes = "".join(f"<p>{text(note)}</p>" for note in (words.FAIR, words.LEFT_OUT))
    table = table_region(words.CAPTION, words.HEAD, rows, NUMBERS)
    return unindexed("div", f"<p>{text(words.lead(found))}</p>{table}{items(assumed)}{notes}")


CALCULATORS: Final[dict[str, Callable[[Catalog], str]]] = {"calculators": calculators}
"""Macros of pages, by name."""
