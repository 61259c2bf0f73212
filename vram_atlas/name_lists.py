"""Every name of every entry, once: the estimator looks entries up, the parser reads them."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from vram_atlas.catalog import Catalog
from vram_atlas.names import without_publisher

FILE: Final = "names.js"
_SEPARATOR: Final = "|"
"""Between the names of one entry; entries stand one a line. No name contains either."""

_SCRIPT: Final = """\
(function (vramAtlas) {
  "use strict";
  const idOf = (name) => name.toLowerCase().replace(/[^a-z0-9.+]+/g, "-").replace(/^-|-$/g, "");
  const entry = ([id, ...names]) => [id || idOf(names[0]), names];
  const lines = (text) => text.split("\\n").map((line) => entry(line.split("|")));
  const read = (text) => Object.fromEntries(lines(text));
  vramAtlas.names = {};
  for (const [kind, text] of Object.entries(LISTS)) vramAtlas.names[kind] = read(text);
})((globalThis.vramAtlas = globalThis.vramAtlas || {}));
"""


def name_script(catalog: Catalog) -> str:
    """The script that sets vramAtlas.names: by kind and id the display name, then the others."""
    boards = ((item.id, item.board.name, item.board.aliases) for item in catalog.boards.values())
    models = ((item.id, item.model.name, item.model.aliases) for item in catalog.models.values())
    lists = {"models": _lines(models), "boards": _lines(boards)} | {
        kind: _lines((item.id, item.name, item.aliases) for item in entries)
        for kind, entries in (
            ("formats", catalog.formats.values()),
            ("optimizers", catalog.optimizers.values()),
            ("runtimes", catalog.runtimes.values()),
        )
    }
    return _SCRIPT.replace("LISTS", json.dumps(lists, ensure_ascii=False, separators=(",", ":")))


def _lines(entries: Iterable[tuple[str, str, tuple[str, ...]]]) -> str:
    return "\n".join(_SEPARATOR.join(_line(*entry)) for entry in entries)


def _line(identity: str, name: str, aliases: tuple[str, ...]) -> Iterator[str]:
    """The id where it does not follow from the name, the name, and what else says more."""
    yield "" if _follows(name) == identity else identity
    yield name
    seen = {_spelling(identity), _spelling(name)}
    for alias in map(without_publisher, aliases):
        if _spelling(alias) not in seen:
            seen.add(_spelling(alias))
            yield alias.lower()


def _spelling(word: str) -> str:
    """A name as the parser sees it: "yolo v8" and "yolov8" are two spellings, "yolo-v8" is none."""
    return re.sub(r"[\s_-]+", " ", word.lower())


def _follows(name: str) -> str:
    return re.sub(r"[^a-z0-9.+]+", "-", name.lower()).strip("-")
