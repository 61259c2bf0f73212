"""Published measurements: what was run, what was measured, and where it is written."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from vram_atlas.schema.base import Count, Identifier, Source, SourceKey, Strict, Text

RequestField = str | int | bool | list[str] | dict[str, float]
"""A value of a request: names, numbers, switches, LoRA targets, and a board that is only a size."""


class Metric(StrEnum):
    """What the figure counts: compared with the same thing of an estimate, never another."""

    PEAK_ALLOCATED = "peak_allocated"
    PEAK_IN_USE = "peak_in_use"
    STATIC_ALLOCATED = "static_allocated"
    PEAK_RESERVED = "peak_reserved"
    NVIDIA_SMI = "nvidia_smi"
    UNKNOWN = "unknown"
    WEIGHTS_ONLY = "weights_only"
    FILE_SIZE = "file_size"
    KV_CACHE_ONLY = "kv_cache_only"
    ACTIVATIONS_ONLY = "activations_only"
    AFTER_FORWARD = "after_forward"
    FITS = "fits"
    OOM = "oom"


VERDICTS = frozenset({Metric.FITS, Metric.OOM})
"""Metrics without a figure: it ran, or it did not."""


class Quality(StrEnum):
    """How much of the configuration and of the measuring call is known."""

    A = "A"
    B = "B"
    C = "C"


class Measured(Strict):
    """One observation. `value` is bytes, and absent for fits and oom."""

    id: Identifier
    request: dict[str, RequestField] = Field(
        description="the fields of a request, as `estimate` reads them"
    )
    metric: Metric = Field(strict=False)
    value: Count | None = None
    devices: Count = Field(
        default=1,
        description="the value is a sum over this many devices that hold whole layers each",
    )
    quality: Quality = Field(strict=False)
    locator: Text = Field(description="where on the source's page")
    note: Text | None = None


def _consistent(row: Measured) -> Measured:
    """A figure has a value; a verdict has a board instead."""
    verdict = row.metric in VERDICTS
    if verdict == (row.value is not None):
        message = f"{'no value' if verdict else 'a value in bytes'} for the metric {row.metric}"
        raise ValueError(message)
    if verdict and "board" not in row.request:
        message = f"a board in the request: {row.metric} is a verdict"
        raise ValueError(message)
    return row


class Run(Strict):
    """Rows of one table: same source, same software, same way to measure."""

    source: SourceKey
    title: Text
    software: Text = Field(description="libraries and versions as the source states them")
    hardware: Text
    method: Text = Field(description="the call or the tool that gave the figures")
    unit: Text = Field(description="the unit of the source, and how it became bytes")
    unseen: bool = Field(
        default=False,
        description="found when the formulas were final: no formula was adjusted to these rows",
    )
    note: Text | None = None
    rows: tuple[Annotated[Measured, AfterValidator(_consistent)], ...] = Field(
        strict=False, min_length=1
    )


class NotExpressible(Strict):
    """Rows of the source that are no workload of this site, and why."""

    source: SourceKey
    reason: Text
    rows: tuple[Annotated[str, StringConstraints(min_length=1)], ...] = Field(
        strict=False, min_length=1
    )


class MeasurementFile(Strict):
    """A file of data/measurements/."""

    measurements: Identifier = Field(description="the name of the file")
    name: Text
    licence: Text | None = Field(default=None, description="licence of the source, as it names it")
    sources: dict[str, Source]
    runs: tuple[Run, ...] = Field(default=(), strict=False)
    not_expressible: tuple[NotExpressible, ...] = Field(default=(), strict=False)
