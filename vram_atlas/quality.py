"""How strong the data is: numbers per kind of source, the weakest sources, the oldest readings."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vram_atlas.catalog import Catalog
from vram_atlas.schema.base import Source, SourceKind

AREAS: Final = ("models", "gpus", "clouds")
"""Folders of data/ that are counted apart; the files beside them are one more area."""
WEAK: Final = (SourceKind.THIRD_PARTY,)
"""Kinds that repeat what they read elsewhere: a better source replaces them where one is found."""


@dataclass(frozen=True, slots=True, eq=False)
class Cited:
    """A page that numbers come from, over all files that name it."""

    source: Source
    numbers: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """For how many models of published size a fact is known. `unknown` are the names of others."""

    fact: str
    known: int
    unknown: tuple[str, ...]


def of_models(catalog: Catalog) -> list[Known]:
    """Facts of a model that nothing is computed from and that its maker may leave out."""
    sized = [entry.model for entry in catalog.models.values() if entry.model.parameters]
    found = []
    for fact in ("licence", "native_format"):
        missing = tuple(model.name for model in sized if getattr(model, fact) is None)
        found.append(Known(fact, len(sized) - len(missing), missing))
    return found


def area_of(file: str) -> str:
    """The folder of data/ that a file is in; `software` for the files beside the folders."""
    folder = file.removeprefix("data/").split("/", maxsplit=1)[0]
    return folder if folder in AREAS else "software"


def numbers_by_kind(catalog: Catalog) -> dict[SourceKind, Counter[str]]:
    """How many numbers each kind of source proves, by area. A number has its nearest source."""
    found: dict[SourceKind, Counter[str]] = {kind: Counter() for kind in SourceKind}
    for file, source, numbers in _citations(catalog):
        found[source.kind][area_of(file)] += numbers
    return found


def sources_by_kind(catalog: Catalog) -> Counter[SourceKind]:
    """How many different pages of each kind are named."""
    pages = {(source.kind, source.url) for _, source, _ in _citations(catalog)}
    return Counter(kind for kind, _ in pages)


def cited(catalog: Catalog, *kinds: SourceKind) -> list[Cited]:
    """Pages of some kinds, the one with most numbers first."""
    pages: dict[str, list[tuple[str, Source, int]]] = {}
    for file, source, numbers in _citations(catalog):
        if source.kind in kinds:
            pages.setdefault(source.url, []).append((file, source, numbers))
    found = [
        Cited(uses[0][1], sum(use[2] for use in uses), tuple(sorted({use[0] for use in uses})))
        for uses in pages.values()
    ]
    return sorted(found, key=lambda page: (-page.numbers, page.source.url))


def readings(catalog: Catalog) -> list[tuple[str, int, int]]:
    """Days on which sources were read, the oldest first, with how many and their numbers."""
    sources: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for _, source, count in _citations(catalog):
        sources[source.accessed] += 1
        numbers[source.accessed] += count
    return [(day, sources[day], numbers[day]) for day in sorted(sources)]


def _citations(catalog: Catalog) -> Iterator[tuple[str, Source, int]]:
    """Every source of every file, with how many numbers of the file it proves."""
    for file, sources in catalog.sources.items():
        counts = catalog.numbers[file]
        for key, source in sources.items():
            yield file, source, counts[key]
