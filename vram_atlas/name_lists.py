"""Every name of every entry, once: the estimator looks entries up, the parser reads them."""

import json
import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import takewhile
from typing import Final

from vram_atlas import columns
from vram_atlas.catalog import BoardEntry, Catalog
from vram_atlas.language import load_language
from vram_atlas.names import without_publisher
from vram_atlas.schema.board import Board
from vram_atlas.schema.model import Model

FILE: Final = "names.js"
_SEPARATOR: Final = "|"
"""Between the names of one entry; entries stand one a line. No name contains either."""
_SIGNS: Final = "~^*"
"""Stand in a name for the id, for the id with spaces, and for that without its first word."""

_LONG: Final = 4
"""Letters of a word that is passed over behind a name however it is joined to it."""
_RULE: Final = (
    ("^(?:apple|geforce|instinct|radeon|tesla) ", ""),
    (r"(\d) gb\b", r"\1gb"),
    ("[^a-z0-9.+]+", "-"),
    ("^-|-$", ""),
)
"""From most names in small letters to their ids: "GeForce RTX 3060 12 GB" is rtx-3060-12gb."""

_SCRIPT: Final = """\
(function (vramAtlas) {
  "use strict";
  const rule = RULE.map(([found, put]) => [new RegExp(found, "g"), put.replace("\\\\", "$")]);
  const idOf = (name) =>
    rule.reduce((id, [found, put]) => id.replace(found, put), name.toLowerCase());
  const entry = ([given, name, ...others]) => {
    const id = given || idOf(name);
    const spaced = id.replaceAll("-", " ");
    const behind = spaced.replace(/^\\S+ /, "");
    const whole = (other) => other.replace("~", id).replace("^", spaced).replace("*", behind);
    return [id, [name, ...others.map(whole)]];
  };
  const lines = (text) => text.split("\\n").map((line) => entry(line.split("|")));
  const read = (text) => Object.fromEntries(lines(text));
COLUMNS  vramAtlas.idOf = idOf;
  vramAtlas.names = {};
  for (const [kind, text] of Object.entries(LISTS)) vramAtlas.names[kind] = read(text);
  vramAtlas.sold = vramAtlas.recordsOf(SOLD);
})((globalThis.vramAtlas = globalThis.vramAtlas || {}));
"""


def name_script(catalog: Catalog) -> str:
    """The script that sets vramAtlas.names: by kind and id the display name, then the others.

    And vramAtlas.recordsOf(), which makes records of columns, and vramAtlas.sold, by which boards
    are told apart, in their order.
    """
    language = load_language(catalog)
    makers = {vendor.vendor: {*vendor.words} for vendor in language.vendors}
    boards = (
        (item.id, item.board.name, tuple(_telling(item.id, item.board, makers[item.line.vendor])))
        for item in catalog.boards.values()
    )
    behind = {word for word in language.model_suffixes if len(word) >= _LONG} - {*language.plain}
    models = (
        (item.id, item.model.name, tuple(_telling(item.id, item.model, behind=behind)))
        for item in catalog.models.values()
    )
    lists = {"models": _lines(models), "boards": _lines(boards)} | {
        kind: _lines((item.id, item.name, item.aliases) for item in entries)
        for kind, entries in (
            ("formats", catalog.formats.values()),
            ("optimizers", catalog.optimizers.values()),
            ("runtimes", catalog.runtimes.values()),
        )
    }
    sold = columns.columns([_sold(entry) for entry in catalog.boards.values()])
    written = _SCRIPT.replace("RULE", json.dumps(_RULE)).replace("COLUMNS", columns.SCRIPT)
    return written.replace("SOLD", columns.compact(sold)).replace("LISTS", columns.compact(lists))


def _sold(entry: BoardEntry) -> dict[str, object]:
    """What the estimator and the parser both know of a board."""
    board = entry.board
    return {
        "label_gb": board.memory.label_gb,
        "vendor": entry.line.vendor.value,
        "segment": board.segment.value,
    }


def _telling(
    identity: str,
    entry: Board | Model,
    before: AbstractSet[str] = frozenset(),
    behind: AbstractSet[str] = frozenset(),
) -> Iterator[str]:
    """Aliases that are no other name with a maker in front or a word without influence behind.

    The question box passes over such words, so that the others need not be written.
    """
    known = {_spelling(without_publisher(one)) for one in (identity, entry.name, *entry.aliases)}
    for alias in entry.aliases:
        words = _spelling(without_publisher(alias)).split(" ")
        front = len([*takewhile(before.__contains__, words)])
        back = len([*takewhile(behind.__contains__, reversed(words))])
        shorter = {" ".join(words[cut:]) for cut in range(1, front + 1)}
        shorter |= {" ".join(words[:-cut]) for cut in range(1, back + 1)}
        if not shorter & known:
            yield alias


def _lines(entries: Iterable[tuple[str, str, tuple[str, ...]]]) -> str:
    return "\n".join(_SEPARATOR.join(_line(*entry)) for entry in entries)


def _line(identity: str, name: str, aliases: tuple[str, ...]) -> Iterator[str]:
    """The id where it does not follow from the name, the name, and what else says more."""
    yield "" if id_of(name) == identity else identity
    yield name
    seen = {_spelling(identity), _spelling(name)}
    for alias in map(without_publisher, aliases):
        if _spelling(alias) not in seen:
            seen.add(_spelling(alias))
            yield _signed(alias.lower(), identity)


def _signed(alias: str, identity: str) -> str:
    """A name with a sign for what it has of the id: "nvidia ^" for "nvidia rtx 4090"."""
    if set(_SIGNS) & {*alias}:
        message = f"'{alias}' has one of the signs {_SIGNS}, which stand for parts of names"
        raise ValueError(message)
    spaced = identity.replace("-", " ")
    _, _, behind = spaced.partition(" ")
    for sign, part in zip(_SIGNS, (identity, spaced, behind), strict=True):
        here = part and part in alias  # seldom, and a pattern for each would take its time
        found = re.search(rf"(?<!\w){re.escape(part)}(?!\w)", alias) if here else None
        if found is not None:
            return alias[: found.start()] + sign + alias[found.end() :]
    return alias


def _spelling(word: str) -> str:
    """A name as the parser sees it: "yolo v8" and "yolov8" are two spellings, "yolo-v8" is none."""
    return re.sub(r"[\s_-]+", " ", word.lower())


def id_of(name: str) -> str:
    """The id that follows from a name, as most ids do."""
    found = name.lower()
    for seen, put in _RULE:
        found = re.sub(seen, put, found)
    return found
