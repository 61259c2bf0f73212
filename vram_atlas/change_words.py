"""What can be changed, and how far it goes, in words. Translate it with sentences.py."""

from vram_atlas.ladder import Rung
from vram_atlas.schema.software import FormatKind
from vram_atlas.sentences import (
    OFFLOADED,
    VERDICT_WORD,
    decoded_words,
    first_upper,
    task_words,
)
from vram_atlas.units import Bytes, format_size
from vram_atlas.verdict import Verdict
from vram_atlas.workload import Workload


def accumulating_words(need: Bytes, verdict: Verdict) -> str:
    """What full fine-tuning needs where gradients stay from one micro-batch to the next."""
    return f"With gradient accumulation: {format_size(need)}, {VERDICT_WORD[verdict].lower()}."


def layers_words(number: int, limit: int) -> str:
    """How many layers fit, and who runs the others."""
    return (
        f"Layers that fit: {number} of {limit}. The others stay in the host's memory and run on "
        f"the processor, which is much slower; in llama.cpp: --n-gpu-layers {number}."
    )


def change_words(rung: Rung) -> str:
    """A change of the ladder, as an instruction."""
    return first_upper(
        " and ".join(_one_change(key, value, rung.workload) for key, value in rung.change.items())
    )


def _one_change(key: str, value: object, workload: Workload) -> str:
    gguf = workload.weights.kind is FormatKind.GGUF
    words = {
        "task": f"use {task_words(workload)}",
        "weights": f"use {workload.weights.name} weights" + (" in llama.cpp" if gguf else ""),
        "kv_cache": f"keep the KV cache in {workload.cache.name}",
        "optimizer": f"use {workload.optimizer.name}",
        "runtime": f"use {workload.runtime.name}",
        "precision": "keep no fp32 copy of the weights (pure bf16)",
        "gradient_checkpointing": "turn gradient checkpointing on",
        "micro_batch_size": f"use micro-batch {value}",
        "gradient_accumulation_steps": "accumulate",
        "sequence_length": f"cut sequences to {value} tokens",
        "boards": f"use {value} boards",
        "attention": f"use {workload.attention} attention",
        "image_decoding": f"decode {decoded_words(workload)}",
        "encoders": "cache text embeddings and latents",
        "offload": f"keep {OFFLOADED.get(workload.layout.offload, 'nothing')} in the host's memory",
    }
    return words[key]
