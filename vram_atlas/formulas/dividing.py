"""A model divided by matrices, experts and layers: what one board holds of it. Unit: bytes.

Tensor parallelism divides matrices, heads, and what they keep; norms and routers are replicated,
and so are norms' and dropout's activations unless the sequence is divided as well: 10 h + 24 h / T
in place of 34 h for a classic block (Korthikanti et al. 2022). Pipeline parallelism gives each
board whole layers; the first stage holds as many micro-batches in flight as there are stages.
"""

from dataclasses import dataclass, replace

from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.phases import Training
from vram_atlas.formulas.terms import TrainingActivations
from vram_atlas.formulas.weights import WeightBytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What the layers of a stage have of all layers: all the same where these are alike.

    layers    of their number
    weights   of their weights, as `tensor` and `expert` boards divide them
    experts   of the experts' weights
    matrices  of the other matrices
    saved     of what they keep for the backward pass
    adapters  of the adapters' weights
    """

    layers: float = 1
    weights: float = 1
    experts: float = 1
    matrices: float = 1
    saved: float = 1
    adapters: float = 1


def alike(share: float) -> Shares:
    """Layers of one kind."""
    return Shares(
        layers=share, weights=share, experts=share, matrices=share, saved=share, adapters=share
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One board of a tensor-parallel group, at one place of the pipeline.

    tensor, expert  boards that divide a matrix, and those that divide the experts
    shares          what its layers have of all
    flight          micro-batches whose activations it holds at once
    inputs, outputs  1 where it holds the input tables, or the output matrix and the loss; else 0
    sequence        1 where norms and dropout are divided by `tensor` too; else 0
    """

    tensor: float
    expert: float
    shares: Shares = Shares()
    flight: float = 1
    inputs: float = 1
    outputs: float = 1
    sequence: float = 0


def stages(
    *,
    shares: Shares,
    tensor: float,
    pipeline: float,
    expert: float,
    sequence: float,
    ops: Ops,
) -> tuple[Stage, Stage]:
    """First and last stage of a pipeline; with one stage both are the whole model.

    `expert` boards divide the experts, `tensor` of them included. `shares` are those of the stage
    with most: which layers that is, it is not said.
    """
    both = ops.where(pipeline - 1, 0, 1)
    first = Stage(
        tensor=tensor,
        expert=expert,
        shares=shares,
        flight=pipeline,
        inputs=1,
        outputs=both,
        sequence=sequence,
    )
    return first, replace(first, flight=1, inputs=both, outputs=1)


def weights(whole: WeightBytes, stage: Stage) -> WeightBytes:
    """Matrices by `tensor`, experts by `tensor` and `expert`, the rest of a layer whole.

    Encoders of images or sound are where the input tables are. What is divided already is not told
    apart again: no `replicated`, no `unpacked`.
    """
    matrices = whole.blocks - whole.experts - whole.replicated
    layers = whole.replicated - whole.towers
    return WeightBytes(
        blocks=stage.shares.weights
        * (matrices / stage.tensor + whole.experts / stage.expert + layers)
        + stage.inputs * whole.towers,
        experts=stage.shares.experts * whole.experts / stage.expert,
        input=stage.inputs * whole.input / stage.tensor,
        output=stage.outputs * whole.output / stage.tensor,
    )


def activations(whole: TrainingActivations, stage: Stage, ops: Ops) -> TrainingActivations:
    """What one stage keeps for all its micro-batches in flight. Nothing is told apart again."""
    tensor = stage.tensor
    replicated = ops.where(stage.sequence, tensor, 1)
    saved = whole.replicated / replicated + (whole.saved - whole.replicated) / tensor
    block = (
        whole.block_replicated / replicated + (whole.recomputed - whole.block_replicated) / tensor
    )
    return TrainingActivations(
        saved=stage.shares.saved * stage.flight * saved,
        checkpoints=stage.shares.layers * stage.flight * whole.checkpoints / replicated,
        recomputed=block,
        outside=stage.outputs * whole.outside / replicated,
        transient=whole.transient / tensor,
        weight_copies=stage.shares.matrices * whole.weight_copies / tensor,
        block_weight_copies=whole.block_weight_copies / tensor,
        cached_copies=stage.shares.matrices * whole.cached_copies / tensor,
        head_copies=stage.outputs * whole.head_copies / tensor,
        logits=stage.outputs * whole.logits / tensor,
    )


def training(
    whole: Training, *, base: float, divided: float, adapters: bool, stage: Stage, ops: Ops
) -> Training:
    """The terms of one stage.

    `base` and `divided` are the bytes of the base weights, whole and of this stage. Gradients and
    states follow the trained weights; adapters are divided by layers only.
    """
    share = stage.shares.adapters if adapters else divided / base
    return replace(
        whole,
        weights=divided + (whole.weights - base) * share,
        states=whole.states * share,
        gradients=whole.gradients * share,
        head_gradient=stage.outputs * whole.head_gradient / stage.tensor,
        tied_gradient=stage.outputs * whole.tied_gradient / stage.tensor,
        waiting_gradient=stage.outputs * whole.waiting_gradient / stage.tensor,
        input_gradient=stage.inputs * whole.input_gradient / stage.tensor,
        largest_gradient=whole.largest_gradient / stage.tensor,
        step=whole.step * share,
        activations=activations(whole.activations, stage, ops),
        unpacked=whole.unpacked / stage.tensor,
    )
