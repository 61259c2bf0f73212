"""Every term of the formulas counts: whichever is changed, an answer of the browser's changes.

Each operator, operand, constant, comparison and condition of the printed formulas is changed, one
at a time. A request must show it, and Python must give that request the unchanged answer: so the
test of parity, which asks the same requests, would fail.
"""

import inspect
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from javascript import in_node, node, write_scripts
from mutable import Mutable
from mutation_cases import mutation_requests
from parity_cases import Request, compact, read
from unusual import unusual

from vram_atlas.answers import answer_line
from vram_atlas.browser.script import Script
from vram_atlas.catalog import Catalog
from vram_atlas.formulas import ledger, optimizing, phases, sharing

HERE = Path(__file__).parent
EQUAL = HERE / "equal_changes.yml"
TRIES = 500
"""As many requests are tried for a change that nothing should show."""
MANY = 5000
"""The formulas have more terms than that."""
TURNS = 4
"""As long as a change is left, other shapes and requests are tried, this often."""


def listed() -> set[str]:
    """What equal_changes.yml explains."""
    groups = yaml.safe_load(EQUAL.read_text(encoding="utf-8"))
    assert all(group["reason"] for group in groups)
    names = [name for group in groups for name in group["changes"]]
    assert len(names) == len({*names})
    return {*names}


class Laboratory:
    """The printed script with its switches, and what became of each change."""

    def __init__(self, catalog: Catalog, folder: Path) -> None:
        Mutable.changes.clear()
        self.catalog, self.folder = catalog, folder
        self.formulas = Script(Mutable).texts()
        self.numbers = dict(Mutable.changes)
        self.results: dict[str, dict[str, Any]] = {}

    def turn(self, number: int, wanted: Iterable[str], explained: Iterable[str]) -> None:
        """Try the wanted changes with the shapes, the software and the requests of one turn."""
        catalog = unusual(self.catalog, number)
        scripts = write_scripts(catalog, self.folder)
        for name, text in self.formulas.items():
            (self.folder / "generated" / f"{name}.js").write_text(text, encoding="utf-8")
        asked: list[Request] = [{"count": name} for name in catalog.models]
        asked += mutation_requests(catalog, number)
        requests = self.folder / "requests.jsonl"
        requests.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
        job = {
            "scripts": [*map(str, scripts)],
            "requests": str(requests),
            "changes": len(self.numbers),
            "wanted": [*map(self.numbers.get, wanted)],
            "explained": [self.numbers[name] for name in explained if name in self.numbers],
            "tries": TRIES,
        }
        path = self.folder / "job.json"
        path.write_text(json.dumps(job), encoding="utf-8")
        command = [node(), str(HERE / "mutations.js"), str(path)]
        found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        for index, text in found["answers"].items():
            request = asked[int(index)]
            assert said(request, text) == said(request, python_answers(request, catalog)), request
        for name, result in zip(self.numbers, found["results"], strict=True):
            if number == 0 or result["by"] is not None:
                self.results[name] = result

    def hidden(self) -> set[str]:
        """Changes of numbers and choices that nothing has shown."""
        return {
            name
            for name, result in self.results.items()
            if result["number"] and result["by"] is None
        }


def python_answers(request: Request, catalog: Catalog) -> str:
    """What Python says, as JavaScript writes it."""
    if "count" not in request:
        return compact(answer_line(json.dumps(request), catalog)[0])
    groups = catalog.models[request["count"]].groups
    return compact(None if groups is None else asdict(groups))


def said(request: Request, text: str) -> list[Any] | None:
    """What an answer says; the members of a count come in any order, nobody reads them in one."""
    found = read(text)
    return sorted(found) if "count" in request and found else found


def test_every_change_of_a_term_shows(catalog: Catalog, tmp_path: Path) -> None:
    """But for what equal_changes.yml lists with its reason; what shows must not be listed."""
    laboratory = Laboratory(catalog, tmp_path)
    assert len(laboratory.numbers) > MANY
    explained = listed()
    laboratory.turn(0, laboratory.numbers, explained)
    for number in range(1, TURNS):
        if left := laboratory.hidden() - explained:
            laboratory.turn(number, left, explained)
    hidden = laboratory.hidden()
    problems = [
        f"{name}: nothing shows it ({laboratory.results[name]['reached']} requests reach it). "
        "Delete the term, add a request to mutation_cases.py or a shape to unusual.py that shows "
        "it, or explain it in equal_changes.yml."
        for name in sorted(hidden - explained)
    ]
    for name in sorted(explained - hidden):
        why = "a request shows it" if name in laboratory.results else "no term is called so"
        problems.append(f"{name}: in equal_changes.yml, but {why}. Delete it there.")
    assert not problems, "\n".join(problems)


@dataclass(frozen=True)
class Change:
    """An expression in the source of a function, and what becomes of it."""

    module: ModuleType
    name: str
    before: str
    after: str


CHANGES = [
    Change(ledger, "score_bytes", "2 * element + MASK", "2 * element"),
    Change(phases, "inference", "decode.transient + decode.cache_step", "decode.transient"),
    Change(sharing, "_divided", "size / ranks", "size / (ranks + 1)"),
    Change(optimizing, "gradients", "trained.elements *", "2 * trained.elements *"),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.before)
def test_parity_sees_a_term_changed_in_python(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: Change
) -> None:
    """The test of the test: the script is printed from the source, Python computes otherwise."""
    lines = [compact(request) for request in islice(mutation_requests(catalog), 0, None, 20)]
    work = "text => JSON.stringify(vramAtlas.answer(JSON.parse(text)))"
    there = [*in_node(write_scripts(catalog, tmp_path), lines, work)]
    assert [compact(answer_line(line, catalog)[0]) for line in lines] == there
    monkeypatch.setattr(change.module, change.name, _changed(change))
    _forget()
    try:
        assert [compact(answer_line(line, catalog)[0]) for line in lines] != there
    finally:
        _forget()


def _forget() -> None:
    """Compute again what functions remember."""
    for name in [one for one in sys.modules if one.startswith("vram_atlas.")]:
        for value in [*vars(sys.modules[name]).values()]:
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def _changed(change: Change) -> object:
    """The function of a module, made of its source with the change."""
    source = inspect.getsource(getattr(change.module, change.name))
    assert source.count(change.before) == 1
    names = dict(vars(change.module))
    exec(source.replace(change.before, change.after), names)  # noqa: S102 - our own source
    return names[change.name]
