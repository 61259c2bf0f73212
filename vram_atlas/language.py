"""Load data/language.yml: the words of the question box, or every problem in them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from vram_atlas.catalog import DATA, Catalog
from vram_atlas.crosschecks import Reference, dangling
from vram_atlas.names import normalised
from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.schema.language import Language
from vram_atlas.strict_yaml import Document, Place, read
from vram_atlas.validation import validate

FILE = "language.yml"


def load_language(catalog: Catalog, data: Path = DATA) -> Language:
    """Read the words and check them against the catalog.

    Raises ProblemsError with every problem found, each with file, line and path.
    """
    document = read(data / FILE, f"data/{FILE}")
    language, problems = validate(document, Language)
    if language is None:
        raise ProblemsError(problems)
    problems += [*_dangling(document, language, catalog), *_twice(document, language)]
    problems += _shadowing(document, language, catalog)
    if problems:
        raise ProblemsError(problems)
    return language


def stop_words(language: Language) -> tuple[str, ...]:
    """The blocks of words without meaning, word by word; in order they pack better."""
    return tuple(sorted(word for block in language.stop for word in block.split()))


def _references(language: Language) -> Iterator[Reference]:
    for index, entry in enumerate(language.formats):
        yield Reference(FILE, ("formats", index, "format"), entry.format, "format")
    for index, width in enumerate(language.widths.widths):
        for key in ("default", "gguf", "training", "cache", "gguf_cache"):
            word = getattr(width, key)
            if word is not None:
                yield Reference(FILE, ("widths", "widths", index, key), word, "format")
    for index, machine in enumerate(language.unified):
        yield Reference(FILE, ("unified", index, "line"), machine.line, "line")
    for index, kind in enumerate(language.tuning.small.kinds):
        yield Reference(FILE, ("tuning", "small", "kinds", index), kind, "architecture kind")


def _dangling(document: Document, language: Language, catalog: Catalog) -> Iterator[Problem]:
    known: Mapping[str, Iterable[str]] = {
        "format": catalog.formats,
        "line": {board.line.line for board in catalog.boards.values()},
        "architecture kind": {one.model.architecture.kind for one in catalog.models.values()},
    }
    for _, fault in dangling(_references(language), known):
        yield document.problem(fault.place, fault.saw, fault.expected, fault.tip)


def _lists(language: Language) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Every list of words of which one word can have one meaning only."""
    groups: dict[Place, Iterable[object]] = {
        ("numbers", "words"): language.numbers.words,
        ("tasks",): language.tasks,
        ("asks",): language.asks,
        ("nouns",): language.nouns,
        ("quantities",): language.quantities,
        ("settings",): language.settings,
        ("formats",): language.formats,
        ("widths", "widths"): language.widths.widths,
        ("translations",): language.translations,
        ("misspellings",): language.misspellings,
        ("unused",): language.unused,
    }
    for place, entries in groups.items():
        for index, entry in enumerate(entries):
            yield (*place, index, "words"), getattr(entry, "words", ())
    yield ("widths", "quantised"), language.widths.quantised
    yield ("key_value_cache",), language.key_value_cache
    yield ("choosing",), language.choosing
    yield ("less",), language.less
    yield ("stop",), stop_words(language)


def _twice(document: Document, language: Language) -> Iterator[Problem]:
    """A word of two lists would mean two things."""
    owners: dict[str, Place] = {}
    for place, words in _lists(language):
        for word in dict.fromkeys(" ".join(word.split()) for word in words):
            owner = owners.setdefault(word, place)
            if owner != place:
                line = document.line(owner)
                yield document.problem(
                    place,
                    f"the word '{word}'",
                    "a word of one list only",
                    f"It already stands in line {line}. Remove it from one of them.",
                )


def _shadowing(document: Document, language: Language, catalog: Catalog) -> Iterator[Problem]:
    """A word that is passed over must not be the name of something."""
    silent: list[tuple[Place, tuple[str, ...]]] = [(("stop",), stop_words(language))]
    silent += [(("unused", index), entry.words) for index, entry in enumerate(language.unused)]
    for place, word in ((place, word) for place, words in silent for word in words):
        for what, names in catalog.aliases.items():
            owner = names.get(normalised(word))
            if owner is not None and word not in language.never:
                yield document.problem(
                    place,
                    f"the word '{word}'",
                    f"no name of one of the {what}",
                    f"It names '{owner}': readers who type it would not be understood.",
                )
