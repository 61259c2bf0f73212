"""Answers as data: what `estimate` prints for a request."""

import json
from collections.abc import Mapping, Sequence

from vram_atlas.catalog import Catalog
from vram_atlas.change_words import accumulating_words, change_words, layers_words
from vram_atlas.estimator import estimate
from vram_atlas.formulas.phases import Part
from vram_atlas.inverse import invert
from vram_atlas.ladder import climb
from vram_atlas.problems import ProblemsError
from vram_atlas.request import read_request
from vram_atlas.resolve import Question, resolve
from vram_atlas.sentences import (
    assumptions,
    task_words,
    trust,
)
from vram_atlas.settings import settings
from vram_atlas.unequal import divided
from vram_atlas.unknown_words import unknown
from vram_atlas.verdict import Verdict, judge

Answer = dict[str, object]


def answer_line(line: str | bytes, catalog: Catalog) -> tuple[Answer, bool]:
    """The answer to one JSON request, and whether it was a good request."""
    try:
        return answer_question(resolve(read_request(line), catalog), catalog), True
    except ProblemsError as error:
        return {
            "id": _id_of(line),
            "problems": [problem.as_json() for problem in error.problems],
        }, False


def answer_question(question: Question, catalog: Catalog) -> Answer:
    """Bytes, parts, phase, assumptions; with a board what it has and the verdict."""
    request, entry = question.request, question.entry
    answer: Answer = {"id": request.id, "model": entry.id, "task": request.task.value}
    if question.workload is None:
        answer |= {
            "allocated_bytes": None,
            "peak_bytes": None,
            "parts": {},
            "phase": None,
            "assumptions": unknown(entry, question.weights),
            "settings": {},
            "setting": None,
        }
        found = None
    else:
        found = estimate(question.workload, catalog)
        answer |= {
            "allocated_bytes": found.allocated.as_json(),
            "peak_bytes": found.peak.as_json(),
            "parts": {part.value: size for part, size in found.parts.items()},
            "phase": found.phase.value,
            "assumptions": f"{assumptions(question.workload)} {trust(found)}",
            "settings": settings(question.workload),
            "setting": task_words(question.workload),
        }
    if question.have is not None:
        verdict = judge(found, question.have, question.weights)
        answer |= {"have_bytes": question.have, "verdict": verdict.value}
    elif found is None:
        answer |= {"verdict": Verdict.UNKNOWN.value}
    return answer


def answer_need(question: Question, catalog: Catalog) -> Answer | None:
    """What a list of models shows of each: the peak, and what was assumed. No words are made.

    held  weights and optimizer states, which several boards can divide and none can do without
    """
    if question.workload is None:
        return None
    found = estimate(question.workload, catalog)
    held = found.parts.get(Part.WEIGHTS, 0) + found.parts.get(Part.OPTIMIZER_STATES, 0)
    return {
        "peak_bytes": found.peak.as_json(),
        "held": held,
        "weights": question.workload.weights.id,
        "runtime": question.workload.runtime.id,
    }


def answer_ladder(question: Question, catalog: Catalog) -> list[Answer]:
    """What needs less, in order; empty without a board, and where nothing can be computed."""
    if question.have is None or question.workload is None:
        return []
    found = estimate(question.workload, catalog)
    return [
        {
            "change": {**rung.change},
            "words": change_words(rung),
            "setting": task_words(rung.workload),
            "peak_bytes": rung.estimate.peak.as_json(),
            "verdict": rung.verdict.value,
        }
        for rung in climb(question, found, question.have, catalog)
    ]


def answer_inverse(question: Question, catalog: Catalog) -> Answer:
    """How far the question goes on its board, and on which boards it fits."""
    answer: Answer = {"model": question.entry.id, "task": question.request.task.value}
    found = invert(question, catalog)
    if found is None:
        return answer
    batch, length, layers = found.batch, found.length, found.layers
    answer |= {
        "largest_micro_batch": None if batch is None else batch.as_json(),
        "longest": None if length is None else length.as_json(),
        "layers": None
        if layers is None
        else layers.as_json() | {"words": layers_words(layers.number, layers.limit)},
        "precision_field": found.precision_field,
        "precisions": [*found.precisions],
        "tasks": [task.value for task in found.tasks],
        "accumulating": None
        if found.accumulating is None or question.have is None
        else accumulating_words(
            found.accumulating.peak.expected, judge(found.accumulating, question.have)
        ),
        "smallest_boards": [entry.id for entry in found.boards],
        "fewest_boards": found.board_count,
    }
    return answer


def answer_division(
    fields: Mapping[str, object], boards: Sequence[tuple[object, int]], catalog: Catalog
) -> Answer:
    """A question on boards that differ, as `divided` takes it: what each of them holds."""
    question, found = divided(fields, boards, catalog)
    answer = answer_question(question, catalog)
    if found is None:
        return answer
    return answer | {
        "manner": found.manner.value,
        "layers": found.layers,
        "most_layers": found.most,
        "by_memory": found.by_memory,
        "split": [*found.split],
        "verdict": found.verdict.value,
        "shares": [
            {
                "layers": share.layers,
                "have_bytes": share.have,
                "peak_bytes": None if share.estimate is None else share.estimate.peak.as_json(),
                "verdict": share.verdict.value,
            }
            for share in found.shares
        ],
    }


def _id_of(line: str | bytes) -> object:
    """The id of a request that cannot be read otherwise, so that its answer can be matched."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value.get("id") if isinstance(value, dict) else None
