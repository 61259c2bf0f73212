"""A data file with one mistake, and what is said of it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from vram_atlas.problems import ProblemsError


def assert_told(
    load: Callable[[Path], object], copy: Path, right: str, wrong: str, said: str
) -> None:
    """Put the mistake into a copy: loading it names the line and what is wrong."""
    text = copy.read_text(encoding="utf-8")
    assert right in text, f"{copy.name} no longer says: {right}"
    copy.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ProblemsError, match=re.escape(said)) as caught:
        load(copy)
    assert all(problem.line for problem in caught.value.problems)
