"""Comparison with files in tests/golden/, which are rewritten on request and reviewed as text."""

import os
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent / "golden"
REWRITE = "VRAM_ATLAS_REWRITE_GOLDEN"


def same_as_golden(name: str, text: str) -> None:
    """Fail unless `text` is what the golden file holds; with the variable set, write it."""
    path = GOLDEN / name
    if os.environ.get(REWRITE):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"no golden file; write it with {REWRITE}=1"
    assert text == path.read_text(encoding="utf-8"), (
        f"tests/golden/{name} differs. If the change is wanted: "
        f"{REWRITE}=1 make test ARGS='-k golden', and read the difference"
    )
