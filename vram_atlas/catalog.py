"""The catalog: every file of data/, read, validated and cross-checked, or every problem in it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from vram_atlas.arithmetic import arithmetic_faults, arithmetic_of, unused
from vram_atlas.board_memory import board_memory
from vram_atlas.cloud_checks import cloud_faults
from vram_atlas.comparisons import Finding, Located, findings
from vram_atlas.crosschecks import Reference, board_faults, counted, dangling, software_references
from vram_atlas.data_files import strays
from vram_atlas.entries import BoardEntry, ModelEntry
from vram_atlas.margins import Margins, make_margins
from vram_atlas.names import Named, named, normalised, owners
from vram_atlas.problems import ProblemsError
from vram_atlas.reading import Reader
from vram_atlas.schema.arithmetic import ArithmeticFile
from vram_atlas.schema.band import BandFile
from vram_atlas.schema.base import Source, Task
from vram_atlas.schema.board import Line, PlatformFile
from vram_atlas.schema.cloud import Provider
from vram_atlas.schema.confirmed import ConfirmedFile
from vram_atlas.schema.engine import Mebibytes
from vram_atlas.schema.importing import ImportFile
from vram_atlas.schema.inclusion import InclusionFile, Rule
from vram_atlas.schema.licence import KnownLicence, LicenceFile
from vram_atlas.schema.method import Matrix, Method, MethodFile, TaskMethod
from vram_atlas.schema.model import Family
from vram_atlas.schema.software import (
    Format,
    FormatFile,
    Optimizer,
    OptimizerFile,
    Runtime,
    RuntimeFile,
)
from vram_atlas.schema.support import Need, SupportFile
from vram_atlas.support import lacking, support_faults

__all__ = ["DATA", "BoardEntry", "Catalog", "ModelEntry", "load_catalog"]

DATA: Final = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, eq=False, repr=False)  # as Grid: nobody reads megabytes
class Catalog:
    """Everything in data/, by id, in the order of the files."""

    models: dict[str, ModelEntry]
    boards: dict[str, BoardEntry]
    formats: dict[str, Format]
    optimizers: dict[str, Optimizer]
    runtimes: dict[str, Runtime]
    communication: Mebibytes
    margins: Margins
    tasks: dict[Task, TaskMethod]
    methods: dict[str, Method]
    matrices: dict[str, Matrix]
    licences: dict[str, KnownLicence]
    inclusion: tuple[Rule, ...]
    needs: dict[str, Need]
    aliases: dict[str, dict[str, str]]
    sources: dict[str, dict[str, Source]]
    numbers: dict[str, Counter[str]]
    importing: ImportFile
    clouds: dict[str, Provider]

    def find(self, what: str, word: str) -> str | None:
        """Id of a model, board, format, optimizer or runtime from an id or alias, or None."""
        return self.aliases[what].get(normalised(word))

    @cached_property
    def kinds(self) -> dict[str, BoardEntry]:
        """A board of each kind."""
        return {entry.kind: entry for entry in self.boards.values()}

    def boards_by_memory(self) -> tuple[BoardEntry, ...]:
        """All boards, the least usable memory first."""
        return tuple(sorted(self.boards.values(), key=lambda entry: (entry.visible, entry.id)))


def load_catalog(data: Path = DATA) -> Catalog:
    """Read and check everything.

    Raises ProblemsError with every problem found, each with file, line and path.
    """
    loader = _Loader(data)
    loader.problems += strays(data)
    catalog = loader.load()
    if loader.problems or catalog is None:
        raise ProblemsError(loader.problems)
    return catalog


class _Loader(Reader):
    """Puts the catalog together from its files."""

    def load(self) -> Catalog | None:
        """The catalog, or None where a file is missing or unreadable."""
        formats = self.file("formats.yml", FormatFile)
        optimizers = self.file("optimizers.yml", OptimizerFile)
        runtimes = self.file("runtimes.yml", RuntimeFile)
        methods = self.file("methods.yml", MethodFile)
        platforms = self.file("platforms.yml", PlatformFile)
        arithmetic = self.file("arithmetic.yml", ArithmeticFile)
        bands = self.file("bands.yml", BandFile)
        importing = self.file("importing.yml", ImportFile)
        licences = self.file("licences.yml", LicenceFile)
        inclusion = self.file("inclusion.yml", InclusionFile)
        confirmed = self.file("confirmed.yml", ConfirmedFile)
        support = self.file("support.yml", SupportFile)
        models = [*self._models()]
        needs = support.needs if support else ()
        boards = [*self._boards(platforms, arithmetic, needs)]
        if not (formats and optimizers and runtimes and methods):
            return None
        if not (platforms and importing and bands and confirmed):
            return None
        if not (licences and inclusion and arithmetic and support):
            return None
        for fault in support_faults(needs, ((one.board, one.line.vendor) for one in boards)):
            self.add("data/support.yml", (), fault)
        for fault in unused((entry.arithmetic for entry in boards), arithmetic.arithmetic):
            self.add("data/arithmetic.yml", (), fault)
        # Only entries that are right in themselves, and told apart by their ids, can be compared.
        if not self.problems and len({entry.id for entry in models}) == len(models):
            for file, fault in self._findings(models, boards, confirmed):
                self.add(file, (), fault)
        known = {
            "format": [item.id for item in formats.formats],
            "optimizer": [item.id for item in optimizers.optimizers],
            "runtime": [item.id for item in runtimes.runtimes],
            "licence": [item.id for item in licences.licences],
            "model": [entry.id for entry in models],
        }
        software = software_references(runtimes.runtimes, methods.tasks, methods.matrices, needs)
        for file, fault in dangling([*software, *self._model_references(models)], known):
            self.add(file, (), fault)
        return Catalog(
            models={entry.id: entry for entry in models},
            boards={entry.id: entry for entry in boards},
            formats={item.id: item for item in formats.formats},
            optimizers={item.id: item for item in optimizers.optimizers},
            runtimes={item.id: item for item in runtimes.runtimes},
            communication=runtimes.communication,
            margins=make_margins(bands, methods),
            tasks={item.id: item for item in methods.tasks},
            methods={item.id: item for item in methods.methods},
            matrices={item.id: item for item in methods.matrices},
            licences={item.id: item for item in licences.licences},
            inclusion=inclusion.rules,
            needs={item.id: item for item in needs},
            aliases={
                "models": self._owners("model", self._named_models(models)),
                "boards": self._owners("board", self._named_boards(boards)),
                "formats": self._owners("format", self._named("formats", formats.formats)),
                "optimizers": self._owners(
                    "optimizer", self._named("optimizers", optimizers.optimizers)
                ),
                "runtimes": self._owners("runtime", self._named("runtimes", runtimes.runtimes)),
            },
            sources=self.sources,
            numbers=self.numbers,
            importing=importing,
            clouds={provider.provider: provider for provider in self._clouds(boards)},
        )

    def _models(self) -> Iterator[ModelEntry]:
        for file, family in self.folder("models", Family):
            for index, model in enumerate(family.models):
                place = ("models", index)
                line = self.documents[file].line(place)
                groups, faults = counted(model)
                for fault in faults:
                    self.add(file, place, fault)
                yield ModelEntry(model, family, file, line, groups)

    def _model_references(self, models: Iterable[ModelEntry]) -> Iterator[Reference]:
        for entry in models:
            model, place = entry.model, ("models", entry.family.models.index(entry.model))
            if model.native_format is not None:
                word = model.native_format
                yield Reference(entry.file, (*place, "native_format"), word, "format")
            if model.licence is not None:
                word = model.licence.name
                yield Reference(entry.file, (*place, "licence", "name"), word, "licence")

    def _boards(
        self,
        platforms: PlatformFile | None,
        arithmetic: ArithmeticFile | None,
        needs: Iterable[Need],
    ) -> Iterator[BoardEntry]:
        rows = arithmetic.arithmetic if arithmetic else ()
        for file, line in self.folder("gpus", Line):
            for index, board in enumerate(line.boards):
                for fault in (*board_faults(board), *arithmetic_faults(board, line.vendor, rows)):
                    self.add(file, ("boards", index), fault)
                memory = board_memory(board, line.vendor, platforms)
                formats = arithmetic_of(board, line.vendor, rows)
                lacks = lacking(needs, board, line.vendor)
                yield BoardEntry(board, line, file, memory, formats, *lacks)

    def _named_models(self, models: Iterable[ModelEntry]) -> Iterator[Named]:
        for entry in models:
            model, place = entry.model, ("models", entry.family.models.index(entry.model))
            yield named(self.documents[entry.file], place, model.id, model.name, model.aliases)

    def _clouds(self, boards: Iterable[BoardEntry]) -> Iterator[Provider]:
        memories = {entry.id: (entry.board.memory.label_gb, entry.total) for entry in boards}
        for file, provider in self.folder("clouds", Provider):
            for fault in cloud_faults(provider, memories):
                self.add(file, (), fault)
            yield provider

    def _findings(
        self, models: Iterable[ModelEntry], boards: Iterable[BoardEntry], confirmed: ConfirmedFile
    ) -> Iterator[Finding]:
        """What entries say against each other."""
        sized = []
        for entry in models:
            if entry.groups is not None:
                place = ("models", entry.family.models.index(entry.model))
                located = Located(entry.id, entry.file, place, entry.line)
                total = entry.groups.total
                sized.append((located, entry.model, total, total - entry.groups.inactive))
        hardware = []
        for board in boards:
            place = ("boards", board.line.boards.index(board.board))
            line = self.documents[board.file].line(place)
            hardware.append((Located(board.id, board.file, place, line), board.board))
        yield from findings(sized, hardware, confirmed)

    def _named_boards(self, boards: Iterable[BoardEntry]) -> Iterator[Named]:
        for entry in boards:
            board, place = entry.board, ("boards", entry.line.boards.index(entry.board))
            yield named(self.documents[entry.file], place, board.id, board.name, board.aliases)

    def _named(self, name: str, items: Iterable[Format | Optimizer | Runtime]) -> Iterator[Named]:
        document = self.documents[f"data/{name}.yml"]
        for index, item in enumerate(items):
            yield named(document, (name, index), item.id, item.name, item.aliases)

    def _owners(self, what: str, entries: Iterable[Named]) -> dict[str, str]:
        """The id behind every id, name and alias; a name that two entries claim is a problem."""
        found, faults = owners(what, entries)
        for document, fault in faults:
            self.add(document.file, (), fault)
        return found
