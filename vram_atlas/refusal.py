"""The answer where software does not run on the board that is named, and what does."""

from collections.abc import Iterator, Sequence

from vram_atlas.catalog import BoardEntry, Catalog
from vram_atlas.obstacles import obstacle, shut_out
from vram_atlas.problems import Problem
from vram_atlas.schema.board import Vendor
from vram_atlas.schema.method import TaskMethod
from vram_atlas.schema.software import Format, Runtime
from vram_atlas.schema.support import Need
from vram_atlas.verdict import Verdict


def refused(need: Need, board: BoardEntry) -> Verdict:
    """The verdict on a board that lacks it: unknown where nobody says whether it has it."""
    return Verdict.UNKNOWN if need.id in board.unsure else Verdict.NO


def refusals(
    weights: Format,
    runtime: Runtime,
    board: BoardEntry | None,
    method: TaskMethod,
    kind: str,
    *,
    catalog: Catalog,
) -> Iterator[Problem]:
    """The fault of a question about such a board and a kind of model; none where all is well."""
    need = obstacle(weights, runtime, board, catalog)
    if need is None or board is None:
        return
    verdict = refused(need, board)
    usual = [catalog.runtimes[name] for name in method.runtimes.values()]
    able = [one for one in usual if kind in one.kinds]
    tip = f"{_why(need, weights, board, verdict)}{_others(weights, board, able, catalog)}"
    what = f"a board on which {need.name} runs{_of(need, weights)}"
    yield Problem("", 0, "board", board.board.name, what, tip, verdict.value)


def _why(need: Need, weights: Format, board: BoardEntry, verdict: Verdict) -> str:
    name, what = board.board.name, _of(need, weights)
    if verdict is Verdict.UNKNOWN:
        return f"It is not known whether {need.name} runs{what} on {name}."
    if need.widens:
        return f"{need.name} turns {weights.name} into bf16 on {name}."
    least = f": it needs compute capability {need.least}"
    why = least if board.line.vendor is Vendor.NVIDIA else ""
    return f"{need.name} does not run{what} on {name}{why}."


def _of(need: Need, weights: Format) -> str:
    """The format, where it is the reason."""
    return f" weights in {weights.name}" if need.formats else ""


def _others(weights: Format, board: BoardEntry, able: Sequence[Runtime], catalog: Catalog) -> str:
    """Who of `able` runs the same weights there; else who runs there at all."""
    same = [
        one.name
        for one in able
        if weights.kind in one.formats and obstacle(weights, one, board, catalog) is None
    ]
    if same:
        return f" There it runs in {', '.join(sorted({*same}))}."
    other = [one.name for one in able if not shut_out(one, board, catalog)]
    return f" With other weights: {', '.join(sorted({*other}))}." if other else ""
