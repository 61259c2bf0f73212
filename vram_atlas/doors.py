"""The ways in for contributors: links that open a filled-in editor or form, and the rules."""

from pathlib import Path

from vram_atlas import addresses
from vram_atlas import contribute_words as words
from vram_atlas.catalog import DATA, Catalog
from vram_atlas.kind_templates import KINDS, kind_template
from vram_atlas.markup import items, link, text


def new_file_link(folder: str, label: str) -> str:
    """A link to the web editor with the commented template of a folder filled in."""
    template = (DATA / folder / "_template.yml").read_text(encoding="utf-8")
    return _editor(folder, template, label)


def new_family_links() -> str:
    """The same for a model family, one link for each kind of architecture."""
    return ", ".join(_editor("models", kind_template(kind), kind) for kind in KINDS)


def _editor(folder: str, template: str, label: str) -> str:
    return link(addresses.new_file(f"data/{folder}", "example.yml", template), label)


def form_link(form: str, label: str) -> str:
    """A link to an issue form."""
    return link(addresses.issue(form), label)


def code_link(file: str, label: str, mark: str = "") -> str:
    """A link to a file of the repository, at the first line that contains `mark`."""
    lines = (DATA.parent / Path(file)).read_text(encoding="utf-8").splitlines()
    places = [number for number, line in enumerate(lines, start=1) if mark and mark in line]
    if mark and not places:
        message = f"{file} no longer contains: {mark}"
        raise LookupError(message)
    return link(addresses.view(file, places[0] if places else None), label)


def inclusion_rules(catalog: Catalog) -> str:
    """Which models are taken in."""
    return items(
        f"<b>{text(rule.title)}.</b> {text(rule.text)}{_refused(rule.refused)}"
        for rule in catalog.inclusion
    )


def _refused(known: tuple[str, ...]) -> str:
    return f" {text(words.refused(known))}" if known else ""
