"""Tasks, fit matrices and tricks as data."""

from pydantic import Field

from vram_atlas.schema.band import Width
from vram_atlas.schema.base import (
    Count,
    Identifier,
    Precision,
    Source,
    SourceKey,
    Strict,
    Task,
    Text,
)
from vram_atlas.schema.software import FormatId


class Defaults(Strict):
    """What is assumed where a question does not say."""

    micro_batch_size: Count
    sequence_length: Count | None = None
    context_length: Count | None = None
    precision: Precision | None = Field(default=None, strict=False)
    gradient_checkpointing: bool | None = None
    lora_rank: Count | None = None
    source: SourceKey


class TaskMethod(Strict):
    """One task: its words, its defaults, its band by architecture kind."""

    id: Task = Field(strict=False)
    title: Text
    verb: Text
    summary: Text
    defaults: Defaults
    runtimes: dict[str, Identifier] = Field(
        description="default runtime by architecture kind; of language models also by weight format"
    )
    unmeasured: Width = Field(description="the band where fewer than 10 peaks were measured")


class Method(Strict):
    """A trick: what it is called and what it changes."""

    id: Identifier
    title: Text
    changes: Text
    costs: Text


class Matrix(Strict):
    """One fit matrix: a task, and the weight format that stands for it."""

    id: Identifier
    title: Text
    task: Task = Field(strict=False)
    bits: Count = Field(description="nominal bits of a weight")
    weights: dict[str, FormatId] = Field(
        description="by architecture kind; `default` for the others; empty: as published"
    )
    source: SourceKey


class MethodFile(Strict):
    """data/methods.yml."""

    sources: dict[str, Source]
    narrowest: Width = Field(description="no band is narrower: your versions are not the measured")
    parts: Width = Field(description="the band where only weights, files or caches were measured")
    tasks: tuple[TaskMethod, ...] = Field(strict=False, min_length=1)
    matrices: tuple[Matrix, ...] = Field(strict=False, min_length=1)
    methods: tuple[Method, ...] = Field(strict=False, min_length=1)
