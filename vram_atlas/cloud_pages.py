"""The page of a cloud provider."""

from vram_atlas import cloud_tables as tables
from vram_atlas import cloud_words as words
from vram_atlas import page_words
from vram_atlas.instances import Instances
from vram_atlas.markup import blocks, link, text, unindexed
from vram_atlas.page_parts import footer, front_matter, heading
from vram_atlas.schema.cloud import Provider
from vram_atlas.tables import sources_table


def provider_page(provider: Provider, instances: Instances) -> str:
    """A provider's page: what fits on one instance, then every instance type with its source."""
    places = [*instances.places(provider)]
    file = f"data/clouds/{provider.provider}.yml"
    unnamed = any(family.gpu is None for family in provider.families)
    boards = {place.board.id for place in places}
    types = sum(len(family.instances) for family in provider.families)
    return blocks(
        front_matter(provider.name, words.description(provider), file),
        f"# {provider.name}",
        unindexed("p", link("index.html", words.CLOUDS_PATH), "atlas-path"),
        text(" ".join(filter(None, (words.lead(provider, types, len(boards)), provider.note)))),
        text(words.NO_PRICES),
        heading(words.FITS_TITLE, "fits", indexed=False),
        text(words.READING),
        tables.fits(provider, places, instances),
        heading(words.TYPES_TITLE, "types", indexed=False),
        text(words.UNNAMED_NOTE) if unnamed else "",
        tables.types(provider, instances.grid),
        heading(page_words.SOURCES_TITLE, "sources", indexed=False),
        sources_table(provider.name, provider.sources.values()),
        footer(f"clouds/{provider.provider}", file, board=provider.name),
    )
