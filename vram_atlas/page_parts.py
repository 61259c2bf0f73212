"""What generated pages share: head, headings, their place, and the ways to a correction."""

import json
from collections.abc import Sequence

from vram_atlas import addresses
from vram_atlas import page_words as words
from vram_atlas.markup import anchor, link, unindexed
from vram_atlas.schema.method import Matrix


def front_matter(
    title: str,
    description: str,
    file: str,
    *,
    tags: Sequence[str] = (),
    weight: float = 1,
    hide: Sequence[str] = ("navigation",),
) -> str:
    """The head of a page. JSON strings are YAML strings; `tags` are other names, for search."""
    lines = [
        f"title: {json.dumps(title, ensure_ascii=False)}",
        f"description: {json.dumps(description, ensure_ascii=False)}",
    ]
    if tags:
        lines.append(f"tags: {json.dumps(list(tags), ensure_ascii=False)}")
    if weight != 1:
        lines.append(f"search: {json.dumps({'boost': weight})}")
    lines += [f"hide: {json.dumps(list(hide))}", f"edit: {json.dumps(file)}"]
    return "\n".join(("---", *lines, "---"))


def heading(title: str, identity: str, *, indexed: bool = True) -> str:
    """A second-level heading with an anchor that does not depend on its words."""
    hidden = "" if indexed else " data-search-exclude"
    return f"## {title} {{ #{identity}{hidden} }}"


def path(section: str, group: str) -> str:
    """Where a page belongs: a link to the list, and to the group within it."""
    links = f"{link('index.html', section)} / {link(f'index.html#{anchor(group)}', group)}"
    return unindexed("p", links, "atlas-path")


def footer(api: str, file: str, **mistake: str) -> str:
    """Where the same data is as JSON, where to correct it, and where to report a mistake.

    `mistake` fills in the form of a report: the model or board, and what the page says of it.
    """
    links = (
        link(f"../api/v1/{api}.json", words.JSON),
        link(addresses.edit(file), words.EDIT),
        link(addresses.issue("wrong-number", **mistake), words.REPORT),
    )
    return unindexed("p", " · ".join(links), "atlas-footer")


def report(matrix: Matrix, **mistake: str) -> str:
    """A link to the form for a wrong number, filled in with what the page says of one task."""
    address = addresses.issue("wrong-number", task=matrix.title, **mistake)
    return unindexed("p", link(address, words.report_about(matrix)), "atlas-report")
