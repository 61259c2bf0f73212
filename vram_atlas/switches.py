"""Load data/switches.yml: snippets whose every option is in the reviewed list, or every problem."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vram_atlas.catalog import DATA, Catalog
from vram_atlas.problems import Problem, ProblemsError, nearest
from vram_atlas.schema.base import Source
from vram_atlas.schema.switch import Language, Library, Options, Switch, SwitchFile
from vram_atlas.snippets import Option, options_of
from vram_atlas.strict_yaml import Document, read
from vram_atlas.validation import validate

SWITCHES: Final = DATA / "switches.yml"


@dataclass(frozen=True, slots=True, eq=False)
class Switches:
    """All snippets, and the reviewed options behind them."""

    entries: tuple[Switch, ...]
    libraries: dict[str, Library]
    options: tuple[Options, ...]
    sources: dict[str, Source]

    def of_method(self, method: str) -> list[Switch]:
        """The snippets of one trick, in the order of the file."""
        return [entry for entry in self.entries if entry.method == method]

    @property
    def known(self) -> dict[Option, Options]:
        """Every reviewed option, and the entry that has it."""
        return {(entry.of, name): entry for entry in self.options for name in ("", *entry.names)}

    def unknown(self, code: str, language: Language, file: str = "") -> list[Option]:
        """Options of a snippet that are not in the list. Raises ValueError if it does not parse."""
        known = self.known
        commands = {of for of, _ in known}
        return sorted(options_of(code, language, file, commands) - set(known))

    def sources_of(self, entry: Switch) -> list[Source]:
        """Where the options of a snippet are documented."""
        known = self.known
        used = options_of(entry.code, entry.language, entry.file or "", {of for of, _ in known})
        keys = dict.fromkeys(known[option].source for option in sorted(used) if option in known)
        return [self.sources[key] for key in keys]


def load_switches(catalog: Catalog, path: Path = SWITCHES) -> Switches:
    """Read and check the file. Raises ProblemsError with every problem found."""
    document = read(path, f"data/{path.name}")
    entry, problems = validate(document, SwitchFile)
    if entry is None or problems:
        raise ProblemsError(problems)
    found = Switches(
        entry.switches,
        {library.id: library for library in entry.libraries},
        entry.options,
        entry.sources,
    )
    problems = [*_faults(document, found, catalog)]
    if problems:
        raise ProblemsError(problems)
    return found


def _faults(document: Document, found: Switches, catalog: Catalog) -> Iterator[Problem]:
    for index, options in enumerate(found.options):
        if options.library not in found.libraries:
            tip = nearest(options.library, found.libraries)
            yield document.problem(
                ("options", index, "library"), f"'{options.library}'", "the id of a library", tip
            )
    for index, switch in enumerate(found.entries):
        place = ("switches", index)
        if switch.method not in catalog.methods:
            tip = nearest(switch.method, catalog.methods)
            yield document.problem(
                (*place, "method"), f"'{switch.method}'", "the id of a trick", tip
            )
        if switch.library not in found.libraries:
            tip = nearest(switch.library, found.libraries)
            yield document.problem(
                (*place, "library"), f"'{switch.library}'", "the id of a library", tip
            )
        try:
            unknown = found.unknown(switch.code, switch.language, switch.file or "")
        except ValueError as error:
            yield document.problem((*place, "code"), str(error), f"valid {switch.language}")
            continue
        for of, name in unknown:
            tip = "Add it to `options`, with the source that shows it, or correct it here."
            saw = f"'{name}' of {of}" if name else f"'{of}'"
            yield document.problem((*place, "code"), saw, "an option of the list", tip)
