"""The page for addresses that do not exist, as a template: its links work from any depth."""

from typing import Final

from vram_atlas import page_words as words
from vram_atlas.markup import items, text

FILE: Final = "templates/generated/not-found.html"


def not_found() -> str:
    """A question field, which not-found.js fills with the words of the address, and ways on."""
    links = items(
        (f'<a href="{_address(page)}">{text(label)}</a>' for page, label in words.WAYS_ON.items()),
        "atlas-links",
    )
    return (
        f"<h1>{words.LOST_TITLE}</h1><p>{words.LOST_LEAD}</p>"
        f'<form class="atlas-lost" role="search" aria-label="{words.LOST_FIELD}" '
        f'action="{_address("index.html")}"><label for="lost">{words.LOST_FIELD}</label>'
        '<input id="lost" name="q" type="search" maxlength="500" autocomplete="off">'
        f'<button class="md-button md-button--primary">{words.LOST_ASK}</button></form>'
        f"{links}\n"
    )


def _address(page: str) -> str:
    """A link that the template engine makes relative to the page, or absolute for a lost one."""
    return f"{{{{ '{page}' | url }}}}"
