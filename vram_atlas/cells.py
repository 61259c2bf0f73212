"""A model in a fit matrix, and what becomes of it on each kind of board."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from vram_atlas import defaults
from vram_atlas.altering import meant
from vram_atlas.catalog import BoardEntry, Catalog, ModelEntry
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.kernels import on_older_boards
from vram_atlas.obstacles import obstacle
from vram_atlas.problems import ProblemsError
from vram_atlas.refusal import refused
from vram_atlas.request import Request, make_request
from vram_atlas.resolve import resolve
from vram_atlas.schema.base import Task
from vram_atlas.schema.method import Matrix
from vram_atlas.schema.software import Format, FormatKind, Runtime
from vram_atlas.units import Bytes
from vram_atlas.verdict import Verdict, judge
from vram_atlas.workload import Workload


@dataclass(frozen=True, slots=True, eq=False)
class Elsewhere:
    """A cell on a kind of board that the software which is assumed does not run on.

    Other software may, with weights in another format (`request`); else there is the verdict alone.
    """

    estimate: Estimate | None
    request: Request | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A model in a matrix.

    estimate   on boards that run the workload as it is
    older      where that is another: on boards whose attention is not fused (kernels.py)
    elsewhere  by kind, on boards that do not run it
    weights    what they take, where nothing else of the model is known

    workload and estimate are None for a model that cannot be computed (`reason` empty) and for a
    combination that no runtime offers (`reason` says why). `request` is what was estimated.
    """

    entry: ModelEntry
    matrix: Matrix
    workload: Workload | None
    estimate: Estimate | None
    older: Estimate | None = None
    reason: str = ""
    request: Request | None = None
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)
    weights: Bytes | None = None

    @property
    def offered(self) -> bool:
        """Whether the combination exists at all."""
        return not self.reason

    def verdict(self, board: BoardEntry) -> Verdict:
        """The verdict on one board."""
        other = self.elsewhere.get(board.kind)
        if other is not None and other.estimate is None:
            return other.verdict
        return judge(self.on(board), board.visible, self.weights)

    def on(self, board: BoardEntry | None) -> Estimate | None:
        """The estimate for one board, None where nothing runs; or for a size."""
        if board is None:
            return self.estimate
        other = self.elsewhere.get(board.kind)
        if other is not None:
            return other.estimate
        return self.estimate if board.board.bf16 or self.older is None else self.older

    def request_on(self, board: BoardEntry | None) -> Request | None:
        """What was estimated for one board, or for a size."""
        other = None if board is None else self.elsewhere.get(board.kind)
        return self.request if other is None else other.request


def make_cell(entry: ModelEntry, matrix: Matrix, catalog: Catalog) -> Cell:
    """A model in a matrix at the stated defaults."""
    request = _request(entry, matrix, catalog)
    try:
        question = resolve(request, catalog)
    except ProblemsError as error:
        return Cell(entry, matrix, None, None, reason=error.problems[0].expected)
    workload = question.workload
    if workload is None:
        return Cell(entry, matrix, None, None, weights=question.weights)
    found = estimate(workload, catalog)
    older = on_older_boards(workload)
    return Cell(
        entry,
        matrix,
        workload,
        found,
        None if older is None else estimate(older, catalog),
        request=request,
        elsewhere=dict(_elsewhere(entry, matrix, workload, catalog)),
    )


def _request(
    entry: ModelEntry, matrix: Matrix, catalog: Catalog, board: BoardEntry | None = None
) -> Request:
    """What a cell asks, on a board if that makes a difference."""
    named = {} if board is None else {"board": board.id}
    weights = matrix_format(entry, matrix, catalog, board)
    return make_request({"model": entry.id, "task": matrix.task, **weights, **named})


def _elsewhere(
    entry: ModelEntry, matrix: Matrix, usual: Workload, catalog: Catalog
) -> Iterator[tuple[str, Elsewhere]]:
    """The kinds of board that do not run what is usual, and what runs there in its place."""
    for kind, (board, verdict) in _refusing(usual.weights, usual.runtime, catalog).items():
        request, workload = None, None
        if matrix.task is Task.INFERENCE:  # for training there is one program for all
            request = _request(entry, matrix, catalog, board)
            workload = meant(request, catalog)
        found = None if workload is None else estimate(workload, catalog)
        yield kind, Elsewhere(found, request if found else None, verdict)


@cache
def _refusing(
    weights: Format, runtime: Runtime, catalog: Catalog
) -> dict[str, tuple[BoardEntry, Verdict]]:
    """The kinds of board that do not run a format in a runtime, each with one of its boards."""
    found = {
        kind: (board, obstacle(weights, runtime, board, catalog))
        for kind, board in catalog.kinds.items()
    }
    return {
        kind: (board, refused(need, board))
        for kind, (board, need) in found.items()
        if need is not None
    }


def matrix_format(
    entry: ModelEntry, matrix: Matrix, catalog: Catalog, board: BoardEntry | None = None
) -> dict[str, str]:
    """The matrix' format for this kind of model, or the published one where it has as many bits.

    `board`: one that is named. On it, nothing may run the published format.
    """
    if not matrix.weights:
        return {}
    native = catalog.formats[entry.native_format]
    if (
        native.kind is FormatKind.QUANTISED
        and not defaults.runs_from_file(entry)
        and defaults.as_many_bits(native, matrix)
        and not defaults.lacks_native(entry, board, catalog)
    ):
        return {"weights": native.id}
    return {"weights": defaults.of_kind(entry, matrix)}
