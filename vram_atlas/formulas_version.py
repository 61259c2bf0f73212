"""One word for the state of all formulas, constants and defaults: it changes when an answer can."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from vram_atlas.catalog import DATA

PACKAGE: Final = Path(__file__).resolve().parent
CODE: Final = (
    "defaults.py",
    "estimator.py",
    "grid.py",
    "inference.py",
    "resolve.py",
    "terms.py",
    "training.py",
    "verdict.py",
)
FACTS: Final = (
    "bands.yml",
    "formats.yml",
    "methods.yml",
    "optimizers.yml",
    "platforms.yml",
    "runtimes.yml",
)
_SHOWN: Final = 12


def digests() -> dict[str, str]:
    """SHA-256 of each file that every estimate depends on, by path."""
    files = [*sorted((PACKAGE / "formulas").glob("*.py")), *(PACKAGE / name for name in CODE)]
    files += [DATA / name for name in FACTS]
    return {
        file.relative_to(PACKAGE.parent).as_posix(): sha256(file.read_bytes()).hexdigest()
        for file in files
    }


def formulas_version() -> str:
    """The digest of these digests, shortened."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in digests().items())
    return sha256(lines.encode()).hexdigest()[:_SHOWN]
