"""The one place that writes generated files: only what changed, and nothing stale stays behind."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HAND_WRITTEN: Final = "index.md"
"""The one file of a generated folder that a person writes; it is never deleted."""


@dataclass(slots=True)
class Writer:
    """Writes files below `root` and remembers which, so that leftovers can be found."""

    root: Path
    changed: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)

    def write(self, name: str, text: str) -> None:
        """Put `text` into the file `name`, unless that is what it holds already."""
        self.put(name, text.encode())

    def produce(self, name: str, make: Callable[[Path], None]) -> None:
        """The same for a program that writes a file itself: `make` gets a path beside it."""
        beside = self.root / f"{name}.new"
        beside.parent.mkdir(parents=True, exist_ok=True)
        make(beside)
        content = beside.read_bytes()
        beside.unlink()
        self.put(name, content)

    def put(self, name: str, content: bytes) -> Path:
        """Put bytes into the file `name`, unless that is what it holds already; return its path."""
        self.written.add(name)
        path = self.root / name
        try:
            if path.read_bytes() == content:
                return path
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.changed.append(name)
        return path

    def take_over(self, other: "Writer") -> None:
        """Remember what another writer wrote below the same root, too."""
        self.written |= other.written
        self.changed += other.changed

    def sweep(self, folders: Iterable[str]) -> list[str]:
        """Delete what earlier builds left in `folders`; return the names."""
        stale = [name for folder in folders for name in self._stale(folder)]
        for name in stale:
            (self.root / name).unlink()
        return stale

    def _stale(self, folder: str) -> list[str]:
        found = sorted(path for path in (self.root / folder).rglob("*") if path.is_file())
        names = (
            path.relative_to(self.root).as_posix() for path in found if path.name != HAND_WRITTEN
        )
        return [name for name in names if name not in self.written]
