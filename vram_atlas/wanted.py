"""Whether a model is there, what is near it, and which rules for new models its name meets."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from vram_atlas import addresses
from vram_atlas.catalog import Catalog, ModelEntry
from vram_atlas.grid import build_grid
from vram_atlas.names import normalised
from vram_atlas.page_words import model_needs
from vram_atlas.schema.inclusion import Rule
from vram_atlas.unknown_words import unknown

_NEAR = 5
_CLOSE_ENOUGH = 0.7


def about(word: str, catalog: Catalog) -> tuple[str, bool]:
    """What to say about a model's name, and whether the catalog has it."""
    found = catalog.find("models", word)
    lines = _there(catalog.models[found], catalog) if found else _absent(word, catalog)
    return "\n".join(lines) + "\n", found is not None


def _there(entry: ModelEntry, catalog: Catalog) -> Iterator[str]:
    yield f"{entry.model.name} is in the catalog: {entry.file}:{entry.line}"
    yield f"Its page: {addresses.page(f'models/{entry.id}.html')}"
    if entry.architecture is None:
        yield unknown(entry)
    else:
        yield model_needs(build_grid(catalog, [entry.id]).of_model(entry))
    yield ""
    yield "For one board:"
    yield f"  python build_tables.py explain --model {entry.id} --board rtx-4090 --task lora"


def _absent(word: str, catalog: Catalog) -> Iterator[str]:
    yield f"'{word}' is not in the catalog."
    near = _near(word, catalog)
    if near:
        yield ""
        yield "Near it, and there:"
        for entry in near:
            yield f"  {entry.id} ({entry.model.name}), {entry.file}:{entry.line}"
    yield ""
    yield "A new model is taken in when:"
    for rule in catalog.inclusion:
        yield f"  [{_state(word, rule)}] {rule.title}. {rule.text}"
    yield ""
    yield f"How to add it: {addresses.page('contribute.html')}"


def _near(word: str, catalog: Catalog) -> list[ModelEntry]:
    """Models whose id, name or alias is close, the closest first."""
    names = catalog.aliases["models"]
    wanted = normalised(word.rsplit("/", 1)[-1])
    close = get_close_matches(wanted, names, n=4 * _NEAR, cutoff=_CLOSE_ENOUGH)
    ids = dict.fromkeys(names[name] for name in close)
    return [catalog.models[identity] for identity in ids][:_NEAR]


def _state(word: str, rule: Rule) -> str:
    """What the name alone says about a rule."""
    if not rule.refused:
        return "to show"
    words = set(re.findall(r"[a-z0-9]+", word.lower()))
    missed = words & set(rule.refused)
    return f"missed: '{min(missed)}'" if missed else "met by its name"
