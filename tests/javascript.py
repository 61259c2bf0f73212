"""The estimator's scripts in Node, asked in bulk."""

import json
import os
import shutil
import subprocess
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import pytest

from vram_atlas import bundle
from vram_atlas.browser import parts
from vram_atlas.browser.files import browser_files
from vram_atlas.catalog import Catalog

JAVASCRIPTS = Path(__file__).resolve().parent.parent / "docs" / "assets" / "javascripts"
FORMULAS = tuple(f"generated/{name}.js" for name in parts.PLACES)
ORDER = (
    "python.js",
    "generated/names.js",
    *FORMULAS,
    "generated/catalog.js",
    "generated/models.js",
    "estimator.js",
)
"""In which a page loads them; what it loads only for some questions is all here."""

ANSWERS = "text => JSON.stringify(JSON.parse(text).map(vramAtlas.answer))"
"""From a JSON list of requests to a JSON list of answers."""

COUNTS = """text => JSON.stringify(JSON.parse(text).map((id) => {
  const { catalog, printed } = vramAtlas;
  const model = new printed.Model({ id, ...catalog.models[id] });
  const { architecture } = new printed.ModelEntry({ model });
  return architecture === null ? null : printed.count(architecture);
}))"""
"""From a JSON list of ids of models to their parameters by group."""

_LINES = """
const lines = require("readline").createInterface({ input: process.stdin });
const work = WORK;
lines.on("line", (line) => process.stdout.write(work(line) + "\\n"));
"""


def write_scripts(catalog: Catalog, folder: Path) -> list[Path]:
    """The scripts as the site has them, in the order of a page."""
    texts = {f"generated/{name}": text for name, text in browser_files(catalog)}
    paths = []
    for name in ORDER:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        written = texts.get(name)
        if written is None:
            shutil.copy(JAVASCRIPTS / name, path)
        else:
            path.write_text(written, encoding="utf-8")
        paths.append(path)
    return paths


def write_box(catalog: Catalog, folder: Path, *, apart: Collection[str] = ()) -> list[Path]:
    """The scripts of the question box as the site has them, but for those named `apart`."""
    written = []
    for name, text in bundle.scripts(catalog):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if name not in apart and "/" not in name:
            written.append(path)
    return written


def node() -> str:
    """The program; without it the tests are skipped, or fail where they are required."""
    found = shutil.which("node") or shutil.which("nodejs")
    if found is None:
        message = "no Node: on Debian, apt-get install nodejs"
        if os.environ.get("VRAM_ATLAS_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return found


def in_node(scripts: Iterable[Path], lines: Iterable[str], work: str = ANSWERS) -> Iterator[str]:
    """What the function `work` makes of each line, in one process that has read the scripts."""
    loaded = "".join(f"require({json.dumps(str(path))});\n" for path in scripts)
    program = loaded + _LINES.replace("WORK", work)
    with subprocess.Popen(
        [node(), "-e", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in lines:
            process.stdin.write(line + "\n")
            process.stdin.flush()
            yield process.stdout.readline().rstrip("\n")
        process.stdin.close()
    assert process.returncode == 0
