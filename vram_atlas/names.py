"""Names that entries can be asked for by, and names that two entries claim."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vram_atlas.crosschecks import Fault
from vram_atlas.strict_yaml import Document, Place

_ALIASES_BEGIN = 2
"""A named entry lists its id, its name, then its aliases."""


@dataclass(frozen=True, slots=True)
class Named:
    """An entry, and every name it answers to with the place where the name is written."""

    document: Document
    id: str
    names: tuple[tuple[Place, str], ...]

    @property
    def where(self) -> str:
        """File and line of the entry."""
        return f"{self.document.file}:{self.document.line(self.names[0][0][:-1])}"


def normalised(word: str) -> str:
    """A name without case, spaces, hyphens and underscores; dots and slashes stay."""
    return re.sub(r"[\s_-]+", "", word.lower())


def without_publisher(word: str) -> str:
    """The name of a repository without its owner: "meta-llama/Llama-2-7b". "ViT-B/16" has none."""
    owner, _, rest = word.rpartition("/")
    return rest if owner and re.search("[A-Za-z]", rest) else word


def named(
    document: Document, place: Place, identity: str, name: str, aliases: Iterable[str]
) -> Named:
    """An entry at a place of a file, with its id, name and aliases."""
    also = (((*place, "aliases", index), alias) for index, alias in enumerate(aliases))
    return Named(document, identity, (((*place, "id"), identity), ((*place, "name"), name), *also))


def owners(
    what: str, entries: Iterable[Named]
) -> tuple[dict[str, str], list[tuple[Document, Fault]]]:
    """The id behind every normalised name, and the names that belong to somebody else.

    Ids and names are given out before aliases, so a fault stands at the alias that is one too many
    and not at the entry whose own name it takes.
    """
    listed = list(entries)
    holder: dict[str, Named] = {}
    faults: list[tuple[Document, Fault]] = []
    for aliases in (False, True):
        for entry in listed:
            for place, word in _part(entry, aliases=aliases):
                owner = holder.setdefault(normalised(word), entry)
                if owner is not entry:
                    faults.append((entry.document, _taken(what, place, word, owner)))
    found = {name: owner.id for name, owner in holder.items()}
    for name, identity in [*found.items()]:
        found.setdefault(without_publisher(name), identity)
    return found, faults


def _part(entry: Named, *, aliases: bool) -> Iterator[tuple[Place, str]]:
    """The id and the name, or the aliases; a spelling that says the same again is said once."""
    before = {normalised(word) for _, word in entry.names[:_ALIASES_BEGIN]} if aliases else set()
    for place, word in entry.names[_ALIASES_BEGIN:] if aliases else entry.names[:_ALIASES_BEGIN]:
        if normalised(word) not in before:
            before.add(normalised(word))
            yield place, word


def _taken(what: str, place: Place, word: str, owner: Named) -> Fault:
    return Fault(
        place,
        f"'{word}'",
        f"a name of one {what} only",
        f"It already belongs to '{owner.id}' ({owner.where}). "
        "Case, spaces, hyphens and underscores do not count.",
    )
