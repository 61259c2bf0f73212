"""Boards: one memory pool with an id, and how much of it a program can use."""

from enum import StrEnum

from pydantic import Field

from vram_atlas.schema.base import (
    Count,
    Identifier,
    NonNegative,
    Positive,
    Source,
    SourceKey,
    Strict,
    Task,
    Text,
    YearOrMonth,
)


class Vendor(StrEnum):
    """Who makes the chip."""

    NVIDIA = "nvidia"
    AMD = "amd"
    INTEL = "intel"
    APPLE = "apple"
    HUAWEI = "huawei"
    MOORE_THREADS = "moore-threads"

    @property
    def plug_in(self) -> bool:
        """Whether PyTorch runs on its boards only with a package of the maker's added."""
        return self in (Vendor.HUAWEI, Vendor.MOORE_THREADS)


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
    """Memory a program can allocate from on Linux, in MiB: the lowest value seen."""

    linux_mib: Count
    source: SourceKey


class WindowsMemory(Strict):
    """Memory a program sees on Windows, in MiB: the lowest value seen."""

    mib: Count
    source: SourceKey


class Bandwidth(Strict):
    """Memory bandwidth as the maker states it, in GB/s."""

    gb_s: Positive
    source: SourceKey | None = None


class Power(Strict):
    """Power limit of the board, in watts."""

    watt: Count
    source: SourceKey | None = None


class Link(Strict):
    """Connection between boards besides PCI Express: NVLink, Infinity Fabric, HCCS, MTLink."""

    gb_s: NonNegative = Field(description="GB/s in both directions together; 0 where it has none")
    source: SourceKey | None = None


class PciExpress(Strict):
    """How a board is connected to its host, where it is a card."""

    generation: Text = Field(description="in quotes: '4.0'")
    lanes: Count = Field(description="lanes that the chip uses, which can be fewer than the slot's")
    source: SourceKey | None = None


class Launch(Strict):
    """When the board was launched."""

    date: YearOrMonth = Field(description="month or year in quotes: '2022-10', '2022'")
    source: SourceKey | None = None


class MemoryKind(Strict):
    """The kind of memory, where the source of the board does not say it."""

    name: Text
    source: SourceKey


class Memory(Strict):
    """The label verbatim, what the driver says, and what PyTorch can use."""

    label_gb: Count = Field(description="the number of GB printed on the box")
    type: Text | MemoryKind | None = Field(
        default=None, description="GDDR6X, HBM3, LPDDR5X …; with `name` and `source` where needed"
    )
    bandwidth: Bandwidth | None = None
    total: MemoryTotal | None = None
    visible: VisibleMemory | None = None
    windows: WindowsMemory | None = None
    source: SourceKey | None = None

    @property
    def kind(self) -> str | None:
        """The kind of memory, wherever it is stated."""
        return self.type.name if isinstance(self.type, MemoryKind) else self.type


class Board(Strict):
    """One board."""

    id: Identifier
    name: Text
    aliases: tuple[Text, ...] = Field(default=(), strict=False)
    segment: Segment = Field(strict=False)
    architecture: Text
    launch: Launch | None = None
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
    power: Power | None = None
    pcie: PciExpress | None = Field(default=None, description="how a card is connected to its host")
    link: Link | None = None
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
    """Memory a program sees = driver total - `deficit_mib` - `deficit_share` x total."""

    vendor: Identifier
    segment: Identifier | None = None
    from_gb: NonNegative = Field(default=0, description="the smallest label that the rule is for")
    deficit_mib: NonNegative
    deficit_share: NonNegative
    source: SourceKey


class PlatformFile(Strict):
    """data/platforms.yml."""

    sources: dict[str, Source]
    visible: tuple[VisibleRule, ...] = Field(strict=False, min_length=1)
    windows: tuple[VisibleRule, ...] = Field(
        strict=False, min_length=1, description="the same on Windows, where no board was seen there"
    )
