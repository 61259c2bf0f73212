"""A peak is the largest phase, never the sum of everything.

Each function lists the phases of one task with what lives in each, as named parts in bytes.
Choosing the largest is the estimator's work.
"""

from dataclasses import dataclass
from enum import StrEnum

from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import InferenceActivations, TrainingActivations


class Phase(StrEnum):
    """When the peak happens."""

    LOAD = "load"
    PREFILL = "prefill"
    DECODE = "decode"
    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    OPTIMIZER_STEP = "optimizer-step"


class Part(StrEnum):
    """What memory holds. The legend of every chart, the columns of every table, the JSON keys."""

    WEIGHTS = "weights"
    GRADIENTS = "gradients"
    OPTIMIZER_STATES = "optimizer_states"
    ACTIVATIONS = "activations"
    LOSS_BUFFER = "loss_buffer"
    KV_CACHE = "kv_cache"
    STEP_TEMPORARIES = "step_temporaries"


PARTS = tuple(Part)
"""All parts, in the order of the legend."""
Parts = dict[Part, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """The byte terms of one training step.

    head_gradient    gradient of the output matrix: the first one the backward pass makes
    tied_gradient    further gradients of a tied matrix, alive until their sum is there
    waiting_gradient  first gradient of a tied matrix, through the whole backward pass
    input_gradient   gradient of the input tables: the last one the backward pass makes
    largest_gradient  gradient of the largest tensor
    loss_per_logit   bytes per logit at the peak around the loss
    element_bytes    size of a 16- or 32-bit logit's gradient
    accumulates      gradients of earlier micro-batches are there in every phase
    drops_copies     autocast's cache goes when the forward pass ends, before the backward pass
    unpacked         a quantised matrix, unpacked for one product
    fixed            lives in every phase: library workspaces and the batch itself
    """

    weights: float
    states: float
    gradients: float
    head_gradient: float
    tied_gradient: float
    waiting_gradient: float
    input_gradient: float
    largest_gradient: float
    step: float
    activations: TrainingActivations
    loss_per_logit: float
    element_bytes: float
    checkpointing: bool
    accumulates: bool = False
    drops_copies: bool = False
    unpacked: float = 0
    fixed: float = 0


def training(terms: Training, ops: Ops) -> list[tuple[Phase, Parts]]:
    """Phases of a training step.

    Gradients grow while activations shrink, so full gradients never meet full activations: the
    extremes are the start of the backward pass and its end. The forward pass ends with one copy of
    the logits less, and with what autocast's cache holds.

    From the second micro-batch of a step on they do meet: all gradients stay, and each new one is
    beside the sum for the moment in which it is added, that of a tied matrix through the whole
    backward pass. Seen in PyTorch 2.13, byte by byte, on decoders, encoders and a CNN.
    """
    summed = terms.gradients if terms.accumulates else 0.0
    waiting = terms.waiting_gradient if terms.accumulates else terms.head_gradient
    nearly = waiting if terms.accumulates else terms.gradients - terms.input_gradient
    last = (
        ops.maximum(terms.largest_gradient, terms.waiting_gradient + terms.tied_gradient)
        if terms.accumulates
        else terms.gradients + terms.tied_gradient
    )
    kept = terms.activations
    held = kept.checkpoints if terms.checkpointing else kept.saved
    one_block = kept.recomputed if terms.checkpointing else 0.0
    copies = kept.block_weight_copies if terms.checkpointing else kept.weight_copies
    forward_copies = kept.cached_copies if terms.checkpointing else kept.weight_copies
    dropped = terms.checkpointing and terms.drops_copies
    later_copies = kept.head_copies if dropped else forward_copies
    forward_logit = ops.maximum(terms.loss_per_logit - terms.element_bytes, 0)
    static: Parts = {Part.WEIGHTS: terms.weights, Part.OPTIMIZER_STATES: terms.states}
    first_block = held + kept.outside + one_block + kept.transient + copies + terms.unpacked
    last_block = kept.recomputed + kept.transient + kept.block_weight_copies
    listed: list[tuple[Phase, Parts]] = [
        (
            Phase.LOSS,
            {
                **static,
                Part.GRADIENTS: summed,
                Part.ACTIVATIONS: held + kept.outside + forward_copies,
                Part.LOSS_BUFFER: forward_logit * kept.logits,
            },
        ),
        (
            Phase.LOSS,
            {
                **static,
                Part.GRADIENTS: summed,
                Part.ACTIVATIONS: held + kept.outside + later_copies,
                Part.LOSS_BUFFER: terms.loss_per_logit * kept.logits,
            },
        ),
        (
            Phase.BACKWARD,
            {
                **static,
                Part.ACTIVATIONS: held + kept.outside + later_copies,
                Part.GRADIENTS: summed + terms.head_gradient,
                Part.LOSS_BUFFER: ops.minimum(terms.loss_per_logit, terms.element_bytes)
                * kept.logits,
            },
        ),
        (
            Phase.BACKWARD,
            {**static, Part.ACTIVATIONS: first_block, Part.GRADIENTS: summed + waiting},
        ),
        (
            Phase.BACKWARD,
            {
                **static,
                Part.ACTIVATIONS: last_block + terms.unpacked,
                Part.GRADIENTS: summed + nearly,
            },
        ),
        (Phase.BACKWARD, {**static, Part.GRADIENTS: summed + last}),
        (
            Phase.OPTIMIZER_STEP,
            {**static, Part.GRADIENTS: terms.gradients, Part.STEP_TEMPORARIES: terms.step},
        ),
    ]
    return [
        (phase, {**parts, Part.ACTIVATIONS: parts.get(Part.ACTIVATIONS, 0) + terms.fixed})
        for phase, parts in listed
    ]


def load(weights: float, twice: float) -> tuple[Phase, Parts]:
    """Before the first pass: all weights, and what of them exists twice for a moment."""
    return Phase.LOAD, {Part.WEIGHTS: weights + twice}


def inference(
    weights: float, prompt: InferenceActivations, decode: InferenceActivations | None
) -> list[tuple[Phase, Parts]]:
    """Phases of inference: the prompt, then one token at a time; or a single forward pass."""
    first: Parts = {
        Part.WEIGHTS: weights,
        Part.ACTIVATIONS: prompt.transient,
        Part.KV_CACHE: prompt.cache,
    }
    if decode is None:
        return [(Phase.FORWARD, first)]
    last: Parts = {
        Part.WEIGHTS: weights,
        Part.ACTIVATIONS: decode.transient + decode.cache_step,
        Part.KV_CACHE: decode.cache,
    }
    return [(Phase.PREFILL, first), (Phase.DECODE, last)]
