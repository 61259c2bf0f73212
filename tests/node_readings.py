"""Readings of texts by the site's own scripts, in one Node process."""

import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from javascript import JAVASCRIPTS, node

from vram_atlas import bundle
from vram_atlas.answer_script import rented_script
from vram_atlas.catalog import load_catalog
from vram_atlas.language import load_language
from vram_atlas.name_lists import name_script
from vram_atlas.vocabulary import chinese_words, vocabulary

HERE = Path(__file__).resolve().parent

Reading = dict[str, Any]


def scripts() -> list[Path]:
    """The scripts of the parser in the order in which they run."""
    return [JAVASCRIPTS / name for name in bundle.FIRST if name.startswith("understand")]


def timed_readings(texts: Sequence[str], folder: Path) -> list[tuple[Reading, float]]:
    """The reading of every text and the milliseconds it took; `folder` takes the vocabulary."""
    catalog = load_catalog()
    words = folder / "vocabulary.js"
    language = load_language(catalog)
    known = (name_script(catalog), vocabulary(catalog, language), chinese_words(language))
    words.write_text("".join((*known, rented_script(catalog))), encoding="utf-8")
    done = subprocess.run(
        [node(), str(HERE / "understanding.js"), str(words), *map(str, scripts())],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [(one["reading"], one["milliseconds"]) for one in json.loads(done.stdout)]


def readings(texts: Iterable[str], folder: Path) -> dict[str, Reading]:
    """Readings by text."""
    asked = list(dict.fromkeys(texts))
    return {
        text: reading
        for text, (reading, _) in zip(asked, timed_readings(asked, folder), strict=True)
    }
