"""The whole build of a fresh clone: it has a budget."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from cloning import Clone

SECONDS, CORES = 10, 2
"""The budget of `build` on a machine that does nothing else."""
BESIDE_OTHERS: Final = 1.15
"""Where other programs share the cores, the same work takes a fifth more than its 18 seconds."""


@pytest.mark.timed
def test_cold_build_is_fast(clone: Clone, tmp_path: Path) -> None:
    """No picture is remembered, no page is there: seconds of all processes, wherever they waited.

    They share the work evenly from the first second on, so that each has half of them. Without
    those of the system: one for new files, but four where a file system uses again what some
    program deleted a moment ago.
    """
    clone.git("clean", "-fdXq", ".cache")
    compiled = (sys.executable, "-m", "compileall", "-q", "vram_atlas")
    subprocess.run(compiled, cwd=clone.path, check=True)
    before = os.times()
    done = clone.run("build", "--docs", str(tmp_path / "docs"))
    after = os.times()
    assert ", 0 deleted" in done.stdout, done.stderr
    assert after.children_user - before.children_user < CORES * SECONDS * BESIDE_OTHERS
