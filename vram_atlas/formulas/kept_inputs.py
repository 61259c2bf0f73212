"""Inputs that quantised layers keep outside autograd: int8 of bitsandbytes.

Neither a checkpoint nor a frozen weight makes them go. Unit: bytes per token of one block.
Source: bitsandbytes 0.50, `ctx.tensors` of MatMul8bitLt.
"""

from dataclasses import replace

from vram_atlas.formulas import ledger
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import Numerics
from vram_atlas.formulas.saved import stream_inputs


def with_checkpoints(block: Block, numerics: Numerics) -> float:
    """All that matrices read: the norms' outputs, and what the last two matrices read."""
    if not numerics.keeps_inputs:
        return 0
    return _read(block, _all(numerics), stored=False)


def beside_adapters(block: Block, numerics: Numerics) -> float:
    """What no adapter keeps anyhow. An adapter with dropout reads a tensor of its own."""
    adapters = numerics.adapters
    if not numerics.keeps_inputs or adapters is None:
        return 0
    every = _read(block, _all(numerics), stored=True)
    return every if adapters.dropout else max(every - _read(block, numerics, stored=True), 0)


def _all(numerics: Numerics) -> Numerics:
    """Every matrix keeps its input as it is."""
    return replace(numerics, trains_base=True, adapters=None, autocast=False)


def _read(block: Block, numerics: Numerics, *, stored: bool) -> float:
    """`stored`: what the attention gives is kept already."""
    found = stream_inputs(block, numerics)
    for matrices, kept in ((block.attention_matrices, stored), (block.mlp_matrices, False)):
        for last in matrices[-1:]:
            read = ledger.inputs([last], last.inputs, numerics, kept=kept, fp32=False)
            found = found + read
    return found
