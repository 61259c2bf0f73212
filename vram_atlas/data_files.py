"""Which files data/ has, so that a file in the wrong place is not simply never read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from vram_atlas.problems import Problem, nearest

FOLDERS: Final = {
    "models": "one file per model family",
    "gpus": "one file per product line",
    "clouds": "one file per cloud provider",
    "measurements": "one file per source of measured runs",
    "changes": "one file per change of published answers",
}
"""Folders of entries."""

FILES: Final = (
    "arithmetic.yml",
    "bands.yml",
    "calculators.yml",
    "claims.yml",
    "confirmed.yml",
    "formats.yml",
    "importing.yml",
    "inclusion.yml",
    "language.yml",
    "licences.yml",
    "methods.yml",
    "optimizers.yml",
    "platforms.yml",
    "runtimes.yml",
    "support.yml",
    "switches.yml",
)
"""Single files."""

FIRST_KEY: Final = {
    "family": "models",
    "line": "gpus",
    "provider": "clouds",
    "measurements": "measurements",
    "change": "changes",
}
"""The first key of an entry tells which folder it was written for."""


def strays(data: Path) -> Iterator[Problem]:
    """YAML files that nothing reads: another folder, another suffix, a misspelt name."""
    for path in sorted(data.rglob("*.y*ml")):
        name = path.relative_to(data).as_posix()
        folder, _, rest = name.rpartition("/")
        if path.name.startswith("_") or name in FILES:
            continue
        if folder in FOLDERS and rest.endswith(".yml"):
            continue
        yield _stray(path, name)


def _stray(path: Path, name: str) -> Problem:
    meant = _meant(path)
    if meant is not None:
        expected, tip = f"data/{meant}/{path.stem}.yml", "Move the file there."
    else:
        places = ", ".join(f"data/{folder}/ ({what})" for folder, what in FOLDERS.items())
        expected = f"a file in {places}, or one of the single files"
        tip = f"{nearest(name, FILES)} A new kind of file is named in vram_atlas/data_files.py."
    return Problem(f"data/{name}", 0, "(document)", "a file that nothing reads", expected, tip)


def _meant(path: Path) -> str | None:
    """The folder that the first key of the file belongs to."""
    for line in path.read_bytes().splitlines():
        key, colon, _ = line.partition(b":")
        if colon and not line.startswith((b"#", b" ")):
            return FIRST_KEY.get(key.decode(errors="replace"))
    return None


def wrong_folder(folder: str, file: str, keys: list[str]) -> Problem | None:
    """An entry of another kind: one problem instead of one for each of its keys."""
    meant = next((FIRST_KEY[key] for key in keys if key in FIRST_KEY), folder)
    if meant == folder:
        return None
    key = next(key for key, place in FIRST_KEY.items() if place == meant)
    expected = f"an entry of data/{folder}/ ({FOLDERS[folder]})"
    move = f"Move it to data/{meant}/{file.rpartition('/')[2]}."
    return Problem(file, 1, "(document)", f"the key '{key}'", expected, move)
