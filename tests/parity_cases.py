"""Questions for the estimator in both languages: a fixed sample of everything that can be asked.

The product of models, tasks, formats, runtimes, lengths and boards has billions of members. Every
model and task is asked until `ANSWERED` questions had an answer and not problems (or `ASKED` were
asked), in steps that visit every choice of every field; a task that a kind of model does not have,
`REFUSED` times.
"""

import gc
import json
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from math import gcd, prod
from typing import Any

from vram_atlas.answers import Answer, answer_line
from vram_atlas.catalog import Catalog, ModelEntry, load_catalog
from vram_atlas.schema.base import Task
from vram_atlas.schema.software import Format, Runtime

Request = dict[str, Any]
Choices = dict[str, list[Any]]

ANSWERED = 180
ASKED = 2 * ANSWERED
REFUSED = 5
PROCESSES = 2
LENGTHS = [None, 1, 33, 512, 1000, 2048, 6144, 40_000]
TARGETS: list[Any] = [
    *(None, "all-linear", ["q_proj", "v_proj"], ["query_key_value"], ["o"]),
    *(["gate_proj", "up_proj", "w2"], ["k_proj", "down_proj"]),
]
BATCHES = [None, 1, 2, 3, 8, 61, 256]


@dataclass(frozen=True)
class Chunk:
    """Requests and the answers of Python, both as JSON lists, compressed."""

    requests: bytes
    answers: bytes
    asked: int
    answered: int

    @property
    def request_text(self) -> str:
        """The requests as JSON."""
        return zlib.decompress(self.requests).decode()

    @property
    def answer_text(self) -> str:
        """The answers as JSON, written as JavaScript writes it."""
        return zlib.decompress(self.answers).decode()


def choices(entry: ModelEntry, task: Task, catalog: Catalog) -> Choices:
    """What can be asked of a model; None leaves the default."""
    kind = entry.model.architecture.kind
    trains = task is not Task.INFERENCE
    images = getattr(entry.architecture, "image_size", None) is not None
    formats = {
        name: form for name, form in catalog.formats.items() if form.weights and form.suits(task)
    }
    stacks = [
        {"runtime": name, "weights": form.id} | _cache(runtime, form, trains=trains)
        for name, runtime in catalog.runtimes.items()
        if kind in runtime.kinds and task in runtime.tasks
        for form in formats.values()
        if form.kind in runtime.formats
    ]
    found: Choices = {
        "stack": [{}, *stacks],
        "micro_batch_size": BATCHES,
        "attention": [None, "eager", "sdpa", "flash"],
        "layout": layouts(entry, trains=trains),
        "board": [*catalog.boards, {"memory_gib": 24}, {"memory_gib": 11.7}, None],
    }
    if images:
        found["image_decoding"] = [None, "whole", "sliced", "tiled"]
        found["image_size"] = [None, 64, 225, 384, 512, 1000]
        if trains and kind == "diffusion":
            found["encoders"] = [None, "cached", "resident"]
    else:
        found["sequence_length" if trains else "context_length"] = LENGTHS
    if not trains:
        found["prompt_length"] = [None, None, 1, 29, 700]
    else:
        found |= {
            "precision": [None, "fp32", "amp", "bf16", "mixed"],
            "optimizer": [None, *catalog.optimizers],
            "gradient_checkpointing": [None, True, False],
            "padded": [None, False, True],
            "gradient_accumulation_steps": [None, 1, 2, 64],
        }
    if task in {Task.LORA, Task.QLORA}:
        found["optimizer"] = [None, *(name for name in catalog.optimizers if "galore" not in name)]
        found |= {
            "lora_rank": [None, 1, 8, 16, 65],
            "lora_targets": TARGETS,
            "lora_dropout": [None, True],
            "adapter_dtype": [None, "fp32", "bf16"],
        }
    return found


def _cache(runtime: Runtime, form: Format, *, trains: bool) -> Request:
    """One of the KV cache formats of a runtime, all of them in turn."""
    if trains or not runtime.caches:
        return {}
    return {"kv_cache": runtime.caches[len(form.id) % len(runtime.caches)]}


def layouts(entry: ModelEntry, *, trains: bool) -> list[Request]:
    """How boards share the work, and what moves to the host's memory."""
    found: list[Request] = [
        *({}, {}, {"boards": 2}, {"boards": 3}, {"boards": 8}, {"boards": 4, "tensor_parallel": 2}),
        *({"boards": 4, "pipeline_parallel": 2}, {"boards": 8, "tensor_parallel": 8}),
    ]
    if entry.groups is not None and entry.groups.experts:
        found += [{"boards": 8, "expert_parallel": number} for number in (2, 4, 8)]
        found.append({"boards": 8, "expert_parallel": 8, "tensor_parallel": 2})
    if entry.model.architecture.kind == "diffusion":
        found.append({"offload": "components"})
    if not trains:
        return [*found, {"offload": "parameters"}]
    sharded = [{"boards": 4, "sharding": word} for word in ("none", "zero-1", "zero-2", "zero-3")]
    together = {"boards": 4, "tensor_parallel": 4, "sequence_parallel": True}
    copies: list[Request] = [{"boards": 2, "sharding": word} for word in ("none", "zero-2")]
    offloaded: list[Request] = [
        {"offload": "optimizer"},
        {"boards": 2, "offload": "optimizer", "sharding": "zero-2"},
        {"boards": 2, "offload": "parameters"},
        {"offload": "parameters", "sharding": "zero-3"},
    ]
    return [*found, *sharded, *copies, together, *offloaded]


def requests(entry: ModelEntry, task: Task, catalog: Catalog) -> Iterator[Request]:
    """Different questions about a model."""
    fields = choices(entry, task, catalog)
    sizes = [len(values) for values in fields.values()]
    whole = prod(sizes)
    step = whole * 618 // 1000 | 1
    while gcd(step, whole) > 1:
        step += 2
    for number in range(ASKED if len(fields["stack"]) > 1 else REFUSED):
        rest = (number * step) % whole
        asked: Request = {"id": f"{entry.id}/{task}/{number}", "model": entry.id, "task": task}
        for name, values in fields.items():
            rest, index = divmod(rest, len(values))
            if name in {"stack", "layout"}:
                asked |= values[index]
            elif values[index] is not None:
                asked[name] = values[index]
        yield asked


def compact(value: object) -> str:
    """JSON as JSON.stringify writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> list[Any]:
    """JSON as lists of keys and values, in their order.

    Past 2^53 bytes, which is nine thousand boards of a terabyte, JavaScript writes fewer digits of
    the same double.
    """
    found: list[Any] = json.loads(text, object_pairs_hook=list, parse_int=_whole)
    return found


def _whole(digits: str) -> float:
    number = int(digits)
    return number if abs(number) < 2**53 else float(number)


@cache
def _catalog() -> Catalog:
    found = load_catalog()
    gc.disable()  # as in build_tables.py
    return found


def _of_model(model: str) -> Chunk:
    """Every question about one model, answered by Python."""
    catalog = _catalog()
    asked: list[tuple[str, tuple[Answer, bool]]] = []
    for task in Task:
        good = 0
        for request in requests(catalog.models[model], task, catalog):
            line = json.dumps(request)
            asked.append((line, answer_line(line, catalog)))
            good += asked[-1][1][1]
            if good == ANSWERED:
                break
    return _packed(asked)


def chunk(questions: Iterable[Request], catalog: Catalog) -> Chunk:
    """Questions with Python's answers."""
    lines = map(json.dumps, questions)
    return _packed([(line, answer_line(line, catalog)) for line in lines])


def _packed(asked: list[tuple[str, tuple[Answer, bool]]]) -> Chunk:
    """Each line with its answer, and whether it was a good question."""
    lines = [line for line, _ in asked]
    answers = [answer for _, (answer, _) in asked]
    return Chunk(
        requests=zlib.compress(f"[{','.join(lines)}]".encode(), 1),
        answers=zlib.compress(compact(answers).encode(), 1),
        asked=len(asked),
        answered=sum(fine for _, (_, fine) in asked),
    )


def chunks(catalog: Catalog) -> list[Chunk]:
    """All questions with Python's answers, computed by two processes."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        return [*pool.map(_of_model, catalog.models, chunksize=8)]
