"""What an answer was computed for, by the fields of a request: as asked, or the default."""

from vram_atlas.schema.base import Decoding, Encoders, Offload, Task
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
    if kind not in _WITHOUT_ATTENTION:
        found["attention"] = workload.attention.value
    if workload.decoding is not Decoding.WHOLE:
        found["image_decoding"] = workload.decoding.value
    return {**found, **_training(workload), **_layout(workload)}


def _training(workload: Workload) -> Settings:
    """What only a training step has; nothing for inference."""
    if workload.task is Task.INFERENCE:
        return {}
    found: Settings = {
        "gradient_checkpointing": workload.gradient_checkpointing,
        "optimizer": workload.optimizer.id,
    }
    if workload.task is Task.FULL:
        found["precision"] = workload.precision.value
    if workload.gradient_accumulation_steps > 1:
        found["gradient_accumulation_steps"] = workload.gradient_accumulation_steps
    if workload.padded:
        found["padded"] = True
    if workload.encoders is not Encoders.CACHED:
        found["encoders"] = workload.encoders.value
    if workload.adapters is not None:
        found["lora_rank"] = int(workload.adapters.rank)
        if workload.adapters.dropout:
            found["lora_dropout"] = True
    return found


def _layout(workload: Workload) -> Settings:
    """How several boards share the work, and what is in the host's memory, where anything is."""
    layout = workload.layout
    found: Settings = {}
    if layout.boards > 1 and workload.task is not Task.INFERENCE:
        found["sharding"] = layout.sharding.value
    if layout.tensor > 1:
        found["tensor_parallel"] = layout.tensor
        if layout.sequence:
            found["sequence_parallel"] = True
    if layout.pipeline > 1:
        found["pipeline_parallel"] = layout.pipeline
    if layout.expert > 1:
        found["expert_parallel"] = layout.expert
    if layout.offload is not Offload.NONE:
        found["offload"] = layout.offload.value
    return found
