"""The answer a person would want, as plain text."""

from collections.abc import Iterator, Mapping, Sequence

from vram_atlas.catalog import Catalog
from vram_atlas.change_words import accumulating_words, change_words, layers_words
from vram_atlas.estimator import estimate
from vram_atlas.inverse import Inverse, invert
from vram_atlas.ladder import climb
from vram_atlas.request import make_request
from vram_atlas.resolve import Question, resolve
from vram_atlas.sentences import (
    PHASE_NAME,
    VERDICT_ANSWER,
    VERDICT_WORD,
    assumptions,
    no_bf16,
    parts_lines,
    range_words,
    task_words,
    trust,
)
from vram_atlas.unequal import Division, Manner, divided
from vram_atlas.unequal_words import division_words
from vram_atlas.units import Bytes, format_size, format_tokens
from vram_atlas.unknown_words import unknown
from vram_atlas.verdict import Verdict, judge
from vram_atlas.workload import Workload


def explain(fields: Mapping[str, object], catalog: Catalog) -> str:
    """Verdict, reasons, phase, assumptions, and what would make it fit."""
    question = resolve(make_request(fields), catalog)
    return "\n".join(_lines(question, catalog)) + "\n"


def explain_division(
    fields: Mapping[str, object], boards: Sequence[tuple[object, int]], catalog: Catalog
) -> str:
    """The same for boards that differ: what each of them holds."""
    question, found = divided(fields, boards, catalog)
    if found is None or question.workload is None:
        return unknown(question.entry, question.weights) + "\n"
    names = [_named(board, catalog) for board, count in boards for _ in range(count)]
    largest = max(share.have for share in found.shares)
    alone = judge(estimate(question.workload, catalog), largest) is Verdict.FITS
    return "\n".join(_division_lines(question.workload, found, names, alone=alone)) + "\n"


def _division_lines(
    workload: Workload, found: Division, names: Sequence[str], *, alone: bool
) -> Iterator[str]:
    answer = f"{VERDICT_ANSWER[found.verdict]}. {workload.entry.model.name}, {task_words(workload)}"
    yield f"{answer}, on {' and '.join(names)}:"
    for name, share in zip(names, found.shares, strict=True):
        offered = f"the board offers {format_size(share.have)}"
        if share.estimate is None:
            yield f"  {name}: nothing; {offered}."
            continue
        layers = f"{share.layers} layers, " if found.manner is Manner.LAYERS else ""
        need = range_words(share.estimate.peak)
        yield f"  {name}: {layers}needs {need}, {offered}: {VERDICT_WORD[share.verdict].lower()}."
    yield from division_words(found, workload.runtime.id, names, alone=alone)
    yield ""
    yield f"Assumed: {assumptions(workload)}"


def _lines(question: Question, catalog: Catalog) -> Iterator[str]:
    name, have = question.entry.model.name, question.have or Bytes(0)
    workload = question.workload
    if workload is None:
        verdict = judge(None, have, question.weights)
        answer = f"{VERDICT_ANSWER[verdict]}. " if question.weights is not None else ""
        yield answer + unknown(question.entry, question.weights)
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
    inverse = invert(question, catalog)
    if inverse is not None:
        yield from _how_far(inverse, have)
    rungs = [] if verdict is Verdict.FITS else [*climb(question, found, have, catalog)]
    if rungs:
        yield ""
        yield "What needs less:"
    for rung in rungs:
        word = VERDICT_WORD[rung.verdict].lower()
        yield f"  {change_words(rung)}: {range_words(rung.estimate.peak)}: {word}"
    if inverse is not None and verdict is not Verdict.FITS:
        yield from _precisions(inverse, catalog)
        yield from _larger_boards(inverse)


def _larger_boards(found: Inverse) -> Iterator[str]:
    """The smallest boards on which the question fits as it was asked, and how many of its own."""
    if found.boards:
        named = ", ".join(
            f"{entry.board.name} ({format_size(entry.visible)})" for entry in found.boards
        )
        yield f"The smallest boards on which it fits as asked: {named}."
    else:
        yield "It fits as asked on no single board of the catalog."
    if found.board_count is not None:
        yield f"It takes {found.board_count} of the same board."


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
        return count + _named(board, catalog)
    return f"{count}a board with {format_size(question.have or 0)} of usable memory"


def _named(board: object, catalog: Catalog) -> str:
    """The name of a board of the catalog, or what was given in place of one."""
    if isinstance(board, str):
        found = catalog.find("boards", board)
        return catalog.boards[found].board.name if found else board
    return f"{board['memory_gib']:g} GiB" if isinstance(board, Mapping) else str(board)


def _how_far(found: Inverse, have: Bytes) -> Iterator[str]:
    """The largest batch, and the longest context or sequence, that still fit."""
    batch, length = found.batch, found.length
    if batch is not None and batch.number:
        yield f"Largest micro-batch that fits: {batch.number}."
    if length is not None and length.number:
        words = "context" if length.field == "context_length" else "sequence"
        limit = ", all that the model supports" if length.number == length.limit else ""
        yield f"Longest {words} that fits: {format_tokens(length.number)} tokens{limit}."
    layers = found.layers
    if layers is not None:
        yield layers_words(layers.number, layers.limit)
    summed = found.accumulating
    if summed is not None:
        yield accumulating_words(summed.peak.expected, judge(summed, have))


def _precisions(found: Inverse, catalog: Catalog) -> Iterator[str]:
    """What the weights can be kept in instead."""
    if found.precision_field == "weights" and found.precisions:
        named = ", ".join(catalog.formats[name].name for name in found.precisions)
        yield f"The most precise weights that fit: {named}."
