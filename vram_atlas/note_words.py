"""What the question box remarks about its reading of a question. Translate it with sentences.py."""

from typing import Final

NOTE: Final = {
    "not_understood": "I did not understand {words}. The answer leaves it out.",
    "assumed:task": "No task is named: inference is assumed.",
    "assumed:task:fine-tuning": "Fine-tuning is read as LoRA.",
    "assumed:task:whole": "Fine-tuning is read as full fine-tuning, as is usual for this model.",
    "assumed:task:full": "“Full” is read as full fine-tuning.",
    "assumed:task:rank": "A rank is named: LoRA is assumed.",
    "assumed:task:4-bit LoRA": "LoRA on 4-bit weights is QLoRA.",
    "assumed:weights": "Read as {value}.",
    "ignored:weights": "{value} is left out: QLoRA trains on NF4 weights.",
    "correction": "“{saw}” is read as {read}.",
    "two-values": "Two values for one thing ({field}). The first is used.",
    "two-tasks": "Two tasks are named: {values}.",
    "several-boards": "Several GPUs are named: {values}.",
    "several-models": "Several models are named: {values}. Each is judged alone.",
    "several-formats": "Several formats are named: {values}.",
    "contradiction": "These do not go together: {values}.",
    "memory-mismatch": "There is no {board} with {text}.",
    "unknown-board": "“{text}” does not exist, or is not in the catalog.",
    "unknown-model": "“{text}” is not in the catalog.",
    "least": "Of the GPUs it can mean, this has the least memory: {board}.",
    "unclear": "It is not clear which model is meant.",
    "missing:model": "No model is named.",
    "missing:board": "No GPU is named.",
    "not-used:system-memory": "“{text}”: only the memory of the GPU counts here.",
    "not-used:speed": "“{text}”: this site says what fits, not how fast it is.",
    "not-used:price": "“{text}”: this site knows no prices.",
    "not-used:frames": "“{text}”: the answer is about the frames that it names.",
    "not-used:offload": "“{text}” is not computed.",
    "not-used:parallelism": "“{text}” is not computed: GPUs share the work as the runtime does.",
    "not-used:method": "“{text}” is not computed.",
}
"""What the parser remarks, by kind, field or reason, and why; the most exact key counts."""

NOT_COMPUTED: Final = ("method", "offload")
"""Reasons of words that change the need so much that the answer without them is no verdict."""

QUIET_NOTES: Final = ("assumed", "ignored", "correction")
"""Remarks that do not question the answer."""
