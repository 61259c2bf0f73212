"""What each piece of a transformer block keeps for the backward pass.

Unit: bytes per token, unless a function says otherwise. One rule explains every line: an
operation keeps exactly what its own derivative needs. A product with a frozen matrix needs the
matrix, not its input; a trained matrix needs its input; a norm needs its input and its scale.
The sums reproduce the published per-block coefficients (tests/test_ledger.py names them).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from vram_atlas.adding import add_up
from vram_atlas.formulas.numerics import FP32, HALF, Numerics, Projection
from vram_atlas.schema.architecture import MlpActivation, Normalisation

MASK = 1
"""Bytes of a dropout mask's element in PyTorch."""


def mask(numerics: Numerics) -> int:
    """Bytes of a dropout mask's element. TensorFlow 1 multiplies by a tensor of zeros and ones."""
    return numerics.element_bytes if numerics.composed else MASK


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A linear layer of a block: `inputs` x `outputs` elements; a fused one has several roles."""

    roles: frozenset[Projection]
    inputs: int
    outputs: int

    @property
    def elements(self) -> int:
        """Weights, bias not counted."""
        return self.inputs * self.outputs


def norm(width: int, kind: Normalisation, numerics: Numerics) -> float:
    """A norm keeps its input and its statistics; a trained RMS norm also the normalised input.

    RMS in transformers works on an fp32 copy (4 bytes x width, and 4 for the reciprocal root);
    torch.nn.LayerNorm is one kernel: its input, and mean and reciprocal deviation in fp32. As
    separate operations a layer norm keeps its input and the deviation times the scale, as wide.
    """
    if numerics.composed:
        return 2 * numerics.residual_bytes * width + 2 * FP32
    if numerics.fused_norms and kind in {Normalisation.RMS, Normalisation.RMS_FP32}:
        return numerics.residual_bytes * width + FP32
    match kind:
        case Normalisation.RMS:
            trained = numerics.residual_bytes * width if numerics.trains_base else 0
            return FP32 * width + FP32 + trained
        case Normalisation.RMS_FP32:
            trained = FP32 * width if numerics.trains_base else 0
            return FP32 * width + FP32 + trained
        case Normalisation.LAYER_FP32:
            return (3 if numerics.trains_base else 2) * FP32 * width + FP32
        case _:
            return numerics.residual_bytes * width + 2 * FP32


def inputs(
    matrices: Iterable[Matrix], width: int, numerics: Numerics, *, kept: bool, fp32: bool
) -> float:
    """The common input of `matrices` as their derivatives need it.

    `kept`: the tensor is stored already (attention output), so using it again is free.
    `fp32`: the tensor is fp32 where the residual stream is (the output of a norm).
    """
    consumers = [m for m in matrices if numerics.trains_base or _adapted(m, numerics)]
    if not consumers:
        return 0
    adapters = numerics.adapters
    stored = numerics.residual_bytes if fp32 else numerics.element_bytes
    if adapters is not None and adapters.dropout and not numerics.trains_base:
        dropped = numerics.element_bytes if numerics.autocast else adapters.element_bytes
        return len(consumers) * (dropped + MASK) * width
    if numerics.autocast:
        wider = adapters is not None and adapters.element_bytes > stored
        cast = stored > numerics.element_bytes or (wider and not numerics.quantised_base)
        if cast:
            return len(consumers) * numerics.element_bytes * width
        return 0 if kept else stored * width
    if adapters is not None and adapters.element_bytes > stored:
        return len(consumers) * adapters.element_bytes * width
    return 0 if kept else stored * width


def activation(kind: MlpActivation, numerics: Numerics) -> float:
    """What an activation keeps besides its output, in bytes per element.

    One kernel keeps its input, ReLU nothing. GELU's tanh form as separate operations keeps four
    tensors; under autocast the power and tanh run in fp32, 14 bytes in all. TensorFlow 1 keeps the
    input, the tanh and the distribution function, whatever the formula is called.
    """
    if numerics.composed and kind is not MlpActivation.RELU:
        return 3 * numerics.element_bytes
    match kind:
        case MlpActivation.FUSED:
            return numerics.element_bytes
        case MlpActivation.RELU:
            return 0
        case MlpActivation.COMPOSED:
            return 14 if numerics.autocast else 4 * numerics.element_bytes


def middle_bytes(numerics: Numerics) -> float:
    """What an adapter keeps of a token between its two matrices, `rank` wide. Bytes."""
    adapters = numerics.adapters
    if adapters is None:
        return 0
    width = numerics.element_bytes if numerics.autocast else adapters.element_bytes
    return width * adapters.rank


def adapter_hidden(matrices: Iterable[Matrix], numerics: Numerics) -> float:
    """Each adapter keeps its rank-wide middle tensor."""
    return add_up(middle_bytes(numerics) for m in matrices if _adapted(m, numerics))


def adapter_elements(matrices: Iterable[Matrix], numerics: Numerics) -> float:
    """Adapter weights: rank x (inputs + outputs) per target. Unit: elements."""
    adapters = numerics.adapters
    if adapters is None:
        return 0
    return add_up(adapters.rank * (m.inputs + m.outputs) for m in matrices if _adapted(m, numerics))


def weight_copies(base: float, adapters: float, numerics: Numerics) -> float:
    """16-bit copies of fp32 weights that autocast makes and the graph keeps. Bytes.

    `base` and `adapters` are elements of matrices that take part. A weight that is 16-bit already
    is used as it is: LoRA on a 16-bit base copies its fp32 adapters only.
    """
    if not numerics.autocast:
        return 0
    elements = base if numerics.casts_weights else 0
    if numerics.adapters is not None and numerics.adapters.element_bytes > numerics.element_bytes:
        elements = elements + adapters
    return numerics.element_bytes * elements


def cached_copies(base: float, adapters: float, numerics: Numerics) -> float:
    """The part of `weight_copies` that stays though every block is recomputed. Bytes.

    Autocast's cache holds the copies of trained fp32 weights until the forward pass ends; copies of
    frozen ones live only as long as the graph that uses them.
    Source: torch 2.13, aten/src/ATen/autocast_mode.cpp, `cached_cast`.
    """
    return weight_copies(base if numerics.trains_base else 0, adapters, numerics)


def score_bytes(numerics: Numerics, *, dropout: bool, native_softmax: bool) -> float:
    """Eager attention keeps the softmax of every score. Bytes per token and key of one head.

    The softmax runs in fp32 (4) and is copied to 16 bits (2), unless the model takes it in its own
    format. With dropout, models take it in their own format; a mask (1) and the dropped scores
    are kept as well. Autocast always takes it in fp32.
    """
    element = numerics.element_bytes
    if numerics.composed:
        return (3 if dropout else 1) * element
    if numerics.autocast:
        return FP32 + HALF + (MASK if dropout else 0)
    if dropout:
        return 2 * element + MASK
    return element if native_softmax or element == FP32 else FP32 + HALF


def biased_score_bytes(numerics: Numerics, *, dropout: bool) -> float:
    """Attention with a learned bias (T5) has no fused backward pass: per pair and head, in bytes.

    The scores and the softmax, in fp32 under autocast, and three masks of dropout. Measured on T5
    base with torch 2.11, tensor by tensor.
    """
    size = FP32 if numerics.autocast else numerics.element_bytes
    return 2 * size + (3 * MASK if dropout else 0)


def _adapted(matrix: Matrix, numerics: Numerics) -> bool:
    return numerics.adapters is not None and bool(matrix.roles & numerics.adapters.targets)
