"""Addresses outside the page: the repository, the site, a contributor's web editor."""

from typing import Final
from urllib.parse import quote, urlencode

REPOSITORY: Final = "https://github.com/vram-atlas/vram-atlas"
SITE: Final = "https://vram-atlas.github.io/vram-atlas"
BRANCH: Final = "main"


def edit(file: str) -> str:
    """The web editor with a file of the repository."""
    return f"{REPOSITORY}/edit/{BRANCH}/{quote(file)}"


def view(file: str, line: int | None = None) -> str:
    """A file of the repository, at a line."""
    return f"{REPOSITORY}/blob/{BRANCH}/{quote(file)}{f'#L{line}' if line else ''}"


def new_file(folder: str, name: str, content: str) -> str:
    """The web editor with a new file and its first content."""
    return f"{REPOSITORY}/new/{BRANCH}/{folder}?{urlencode({'filename': name, 'value': content})}"


def issue(form: str, **fields: str) -> str:
    """An issue form with fields filled in; the keys are the ids of the form."""
    given = {name: value for name, value in fields.items() if value}
    return f"{REPOSITORY}/issues/new?{urlencode({'template': f'{form}.yml', **given})}"


def page(path: str) -> str:
    """A page of the site."""
    return f"{SITE}/{path}"
