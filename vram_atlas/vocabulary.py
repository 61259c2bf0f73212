"""What the question box knows by name: the catalog and the language, as one compact script."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from vram_atlas.catalog import BoardEntry, Catalog, ModelEntry
from vram_atlas.language import stop_words
from vram_atlas.names import normalised
from vram_atlas.resolve import suits
from vram_atlas.schema.base import Task
from vram_atlas.schema.board import Segment
from vram_atlas.schema.language import Language
from vram_atlas.schema.software import Format, Optimizer, Runtime

FILE: Final = "assets/javascripts/generated/vocabulary.js"
SEPARATOR: Final = "|"
"""Between the names of one entry, and between words: no name contains it."""

_MEMORY = re.compile(r"-\d+gb$")


def vocabulary(catalog: Catalog, language: Language) -> str:
    """The script that sets `vramAtlas.vocabulary`."""
    known = {
        "models": {entry.id: _model(entry, language) for entry in catalog.models.values()},
        "developers": _words(
            word for entry in catalog.models.values() for word in entry.family.developer.split()
        ),
        "publishers": _words(
            alias.split("/")[0]
            for entry in catalog.models.values()
            for alias in entry.model.aliases
            if "/" in alias
        ),
        "boards": {
            entry.id: [
                SEPARATOR.join(_board_names(entry, language)),
                entry.board.memory.label_gb,
                entry.line.vendor.value,
                entry.line.line,
                int(entry.board.modified),
                int(entry.board.segment is Segment.UNIFIED),
            ]
            for entry in catalog.boards.values()
        },
        "variants": _variants(catalog.boards.values()),
        "formats": {
            item.id: [_names(item), item.kind.value, _tasks(item), int(item.cache_bits is not None)]
            for item in catalog.formats.values()
            if item.weights or item.cache_bits
        },
        "optimizers": {item.id: _names(item) for item in catalog.optimizers.values()},
        "runtimes": {item.id: _runtime(item) for item in catalog.runtimes.values()},
        "tasks": {task.value: method.title for task, method in catalog.tasks.items()},
        "language": _language(language),
    }
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    return (
        "// Written by build_tables.py: what the question box knows by name.\n"
        f"(globalThis.vramAtlas ??= {{}}).vocabulary = {text};\n"
    )


def _words(words: Iterable[str]) -> str:
    return SEPARATOR.join(sorted({word.lower().strip("(),.") for word in words}))


def _names(item: Format | Optimizer | Runtime) -> str:
    """The display name and every other name."""
    return SEPARATOR.join((item.name, *_new((item.id, *item.aliases), {_key(item.name)})))


def _new(words: Iterable[str], seen: set[str]) -> Iterator[str]:
    """Words that are new, in lower case."""
    for word in words:
        if _key(word) not in seen:
            seen.add(_key(word))
            yield word.lower()


def _key(word: str) -> str:
    """A name as the question box compares names: "12 g" is "12gb"."""
    return re.sub(r"(?<=\d)gb$", "g", normalised(word))


def _model(entry: ModelEntry, language: Language) -> str:
    """The display name and every name but the id, without publishers and neutral suffixes."""
    model = entry.model
    own = [model.id, *(alias.rsplit("/", 1)[-1] for alias in model.aliases)]
    every = {_key(word) for word in (*own, model.name)}
    kept = (word for word in own if _shortened(word, language) not in every - {_key(word)})
    return SEPARATOR.join((model.name, *_new(kept, {_key(model.name), _key(model.id)})))


def _shortened(word: str, language: Language) -> str | None:
    """A name without the words at its end that change nothing, normalised; None without such."""
    parts = re.split(r"[\s_-]+", word.lower())
    length = len(parts)
    neutral = set(language.model_suffixes) - set(language.plain)
    while length > 1 and parts[length - 1] in neutral:
        length -= 1
    return None if length == len(parts) else _key("".join(parts[:length]))


def _board_names(entry: BoardEntry, language: Language) -> Iterator[str]:
    """The display name and every name that does not follow from another by a vendor's word."""
    board = entry.board
    own = (board.id, *board.aliases)
    every = {_key(word) for word in (*own, board.name)}
    yield board.name
    kept = (word for word in own if _without_vendor(word, entry, language) not in every)
    yield from _new(kept, {_key(board.name), _key(board.id)})


def _without_vendor(word: str, entry: BoardEntry, language: Language) -> str | None:
    """A name without the vendor's words in front, normalised; None without such."""
    vendors = {
        part for item in language.vendors if item.vendor is entry.line.vendor for part in item.words
    }
    parts = re.split(r"[\s_-]+", word.lower())
    rest = parts
    while len(rest) > 1 and rest[0] in vendors:
        rest = rest[1:]
    return None if len(rest) == len(parts) else _key("".join(rest))


def _variants(boards: Iterable[BoardEntry]) -> list[list[str]]:
    """Boards that share a name and differ in memory, the one that owns the name first."""
    groups: dict[str, list[str]] = {}
    for entry in boards:
        groups.setdefault(_MEMORY.sub("", entry.id), []).append(entry.id)
    return [ids for ids in groups.values() if len(ids) > 1]


def _tasks(item: Format) -> str:
    """The tasks that can work on weights in a format."""
    return SEPARATOR.join(task.value for task in Task if item.weights and suits(item, task))


def _runtime(item: Runtime) -> list[str]:
    """Names, tasks, and the kinds of formats that it loads."""
    return [_names(item), SEPARATOR.join(item.tasks), SEPARATOR.join(item.formats)]


def _language(language: Language) -> dict[str, object]:
    """Groups of words, each with what it means."""

    def groups(entries: Iterable[object], *keys: str) -> list[list[object]]:
        return [
            [*(getattr(entry, key) for key in keys), SEPARATOR.join(entry.words)]  # type: ignore[attr-defined]
            for entry in entries
        ]

    widths = language.widths
    return {
        "multipliers": {unit.unit: unit.times for unit in language.multipliers.units},
        "numbers": groups(language.numbers.words, "number"),
        "tasks": groups(language.tasks, "task", "strength"),
        "asks": groups(language.asks, "ask"),
        "nouns": groups(language.nouns, "noun"),
        "quantities": groups(language.quantities, "field"),
        "settings": groups(language.settings, "field", "value"),
        "formats": groups(language.formats, "format"),
        "widths": groups(
            widths.widths, "bits", "default", "gguf", "training", "cache", "gguf_cache"
        ),
        "vendors": groups(language.vendors, "vendor"),
        "unified": groups(language.unified, "line"),
        "translations": groups(language.translations, "word"),
        "misspellings": groups(language.misspellings, "word"),
        "unused": groups(language.unused, "reason", "changes"),
        **{
            name: SEPARATOR.join(words)
            for name, words in {
                "quantised": widths.quantised,
                "keyValueCache": language.key_value_cache,
                "connectors": language.connectors,
                "less": language.less,
                "joining": language.joining,
                "choosing": language.choosing,
                "classifiers": language.classifiers,
                "boardSuffixes": language.board_suffixes,
                "modelSuffixes": language.model_suffixes,
                "plain": language.plain,
                "strangers": language.strangers,
                "never": language.never,
                "stop": stop_words(language),
            }.items()
        },
    }
