"""What the answer's scripts take from Python beside the estimator: words, units, model sizes."""

import json
from typing import Final

from vram_atlas import addresses, units
from vram_atlas import answer_words as words
from vram_atlas.catalog import Catalog
from vram_atlas.formulas.phases import Part
from vram_atlas.model_sizes import models_by_size
from vram_atlas.sentences import OUTSIDE_NAME, PART_NAME, PHASE_NAME, VERDICT_WORD
from vram_atlas.views import POPULAR_BOARDS

_TEMPLATES: Final[dict[str, object]] = {
    "field": words.FIELD,
    "choice": words.CHOICE,
    "place": words.PLACE,
    "head": words.HEAD,
    "headline": words.HEADLINE,
    "line": words.LINE,
    "note": words.NOTE,
    "limit": words.LIMIT,
    "own": words.OWN,
    "question": words.QUESTION,
    "sentence": words.SENTENCE,
}


def answer_script(catalog: Catalog) -> str:
    """vramAtlas.texts and vramAtlas.sizes as a classic script."""
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
        "popular": POPULAR_BOARDS,
        "quiet_notes": words.QUIET_NOTES,
        "task": {task: method.title for task, method in catalog.tasks.items()},
    }
    return (
        "(globalThis.vramAtlas ??= {}).texts = "
        f"{_json(data)};\nvramAtlas.sizes = {_json(models_by_size(catalog))};\n"
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
