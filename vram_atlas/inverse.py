"""A question turned round: how far it goes on a board, and on which boards it fits.

"Fits" is the verdict: the high end of the band fits too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import ceil
from typing import Final, TypeVar

from vram_atlas import defaults
from vram_atlas.altering import altered
from vram_atlas.catalog import BoardEntry, Catalog
from vram_atlas.crossing import largest_within
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.formulas.phases import Part
from vram_atlas.holding import Held, copied, most_layers
from vram_atlas.kernels import on_board, shares_keys
from vram_atlas.obstacles import hindrance
from vram_atlas.request import Request
from vram_atlas.resolve import Question
from vram_atlas.schema.base import Precision, Task
from vram_atlas.schema.software import Format, Sharing
from vram_atlas.terms import known, layer_count
from vram_atlas.units import Bytes
from vram_atlas.verdict import Verdict, judge
from vram_atlas.workload import Workload

Found = TypeVar("Found")

LARGEST_BATCH: Final = 4096
LONGEST_TEXT: Final = 900_000
"""No larger value is looked for; the second where the model states no longest context."""

_NAMED = 3
"""Boards and precisions that are looked for."""
_POWERS = (1, 2, 4, 8, 16, 32, 64)
_WITH_LENGTH = frozenset({"decoder", "encoder", "encoder-decoder"})
_PRECISIONS = (Precision.FP32, Precision.MIXED, Precision.AMP, Precision.BF16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Largest:
    """The largest value of a field that fits, of those up to `limit`; 0 if none does."""

    field: str
    number: int
    limit: int

    def as_json(self) -> dict[str, str | int]:
        """As answers have it."""
        return {"field": self.field, "value": self.number, "limit": self.limit}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inverse:
    """Answers to the inverse questions. None, or empty, without a board.

    batch           largest micro-batch
    length          longest context or sequence; None for models that take no text
    layers          layers, of a model that does not fit whole, if the processor can run the others
    precision_field  what `precisions` are values of: `weights`, or `precision` in full fine-tuning
    precisions      the first of them that fit, the most bits first
    tasks           tasks that fit at their defaults
    accumulating    the same as several micro-batches, in full fine-tuning that fits or nearly does
                    as one, where that changes the verdict
    boards          the smallest boards on which it fits as asked, as their makers sell them
    board_count     how many of the board it takes; None if 64 are too few
    """

    batch: Largest | None
    length: Largest | None
    layers: Largest | None
    precision_field: str
    precisions: tuple[str, ...]
    tasks: tuple[Task, ...]
    accumulating: Estimate | None
    boards: tuple[BoardEntry, ...]
    board_count: int | None


def invert(question: Question, catalog: Catalog) -> Inverse | None:
    """Every inverse question of a question; None for a model whose size is not published."""
    workload, request, have = question.workload, question.request, question.have
    if workload is None:
        return None
    full = workload.task is Task.FULL
    return Inverse(
        batch=None if have is None else largest_batch(request, have, catalog),
        length=None if have is None else longest_text(question, have, catalog),
        layers=None if have is None else layers_on_board(workload, have, catalog),
        precision_field="precision" if full else "weights",
        precisions=() if have is None else tuple(_first(_precisions(question, have, catalog))),
        tasks=() if have is None else tuple(_tasks(request, have, catalog)),
        accumulating=None if have is None else _accumulating(workload, have, catalog),
        boards=tuple(_first(smallest_boards(_on_any(question, workload, catalog), catalog))),
        board_count=None if have is None else _board_count(request, workload, have, catalog),
    )


def _accumulating(workload: Workload, have: Bytes, catalog: Catalog) -> Estimate | None:
    if workload.task is not Task.FULL or workload.gradient_accumulation_steps > 1:
        return None
    alone = judge(estimate(workload, catalog), have)
    found = estimate(replace(workload, gradient_accumulation_steps=_SEVERAL), catalog)
    return None if judge(found, have) is alone else found


_SEVERAL = 2
"""Micro-batches whose gradients are added up; more need no more."""


def _on_any(question: Question, workload: Workload, catalog: Catalog) -> Workload:
    """What is asked, without what only the board that is named makes of it."""
    named = isinstance(question.request.board, str)
    return (named and altered(question.request, {"board": None}, catalog)) or workload


def _first(found: Iterator[Found]) -> Iterator[Found]:
    """As many as are named; the others are not looked for."""
    left = _NAMED
    for one in found:
        yield one
        left -= 1
        if left == 0:
            return


def largest(
    request: Request, catalog: Catalog, field: str, have: Bytes, limit: int, *, least: int = 1
) -> int:
    """The largest value of a number, from `least` to `limit`, with which it fits; 0 if none.

    More tokens or sequences never need less memory, and nearly in proportion.
    """
    return largest_within(
        lambda number: _spare(request, {field: number}, have, catalog), least, limit
    )


def smallest_boards(workload: Workload, catalog: Catalog) -> Iterator[BoardEntry]:
    """Boards on which a workload fits as it is, the least usable memory first.

    Left out: boards that others have given more memory, those that PyTorch needs a plug-in for,
    for training those without bf16, and those that the software or its weights do not run on.
    The need is the same on all boards but for what an engine reserves by their size, and for
    attention that some of them cannot fuse.
    """
    fused: dict[int, Estimate] = {}
    scored: dict[int, Estimate] = {}
    shared = shares_keys(workload)
    for entry in _by_memory(catalog):
        if not entry.example or entry.board.lacks_bf16(workload.task):
            continue
        if hindrance(workload, entry, catalog) is not None:
            continue
        sampled = defaults.sampled_sequences(workload.runtime, entry.visible)
        needs = scored if shared and not entry.board.bf16 else fused
        if sampled not in needs:
            own = on_board(replace(workload, sampled_sequences=sampled), entry.board)
            needs[sampled] = estimate(own, catalog)
        if judge(needs[sampled], entry.visible) is Verdict.FITS:
            yield entry


@cache
def _by_memory(catalog: Catalog) -> tuple[BoardEntry, ...]:
    """Sorted once: a browser asks with every key."""
    return catalog.boards_by_memory()


def _spare(request: Request, change: Mapping[str, object], have: Bytes, catalog: Catalog) -> float:
    """What the high end of a changed request leaves free, below 0 where it does not fit. Bytes."""
    workload = altered(request, change, catalog)
    return -have if workload is None else have - estimate(workload, catalog).peak.high


def _fits(request: Request, change: Mapping[str, object], have: Bytes, catalog: Catalog) -> bool:
    """Whether a changed request is possible, and its high end fits."""
    workload = altered(request, change, catalog)
    return workload is not None and judge(estimate(workload, catalog), have) is Verdict.FITS


def largest_batch(request: Request, have: Bytes, catalog: Catalog) -> Largest:
    """The largest micro-batch."""
    field = "micro_batch_size"
    number = largest(request, catalog, field, have, LARGEST_BATCH)
    return Largest(field=field, number=number, limit=LARGEST_BATCH)


def longest_text(question: Question, have: Bytes, catalog: Catalog) -> Largest | None:
    """The longest text, up to what the model supports."""
    if question.entry.model.architecture.kind not in _WITH_LENGTH:
        return None
    limit = question.entry.model.context_length or LONGEST_TEXT
    field = "context_length" if question.request.task is Task.INFERENCE else "sequence_length"
    least = (question.request.prompt_length or 1) if field == "context_length" else 1
    number = largest(question.request, catalog, field, have, limit, least=least)
    return Largest(field=field, number=number, limit=limit)


def layers_on_board(workload: Workload, have: Bytes, catalog: Catalog) -> Largest | None:
    """Layers on one board while the software leaves the others to the processor; None if all fit.

    The board is taken as one of two that divide the layers; it holds the output matrix, too. The
    matrices of the other layers are copied to it for a prompt, one at a time.
    """
    if not workload.runtime.host_layers or workload.layout.boards > 1:
        return None
    if judge(estimate(workload, catalog), have) is Verdict.FITS:
        return None
    one_of_two = replace(workload, layout=replace(workload.layout, boards=2, pipeline=2))
    held = estimate(one_of_two, catalog).parts.get(Part.ACTIVATIONS, 0)
    room = Bytes(max(have - ceil(max(copied(workload) - held, 0)), 1))
    return Largest(
        field="layers",
        number=most_layers(Held(one_of_two, catalog), room, Verdict.FITS),
        limit=layer_count(known(workload)[0]),
    )


def _precisions(question: Question, have: Bytes, catalog: Catalog) -> Iterator[str]:
    """Weight formats that fit, none with more bits than the published one; or precisions."""
    request = question.request
    if request.task is Task.FULL:
        for precision in _PRECISIONS:
            if _fits(request, {"precision": precision.value}, have, catalog):
                yield precision.value
        return
    most = _bits(catalog.formats[question.entry.native_format])
    for form in sorted(catalog.formats.values(), key=lambda form: -_bits(form)):
        offered = form.weights and form.suits(request.task) and _bits(form) <= most
        if offered and _fits(request, {"weights": form.id}, have, catalog):
            yield form.id


def _bits(form: Format) -> float:
    """Bits of most of a model's weights."""
    return (form.experts or form.linear).bits


def _tasks(request: Request, have: Bytes, catalog: Catalog) -> Iterator[Task]:
    """Tasks that fit with their own defaults for formats and software."""
    usual = {"weights": None, "precision": None, "runtime": None, "optimizer": None}
    for task in Task:
        if _fits(request, {**usual, "task": task.value}, have, catalog):
            yield task


def _board_count(request: Request, workload: Workload, have: Bytes, catalog: Catalog) -> int | None:
    """The fewest boards; powers of two where every matrix is divided among them.

    More boards never need more on each, so the power of two that is enough bounds the search.
    """
    divided = workload.task is Task.INFERENCE and workload.runtime.sharing is Sharing.TENSOR
    enough = next(
        (count for count in _POWERS if _fits(request, {"boards": count}, have, catalog)), None
    )
    if enough is None or divided:
        return enough
    for count in range(enough // 2 + 1, enough):
        if _fits(request, {"boards": count}, have, catalog):
            return count
    return enough
