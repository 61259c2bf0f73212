"""A fresh clone of the tree under test, for tests that change it and compare the two."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

AUTHOR = ("-c", "user.name=A newcomer", "-c", "user.email=newcomer@example.org")


class Clone:
    """A clone, its commands, and a way back to its first state."""

    def __init__(self, path: Path) -> None:
        """Remember the commit that everything is compared with."""
        self.path = path
        self.base = self.git("rev-parse", "HEAD").strip()

    def git(self, *arguments: str) -> str:
        """What a git command prints."""
        command = ("git", *AUTHOR, *arguments)
        done = subprocess.run(command, cwd=self.path, capture_output=True, text=True, check=True)
        return done.stdout

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of build_tables.py; a traceback is never acceptable."""
        command = [sys.executable, "build_tables.py", *arguments]
        done = subprocess.run(command, cwd=self.path, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def preview(self, family: str) -> float:
        """Build a family's pages as `make serve ONLY=` does; the CPU seconds."""
        served = self.path / ".cache" / "serve"
        served.mkdir(parents=True, exist_ok=True)
        if not (served / "assets").exists():
            (served / "assets").symlink_to(self.path / "docs" / "assets")
        command = (sys.executable, "-m", "mkdocs", "build", "--config-file", ".ci/serve.yml")
        variables = {**os.environ, "VRAM_ATLAS_ONLY": family, "PYTHONPATH": "."}
        before = os.times()
        subprocess.run(command, cwd=self.path, env=variables, capture_output=True, check=True)
        after = os.times()
        return (
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system
        )

    def replace(self, file: str, right: str, wrong: str) -> None:
        """Change one place of one file."""
        path = self.path / file
        text = path.read_text(encoding="utf-8")
        assert right in text, f"{file} no longer says: {right}"
        path.write_text(text.replace(right, wrong, 1), encoding="utf-8")

    def reset(self) -> None:
        """Back to the first commit, new files gone."""
        self.git("reset", "--hard", "--quiet", self.base)
        self.git("clean", "-fdq")


@pytest.fixture(scope="session")
def cloned(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """`git clone`, and one commit with what is not committed here yet."""
    path = tmp_path_factory.mktemp("clone") / "vram-atlas"
    subprocess.run(("git", "clone", "--quiet", str(root), str(path)), check=True)
    listed = subprocess.run(
        ("git", "ls-files", "--modified", "--deleted", "--others", "--exclude-standard", "-z"),
        cwd=root, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in set(filter(None, listed.split("\0"))):
        if (root / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, path / name)
        elif (path / name).exists():
            os.unlink(path / name)  # noqa: PTH108 - a path object's unlink reads the same
    (path / ".venv").symlink_to(sys.prefix)
    clone = Clone(path)
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--allow-empty", "--message", "The tree under test")
    return Clone(path)


@pytest.fixture
def clone(cloned: Clone) -> Iterator[Clone]:
    """The clone in its first state."""
    cloned.reset()
    yield cloned
    cloned.reset()
