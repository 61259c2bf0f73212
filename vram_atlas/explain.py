"""The answer a person would want, as plain text."""

from collections.abc import Iterator, Mapping

from vram_atlas.catalog import Catalog
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.grid import largest
from vram_atlas.ladder import climb
from vram_atlas.request import make_request
from vram_atlas.resolve import Question, resolve
from vram_atlas.schema.base import Task
from vram_atlas.sentences import (
    PHASE_NAME,
    VERDICT_ANSWER,
    VERDICT_WORD,
    assumptions,
    change_words,
    no_bf16,
    parts_lines,
    range_words,
    task_words,
    trust,
    unknown,
)
from vram_atlas.units import Bytes, format_size, format_tokens
from vram_atlas.verdict import Verdict, judge

_CEILING_TOKENS = 900_000
_CEILING_BATCH = 4096
_BOARDS_NAMED = 3


def explain(fields: Mapping[str, object], catalog: Catalog) -> str:
    """Verdict, reasons, phase, assumptions, and what would make it fit."""
    question = resolve(make_request(fields), catalog)
    return "\n".join(_lines(question, catalog)) + "\n"


def _lines(question: Question, catalog: Catalog) -> Iterator[str]:
    name, have = question.entry.model.name, question.have or Bytes(0)
    workload = question.workload
    if workload is None:
        yield unknown(name, question.entry.why_unknown)
        return
    found = estimate(workload, catalog)
    verdict = judge(found, have)
    board = _board_name(question, catalog)
    yield f"{VERDICT_ANSWER[verdict]}. {name}, {task_words(workload)}, on {board}:"
    yield f"needs {range_words(found.peak)}, the board offers {format_size(have)}."
    yield ""
    yield f"The peak is {PHASE_NAME[found.phase]}:"
    for part, size in parts_lines(found):
        yield f"  {format_size(size):>9}  {part}"
    yield f"  {format_size(found.peak.expected):>9}  in all"
    yield ""
    yield f"Assumed: {assumptions(workload)}"
    yield trust(found)
    yield from _format_note(question, catalog)
    yield from _inverse(question, catalog, have)
    rungs = [] if verdict is Verdict.FITS else [*climb(question, have, catalog)]
    if rungs:
        yield ""
        yield "What needs less:"
    for rung in rungs:
        word = VERDICT_WORD[rung.verdict].lower()
        yield f"  {change_words(rung)}: {range_words(rung.estimate.peak)}: {word}"
    if verdict is not Verdict.FITS:
        yield from _larger_boards(found, workload.task, catalog)


def _larger_boards(found: Estimate, task: Task, catalog: Catalog) -> Iterator[str]:
    """The smallest boards on which the question fits as it was asked, as their makers sell them."""
    fitting = [
        entry
        for entry in catalog.boards_by_memory()
        if judge(found, entry.visible) is Verdict.FITS
        and not entry.board.modified
        and not entry.board.lacks_bf16(task)
    ]
    if fitting:
        named = ", ".join(
            f"{entry.board.name} ({format_size(entry.visible)})"
            for entry in fitting[:_BOARDS_NAMED]
        )
        yield f"The smallest boards on which it fits as asked: {named}."
    else:
        yield "It fits as asked on no single board of the catalog."


def _format_note(question: Question, catalog: Catalog) -> Iterator[str]:
    """A board that cannot compute in the format that training assumes."""
    board = question.request.board
    found = catalog.find("boards", board) if isinstance(board, str) else None
    if found is not None and catalog.boards[found].board.lacks_bf16(question.request.task):
        yield no_bf16(catalog.boards[found])


def _board_name(question: Question, catalog: Catalog) -> str:
    board = question.request.board
    count = f"{question.request.boards} x " if question.request.boards > 1 else ""
    if isinstance(board, str):
        found = catalog.find("boards", board)
        return count + (catalog.boards[found].board.name if found else board)
    return f"{count}a board with {format_size(question.have or 0)} of usable memory"


def _inverse(question: Question, catalog: Catalog, have: Bytes) -> Iterator[str]:
    """The largest batch, and the longest context or sequence, that still fit."""
    kind = question.entry.model.architecture.kind
    request = question.request
    batch = largest(request, catalog, "micro_batch_size", have, _CEILING_BATCH)
    if batch:
        yield f"Largest micro-batch that fits: {batch}."
    if kind not in {"decoder", "encoder", "encoder-decoder"}:
        return
    longest = question.entry.model.context_length or _CEILING_TOKENS
    field = "context_length" if request.task is Task.INFERENCE else "sequence_length"
    tokens = largest(request, catalog, field, have, longest)
    if tokens:
        words = "context" if field == "context_length" else "sequence"
        limit = ", all that the model supports" if tokens == longest else ""
        yield f"Longest {words} that fits: {format_tokens(tokens)} tokens{limit}."
