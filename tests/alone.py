"""Shapes in which nothing is larger than one kind of layer, each kind in turn."""

import typing
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel
from varied import Pools

from vram_atlas.schema.architecture import (
    AnyAttention,
    AnyMlp,
    Decoder,
    ExpertsMlp,
    GroupedAttention,
    PlainMlp,
)
from vram_atlas.schema.compressed import CompressedAttention
from vram_atlas.schema.layers import (
    AveragePool,
    Basic,
    Block,
    Convolution,
    Convolutional,
    InvertedResidual,
    Linear,
)
from vram_atlas.schema.mixers import Absent, LayerEmbeddings, Mamba2

ALONE: Final = 3
"""Layers of one kind that have a model for themselves."""

WIDTH: Final = 24
"""Of the stream."""

FITTING: Final = ((WIDTH // 3, True), (WIDTH // 2, True), (WIDTH // 2 + 1, True), (WIDTH, False))
"""Widths of experts, gated or not, whose outputs just fit where their products were."""


def decoders(known: Pools) -> Iterator[Decoder]:
    """Two layers of attention, or what stands in its place, or of an MLP, and little else."""
    tiny = PlainMlp(kind="plain", layers=2, width=1)
    narrow = GroupedAttention(layers=2, heads=1, kv_heads=1, head_size=1)
    for kind in typing.get_args(AnyAttention):
        yield from (_two_layers(group, tiny) for group in known[kind][:ALONE])
    for compressed in known[CompressedAttention][:1]:
        yield _two_layers(compressed.model_copy(update={"output_groups": 7}), tiny)
    for kind in typing.get_args(AnyMlp):
        yield from (_two_layers(narrow, group) for group in known[kind][:ALONE])
    narrowest = Absent(kind="none", layers=2)
    yield _two_layers(narrowest, tiny).model_copy(update={"hidden_size": 1})
    shared = ExpertsMlp(
        kind="experts", layers=2, experts=2, experts_per_token=1, expert_width=1, shared_width=99
    )
    for gated in (True, False):
        yield _two_layers(narrow, shared.model_copy(update={"gated": gated}))
    for width, gated in FITTING:
        two = {"experts_per_token": 2, "expert_width": width, "shared_width": 0, "gated": gated}
        yield _two_layers(narrow, shared.model_copy(update=two))
    for beside in known[Mamba2][:ALONE]:
        yield _two_layers(narrow, tiny).model_copy(update={"beside": beside})
    for own in known[LayerEmbeddings][:ALONE]:
        yield _two_layers(narrow, tiny).model_copy(update={"layer_embeddings": own})


def networks(known: Pools) -> Iterator[Convolutional]:
    """One block of every kind behind a convolution, before the classifier."""
    first = Convolution(block="convolution", channels=8, kernel=3)
    last = (AveragePool(block="average-pool", size=1), Linear(block="linear", features=10))
    blocks: list[Any] = [
        *(
            block
            for kind in typing.get_args(typing.get_args(Block)[0])
            for block in known[kind][:ALONE]
        ),
        InvertedResidual(block="inverted-residual", channels=8, expansion=2, repeat=2),
        Basic(block="basic", channels=64, repeat=1),
    ]
    for block in blocks:
        yield Convolutional(kind="convolutional", image_size=64, blocks=(first, block, *last))


def _two_layers(attention: BaseModel, mlp: BaseModel) -> Decoder:
    groups: list[Any] = [group.model_copy(update={"layers": 2}) for group in (attention, mlp)]
    return Decoder(
        kind="decoder",
        layers=2,
        hidden_size=WIDTH,
        vocabulary=10,
        tied_embeddings=True,
        attention=(groups[0],),
        mlp=(groups[1],),
    )
