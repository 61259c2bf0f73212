"""Questions that between them show every term of the formulas.

A sample of everything that can be asked, about models of the catalog and, more of it, about shapes
and software that are not there; and boards that have exactly what is needed.
"""

import json
from collections.abc import Iterator
from random import Random
from typing import Final

from parity_cases import Request, choices
from unusual import STEPWISE, is_unusual

from vram_atlas.answers import answer_line
from vram_atlas.catalog import Catalog, ModelEntry
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.schema.base import Task
from vram_atlas.schema.software import Preparation
from vram_atlas.units import GIB

OF_THE_CATALOG, UNUSUAL = 2, 12
"""How many of a model and task."""
USUAL: Final = 0.4
"""How often a field has its default."""
UNPREPARED: Final = {"precision": "bf16", "adapter_dtype": "bf16", "gradient_checkpointing": False}
"""16-bit adapters without autocast on a base with an fp32 stream: too seldom chosen together."""

PICKED: Final[tuple[Request, ...]] = (
    {"model": "llama-3-8b", "task": "full", "boards": 2, "tensor_parallel": 2},
    {"model": "llama-3-8b", "task": "full", "boards": 2, "pipeline_parallel": 2},
    {
        "model": "deepseek-v3",
        "task": "full",
        "boards": 16,
        "pipeline_parallel": 2,
        "expert_parallel": 4,
    },
    {
        "model": "gpt-2",
        "task": "lora",
        "optimizer": STEPWISE,
        "lora_rank": 64,
        "sequence_length": 1,
    },
)
"""Two boards where only more than one is measured apart; a step larger than the backward pass."""

TIES: Final = ("llama-3-8b", "gpt-2")


def mutation_requests(catalog: Catalog, turn: int = 0) -> Iterator[Request]:
    """For a catalog with unusual shapes; others in every turn."""
    for entry in catalog.models.values():
        for task in Task:
            yield from _sample(entry, task, catalog, turn)
        if is_unusual(entry):
            asked = {"model": entry.id, "task": Task.INFERENCE.value}
            yield asked | {"attention": "eager"}
            if entry.model.architecture.kind == "decoder":
                in_file = asked | {"runtime": "llama.cpp", "weights": "q8_0"}
                yield in_file
                yield in_file | {"attention": "eager"}
        for runtime in _preparing(entry, catalog):
            asked = {"model": entry.id, "task": Task.QLORA.value, "runtime": runtime}
            yield asked | UNPREPARED
            yield asked | {"sequence_length": 1}
    yield from PICKED
    for model in TIES:
        yield from _ties(model, catalog)
    for entry in catalog.models.values():
        asked = {"model": entry.id, "task": Task.INFERENCE.value}
        alone = resolve(make_request(asked), catalog).weights
        if alone is not None:
            yield asked | {"board": {"memory_gib": alone / GIB}}


def _preparing(entry: ModelEntry, catalog: Catalog) -> Iterator[str]:
    """Runtimes that make the stream of a quantised base fp32."""
    for name, runtime in catalog.runtimes.items():
        prepares = runtime.adapters and runtime.adapters.prepares is Preparation.EVERYTHING
        able = entry.model.architecture.kind in runtime.kinds and Task.QLORA in runtime.tasks
        if prepares and able and not name.startswith("unusual-"):
            yield name


def _sample(entry: ModelEntry, task: Task, catalog: Catalog, turn: int) -> Iterator[Request]:
    fields = choices(entry, task, catalog)
    rng = Random(f"{entry.id}/{task}/{turn}")  # noqa: S311 - the same every time
    for _ in range(UNUSUAL if is_unusual(entry) else OF_THE_CATALOG):
        asked: Request = {"model": entry.id, "task": task.value}
        for name, values in fields.items():
            value = values[0] if rng.random() < USUAL else rng.choice(values)
            if name in {"stack", "layout"}:
                asked |= value
            elif value is not None:
                asked[name] = value
        yield asked


def _ties(model: str, catalog: Catalog) -> Iterator[Request]:
    """On boards of the size of an answer, to the byte."""
    asked: Request = {"model": model, "task": Task.INFERENCE.value}
    answer, _ = answer_line(json.dumps(asked), catalog)
    peak = answer["peak_bytes"]
    assert isinstance(peak, dict)
    for size in peak.values():
        yield asked | {"board": {"memory_gib": size / GIB}}
