"""Two scripts for the question box: what answers, and what reads a reader's own model."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import minify

from vram_atlas.answer_script import answer_script
from vram_atlas.browser.files import browser_files
from vram_atlas.catalog import Catalog
from vram_atlas.language import load_language
from vram_atlas.vocabulary import vocabulary

FILE: Final = "assets/javascripts/generated/answer.js"
FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "assets" / "javascripts"

SCRIPTS: Final = (
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
    "answer/limits.js",
    "answer/ways.js",
    "answer/single.js",
    "answer/several.js",
    "answer/boards.js",
    "answer/counts.js",
    "answer/unequal.js",
    "answer/models.js",
    "answer/open.js",
    "answer/compose.js",
    "answer/draw.js",
    "answer/share.js",
    "answer/pickers.js",
    "answer/trail.js",
    "answer/box.js",
    "answer/brief.js",
)
"""In the order in which they run. Those in `generated/` are printed by the build."""

OWN_FILE: Final = "assets/javascripts/generated/own-model.js"
OWN_SCRIPTS: Final = ("generated/importing.js", "answer/config.js", "answer/own.js")
"""What reads a pasted config.json, apart: few readers paste one."""


def bundle(catalog: Catalog) -> str:
    """What answers questions."""
    return _joined(SCRIPTS, _printed(catalog))


def own_bundle(catalog: Catalog) -> str:
    """What reads a pasted config.json."""
    return _joined(OWN_SCRIPTS, {OWN_SCRIPTS[0]: _importing_rules(catalog)})


def _joined(names: Iterable[str], printed: Mapping[str, str]) -> str:
    """Scripts one after the other, without comments and spaces, their own names shortened."""
    texts = [printed.get(name) or (FOLDER / name).read_text(encoding="utf-8") for name in names]
    shortened: str = minify.string("application/javascript", "\n".join(texts))
    return shortened + "\n"


def _importing_rules(catalog: Catalog) -> str:
    """The rules of data/importing.yml as vramAtlas.importing."""
    rules = catalog.importing.model_dump(
        mode="json", by_alias=True, exclude_unset=True, exclude={"sources"}, warnings=False
    )
    text = json.dumps(rules, ensure_ascii=False, separators=(",", ":"))
    return f"(globalThis.vramAtlas ??= {{}}).importing = {text};\n"


def _printed(catalog: Catalog) -> dict[str, str]:
    """The scripts that Python writes, by name."""
    return {
        **{f"generated/{name}": text for name, text in browser_files(catalog)},
        "generated/vocabulary.js": vocabulary(catalog, load_language(catalog)),
        "generated/answer-words.js": answer_script(catalog),
    }
