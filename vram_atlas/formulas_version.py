"""One word for the state of all formulas, constants and defaults: it changes when an answer can."""

import ast
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from vram_atlas.catalog import DATA

PACKAGE: Final = Path(__file__).resolve().parent
ROOT: Final = PACKAGE.parent
LAST: Final = PACKAGE / "grid.py"
"""Every answer passes through it, so what it imports is what answers depend on."""

FACTS: Final = (
    "bands.yml",
    "formats.yml",
    "methods.yml",
    "optimizers.yml",
    "platforms.yml",
    "runtimes.yml",
)
_SHOWN: Final = 12


@cache
def digests() -> dict[str, str]:
    """SHA-256 of each file that every estimate depends on, by path."""
    files = [*sorted(_reached()), *(DATA / name for name in FACTS)]
    return {
        file.relative_to(ROOT).as_posix(): sha256(file.read_bytes()).hexdigest() for file in files
    }


def formulas_version() -> str:
    """The digest of these digests, shortened."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in digests().items())
    return sha256(lines.encode()).hexdigest()[:_SHOWN]


def _reached() -> set[Path]:
    """`grid.py` and every module of the package that it imports, directly or through others."""
    found, pending = {LAST}, [LAST]
    while pending:
        for file in _imports(pending.pop()):
            if file not in found:
                found.add(file)
                pending.append(file)
    return found


def _imports(file: Path) -> Iterator[Path]:
    """Files of the package that a file imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            base = ROOT.joinpath(*node.module.split("."))
            candidates = (base.with_suffix(".py"), *(base / f"{one.name}.py" for one in node.names))
            yield from (path for path in candidates if path.is_file() and PACKAGE in path.parents)
