"""What hand-written pages may ask for: each number, table and list comes from the estimator.

A page writes `[[= need("llama-3.1-8b", "qlora") =]]`; fields of a request follow by name. Tables
take fields as `{"model": "llama-3.1-8b", "task": "qlora"}`. An unknown name fails the build.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from vram_atlas import (
    buying_tables,
    cases,
    chart_words,
    claim_tables,
    claim_words,
    guide_tables,
)
from vram_atlas import guide_words as words
from vram_atlas.cases import Case, Fields
from vram_atlas.catalog import Catalog
from vram_atlas.claims import load_claims
from vram_atlas.facts import model_facts
from vram_atlas.formulas.phases import Part
from vram_atlas.grid import Grid
from vram_atlas.page_words import label
from vram_atlas.problems import Problem, ProblemsError, nearest
from vram_atlas.switches import load_switches
from vram_atlas.units import format_count
from vram_atlas.views import of_smallest_size

Given = tuple[str, Fields]
"""A label and the fields of a request."""


class Guide:
    """The macros over one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        """Keep the catalog that every macro asks, and read the snippets."""
        self.catalog = catalog
        self.snippets = load_switches(catalog)

    def _case(self, fields: Fields) -> Case:
        return cases.case(self.catalog, fields)

    def _labelled(self, given: Sequence[Given]) -> list[tuple[str, Case]]:
        return [(label, self._case(fields)) for label, fields in given]

    def need(self, model: str, task: str, **fields: object) -> str:
        """What a case needs, with what it is for."""
        return words.need(self._case({"model": model, "task": task, **fields}))

    def part(self, name: str, model: str, task: str, **fields: object) -> str:
        """One part of a case's peak, with what it is for."""
        if name not in set(Part):
            tip = nearest(name, map(str, Part))
            raise ProblemsError([Problem("", 0, "part", f"'{name}'", "a part of an estimate", tip)])
        return words.part(self._case({"model": model, "task": task, **fields}), Part(name))

    def parameters(self, model: str) -> str:
        """How many parameters a model has."""
        groups = self._case({"model": model, "task": "inference"}).workload.entry.groups
        return format_count(groups.total if groups is not None else 0)

    def fact(self, model: str, name: str) -> str:
        """A fact of a model's page, such as its vocabulary."""
        entry = self._case({"model": model, "task": "inference"}).workload.entry
        facts = dict(model_facts(entry))
        if name not in facts:
            tip = nearest(name, facts)
            raise ProblemsError([Problem("", 0, "fact", f"'{name}'", "a fact of the model", tip)])
        return facts[name]

    def label(self, board: str) -> str:
        """The memory on a board's label."""
        return label(cases.board(self.catalog, board))

    def board_memory(self, board: str) -> str:
        """Label, driver total and usable memory of a board."""
        return words.board_memory(cases.board(self.catalog, board))

    def smallest_board(self, model: str, task: str, **fields: object) -> str:
        """The board with the least memory that fits a case, with what it is for."""
        found = self._case({"model": model, "task": task, **fields})
        fitting = cases.boards_for(self.catalog, found)
        return words.smallest_board(found, of_smallest_size(fitting))

    def needs_table(self, title: str, given: Sequence[Given], boards: Sequence[str] = ()) -> str:
        """Cases with their band and their verdict on boards."""
        named = [cases.board(self.catalog, word) for word in boards]
        return guide_tables.needs(title, self._labelled(given), named)

    def with_and_without(
        self, title: str, asked: Sequence[Fields], without: Given, changed: Given
    ) -> str:
        """Each case without and with a change."""
        pairs = [cases.pair(self.catalog, fields, without[1], changed[1]) for fields in asked]
        return guide_tables.with_and_without(title, pairs, without[0], changed[0])

    def steps_table(
        self, title: str, start: Given, changes: Sequence[Given], boards: Sequence[str]
    ) -> str:
        """Changes on top of each other, with the verdict on boards after each."""
        found = cases.staircase(self.catalog, start[1], [change for _, change in changes])
        labels = [start[0], *(name for name, _ in changes)]
        named = [cases.board(self.catalog, word) for word in boards]
        return guide_tables.steps(title, list(zip(labels, found, strict=True)), named)

    def sweep_table(
        self, title: str, given: Sequence[Given], field: str, values: Sequence[int]
    ) -> str:
        """Memory against one number of a request."""
        if field not in chart_words.FIELD_COLUMN:
            tip = nearest(field, chart_words.FIELD_COLUMN)
            raise ProblemsError([Problem("", 0, "field", f"'{field}'", "a field to vary", tip)])
        lines = [
            (name, cases.series(self.catalog, fields, field, values)) for name, fields in given
        ]
        return guide_tables.sweep(title, field, lines)

    def switches(self, method: str) -> str:
        """How a trick is switched on: a snippet per library."""
        if method not in self.catalog.methods:
            tip = nearest(method, self.catalog.methods)
            raise ProblemsError([Problem("", 0, "method", f"'{method}'", "a trick", tip)])
        return guide_tables.switches(method, self.snippets)

    def kv_cache_table(self, title: str, models: Sequence[str], tokens: int) -> str:
        """The KV cache of models at one context length."""
        asked = [
            self._case({"model": model, "task": "inference", "context_length": tokens})
            for model in models
        ]
        return guide_tables.kv_cache(title, asked)

    def setups_table(
        self, title: str, asked: Sequence[Given], setups: Sequence[tuple[str, int]]
    ) -> str:
        """Cases on setups, each some number of equal boards."""
        named = [(count, cases.board(self.catalog, word)) for word, count in setups]
        found = [
            (label, [self._case({**fields, "boards": count}) for count, _ in named])
            for label, fields in asked
        ]
        return buying_tables.setups(title, named, found)


def guide_macros(catalog: Catalog, grid: Grid) -> Mapping[str, Callable[..., str]]:
    """Every macro by its name in pages."""
    guide = Guide(catalog)
    checked = load_claims(catalog)
    return {
        "claims": partial(claim_tables.claims, checked),
        "claims_counted": lambda: claim_words.counted(item.ruling for item in checked),
        "claims_tolerance": claim_words.tolerance,
        "need": guide.need,
        "part": guide.part,
        "parameters": guide.parameters,
        "fact": guide.fact,
        "label": guide.label,
        "board_memory": guide.board_memory,
        "smallest_board": guide.smallest_board,
        "needs_table": guide.needs_table,
        "with_and_without": guide.with_and_without,
        "steps_table": guide.steps_table,
        "sweep_table": guide.sweep_table,
        "switches": guide.switches,
        "setups_table": guide.setups_table,
        "smallest_sizes": partial(buying_tables.smallest_sizes, grid),
        "memory_sizes": partial(buying_tables.memory_sizes, grid),
        "unified_memory": partial(buying_tables.unified_memory, grid),
        "kv_cache_table": guide.kv_cache_table,
    }
