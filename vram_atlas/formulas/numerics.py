"""How a training step computes: which tensors are 16-bit, which are trained, what adapters add.

These are kinds, not values: plain Python may branch on them, and each combination gives one
straight-line formula.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FP32: Final = 4
HALF: Final = 2
"""Bytes of an element in fp32, and in bf16 or fp16."""


class Projection(StrEnum):
    """The matrices of a block that LoRA can target; `input` is the first one of a state layer."""

    QUERY = "query"
    KEY = "key"
    VALUE = "value"
    OUTPUT = "output"
    GATE = "gate"
    UP = "up"
    DOWN = "down"
    INPUT = "input"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """LoRA adapters: two thin matrices beside each target, rank wide in the middle.

    `element_bytes` is the size of a stored adapter weight: 4 (peft's default) or 2. With `dropout`
    each adapter reads a tensor of its own, and a mask is kept.
    """

    rank: float
    targets: frozenset[Projection]
    element_bytes: int
    dropout: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Numerics:
    """The number formats of one training recipe.

    element_bytes   what matrix products produce: 4 in fp32, 2 in 16-bit and under autocast
    residual_bytes  the residual stream between blocks: 4 in fp32, under autocast over fp32
                    weights and after k-bit preparation, else 2
    autocast        torch.autocast is on: fp32 inputs and weights are cast for each product
    trains_base     the base weights get gradients, so every product keeps its input
    quantised_base  4-bit or 8-bit base layers: under autocast peft does not cast their inputs
    fused_norms     an RMS norm is one kernel: it keeps its input and the reciprocal root
    scores          attention is eager: the score matrix exists
    repeats_keys    keys and values are repeated for every query head before fused attention
    keeps_inputs    quantised layers keep their inputs outside autograd: no checkpoint drops them
    sdpa            attention is PyTorch's: the score matrix exists where it has no fused kernel
    groups_keys     it shares keys between heads by itself: no fused kernel in fp32
    without_flash   nor in 16 bits: the board has no flash attention
    composed        every element-wise operation is one of its own and keeps what its gradient
                    reads, masks in the format of the activations (TensorFlow 1)
    padded          attention gets a padding mask: the kernel that takes one repeats KV heads
    adapts_experts  adapters stand beside the experts of a layer, which are one parameter
    adapters        LoRA adapters, or None
    """

    element_bytes: int
    residual_bytes: int
    autocast: bool
    trains_base: bool
    scores: bool
    quantised_base: bool = False
    fused_norms: bool = False
    repeats_keys: bool = False
    keeps_inputs: bool = False
    sdpa: bool = False
    groups_keys: bool = False
    without_flash: bool = False
    padded: bool = False
    adapts_experts: bool = False
    composed: bool = False
    adapters: Adapters | None = None

    @property
    def casts_inputs(self) -> bool:
        """Autocast meets an fp32 stream: each product keeps its own 16-bit copy of its input."""
        return self.autocast and self.residual_bytes > self.element_bytes

    @property
    def casts_weights(self) -> bool:
        """Autocast meets fp32 weights: each product keeps a 16-bit copy of its matrix."""
        return self.casts_inputs and not self.quantised_base
