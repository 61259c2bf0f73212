"""What the MLP of a transformer block keeps for the backward pass. Unit: bytes per token."""

from typing import assert_never

from vram_atlas.formulas import ledger
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.ledger import Matrix
from vram_atlas.formulas.numerics import FP32, Numerics
from vram_atlas.schema.architecture import (
    ExpertsMlp,
    GatedMlp,
    MlpActivation,
    PlainMlp,
)
from vram_atlas.schema.mixers import Absent


def mlp_saved(block: Block, numerics: Numerics) -> float:
    """What the activation keeps, the product's two factors, the last matrix' input."""
    element, mlp = numerics.element_bytes, block.mlp
    products = block.mlp_matrices
    middles = ledger.adapter_hidden(products, numerics)
    match mlp:
        case GatedMlp():
            factors = 2 * element
            if mlp.activation is MlpActivation.COMPOSED and numerics.autocast:
                factors = FP32 + element
            kept = ledger.activation(mlp.activation, numerics) + factors
            return (
                kept * mlp.width
                + _last_input(block, mlp.width, products, numerics, stored=False)
                + middles
            )
        case PlainMlp():
            relu = mlp.activation is MlpActivation.RELU
            kept = element if relu else ledger.activation(mlp.activation, numerics)
            return (
                kept * mlp.width
                + _last_input(block, mlp.width, products, numerics, stored=relu)
                + middles
            )
        case ExpertsMlp():
            return _experts_saved(block, mlp, numerics) + middles
        case Absent():
            return 0
        case _:
            assert_never(mlp)


def _last_input(
    block: Block, width: int, products: tuple[Matrix, ...], numerics: Numerics, *, stored: bool
) -> float:
    """Input of the last matrix; dropout before it adds a mask and makes a new tensor."""
    kept = stored and not block.mlp_dropout
    own = ledger.inputs([products[-1]], width, numerics, kept=kept, fp32=False)
    return own + (ledger.mask(numerics) * width if block.mlp_dropout else 0)


_ROUTING = 36
"""Bytes per routed copy for weights, indices and sort keys: 34 to 40 measured on four models."""


def _experts_saved(block: Block, mlp: ExpertsMlp, numerics: Numerics) -> float:
    """Per routed copy: input, output, gate, up, activation, product; and the router's fp32 row.

    Autocast does not reach the grouped product of fp32 experts.

    Trained in 16 bits: experts_per_token x (4 h + 8 m + 36) + 4 x experts; frozen, 2 h + 6 m.
    The clamped activation of experts with biases (gpt-oss) keeps three tensors more.
    """
    element = FP32 if numerics.casts_weights else numerics.element_bytes
    inputs = block.hidden if mlp.latent_size is None else mlp.latent_size
    copies = (2 if numerics.trains_base else 1) * element * inputs
    tensors = (4 if numerics.trains_base else 3) + (3 if mlp.expert_bias else 0)
    if not mlp.gated:
        tensors = 2 if numerics.trains_base else 1
    routed = mlp.experts_per_token * (copies + tensors * element * mlp.expert_width + _ROUTING)
    shared = 0.0
    if mlp.shared_width:
        last = block.mlp_matrices[-1]
        shared = (3 if mlp.gated else 1) * element * mlp.shared_width
        shared += ledger.inputs([last], mlp.shared_width, numerics, kept=False, fp32=False)
    return routed + FP32 * mlp.experts + shared
