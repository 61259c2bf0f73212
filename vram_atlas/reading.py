"""Files of data/ as schema models: read, validated, their sources and every problem kept."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from vram_atlas.crosschecks import Fault
from vram_atlas.data_files import FIRST_KEY, wrong_folder
from vram_atlas.problems import Problem
from vram_atlas.schema.base import Source
from vram_atlas.strict_yaml import Document, Place, read
from vram_atlas.validation import SchemaModel, numbers_by_source, validate


class Reader:
    """Collects documents, their sources and problems while the catalog is put together."""

    def __init__(self, data: Path) -> None:
        """`data` is the folder; files are named relative to it."""
        self.data = data
        self.problems: list[Problem] = []
        self.documents: dict[str, Document] = {}
        self.sources: dict[str, dict[str, Source]] = {}
        self.numbers: dict[str, Counter[str]] = {}

    def file(self, name: str, schema: type[SchemaModel]) -> SchemaModel | None:
        """One file, or None after a problem."""
        path, shown = self.data / name, f"data/{name}"
        if not path.is_file():
            tip = "Restore it from the repository."
            self.problems.append(Problem(shown, 0, "(document)", "no file", "this file", tip))
            return None
        document = read(path, shown)
        self.documents[shown] = document
        folder, inside, _ = name.partition("/")
        keys = [*document.value] if inside and isinstance(document.value, dict) else []
        misplaced = wrong_folder(folder, shown, keys)
        if misplaced is not None:
            self.problems.append(misplaced)
            return None
        entry, problems = validate(document, schema)
        self.problems += problems
        if entry is not None:
            self.sources[shown] = getattr(entry, "sources", {})
            self.numbers[shown] = numbers_by_source(document)
        return entry

    def folder(self, name: str, schema: type[SchemaModel]) -> Iterator[tuple[str, SchemaModel]]:
        """Every file of a folder, in order; the id inside must be the name of the file."""
        key = next(key for key, place in FIRST_KEY.items() if place == name)
        for path in sorted((self.data / name).glob("[!_]*.yml")):
            entry = self.file(f"{name}/{path.name}", schema)
            if entry is None:
                continue
            file, own = f"data/{name}/{path.name}", getattr(entry, key)
            if own != path.stem:
                expected = f"'{path.stem}', the name of the file"
                self.add(file, (), Fault((key,), f"'{own}'", expected, "Rename one of them."))
            yield file, entry

    def add(self, file: str, entry: Place, fault: Fault) -> None:
        """A fault at a place below an entry of a file."""
        place = (*entry, *fault.place)
        self.problems.append(
            self.documents[file].problem(place, fault.saw, fault.expected, fault.tip)
        )
