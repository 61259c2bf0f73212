"""What the question box knows beside names: facts that words lean on, and the language."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from vram_atlas.catalog import Catalog
from vram_atlas.columns import columns, compact
from vram_atlas.defaults import EXPERTS_FORMAT
from vram_atlas.language import stop_words
from vram_atlas.schema.base import Task
from vram_atlas.schema.language import Language
from vram_atlas.schema.software import Format, FormatKind, Runtime
from vram_atlas.tuning import tuning_tasks

FILE: Final = "assets/javascripts/generated/vocabulary.js"
_CHINESE: Final = re.compile("[\u3400-\u9fff]")
_BEGINNING: Final = 4
"""Letters with which a word can be taken for one that begins so: "mistralai"."""
SEPARATOR: Final = "|"
"""Between the names of one entry, and between words: no name contains it."""


def vocabulary(catalog: Catalog, language: Language) -> str:
    """The script that sets `vramAtlas.vocabulary`."""
    spoken = {machine.line for machine in language.unified}
    known = {
        "developers": _words(_developers(catalog) - {*_brands(catalog), *stop_words(language)}),
        "publishers": _words(_publishers(catalog)),
        "boards": columns(
            [
                {
                    "line": entry.line.line if entry.line.line in spoken else "",
                    "modified": entry.board.modified,
                }
                for entry in catalog.boards.values()
            ]
        ),
        "formats": {
            item.id: [
                _kinds(item),
                _tasks(item),
                int(item.cache_bits is not None),
                int((item.experts or item.linear).element_bits),
            ]
            for item in catalog.formats.values()
            if item.weights or item.cache_bits
        },
        "runtimes": columns([_runtime(item) for item in catalog.runtimes.values()]),
        "tasks": {task.value: method.title for task, method in catalog.tasks.items()},
        "tuning": _tuning(catalog, language),
        "language": _language(language, chinese=False),
    }
    return (
        "// Written by build_tables.py: what the question box knows by name.\n"
        f"(globalThis.vramAtlas ??= {{}}).vocabulary = {compact(known)};\n"
    )


def chinese_words(language: Language) -> str:
    """The script that sets `vramAtlas.chinese`: for each group the words of its rows, in order.

    It comes with the first text that has Chinese in it: 2 KB that other readers need not wait for.
    """
    words = {
        name: [row[-1] for row in group] if isinstance(group, list) else group
        for name, group in _language(language, chinese=True).items()
        if name != "multipliers"
    }
    found = {name: group for name, group in words.items() if any(group)}
    return f"(globalThis.vramAtlas ??= {{}}).chinese = {compact(found)};\n"


def _developers(catalog: Catalog) -> set[str]:
    found = (entry.family.developer.lower().split() for entry in catalog.models.values())
    return {word.strip("(),.") for words in found for word in words}


def _brands(catalog: Catalog) -> Iterator[str]:
    """Words that the ids of models begin with."""
    yield from (re.split("[^a-z]", identity)[0] for identity in catalog.models)


def _publishers(catalog: Catalog) -> Iterator[str]:
    """Accounts whose name can be read as one of the catalog, or as a misspelt one.

    Words that mean nothing are passed over anyway in front of "/" and a model.
    """
    named = {word for name in _names(catalog) for word in re.findall("[a-z]+", name.lower())}
    long = tuple(word for word in named if len(word) >= _BEGINNING)
    for entry in catalog.models.values():
        for alias in entry.model.aliases:
            owner, slash, _ = alias.lower().partition("/")
            words = re.findall("[a-z]+", owner)
            if slash and any(word in named or word.startswith(long) for word in words):
                yield owner


def _names(catalog: Catalog) -> Iterator[str]:
    """What the question box knows by name: entries and makers."""
    for entry in catalog.models.values():
        yield from (entry.model.name, *(alias.split("/")[-1] for alias in entry.model.aliases))
    for board in catalog.boards.values():
        yield from (board.board.name, *board.board.aliases)
    for runtime in catalog.runtimes.values():
        yield from (runtime.name, *runtime.aliases)
    for format_ in catalog.formats.values():
        yield from (format_.name, *format_.aliases)


def _words(words: Iterable[str]) -> str:
    return SEPARATOR.join(sorted({word.lower().strip("(),.") for word in words}))


def _tasks(item: Format) -> str:
    """The tasks that can work on weights in a format."""
    return SEPARATOR.join(task.value for task in Task if item.weights and item.suits(task))


def _kinds(item: Format) -> str:
    """What kind of file a format comes in: models published in MXFP4 also as GGUF files."""
    file = FormatKind.GGUF.value
    return f"{file}{SEPARATOR}{item.kind.value}" if item.id == EXPERTS_FORMAT else item.kind.value


def _runtime(item: Runtime) -> dict[str, str]:
    """Tasks, and the kinds of formats that it loads."""
    return {"tasks": SEPARATOR.join(item.tasks), "formats": SEPARATOR.join(item.formats)}


def _folded(words: Iterable[str]) -> str:
    """Words in order, each with a digit in front: how many letters it has of the one before it."""
    found, before = "", ""
    for word in words:
        if any(letter.isdigit() for letter in word):
            message = f"'{word}' has a digit: digits stand between the words that are passed over"
            raise ValueError(message)
        shared = max(n for n in range(min(len(before), 9) + 1) if word.startswith(before[:n]))
        found += f"{shared}{word[shared:]}"
        before = word
    return found


def _tuning(catalog: Catalog, language: Language) -> list[object]:
    """The usual tasks of "fine-tune", the other orders, and the place of each model's in them."""
    usual = SEPARATOR.join(language.tuning.tasks)
    found = [SEPARATOR.join(tasks) for tasks in tuning_tasks(catalog, language)]
    orders = list(dict.fromkeys((usual, *found)))
    return [orders, "".join(str(orders.index(tasks)) for tasks in found)]


def _language(language: Language, *, chinese: bool) -> dict[str, Any]:
    """Groups of words, each with what it means: those in Chinese, or the others."""

    def chosen(words: Iterable[str]) -> list[str]:
        return [word for word in words if bool(_CHINESE.search(word)) == chinese]

    def groups(entries: Iterable[Any], *keys: str) -> list[list[object]]:
        return [
            [*(getattr(entry, key) for key in keys), SEPARATOR.join(chosen(entry.words))]
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
        "unused": groups(language.unused, "reason", "changes", "trains"),
        **{
            name: SEPARATOR.join(chosen(words))
            for name, words in {
                "quantised": widths.quantised,
                "keyValueCache": language.key_value_cache,
                "connectors": language.connectors,
                "less": language.less,
                "joining": language.joining,
                "choosing": language.choosing,
                "sizeWords": language.size_words,
                "purposes": language.purposes,
                "classifiers": language.classifiers,
                "boardSuffixes": language.board_suffixes,
                "modelSuffixes": language.model_suffixes,
                "plain": language.plain,
                "strangers": language.strangers,
                "absent": language.absent,
                "never": language.never,
            }.items()
        },
        "stop": _folded(chosen(stop_words(language))),
    }
