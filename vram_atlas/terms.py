"""What every task needs to know of an architecture."""

from functools import cache

from vram_atlas.adding import add_up
from vram_atlas.formulas import (
    blocks,
    decoder,
    encoder,
    encoder_decoder,
    uneven,
    vision_transformer,
)
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.schema.architecture import Decoder, Encoder, EncoderDecoder, VisionTransformer
from vram_atlas.schema.model import Disclosed
from vram_atlas.workload import Workload


def known(workload: Workload) -> tuple[Disclosed, ParameterGroups]:
    """Shape and counts. A workload is only ever built for a model whose size is published."""
    entry = workload.entry
    if entry.architecture is None or entry.groups is None:
        message = f"{entry.id} has no published size; nothing can be computed for it"
        raise ValueError(message)
    return entry.architecture, entry.groups


def keeps_experts(workload: Workload) -> bool:
    """Whether quantising leaves the experts of a mixture in 16 bits."""
    groups = workload.entry.groups
    if workload.runtime.fused_experts is None or not workload.weights.modules_only:
        return False
    return groups is not None and groups.experts > 0


@cache
def layer_count(architecture: Disclosed) -> int:
    """Blocks that boards can divide; 1 for a network that stays whole."""
    return add_up(block.layers for block in transformer_blocks(architecture)) or 1


@cache
def layer_order(architecture: Disclosed) -> uneven.Order:
    """Kinds of layers, where boards divide them."""
    if isinstance(architecture, Decoder):
        return uneven.of_decoder(architecture)
    return uneven.of_stack(transformer_blocks(architecture))


@cache
def kind_counts(architecture: Disclosed) -> tuple[blocks.Counts, ...]:
    """Parameters of one layer of each kind, in their order."""
    return uneven.counts(layer_order(architecture))


@cache
def transformer_blocks(architecture: Disclosed) -> tuple[Block, ...]:
    """Blocks that LoRA can target and boards can divide; none for networks without them."""
    match architecture:
        case Decoder():
            return decoder.stack(architecture)
        case Encoder():
            return encoder.stack(architecture)
        case VisionTransformer():
            return vision_transformer.stack(architecture)
        case EncoderDecoder():
            first, second = encoder_decoder.stacks(architecture)
            return (*first, *second)
        case _:
            return ()
