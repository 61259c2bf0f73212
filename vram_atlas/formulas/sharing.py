"""Several equal boards: what one of them holds. Unit: bytes per board.

A first form: layers split or tensor-parallel for inference, fully sharded for training.
Activations are not divided.
"""

from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.phases import Part, Parts
from vram_atlas.formulas.weights import WeightBytes

_DIVIDED_BY_SHARDING = frozenset(
    {Part.WEIGHTS, Part.GRADIENTS, Part.OPTIMIZER_STATES, Part.STEP_TEMPORARIES}
)
_GATHERED_BLOCKS = 2
"""Fully sharded training gathers the next block while it computes with the current one."""


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


def by_tensors(parts: Parts, *, boards: float) -> Parts:
    """Every matrix and every KV head divided evenly."""
    return {
        part: size / boards if part in {Part.WEIGHTS, Part.KV_CACHE} else size
        for part, size in parts.items()
    }


def by_sharding(parts: Parts, *, block_bytes: float, boards: float) -> Parts:
    """Weights, gradients and states divided (FSDP, ZeRO stage 3), gathered block by block."""
    divided = {
        part: size / boards if part in _DIVIDED_BY_SHARDING else size
        for part, size in parts.items()
    }
    gathered = _GATHERED_BLOCKS * block_bytes * (1 - 1 / boards)
    return {**divided, Part.ACTIVATIONS: divided.get(Part.ACTIVATIONS, 0) + gathered}
