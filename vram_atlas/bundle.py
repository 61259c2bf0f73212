"""The scripts of the question box: what answers, and what only some questions need."""

from collections.abc import Iterator, Mapping
from typing import Final

from vram_atlas.answer_script import (
    answer_script,
    group_script,
    limit_script,
    list_script,
    own_script,
    places_script,
    rented_script,
    unequal_script,
)
from vram_atlas.browser.files import browser_files
from vram_atlas.catalog import Catalog
from vram_atlas.columns import compact
from vram_atlas.declarations import refuse_moved
from vram_atlas.frame import ASSETS, shortened
from vram_atlas.language import load_language
from vram_atlas.vocabulary import chinese_words, vocabulary

GENERATED: Final = "assets/javascripts/generated/"
FOLDER: Final = ASSETS / "javascripts"

FIRST: Final = (
    "generated/names.js",
    "generated/catalog.js",
    "python.js",
    "generated/formulas.js",
    "estimator.js",
    "generated/vocabulary.js",
    "understand/tokens.js",
    "understand/spelling.js",
    "understand/names.js",
    "understand/segments.js",
    "understand/quantities.js",
    "understand/things.js",
    "understand/intent.js",
    "understand.js",
    "generated/answer-words.js",
    "answer/texts.js",
    "answer/state.js",
    "answer/asked.js",
    "answer/figures.js",
    "answer/cells.js",
    "answer/compose.js",
    "answer/arrivals.js",
    "answer/draw.js",
    "answer/foot.js",
    "answer/pickers.js",
    "answer/trail.js",
    "answer/box.js",
)
"""What every question needs, in the order in which it runs. The build prints `generated/`."""

LISTS: Final = ("generated/list-words.js", "answer/several.js")
"""What answers with a list: of models, of boards."""

SMALLEST: Final = ("generated/places.js", "answer/fewer-bits.js", "answer/boards.js")
"""What finds the smallest board."""

COUNTS: Final = ("answer/counts.js",)
"""What finds how many boards."""

OPEN: Final = ("answer/models.js", "answer/open.js")
"""What lists all models that fit."""

UNEQUAL: Final = ("generated/unequal-words.js", "generated/unequal.js", "answer/unequal.js")
"""What answers about boards that differ."""

LADDER: Final = ("generated/ladder.js", "answer/ways.js")
"""What would make it fit: for answers about several models on one board."""

SINGLE: Final = (
    *LADDER,
    "generated/limit-words.js",
    "generated/inverse.js",
    "answer/limits.js",
    "answer/single.js",
)
"""The same, and how far it goes: for answers about one model on one board."""

OPTIONS: Final = ("generated/groups.js", "answer/options.js")
"""The long lists of the pickers."""

SHARE: Final = ("answer/share.js",)
"""What is copied from an answer, when a reader opens it."""

BRIEF: Final = ("answer/brief.js",)
"""The answer in short, on pages with the small box and in the search dialog."""

OWN: Final = (
    "generated/importing.js",
    "generated/own-words.js",
    "answer/config.js",
    "answer/own.js",
)
"""What reads a pasted config.json: few readers paste one."""

JOINED: Final = {
    "answer.js": FIRST,
    "lists.js": LISTS,
    "smallest.js": SMALLEST,
    "counts.js": COUNTS,
    "open.js": OPEN,
    "ladder.js": LADDER,
    "single.js": SINGLE,
    "unequal.js": UNEQUAL,
    "options.js": OPTIONS,
    "share.js": SHARE,
    "brief.js": BRIEF,
    "own-model.js": OWN,
}


def scripts(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Names and texts of all scripts. The first comes first, the others in any order.

    Raises ProblemsError where the minifier would make another program of one.
    """
    printed = _printed(catalog)
    inside = {f"generated/{name}" for name in printed}
    joined = {
        file: {name: _text(name, printed) for name in names} for file, names in JOINED.items()
    }
    alone = {f"generated/{name}": text for name, text in printed.items() if "/" not in name}
    refuse_moved(alone, *joined.values())
    for file, texts in joined.items():
        inside -= {*texts}
        yield file, shortened("\n".join(texts.values()), ".js")
    for name in sorted(inside):
        file = name.removeprefix("generated/")
        yield file, shortened(printed[file], ".js")


def _text(name: str, printed: Mapping[str, str]) -> str:
    if name.startswith("generated/"):
        return printed[name.removeprefix("generated/")]
    return (FOLDER / name).read_text(encoding="utf-8")


def _importing_rules(catalog: Catalog) -> str:
    """The rules of data/importing.yml as vramAtlas.importing."""
    rules = catalog.importing.model_dump(
        mode="json", by_alias=True, exclude_unset=True, exclude={"sources"}, warnings=False
    )
    text = compact(rules)
    return f"(globalThis.vramAtlas ??= {{}}).importing = {text};\n"


def _printed(catalog: Catalog) -> dict[str, str]:
    """The scripts that Python writes, by name."""
    language = load_language(catalog)
    return {
        **dict(browser_files(catalog)),
        "vocabulary.js": vocabulary(catalog, language),
        "chinese.js": chinese_words(language),
        "answer-words.js": answer_script(catalog),
        "list-words.js": list_script(),
        "limit-words.js": limit_script(),
        "places.js": places_script(catalog),
        "groups.js": group_script(catalog),
        "rented.js": rented_script(catalog),
        "unequal-words.js": unequal_script(),
        "own-words.js": own_script(),
        "importing.js": _importing_rules(catalog),
    }
