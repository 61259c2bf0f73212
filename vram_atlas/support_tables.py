"""The table of what runs where. Decides nothing."""

from vram_atlas import support_words as words
from vram_atlas.catalog import Catalog
from vram_atlas.markup import Row, small, source_link, table_region, text
from vram_atlas.schema.support import Need
from vram_atlas.support import elsewhere


def what_runs_where(catalog: Catalog) -> str:
    """A row for each need of data/support.yml."""
    rows = [_row(need, catalog) for need in catalog.needs.values()]
    return table_region(words.CAPTION, words.HEAD, rows)


def _row(need: Need, catalog: Catalog) -> Row:
    source = source_link(catalog.sources["data/support.yml"][need.source])
    note = small(text(need.note)) if need.note else ""
    named = (
        *(catalog.formats[name].name for name in need.formats),
        *(catalog.optimizers[name].name for name in need.optimizers),
        *(words.attention(kind) for kind in need.attention),
    )
    served = ", ".join(named) or words.ALL
    return (
        f"{text(need.name)}{small(source)}{note}",
        text(served) + (small(words.WIDENS) if need.widens else ""),
        words.from_capability(need),
        *(text(words.architectures(elsewhere(need, vendor))) for vendor in words.VENDORS),
    )
