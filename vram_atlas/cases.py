"""Questions that a hand-written page asks, with their estimates: single, in pairs, in steps.

Tables and charts of the guide are drawn from these, so a chart and the table beneath it agree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vram_atlas.catalog import BoardEntry, Catalog
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.formulas.phases import Part
from vram_atlas.kernels import shares_keys
from vram_atlas.obstacles import hindrance
from vram_atlas.problems import Problem, ProblemsError, nearest
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.schema.board import Segment
from vram_atlas.units import Bytes
from vram_atlas.verdict import Verdict, judge
from vram_atlas.workload import Workload

Fields = Mapping[str, object]
"""Fields of a request, as `estimate` reads them."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One question with its answer. `have` is the usable memory of a named board."""

    workload: Workload
    estimate: Estimate
    have: Bytes | None

    @property
    def need(self) -> Bytes:
        """The expected peak on each board, context included."""
        return self.estimate.peak.expected

    @property
    def cache(self) -> Bytes:
        """Keys and values of all sequences."""
        return self.estimate.parts.get(Part.KV_CACHE, Bytes(0))

    @property
    def cache_per_token(self) -> float:
        """Bytes of keys and values per token; an average where layers keep a window only."""
        return self.cache / (self.workload.context_length * self.workload.micro_batch_size)

    def verdict(self, board: BoardEntry) -> Verdict:
        """Whether it fits a board."""
        return judge(self.estimate, board.visible)


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """The same question before and after a change."""

    before: Case
    after: Case

    @property
    def saved(self) -> Bytes:
        """What the change saves; negative where it costs memory."""
        return Bytes(self.before.need - self.after.need)

    @property
    def share(self) -> float:
        """What the change saves, as a share of the need before."""
        return self.saved / self.before.need


def case(catalog: Catalog, fields: Fields) -> Case:
    """Ask one question.

    Raises ProblemsError for an unknown name, and for a model whose size is not published.
    """
    question = resolve(make_request(fields), catalog)
    if question.workload is None:
        expected = "a model whose size is published"
        raise ProblemsError([Problem("", 0, "model", f"'{question.entry.id}'", expected)])
    return Case(question.workload, estimate(question.workload, catalog), question.have)


def pair(catalog: Catalog, fields: Fields, without: Fields, changed: Fields) -> Pair:
    """A question without and with a change."""
    return Pair(case(catalog, {**fields, **without}), case(catalog, {**fields, **changed}))


def staircase(catalog: Catalog, start: Fields, changes: Iterable[Fields]) -> list[Case]:
    """A question, then the same after each change on top of those before.

    A field that is changed to None has its default again.
    """
    fields = dict(start)
    found = [case(catalog, fields)]
    for change in changes:
        fields = {name: value for name, value in {**fields, **change}.items() if value is not None}
        found.append(case(catalog, fields))
    return found


def series(
    catalog: Catalog, fields: Fields, field: str, values: Iterable[int]
) -> list[tuple[int, Case]]:
    """A question with one number varied."""
    return [(value, case(catalog, {**fields, field: value})) for value in values]


def board(catalog: Catalog, word: str) -> BoardEntry:
    """A board by id or alias. Raises ProblemsError for an unknown one."""
    found = catalog.find("boards", word)
    if found is None:
        tip = nearest(word, catalog.boards)
        raise ProblemsError([Problem("", 0, "board", f"'{word}'", "the id of a board", tip)])
    return catalog.boards[found]


def boards_for(catalog: Catalog, found: Case) -> list[BoardEntry]:
    """Boards on which even the high end fits, least usable memory first.

    Boards that can stand for their size, with memory of their own, that compute in the format.
    """
    task = found.workload.task
    return [
        entry
        for entry in catalog.boards_by_memory()
        if found.verdict(entry) is Verdict.FITS
        and entry.board.segment is not Segment.UNIFIED
        and entry.example
        and not entry.board.lacks_bf16(task)
        and (entry.board.bf16 or not shares_keys(found.workload))
        and hindrance(found.workload, entry, catalog) is None
    ]
