"""The answer where software does not run on the board that is named, and what does."""

from collections.abc import Iterator, Sequence

from vram_atlas.catalog import BoardEntry, Catalog
from vram_atlas.obstacles import hindrance, obstacle, shut_out
from vram_atlas.problems import Problem
from vram_atlas.schema.board import Vendor
from vram_atlas.schema.software import Format, Optimizer, Runtime
from vram_atlas.schema.support import Need
from vram_atlas.verdict import Verdict
from vram_atlas.workload import Workload


def refused(need: Need, board: BoardEntry) -> Verdict:
    """The verdict on a board that lacks it: unknown where nobody says whether it has it."""
    return Verdict.UNKNOWN if need.id in board.unsure else Verdict.NO


def refusals(workload: Workload, board: BoardEntry, catalog: Catalog) -> Iterator[Problem]:
    """The fault of a question that asks for it on a board; none where all is well."""
    need = hindrance(workload, board, catalog)
    if need is None:
        return
    weights, verdict = workload.weights, refused(need, board)
    usual = [catalog.runtimes[name] for name in catalog.tasks[workload.task].runtimes.values()]
    kind = workload.entry.model.architecture.kind
    able = [one for one in usual if kind in one.kinds]
    what = _what(need, weights, workload.optimizer)
    others = _others(need, weights, board, able, catalog)
    tip = f"{_why(need, what, weights, board, verdict)}{others}"
    expected = f"a board on which {need.name} runs{what}"
    yield Problem("", 0, "board", board.board.name, expected, tip, verdict.value)


def _what(need: Need, weights: Format, optimizer: Optimizer) -> str:
    """The optimizer or the format, where it is the reason."""
    if need.optimizers:
        return f" {optimizer.name}"
    return f" weights in {weights.name}" if need.formats else ""


def _why(need: Need, what: str, weights: Format, board: BoardEntry, verdict: Verdict) -> str:
    name = board.board.name
    if verdict is Verdict.UNKNOWN:
        return f"It is not known whether {need.name} runs{what} on {name}."
    if need.widens:
        return f"{need.name} turns {weights.name} into bf16 on {name}."
    least = f": it needs compute capability {need.least}"
    why = least if board.line.vendor is Vendor.NVIDIA else ""
    return f"{need.name} does not run{what} on {name}{why}."


def _others(
    need: Need, weights: Format, board: BoardEntry, able: Sequence[Runtime], catalog: Catalog
) -> str:
    """Who of `able` runs the same weights there; else who runs there at all."""
    same = [
        one.name
        for one in able
        if weights.kind in one.formats and obstacle(weights, one, board, catalog) is None
    ]
    if same:
        return f" {_lead(need)} {', '.join(sorted({*same}))}."
    other = [one.name for one in able if not shut_out(one, board, catalog)]
    return f" With other weights: {', '.join(sorted({*other}))}." if other else ""


def _lead(need: Need) -> str:
    """What is changed to run on the board, before the names of what then runs."""
    if need.optimizers:
        return "With another optimizer:"
    return "With another attention:" if need.attention else "There it runs in"
