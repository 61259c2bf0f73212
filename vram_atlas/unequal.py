"""Boards that differ: what each of them holds, and whether that fits.

Software that gives each board whole layers can give a larger board more of them (`layers`). It is
tried as llama.cpp does it by itself, in proportion to the memory; where that does not fit, in
proportion to what each board can hold. Engines that divide every matrix, and training, give every
board the same, so the smallest board decides (`equal`). A network without blocks stays on one
board (`whole`).

Where layers differ, each board is counted with the largest neighbours that it could get.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from vram_atlas.adding import add_up
from vram_atlas.catalog import BoardEntry, Catalog
from vram_atlas.defaults import sampled_sequences
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.holding import Held, most_layers
from vram_atlas.problems import ProblemsError
from vram_atlas.refusal import refusals
from vram_atlas.request import make_request
from vram_atlas.resolve import Question, resolve
from vram_atlas.schema.base import Task
from vram_atlas.terms import known, layer_count
from vram_atlas.units import Bytes
from vram_atlas.verdict import Verdict, judge
from vram_atlas.workload import Workload

_NO_BF16 = 1000
"""More than a board can lack otherwise."""


class Manner(StrEnum):
    """How the work is divided: see the module."""

    LAYERS = "layers"
    EQUAL = "equal"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One board's memory in bytes, its layers, and what they need: nothing without any."""

    have: Bytes
    layers: int
    estimate: Estimate | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A model on several boards.

    shares     one for each board, in their order
    layers     what has to be divided
    most       of them, what the boards hold together by the expected need
    by_memory  whether the layers are divided in proportion to the memory of the boards
    """

    manner: Manner
    shares: tuple[Share, ...]
    layers: int
    most: int
    by_memory: bool
    verdict: Verdict

    @property
    def split(self) -> tuple[int, ...]:
        """Layers as llama.cpp counts them: the output matrix is one more of the last board."""
        last = len(self.shares) - 1
        return tuple(share.layers + int(place == last) for place, share in enumerate(self.shares))


def divided(
    fields: Mapping[str, object], boards: Sequence[tuple[object, int]], catalog: Catalog
) -> tuple[Question, Division | None]:
    """What the fields of a request mean on these boards; None for a model of unpublished size.

    `boards` are ids, aliases or sizes, each with its number. Where layers are divided, the question
    is about a single board that holds all of them. Raises ProblemsError.
    """
    total = add_up(count for _, count in boards)
    first = {**fields, "board": _deciding(boards, catalog), "boards": total}
    question = resolve(make_request(first), catalog)
    if question.workload is not None:
        _refuse(question.workload, boards, catalog)
    have: list[Bytes] = []
    for board, count in boards:
        have += [_memory(fields, board, catalog)] * count
    if question.workload is None:
        return question, None
    found = _divide(question.workload, have, catalog)
    if found.manner is Manner.EQUAL:
        return question, found
    return replace(question, workload=_on_one_board(question.workload)), found


def _refuse(workload: Workload, boards: Sequence[tuple[object, int]], catalog: Catalog) -> None:
    """Raise ProblemsError for boards on which what was chosen does not run."""
    entries = [_entry(board, catalog) for board, _ in boards]
    named = [entry for entry in entries if entry is not None]
    problems = [problem for entry in named for problem in refusals(workload, entry, catalog)]
    if problems:
        raise ProblemsError(problems)


def _deciding(boards: Sequence[tuple[object, int]], catalog: Catalog) -> object:
    """The board that lacks most; first those without bf16, where attention may need most."""
    deciding, most = boards[0][0], 0
    for board, _ in boards:
        entry = _entry(board, catalog)
        lacks = 0 if entry is None else len(entry.lacks)
        if entry is not None and not entry.board.bf16:
            lacks += _NO_BF16
        if lacks > most:
            deciding, most = board, lacks
    return deciding


def _entry(board: object, catalog: Catalog) -> BoardEntry | None:
    """The board of the catalog that is named; None for a size, and for what is no name."""
    known = catalog.find("boards", board) if isinstance(board, str) else None
    return None if known is None else catalog.boards[known]


def _memory(fields: Mapping[str, object], board: object, catalog: Catalog) -> Bytes:
    """What a board offers; what is no name is looked up as a question is, faults included."""
    entry = _entry(board, catalog)
    if entry is not None:
        return entry.visible
    return resolve(make_request({**fields, "board": board}), catalog).have or Bytes(0)


def _divide(workload: Workload, have: Sequence[Bytes], catalog: Catalog) -> Division:
    """How boards with these memories share the work of as many boards."""
    layout = workload.layout
    if workload.task is not Task.INFERENCE or layout.pipeline < layout.boards or layout.expert > 1:
        return _equal(workload, have, catalog)
    layers = layer_count(known(workload)[0])
    if layers == 1:
        found = estimate(_on_one_board(workload), catalog)
        return _division(Manner.WHOLE, tuple(_on_the_largest(have, found)), layers=1)
    return _by_layers(workload, have, layers, catalog)


def _on_one_board(workload: Workload) -> Workload:
    """The same on a single board that holds all layers."""
    layers = layer_count(known(workload)[0])
    layout = replace(workload.layout, boards=1, pipeline=1, layers=layers)
    return replace(workload, layout=layout)


def _by_layers(
    workload: Workload, have: Sequence[Bytes], layers: int, catalog: Catalog
) -> Division:
    """By memory where that fits, or nothing fits; else by what each board can hold."""
    held = Held(workload, catalog)
    usual = _division(
        Manner.LAYERS, _shares(held, have, _by_memory(have, layers)), layers=layers, by_memory=True
    )
    if usual.verdict is Verdict.FITS:
        return usual
    most = _most_of_each(held, have, Verdict.TIGHT)
    if add_up(most) < layers:
        return replace(usual, most=add_up(most))
    safe = _most_of_each(held, have, Verdict.FITS)
    if add_up(safe) < layers and usual.verdict is Verdict.TIGHT:
        return usual
    wanted = most if add_up(safe) < layers else safe
    shares = _shares(held, have, _in_proportion(wanted, layers))
    return _division(Manner.LAYERS, shares, layers=layers)


def _division(
    manner: Manner, shares: tuple[Share, ...], *, layers: int, by_memory: bool = False
) -> Division:
    return Division(
        manner=manner,
        shares=shares,
        layers=layers,
        most=layers,
        by_memory=by_memory,
        verdict=_together(shares),
    )


def _together(shares: Sequence[Share]) -> Verdict:
    """The worst verdict of the boards."""
    found = [share.verdict for share in shares]
    if Verdict.NO in found:
        return Verdict.NO
    return Verdict.TIGHT if Verdict.TIGHT in found else Verdict.FITS


def _by_memory(have: Sequence[Bytes], layers: int) -> list[int]:
    """Layers by the share of the memory, as llama.cpp counts: the output matrix is one more.

    A layer belongs to the first board up to which the boards have more than its part of the
    memory: src/llama-model.cpp, load_tensors().
    """
    total, seen, before = add_up(have), 0, 0
    found: list[int] = []
    for one in have:
        seen += one
        upto = min(layers, int(NUMBERS.ceil(seen * (layers + 1) / total)))
        found.append(upto - before)
        before = upto
    return found


def _in_proportion(most: Sequence[int], layers: int) -> list[int]:
    """Layers by what each board can hold, and never more than that."""
    total, seen, before = add_up(most), 0, 0
    found: list[int] = []
    for one in most:
        seen += one
        upto = layers * seen // total
        found.append(upto - before)
        before = upto
    return found


def _most_of_each(held: Held, have: Sequence[Bytes], worst: Verdict) -> list[int]:
    """For each board the most layers of which its verdict is `worst` or better."""
    sizes = sorted({*have})
    found = [most_layers(held, one, worst) for one in sizes]
    return [found[sizes.index(one)] for one in have]


def _shares(held: Held, have: Sequence[Bytes], layers: Sequence[int]) -> tuple[Share, ...]:
    return tuple(
        _share(one, number, held.need(number) if number else None)
        for one, number in zip(have, layers, strict=True)
    )


def _share(have: Bytes, layers: int, found: Estimate | None) -> Share:
    verdict = Verdict.FITS if found is None else judge(found, have)
    return Share(have=have, layers=layers, estimate=found, verdict=verdict)


def _equal(workload: Workload, have: Sequence[Bytes], catalog: Catalog) -> Division:
    """The same on every board: the smallest decides, also what an engine reserves."""
    sampled = sampled_sequences(workload.runtime, min(have))
    found = estimate(replace(workload, sampled_sequences=sampled), catalog)
    layers = workload.layout.layers
    return _division(Manner.EQUAL, tuple(_share(one, layers, found) for one in have), layers=layers)


def _on_the_largest(have: Sequence[Bytes], found: Estimate) -> Iterator[Share]:
    """All of it on one board."""
    largest = list(have).index(max(have))
    for place, one in enumerate(have):
        chosen = place == largest
        yield _share(one, int(chosen), found if chosen else None)
