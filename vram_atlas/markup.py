"""Small pieces of HTML: escaped text, links, tables that scroll inside themselves."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from vram_atlas.schema.base import Source

Row = Sequence[str]
"""Cells as HTML."""

TABLE = '<table class="atlas">'
"""With a class, so that the theme's script leaves it as it is."""

_REPOSITORY_HOSTS = frozenset({"github.com", "huggingface.co", "gitlab.com"})
_REPOSITORY_PARTS = 5
"""Parts of an address up to owner and repository."""


def text(value: object) -> str:
    """Text made safe for HTML."""
    return escape(str(value), quote=False)


def attribute(value: str) -> str:
    """Text made safe as the value of an attribute."""
    return escape(value)


_ESCAPED = str.maketrans({" ": "+", "+": "%2B", "&": "%26", "%": "%25", "?": "%3F", "#": "%23"})


def query(value: str) -> str:
    """Text made safe as the value of an address' parameter."""
    return value.translate(_ESCAPED)


def anchor(name: str) -> str:
    """A name as the id of a heading: lower case, hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))


def link(href: str, label: str, *, current: bool = False) -> str:
    """A link; the label is plain text. `current`: it leads to the page that it is on."""
    here = ' aria-current="page"' if current else ""
    return f'<a href="{attribute(href)}"{here}>{text(label)}</a>'


def source_link(source: Source) -> str:
    """A source as a link, named by its host, repository or paper."""
    parts = source.url.rstrip("/").split("/")
    host = parts[2].removeprefix("www.")
    if host in _REPOSITORY_HOSTS and len(parts) > _REPOSITORY_PARTS:
        host = "/".join(parts[3:_REPOSITORY_PARTS])
    elif parts[3:4] == ["project"]:  # a package: its own name says more than the registry's
        host = parts[4]
    elif host == "arxiv.org":
        host = f"arXiv {parts[-1]}"
    return link(source.url, host)


def small(html: str) -> str:
    """A second line of a cell."""
    return f"<small>{html}</small>"


def table(caption: str, head: Row, rows: Iterable[Row]) -> str:
    """A table whose first column names the rows, in one line of HTML."""
    columns = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td>{cell}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    head_row = f"<thead><tr>{columns}</tr></thead>"
    return f"{TABLE}<caption>{text(caption)}</caption>{head_row}<tbody>{body}</tbody></table>"


def region(label: str, inner: str, kind: str = "") -> str:
    """A box that scrolls by itself, reachable with the keyboard, not in the search index."""
    classes = " ".join(filter(None, ("atlas-table", kind)))
    return (
        f'<div class="{classes}" role="region" aria-label="{attribute(label)}" tabindex="0" '
        f"data-search-exclude>{inner}</div>"
    )


def table_region(caption: str, head: Row, rows: Iterable[Row], kind: str = "") -> str:
    """A table in its scrolling box, labelled by its caption."""
    return region(caption, table(caption, head, rows), kind)


def unindexed(tag: str, inner: str, kind: str = "") -> str:
    """An element that search leaves out."""
    classes = f' class="{kind}"' if kind else ""
    return f"<{tag}{classes} data-search-exclude>{inner}</{tag}>"


def items(entries: Iterable[str], kind: str = "") -> str:
    """A list."""
    classes = f' class="{kind}"' if kind else ""
    return f"<ul{classes}>" + "".join(f"<li>{entry}</li>" for entry in entries) + "</ul>"


def details(summary: str, inner: str) -> str:
    """A part that is closed until a reader opens it. Opens without a script."""
    return f'<details class="atlas-more"><summary>{text(summary)}</summary>{inner}</details>'


def blocks(*parts: str) -> str:
    """Markdown blocks with a blank line between, empty ones left out."""
    return "\n\n".join(part for part in parts if part) + "\n"
