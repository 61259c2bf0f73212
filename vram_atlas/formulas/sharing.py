"""Several equal boards: what one of them holds. Unit: bytes per board.

A first form: layers split or tensor-parallel for inference, fully sharded for training.
Activations are not divided.
"""

from dataclasses import dataclass

from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.phases import Part, Parts, Phase
from vram_atlas.formulas.weights import WeightBytes

_DIVIDED_BY_SHARDING = frozenset(
    {Part.WEIGHTS, Part.GRADIENTS, Part.OPTIMIZER_STATES, Part.STEP_TEMPORARIES}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What fully sharded training holds whole for a moment. Unit: bytes.

    root    embedding and output matrix, from the loss on
    block   the block whose backward pass runs
    inputs  gradients of the inputs of frozen blocks, kept until the backward pass ends
    """

    root: float = 0
    block: float = 0
    inputs: float = 0


def by_layers(
    parts: Parts, weights: WeightBytes, *, layers: float, boards: float, ops: Ops
) -> Parts:
    """Whole blocks on each board; the one with output matrix or input tables holds most."""
    share = ops.ceil(layers / boards) / layers
    held = weights.blocks * share + ops.maximum(weights.input, weights.output)
    divided = {
        part: size * share if part is Part.KV_CACHE else size for part, size in parts.items()
    }
    return {**divided, Part.WEIGHTS: held}


def by_tensors(parts: Parts, *, kv_heads: float, boards: float, ops: Ops) -> Parts:
    """Every matrix divided evenly, the cache by whole KV heads.

    A latent cache has no heads to divide (`kv_heads` 1): every board holds all of it.
    """
    share = ops.ceil(kv_heads / boards) / kv_heads
    divided = {Part.WEIGHTS: 1 / boards, Part.KV_CACHE: share}
    return {part: size * divided.get(part, 1) for part, size in parts.items()}


def by_sharding(phase: Phase, parts: Parts, gathered: Gathered, *, boards: float) -> Parts:
    """Weights, gradients and states divided (FSDP, ZeRO stage 3), units gathered as they run.

    Measured on two and four A100 with Mistral 7B, Llama 3 8B and Llama 2 70B to the MB.
    """
    divided = {
        part: size / boards if part in _DIVIDED_BY_SHARDING else size
        for part, size in parts.items()
    }
    whole: float = 0
    if phase in {Phase.LOSS, Phase.BACKWARD}:
        whole = gathered.root
    if phase is Phase.BACKWARD:
        whole = whole + gathered.block + gathered.inputs
    return {**divided, Part.ACTIVATIONS: divided.get(Part.ACTIVATIONS, 0) + whole}
