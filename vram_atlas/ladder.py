"""What would make it fit: the cheapest changes first, each tried with the estimator itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from vram_atlas.altering import meant
from vram_atlas.catalog import Catalog
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.request import Request, given_fields, make_request
from vram_atlas.resolve import Question
from vram_atlas.schema.base import Precision, Task
from vram_atlas.terms import keeps_experts
from vram_atlas.units import Bytes
from vram_atlas.verdict import Verdict, judge
from vram_atlas.workload import Workload


@dataclass(frozen=True, slots=True)
class Rung:
    """One change and what it leads to."""

    change: Mapping[str, str | int | bool]
    workload: Workload
    estimate: Estimate
    verdict: Verdict


_LOSSLESS_TRAINING: tuple[dict[str, str | int | bool], ...] = (
    {"encoders": "cached"},
    {"micro_batch_size": 1},
    {"gradient_checkpointing": True},
    {"attention": "sdpa"},
    {"optimizer": "adamw-8bit"},
)
_CHANGES: dict[Task, tuple[dict[str, str | int | bool], ...]] = {
    Task.INFERENCE: (
        {"micro_batch_size": 1},
        {"image_decoding": "sliced"},
        {"image_decoding": "tiled"},
        {"offload": "components"},
        {"kv_cache": "q8_0"},
        {"kv_cache": "fp8"},
        {"weights": "q8_0"},
        {"weights": "q4_k_m"},
        {"weights": "q4_k_m", "kv_cache": "q8_0"},
        {"weights": "q3_k_m"},
        {"boards": 2},
        {"boards": 4},
        {"boards": 8},
    ),
    Task.LORA: (
        *_LOSSLESS_TRAINING,
        {"task": "qlora"},
        {"boards": 2},
        {"boards": 4},
        {"boards": 8},
    ),
    Task.QLORA: (
        *_LOSSLESS_TRAINING,
        {"runtime": "unsloth"},
        {"sequence_length": 512},
        {"boards": 2},
        {"boards": 4},
    ),
    Task.FULL: (
        *_LOSSLESS_TRAINING,
        {"precision": "bf16"},
        {"offload": "optimizer"},
        {"task": "lora"},
        {"task": "qlora"},
        {"boards": 2},
        {"boards": 4},
        {"boards": 8},
    ),
}


def climb(question: Question, found: Estimate, have: Bytes, catalog: Catalog) -> Iterator[Rung]:
    """Changes that need less than what was `found`, each alone; the last is the first to fit."""
    start = question.workload
    if start is None:
        return
    need = found.peak.expected
    settled = _settled(start)
    for listed in _CHANGES[start.task]:
        change = _with_the_batch(listed, start)
        if all(settled.get(name) == value for name, value in change.items()):
            continue
        if not _asked_for(change, start):
            continue
        wanted = {**change, "weights": None} if "task" in change else change
        request = make_request({**given_fields(question.request), **wanted})
        workload, result = _means(request, catalog)
        if workload is None or result is None or result.peak.expected >= need:
            continue
        if "weights" in change and workload.weights.id == start.weights.id:
            continue  # what a file of gpt-oss is called changes nothing
        verdict = judge(result, have)
        yield Rung(change, workload, result, verdict)
        if verdict is Verdict.FITS:
            return


@lru_cache(maxsize=64)  # from a model's other tasks and formats, changes lead to the same
def _means(request: Request, catalog: Catalog) -> tuple[Workload | None, Estimate | None]:
    """What a changed request means and needs; nothing where it is impossible."""
    workload = meant(request, catalog)
    return workload, None if workload is None else estimate(workload, catalog)


def _asked_for(change: Mapping[str, str | int | bool], start: Workload) -> bool:
    """Whether a change answers what is special about a workload, where it is for that alone.

    Other software: where experts stay in 16 bits. No fp32 copy: where there is one. Parts of a
    pipeline: where there are some.
    """
    if "runtime" in change:
        return keeps_experts(start)
    if "image_decoding" in change or "encoders" in change:
        return start.entry.model.architecture.kind == "diffusion"
    return "precision" not in change or start.precision is Precision.MIXED


def _with_the_batch(
    change: dict[str, str | int | bool], start: Workload
) -> dict[str, str | int | bool]:
    """A smaller micro-batch in training: the optimizer still sees as many sequences in a step."""
    if "micro_batch_size" not in change or start.task is Task.INFERENCE:
        return change
    steps = start.micro_batch_size * start.gradient_accumulation_steps
    return {**change, "gradient_accumulation_steps": steps}


def _settled(workload: Workload) -> dict[str, str | int | bool]:
    """What a workload has of the changes above, as fields of a request."""
    return {
        "micro_batch_size": workload.micro_batch_size,
        "gradient_accumulation_steps": workload.gradient_accumulation_steps,
        "gradient_checkpointing": workload.gradient_checkpointing,
        "attention": workload.attention.value,
        "boards": workload.boards,
    }
