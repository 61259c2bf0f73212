"""Layers that differ: the most that a run of neighbouring layers has of something.

Pipelines, engines and llama.cpp give each board a run of layers. Where they are not alike, it
depends on the run what a board needs; the most of any run is counted. Exact where one kind of MLP
stands in front of the other, and for attention that alternates, but for where the pattern begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vram_atlas.adding import add_up
from vram_atlas.formulas import blocks, decoder
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.blocks import Counts
from vram_atlas.schema.architecture import (
    AnyAttention,
    AnyMlp,
    Decoder,
    ExpertsMlp,
    GroupedAttention,
    PlainMlp,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Layers of one kind.

    block    one of them
    apart    the least distance from one to the next: 1 side by side
    between  the longest distance from one of another kind to the next; 0 without other kinds
    """

    block: Block
    layers: int
    apart: int = 1
    between: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Kinds of attention, each with the first MLP, and kinds of MLP, each with the first attention.

    `layers` is what each of the lists adds up to. Blocks without a list of MLPs are whole ones.
    """

    layers: int
    attention: tuple[Kind, ...]
    mlp: tuple[Kind, ...] = ()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """One block of each kind, in the order of the lists."""
        return tuple(kind.block for kind in [*self.attention, *self.mlp])

    @property
    def uniform(self) -> bool:
        """Whether all layers are alike."""
        return len(self.attention) <= 1 and len(self.mlp) <= 1


def of_decoder(architecture: Decoder) -> Order:
    """Kinds of attention are spread evenly, kinds of MLP follow each other, unless said otherwise.

    Layers that reuse keys are the last ones (Gemma 3n): they are spread among themselves.
    """
    first = decoder.stack(architecture)[0]
    return Order(
        layers=architecture.layers,
        attention=tuple(_attention(first, group, architecture) for group in architecture.attention),
        mlp=tuple(_mlp(first, group) for group in architecture.mlp),
    )


def of_stack(stack: tuple[Block, ...]) -> Order:
    """Blocks that follow each other kind by kind; a network without them is one."""
    kinds = tuple(Kind(block=replace(block, layers=1), layers=block.layers) for block in stack)
    return Order(layers=add_up(block.layers for block in stack) or 1, attention=kinds)


def _attention(first: Block, group: AnyAttention, architecture: Decoder) -> Kind:
    block = replace(first, layers=1, attention=group)
    if isinstance(group, GroupedAttention) and group.apart is not None:
        return Kind(block=block, layers=group.layers, apart=group.apart)
    same = [other for other in architecture.attention if _reuses(other) is _reuses(group)]
    among = add_up(other.layers for other in same)
    others = among - group.layers
    if others >= group.layers:
        return Kind(block=block, layers=group.layers, apart=among // group.layers)
    between = -(-among // others) if others else 0
    return Kind(block=block, layers=group.layers, between=between)


def _reuses(group: AnyAttention) -> bool:
    return isinstance(group, GroupedAttention) and group.reuses_keys


def _mlp(first: Block, group: AnyMlp) -> Kind:
    apart = group.apart if isinstance(group, ExpertsMlp | PlainMlp) else 1
    return Kind(block=replace(first, layers=1, mlp=group), layers=group.layers, apart=apart)


def counts(order: Order) -> tuple[Counts, ...]:
    """Parameters of one block of each kind."""
    return tuple(blocks.count((block,)) for block in order.blocks)


def most(order: Order, values: Sequence[float], held: int) -> float:
    """The most that `held` neighbouring layers have; `values` are those of `order.blocks`."""
    cut = len(order.attention)
    found = _filled(order.attention, values[:cut], held)
    if not order.mlp:
        return found
    own = values[cut:]
    return found + _filled(order.mlp, [value - own[0] for value in own], held)


def share(order: Order, values: Sequence[float], held: int) -> float:
    """The same as a share of what all have; where layers are alike, or have nothing, of layers."""
    whole = 0 if order.uniform else most(order, values, order.layers)
    return most(order, values, held) / whole if whole else held / order.layers


def _filled(kinds: Sequence[Kind], values: Sequence[float], held: int) -> float:
    """As many of the kind with the most as a run of layers can have, then of the next."""
    ordered = sorted(zip(values, kinds, strict=True), key=lambda pair: -pair[0])
    found: float = 0
    left = held
    for value, kind in ordered:
        taken = min(left, _together(kind, held))
        found = found + taken * value
        left = left - taken
    return found + left * ordered[-1][0]


def _together(kind: Kind, held: int) -> int:
    """The most layers of one kind among `held` neighbours."""
    between = held // kind.between if kind.between else 0
    return min(kind.layers, -(-held // kind.apart), held - between)
