"""What an answer was computed for, by the fields of a request: as asked, or the default."""

from vram_atlas.schema.base import Task
from vram_atlas.workload import Workload

Settings = dict[str, str | int | bool]

_PIXELS = frozenset({"vision-transformer", "convolutional", "diffusion"})
_WITHOUT_ATTENTION = frozenset({"convolutional", "recurrent"})


def settings(workload: Workload) -> Settings:
    """Every field that the need of `workload` depends on; a request can ask for each."""
    kind = workload.entry.model.architecture.kind
    found: Settings = {
        "weights": workload.weights.id,
        "runtime": workload.runtime.id,
        "micro_batch_size": workload.micro_batch_size,
    }
    if kind in _PIXELS:
        found["image_size"] = workload.image_size
    elif workload.task is not Task.INFERENCE:
        found["sequence_length"] = workload.sequence_length
    elif kind != "recurrent":
        found["context_length"] = workload.context_length
        if kind != "encoder":
            found["kv_cache"] = workload.cache.id
    if workload.task is not Task.INFERENCE:
        found["gradient_checkpointing"] = workload.gradient_checkpointing
        found["optimizer"] = workload.optimizer.id
    if workload.task is Task.FULL:
        found["precision"] = workload.precision.value
    if workload.adapters is not None:
        found["lora_rank"] = int(workload.adapters.rank)
    if kind not in _WITHOUT_ATTENTION:
        found["attention"] = workload.attention.value
    return found
