"""Parts of a runtime that say how it holds a cache, a loss and a sampler, and its context."""

from enum import StrEnum

from pydantic import Field

from vram_atlas.schema.base import Count, Natural, NonNegative, Positive, SourceKey, Strict


class WindowLimits(StrEnum):
    """Which models' sliding-window layers keep only their window.

    `mixed`: of models that have layers without a window besides. `after-prompt`: what is kept of a
    prompt is a view of the whole of it, until the next token makes a new tensor.
    """

    ALWAYS = "always"
    MIXED = "mixed"
    AFTER_PROMPT = "after-prompt"


class PromptLogits(StrEnum):
    """For which positions of the prompt the output matrix runs."""

    LAST = "last"
    ALL = "all"


class Trait(Strict):
    """That a runtime does something, and where this can be read."""

    source: SourceKey


class LossBuffer(Strict):
    """Bytes per logit alive at the peak around the loss, by the format of the logits."""

    bytes_16_bit: NonNegative
    bytes_32_bit: NonNegative
    source: SourceKey | None = None


class Sampler(Strict):
    """A sampling pass that an engine reserves room for, whatever is asked of it.

    For `sequences` at once; for `small_sequences` on boards with less than `small_below_gib`.
    """

    sequences: Count
    small_sequences: Count
    small_below_gib: Count
    bytes_per_logit: Positive
    source: SourceKey


class FusedExperts(Strict):
    """All experts of a layer are one parameter, not linear modules."""

    adapted: bool = Field(
        default=False, description="adapters for all linear layers are put beside experts, too"
    )
    source: SourceKey


class Mebibytes(Strict):
    """A quantity with its spread, in MiB."""

    low_mib: Natural
    expected_mib: Natural
    high_mib: Natural
    source: SourceKey | None = None
