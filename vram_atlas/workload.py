"""What is asked of the estimator: one complete workload, nothing left to guess."""

from dataclasses import dataclass

from vram_atlas.catalog import ModelEntry
from vram_atlas.formulas.numerics import Adapters
from vram_atlas.schema.base import (
    AttentionKernel,
    Decoding,
    Encoders,
    Offload,
    Precision,
    Sharding,
    Task,
)
from vram_atlas.schema.software import Format, Optimizer, Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How boards share the work: tensor x pipeline boards hold a model, the rest copies it.

    `expert` boards divide the experts of a mixture between them. `layers` are the whole layers that
    a board of an inference engine holds; boards that differ hold different numbers.
    """

    boards: int = 1
    tensor: int = 1
    pipeline: int = 1
    layers: int = 1
    expert: int = 1
    sequence: bool = False
    sharding: Sharding = Sharding.FSDP
    offload: Offload = Offload.NONE

    @property
    def data(self) -> int:
        """Copies of the model, whole or divided by `sharding`."""
        return self.boards // (self.tensor * self.pipeline)

    @property
    def uses_zero(self) -> bool:
        """Whether copies are divided by a stage of ZeRO, which is DeepSpeed's."""
        return self.sharding in {Sharding.ZERO_1, Sharding.ZERO_2, Sharding.ZERO_3}

    @property
    def holding_experts(self) -> int:
        """Boards that divide the experts of a layer, those that divide a matrix included."""
        return min(self.expert * self.tensor, self.boards // self.pipeline)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A model, a task, and everything its memory depends on.

    Lengths are tokens, `image_size` is pixels along one side. `context_length` is what the KV
    cache holds, `prompt_length` what passes at once before the first new token,
    `sampled_sequences` what an engine reserves its sampler for. `without_flash`: the board has no
    flash attention, PyTorch's one fused kernel for keys that heads share. `in_place_of` is software
    that would be assumed if it ran on the board. Of the steps whose gradients are added up it
    matters only whether there are several. Of `boards` equal boards the estimate is for one.
    """

    entry: ModelEntry
    task: Task
    weights: Format
    runtime: Runtime
    attention: AttentionKernel
    micro_batch_size: int
    sequence_length: int
    context_length: int
    prompt_length: int
    image_size: int
    cache: Format
    cache_bits: float
    precision: Precision
    optimizer: Optimizer
    gradient_checkpointing: bool
    autocast: bool
    adapters: Adapters | None
    sampled_sequences: int = 0
    layout: Layout = Layout()
    gradient_accumulation_steps: int = 1
    padded: bool = False
    decoding: Decoding = Decoding.WHOLE
    encoders: Encoders = Encoders.CACHED
    without_flash: bool = False
    in_place_of: str = ""

    @property
    def boards(self) -> int:
        """Equal boards in all."""
        return self.layout.boards
