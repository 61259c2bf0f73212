"""Shapes of what stands beside attention or in its place: layers with a state of constant size."""

from typing import Literal

from pydantic import Field

from vram_atlas.schema.base import Count, Shape


class GatedDelta(Shape):
    """Gated delta rule: one matrix `key_size` x `value_size` per value head is the state.

    Queries, keys and values pass a short convolution. With `gate_rank` the forget gate has one
    value per channel and comes, as the output gate does, through a matrix of that rank (Kimi Delta
    Attention); without, it has one value per head and the output gate a full matrix (Qwen3-Next).
    """

    kind: Literal["gated-delta"]
    layers: Count
    key_heads: Count
    value_heads: Count
    key_size: Count
    value_size: Count
    convolution: Count = Field(default=4, description="tokens that the convolution sees")
    gate_rank: Count | None = None
    full_gate: bool = Field(
        default=False, description="with `gate_rank`: the output gate has a full matrix (Kimi K3)"
    )
    state_bits: Count = Field(default=32, description="bits of an element of the state")


class Mamba(Shape):
    """Mamba-1: a selective scan with `state_size` values per channel."""

    kind: Literal["mamba"]
    layers: Count
    inner_size: Count
    state_size: Count
    rank: Count = Field(description="width of the step size before it is widened")
    convolution: Count = 4
    norms: bool = Field(default=False, description="norms on step size and inputs (Jamba)")
    state_bits: Count = 32


class Mamba2(Shape):
    """Mamba-2: one matrix `head_size` x `state_size` per head; B and C are shared by groups."""

    kind: Literal["mamba-2"]
    layers: Count
    heads: Count
    head_size: Count
    groups: Count
    state_size: Count
    convolution: Count = 4
    norm: bool = Field(default=True, description="a gated norm before the last matrix")
    state_bits: Count = 32


class Lightning(Shape):
    """Lightning attention: linear attention with a fixed decay per head (MiniMax-Text-01)."""

    kind: Literal["lightning"]
    layers: Count
    heads: Count
    head_size: Count
    state_bits: Count = 16


class ShortConvolution(Shape):
    """A gated convolution over a few tokens; they are its whole state (LFM2)."""

    kind: Literal["short-convolution"]
    layers: Count
    convolution: Count = 3


class Rwkv7(Shape):
    """RWKV-7's time mix: one square matrix per head; four gates through narrow matrices."""

    kind: Literal["rwkv-7"]
    layers: Count
    heads: Count
    head_size: Count
    decay_rank: Count
    rate_rank: Count = Field(description="of the in-context learning rate")
    value_rank: Count
    gate_rank: Count
    state_bits: Count = 32


class Absent(Shape):
    """Layers without attention and anything in its place, or without an MLP (Nemotron-H, Mamba)."""

    kind: Literal["none"]
    layers: Count


class LayerEmbeddings(Shape):
    """A table with a narrow embedding of every token for every layer (Gemma 3n, Gemma 4 E)."""

    vocabulary: Count
    width: Count
