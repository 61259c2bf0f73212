"""Tables of the data-quality page."""

from collections import Counter

from vram_atlas import quality_words as words
from vram_atlas.board_facts import coverage
from vram_atlas.board_words import FACT_ROW
from vram_atlas.catalog import Catalog
from vram_atlas.markup import Row, small, source_link, table_region, text
from vram_atlas.page_words import SOURCE_KIND
from vram_atlas.quality import (
    AREAS,
    WEAK,
    cited,
    numbers_by_kind,
    of_models,
    readings,
    sources_by_kind,
)
from vram_atlas.schema.base import SourceKind
from vram_atlas.views import familiar


def kinds(catalog: Catalog) -> str:
    """How many pages and numbers of each kind, by area."""
    pages, numbers = sources_by_kind(catalog), numbers_by_kind(catalog)
    areas = (*AREAS, "software")
    rows: list[Row] = [
        _kind_row(SOURCE_KIND[kind], pages[kind], numbers[kind], areas)
        for kind in SourceKind
        if pages[kind]
    ]
    together: Counter[str] = sum(numbers.values(), Counter())
    rows.append(_kind_row(words.TOTAL_ROW, pages.total(), together, areas))
    return table_region(words.KINDS_CAPTION, words.HEAD_KINDS, rows, "atlas-numbers")


def _kind_row(name: str, pages: int, numbers: Counter[str], areas: tuple[str, ...]) -> Row:
    counts = (numbers.total(), *(numbers[area] for area in areas))
    return (text(name), str(pages), *(f"{count:,}" for count in counts))


def weak(catalog: Catalog) -> str:
    """Pages of the weakest kind, the one with most numbers first."""
    return _pages(words.WEAK_CAPTION, catalog, *WEAK)


def observed(catalog: Catalog) -> str:
    """What was seen on machines, and where it stands."""
    return _pages(words.OBSERVED_CAPTION, catalog, SourceKind.OBSERVED)


def _pages(caption: str, catalog: Catalog, *chosen: SourceKind) -> str:
    rows = (
        (
            source_link(page.source) + small(text(words.places(page.files))),
            f"{page.numbers:,}",
            text(page.source.shows),
        )
        for page in cited(catalog, *chosen)
    )
    return table_region(caption, words.HEAD_PAGES, rows)


def days(catalog: Catalog) -> str:
    """Days on which sources were read, the oldest first."""
    rows = ((day, f"{pages:,}", f"{numbers:,}") for day, pages, numbers in readings(catalog))
    return table_region(words.READINGS_CAPTION, words.HEAD_READINGS, rows, "atlas-numbers")


def reasons(catalog: Catalog) -> str:
    """Why published totals differ from the count over the tensors, and for how many models."""
    found = Counter(
        entry.model.parameters.file.reason
        for entry in catalog.models.values()
        if entry.model.parameters is not None and entry.model.parameters.file is not None
    )
    rows = ((text(reason), str(count)) for reason, count in found.most_common())
    return table_region(words.REASONS_CAPTION, words.HEAD_REASONS, rows)


def facts(catalog: Catalog) -> str:
    """For how many GPUs each fact is known; GPUs that many people know are the examples."""
    known_first = sorted(catalog.boards.values(), key=familiar)
    rows = (
        (
            FACT_ROW[one.fact],
            str(one.known),
            str(len(one.unknown)),
            text(words.examples([catalog.boards[board].board.name for board in one.unknown])),
        )
        for one in coverage(known_first)
    )
    return table_region(words.FACTS_CAPTION, words.HEAD_GPU_FACTS, rows, "atlas-numbers")


def models(catalog: Catalog) -> str:
    """For how many models each fact is known."""
    rows = (
        (
            words.MODEL_FACT[one.fact],
            str(one.known),
            str(len(one.unknown)),
            text(words.examples(one.unknown)),
        )
        for one in of_models(catalog)
    )
    return table_region(words.MODEL_FACTS_CAPTION, words.HEAD_MODEL_FACTS, rows, "atlas-numbers")


TABLES = {
    "kinds": kinds,
    "weak": weak,
    "observed": observed,
    "days": days,
    "reasons": reasons,
    "facts": facts,
    "models": models,
}
"""The tables of the page, by the name that it calls them."""
