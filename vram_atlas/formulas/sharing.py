"""Several equal boards that each work on a part, or on a copy: what one holds. Unit: bytes.

Data-parallel copies of a model divide states, gradients and weights as far as their sharding goes;
activations are not divided. Engines for inference divide layers or heads.
"""

from dataclasses import dataclass
from typing import assert_never

from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.phases import Part, Parts, Phase
from vram_atlas.formulas.weights import WeightBytes
from vram_atlas.schema.base import Offload, Sharding

_STATES = frozenset({Part.OPTIMIZER_STATES, Part.STEP_TEMPORARIES})
_GRADIENTS = frozenset({*_STATES, Part.GRADIENTS})
_EVERYTHING = frozenset({*_GRADIENTS, Part.WEIGHTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What fully sharded training holds whole for a moment. Unit: bytes.

    root    embedding and output matrix, from the loss on
    block   the block whose backward pass runs
    inputs  gradients of the inputs of frozen blocks, kept until the backward pass ends
    summed  what whole gradients of earlier micro-batches are more than a board's part of them
    """

    root: float = 0
    block: float = 0
    inputs: float = 0
    summed: float = 0


def layers_held(*, layers: float, pipeline: float, ops: Ops) -> float:
    """Blocks on the one of `pipeline` equal boards that holds most of them: whole ones."""
    return ops.ceil(layers / pipeline)


def by_engine(
    parts: Parts,
    weights: WeightBytes,
    *,
    kv_heads: float,
    cache: float,
    tensor: float,
    pipeline: float,
    ops: Ops,
) -> Parts:
    """One board of an inference engine; `weights` are those of its layers and matrices.

    Layers: `cache` is the share of keys, values and states that its layers keep; whichever of input
    tables and output matrix is larger counts on every board, because it depends on the runtime
    where they lie. Tensors: every matrix divided, the cache by whole KV heads; a latent cache has
    no heads to divide (`kv_heads` 1), so every board holds all of it.
    """
    ends = ops.where(
        pipeline - 1,
        ops.maximum(weights.input, weights.output),
        weights.input + weights.output,
    )
    heads = ops.ceil(kv_heads / tensor) / kv_heads
    divided = {
        part: size * cache * heads if part is Part.KV_CACHE else size
        for part, size in parts.items()
    }
    return {**divided, Part.WEIGHTS: weights.blocks + ends}


def by_copies(
    phase: Phase, parts: Parts, gathered: Gathered, sharding: Sharding, *, ranks: float, ops: Ops
) -> Parts:
    """One of `ranks` data-parallel copies.

    ZeRO stage 1 divides the optimizer's states, stage 2 gradients too, stage 3 and FSDP weights
    too: these gather the block that runs. Without sharding, PyTorch's DDP keeps its buckets beside
    the gradients. FSDP was measured on two and four A100 to the MB; it also keeps the gradients
    of frozen blocks' inputs.
    """
    match sharding:
        case Sharding.NONE:
            copies = ops.where(ranks - 1, 2, 1)
            return {
                part: size * copies if part is Part.GRADIENTS else size
                for part, size in parts.items()
            }
        case Sharding.ZERO_1:
            return _divided(parts, _STATES, ranks)
        case Sharding.ZERO_2:
            return _divided(parts, _GRADIENTS, ranks)
        case Sharding.ZERO_3:
            weights = parts[Part.WEIGHTS]
            whole = _whole(phase, gathered)
            limit = ops.minimum(whole, weights - weights / ranks)
            return _beside(_divided(parts, _EVERYTHING, ranks), limit)
        case Sharding.FSDP:
            inputs = gathered.inputs if phase is Phase.BACKWARD else 0
            whole = ops.where(ranks - 1, _whole(phase, gathered) + inputs, 0)
            divided = _beside(_divided(parts, _EVERYTHING, ranks), whole)
            if phase not in {Phase.LOSS, Phase.BACKWARD}:
                return divided
            return {**divided, Part.GRADIENTS: divided[Part.GRADIENTS] + gathered.summed}
        case _:
            assert_never(sharding)


def offloaded(
    phase: Phase,
    parts: Parts,
    gathered: Gathered,
    offload: Offload,
    sharding: Sharding,
    *,
    ops: Ops,
) -> Parts:
    """What stays on the board while the rest is in the host's memory.

    `optimizer`: states and the step leave it; gradients too where they are sharded, because each
    is sent to its owner as it is made. `parameters`: weights come back block by block.
    """
    if offload not in {Offload.OPTIMIZER, Offload.PARAMETERS}:
        return parts
    leaves = _STATES if sharding in {Sharding.NONE, Sharding.ZERO_1} else _GRADIENTS
    kept = {part: 0 if part in leaves else size for part, size in parts.items()}
    if offload is Offload.OPTIMIZER:
        return kept
    whole = _whole(phase, gathered)
    return {**kept, Part.WEIGHTS: ops.minimum(kept[Part.WEIGHTS], whole)}


def _divided(parts: Parts, which: frozenset[Part], ranks: float) -> Parts:
    return {part: size / ranks if part in which else size for part, size in parts.items()}


def _beside(parts: Parts, whole: float) -> Parts:
    return {**parts, Part.ACTIVATIONS: parts[Part.ACTIVATIONS] + whole}


def _whole(phase: Phase, gathered: Gathered) -> float:
    """What is gathered: the root from the loss on, a block while its backward pass runs."""
    whole: float = 0
    if phase in {Phase.LOSS, Phase.BACKWARD}:
        whole = gathered.root
    if phase is Phase.BACKWARD:
        whole = whole + gathered.block
    return whole
