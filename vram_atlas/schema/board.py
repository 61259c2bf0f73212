"""Boards: one memory pool with an id, and how much of it a program can use."""

from enum import StrEnum

from pydantic import Field

from vram_atlas.schema.base import (
    Count,
    Identifier,
    Month,
    Natural,
    NonNegative,
    Positive,
    Source,
    SourceKey,
    Strict,
    Task,
    Text,
)


class Vendor(StrEnum):
    """Who makes the chip."""

    NVIDIA = "nvidia"
    AMD = "amd"
    INTEL = "intel"
    APPLE = "apple"
    HUAWEI = "huawei"
    MOORE_THREADS = "moore-threads"
    GOOGLE = "google"


class Segment(StrEnum):
    """Where a board is used; a desktop board shares its memory with the display."""

    DESKTOP = "desktop"
    LAPTOP = "laptop"
    WORKSTATION = "workstation"
    DATA_CENTRE = "data-centre"
    UNIFIED = "unified"


class MemoryTotal(Strict):
    """Memory the driver reports (nvidia-smi, rocm-smi), in MiB."""

    mib: Count
    source: SourceKey


class VisibleMemory(Strict):
    """Memory a program can allocate from, in MiB: the lowest value seen, per operating system."""

    linux_mib: Count | None = None
    windows_mib: Count | None = None
    source: SourceKey


class Memory(Strict):
    """The label verbatim, what the driver says, and what PyTorch can use."""

    label_gb: Count = Field(description="the number of GB printed on the box")
    type: Text | None = Field(default=None, description="GDDR6X, HBM3, LPDDR5X …")
    bandwidth_gb_s: Positive | None = None
    total: MemoryTotal | None = None
    visible: VisibleMemory | None = None
    source: SourceKey | None = None


class Board(Strict):
    """One board."""

    id: Identifier
    name: Text
    aliases: tuple[Text, ...] = Field(default=(), strict=False)
    segment: Segment = Field(strict=False)
    architecture: Text
    launched: Month | None = None
    memory: Memory
    compute_capability: Text | None = Field(
        default=None, description="NVIDIA only, in quotes: '8.9'"
    )
    bf16: bool
    fp8: bool
    fp4: bool = False
    modified: bool = Field(
        default=False, description="memory enlarged by others, not sold by the maker"
    )
    devices: Count = Field(
        default=1, description="separate memories on one board; `memory` is one of them"
    )
    power_watt: Count | None = None
    link_gb_s: Natural | None = Field(
        default=None, description="NVLink or Infinity Fabric, both directions"
    )
    note: Text | None = None
    source: SourceKey | None = None

    def lacks_bf16(self, task: Task) -> bool:
        """Whether `task` trains in bf16, and the board has to make do with another format."""
        return task is not Task.INFERENCE and not self.bf16


class Line(Strict):
    """A file of data/gpus/."""

    line: Identifier
    name: Text
    vendor: Vendor = Field(strict=False)
    sources: dict[str, Source]
    boards: tuple[Board, ...] = Field(strict=False, min_length=1)


class VisibleRule(Strict):
    """Memory a program sees = driver total - `deficit_mib` - `deficit_share` x total. Fitted."""

    vendor: Identifier
    segment: Identifier | None = None
    deficit_mib: NonNegative
    deficit_share: NonNegative
    source: SourceKey


class PlatformFile(Strict):
    """data/platforms.yml."""

    sources: dict[str, Source]
    visible: tuple[VisibleRule, ...] = Field(strict=False, min_length=1)
