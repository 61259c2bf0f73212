"""What git knows: the files that a branch changes, and the tree of another revision."""

import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from vram_atlas.problems import Problem, ProblemsError

ROOT: Final = Path(__file__).resolve().parent.parent


def changed_files(base: str, root: Path = ROOT) -> frozenset[str]:
    """Files that differ from where this branch left `base`, uncommitted and new ones included."""
    start = branch_point(base, root)
    tracked = _git(root, "diff", "--name-only", "--no-renames", "-z", start)
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset(name for name in (tracked + new).decode().split("\0") if name)


def branch_point(base: str, root: Path = ROOT) -> str:
    """The commit at which this branch left `base`. Raises ProblemsError for an unknown revision."""
    try:
        _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}")
    except (subprocess.CalledProcessError, FileNotFoundError):
        tip = "A branch, a tag or a commit, e.g. origin/main. In CI: check out with fetch-depth: 0."
        fault = Problem("", 0, "BASE", f"'{base}'", "a revision of this git repository", tip)
        raise ProblemsError([fault]) from None
    try:
        return _git(root, "merge-base", base, "HEAD").decode().strip()
    except subprocess.CalledProcessError:
        return base  # histories without a common commit, such as a shallow clone


@contextmanager
def tree_of(revision: str, root: Path = ROOT) -> Iterator[Path]:
    """All files of a revision in a temporary folder; the work tree is not touched."""
    packed = _git(root, "archive", "--format=tar", revision)
    with TemporaryDirectory(prefix="vram-atlas-") as folder:
        with tarfile.TarFile(fileobj=BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder)


def _git(root: Path, *arguments: str) -> bytes:
    """Standard output of one git command."""
    command = ("git", "-C", str(root), *arguments)
    return subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603 - no shell
