"""The change log: a page, and an Atom feed for those who want to hear of flipped verdicts."""

from collections.abc import Iterator, Sequence
from typing import Final

from vram_atlas import addresses
from vram_atlas import contribute_words as words
from vram_atlas.catalog import Catalog
from vram_atlas.markup import attribute, blocks, details, items, link, source_link, text
from vram_atlas.schema.change import Change, Flips

FEED: Final = "changes.xml"
_TAG: Final = "tag:vram-atlas.github.io,2026"


def change_list(changes: Sequence[Change], catalog: Catalog) -> str:
    """Every change, the newest first: what, why, on whose evidence, and which verdicts."""
    return blocks(*(part for change in changes for part in _entry(change, catalog)))


def _entry(change: Change, catalog: Catalog) -> Iterator[str]:
    yield f"## {change.date}: {change.title} {{ #{change.change} }}"
    yield text(change.why)
    evidence = [f"<code>{text(row)}</code>" for row in change.measurements]
    if change.source is not None:
        evidence.append(source_link(change.sources[change.source]))
    if evidence:
        yield f"{words.EVIDENCE} {', '.join(evidence)}"
    if change.flips:
        count = sum(len(flips.boards) for flips in change.flips)
        lines = items(_line(flips, catalog) for flips in change.flips)
        yield details(words.flipped(count), lines)


def _line(flips: Flips, catalog: Catalog) -> str:
    """Entries that are no longer in the catalog keep their ids."""
    model = catalog.models.get(flips.model)
    name = link(f"../models/{model.id}.html", model.model.name) if model else text(flips.model)
    matrix = catalog.matrices.get(flips.matrix)
    boards = ", ".join(
        catalog.boards[board].board.name if board in catalog.boards else board
        for board in flips.boards
    )
    task = matrix.title if matrix else flips.matrix
    return f"{name}, {text(words.flip(task, flips.was, flips.now, flips.part, boards))}"


def feed(changes: Sequence[Change]) -> str:
    """The same as Atom. Its dates are those of the data, so that a build repeats itself."""
    page = addresses.page("reference/changes.html")
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{text(words.FEED_TITLE)}</title>",
        f"<id>{_TAG}:changes</id>",
        f'<link rel="self" href="{attribute(addresses.page(FEED))}"/>',
        f'<link rel="alternate" href="{attribute(page)}"/>',
        f"<updated>{_moment(changes[0].date)}</updated>",
        "<author><name>VRAM Atlas</name></author>",
    ]
    for change in changes:
        count = sum(len(flips.boards) for flips in change.flips)
        summary = f"{change.why} {words.flipped(count)}." if count else change.why
        lines += [
            "<entry>",
            f"<title>{text(change.title)}</title>",
            f"<id>{_TAG}:{change.change}</id>",
            f'<link rel="alternate" href="{attribute(f"{page}#{change.change}")}"/>',
            f"<updated>{_moment(change.date)}</updated>",
            f"<summary>{text(summary)}</summary>",
            "</entry>",
        ]
    return "\n".join((*lines, "</feed>")) + "\n"


def _moment(day: str) -> str:
    """A day as the moment that Atom asks for."""
    return f"{day}T00:00:00Z"
