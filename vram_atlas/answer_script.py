"""What the answer's scripts take from Python beside the estimator: words, units, model sizes."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from vram_atlas import addresses, note_words, unequal_words, units
from vram_atlas import answer_words as words
from vram_atlas.catalog import Catalog
from vram_atlas.columns import compact
from vram_atlas.format_tables import listed_formats
from vram_atlas.formulas.phases import Part
from vram_atlas.instances import rented
from vram_atlas.model_sizes import models_by_size
from vram_atlas.sentences import OUTSIDE_NAME, PART_NAME, PHASE_NAME, VERDICT_WORD
from vram_atlas.views import MEMORY_SIZES, MODELS_SHOWN, POPULAR_BOARDS

_MANY: Final = 8
_MOST: Final = 64
"""Boards that can be asked for at once in the pickers; the text takes any number."""
_TEMPLATES: Final[dict[str, object]] = {
    "field": words.FIELD,
    "choice": words.CHOICE,
    "place": words.PLACE,
    "head": words.HEAD,
    "headline": words.HEADLINE,
    "line": words.LINE,
    "note": note_words.NOTE,
    "question": words.QUESTION,
    "sentence": words.SENTENCE,
}


def answer_script(catalog: Catalog) -> str:
    """vramAtlas.texts as a classic script."""
    data: dict[str, object] = {
        **_TEMPLATES,
        "verdict": VERDICT_WORD,
        "parts": {part.value: name for part, name in PART_NAME.items()} | {"outside": OUTSIDE_NAME},
        "part_order": list(Part),
        "phase": PHASE_NAME,
        "units": {
            "gib": units.GIB,
            "mib": units.MIB,
            "small": units.SMALL_GIB * units.GIB,
            "large": units.LARGE_GIB * units.GIB,
        },
        "costs": {field: catalog.methods[trick].costs for field, trick in words.COSTS.items()},
        "example": words.EXAMPLES[0],
        "mistake": addresses.issue("wrong-number"),
        "memory_sizes": MEMORY_SIZES,
        "listed_formats": listed_formats(catalog),
        "not_computed": note_words.NOT_COMPUTED,
        "quiet_notes": note_words.QUIET_NOTES,
        "task": {task: method.title for task, method in catalog.tasks.items()},
    }
    return f"(globalThis.vramAtlas ??= {{}}).texts = {compact(data)};\n"


def list_script() -> str:
    """What only lists say."""
    shown = f"vramAtlas.texts.models_shown = {MODELS_SHOWN};\n"
    lines = f"Object.assign(vramAtlas.texts.line, {compact(words.LIST_LINE)});\n"
    return f"{shown}{lines}Object.assign(vramAtlas.texts.place, {compact(words.LIST_PLACE)});\n"


def limit_script() -> str:
    """What only says how far a question goes."""
    return f"vramAtlas.texts.limit = {compact(words.LIMIT)};\n"


def places_script(catalog: Catalog) -> str:
    """Which boards are named first where many would do, and which are rented in eights."""
    shown = {"popular": POPULAR_BOARDS, "machines": sorted(_rented_in_eights(catalog))}
    return f"Object.assign(vramAtlas.texts, {compact(shown)});\n"


def unequal_script() -> str:
    """What is said about boards that differ."""
    said = {"unequal": unequal_words.UNEQUAL, "split": unequal_words.SPLIT}
    return f"Object.assign(vramAtlas.texts, {compact(said)});\n"


def group_script(catalog: Catalog) -> str:
    """vramAtlas.groups: families and lines, each with how many entries it has, in their order.

    Before them how many boards can be picked, well-known ones, sizes of several models, and words.
    """
    groups = {
        "boards_at_most": _MOST,
        "popular": POPULAR_BOARDS,
        "sizes": [size for size, models in models_by_size(catalog).items() if len(models) > 1],
        "words": words.OPTION,
        "models": _counted(entry.family.name for entry in catalog.models.values()),
        "boards": _counted(entry.line.name for entry in catalog.boards.values()),
    }
    return f"(globalThis.vramAtlas ??= {{}}).groups = {compact(groups)};\n"


def rented_script(catalog: Catalog) -> str:
    """vramAtlas.rented: machines of clouds as the question box reads them: their board, how many.

    Machines without a board of the catalog are left out, and those that are called by it.
    """
    machines = {
        re.sub(r"^(?:ecs\.|standard_)", "", item.type.lower()): (family.board, item.count)
        for provider in catalog.clouds.values()
        for family, item in rented(provider)
        if family.board is not None and " " not in item.type
    }
    return f"(globalThis.vramAtlas ??= {{}}).rented = {compact(machines)};\n"


def own_script() -> str:
    """vramAtlas.texts.own: what is said about a pasted configuration."""
    return f"vramAtlas.texts.own = {compact(words.OWN)};\n"


def _counted(labels: Iterable[str]) -> list[tuple[str, int]]:
    """Runs of the same label with their lengths: the catalog has each group in one piece."""
    return [(label, len([*run])) for label, run in groupby(labels)]


def _rented_in_eights(catalog: Catalog) -> Iterator[str]:
    """Boards of which a cloud puts eight or more in one machine."""
    for board in catalog.boards:
        families = (one for provider in catalog.clouds.values() for one in provider.families)
        counts = (item.count for one in families if one.board == board for item in one.instances)
        if max(counts, default=0) >= _MANY:
            yield board
