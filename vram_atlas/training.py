"""Training: from a workload to the byte terms of its phases, kind by kind."""

from dataclasses import replace
from typing import assert_never

from vram_atlas.adding import add_up
from vram_atlas.formulas import (
    convolutional,
    decoder,
    diffusion,
    encoder,
    encoder_decoder,
    optimizing,
    phases,
    recurrent,
    vision_transformer,
)
from vram_atlas.formulas.allocator import rounding
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import HALF, Numerics
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.optimizing import Trainable
from vram_atlas.formulas.sharing import Gathered
from vram_atlas.formulas.terms import ParameterGroups, TrainingActivations
from vram_atlas.formulas.weights import WeightBytes
from vram_atlas.parallel import loads_whole, on_one_board
from vram_atlas.recipe import numerics_of
from vram_atlas.schema.architecture import Decoder, Encoder, EncoderDecoder, VisionTransformer
from vram_atlas.schema.base import Encoders, Precision
from vram_atlas.schema.layers import Convolutional, Diffusion, Recurrent
from vram_atlas.schema.model import Disclosed
from vram_atlas.terms import known, layer_count, transformer_blocks
from vram_atlas.trained import (
    accumulates,
    base_and_trained,
    fp32_gradients,
    gradient_copies,
    trained_groups,
    whole_gradients,
)
from vram_atlas.units import from_kib
from vram_atlas.workload import Workload


def training_phases(workload: Workload, copies: int) -> list[tuple[phases.Phase, phases.Parts]]:
    """Static memory, gradients, step temporaries and activations of one training step.

    copies  of its maps that a convolution has in its workspace
    """
    architecture, whole = known(workload)
    groups = trained_groups(workload, whole)
    numerics = numerics_of(workload)
    base, trained = base_and_trained(workload, groups, numerics)
    if workload.encoders is Encoders.RESIDENT:
        base = replace(base, input=base.input + (whole.total - groups.total) * HALF)
    adapters = trained.elements * trained.element_bytes if workload.adapters else 0
    stack = transformer_blocks(architecture)
    layers = layer_count(architecture)
    activations = training_activations(workload, architecture, numerics, copies)
    if workload.runtime.offloads_checkpoints:
        held = NUMBERS.minimum(_CHECKPOINTS_IN_FLIGHT / layers, 1)
        activations = replace(activations, checkpoints=activations.checkpoints * held)
    trains_head = workload.adapters is None
    loss = workload.runtime.loss
    per_logit = (
        0.0
        if loss is None
        else loss.bytes_16_bit
        if numerics.element_bytes == HALF
        else loss.bytes_32_bit
    )
    per_logit = _per_logit(workload, architecture, numerics, per_logit)
    states = optimizing.states(trained, workload.optimizer)
    slack = _slack(workload, groups, trained)
    fused = fp32_gradients(workload)
    new = trained.element_bytes if trains_head and not fused else 0
    terms = phases.Training(
        weights=base.total + adapters,
        states=states
        + slack * states / NUMBERS.maximum(trained.elements * trained.element_bytes, 1),
        gradients=optimizing.gradients(trained, fp32=fused) + slack,
        head_gradient=(groups.head + groups.tied) * new,
        tied_gradient=_tied_gradients(workload) * groups.tied * trained.element_bytes,
        waiting_gradient=groups.tied * new,
        input_gradient=groups.embedding * trained.element_bytes if trains_head else 0,
        largest_gradient=trained.largest * new,
        step=optimizing.step_temporaries(trained, workload.optimizer)
        + gradient_copies(workload, trained),
        activations=activations,
        loss_per_logit=per_logit,
        element_bytes=numerics.element_bytes,
        checkpointing=workload.gradient_checkpointing,
        accumulates=accumulates(workload),
        drops_copies=workload.runtime.drops_copies,
        unpacked=base.unpacked,
        fixed=_fixed(workload),
    )
    gathered = replace(
        _gathered(workload, groups, base, numerics, stack),
        summed=whole_gradients(workload, trained, numerics),
    )
    listed = on_one_board(workload, terms, base, gathered)
    return [*listed, phases.load(base.total, base.loading)] if loads_whole(workload) else listed


_CHECKPOINTS_IN_FLIGHT = 2
"""Blocks' inputs on the board while others are in the host's memory: the current and the next."""


_LATEST_BLOCKS = 2
"""Blocks whose input gradient is not waiting: the one that runs and the one before it."""


def _gathered(
    workload: Workload,
    groups: ParameterGroups,
    base: WeightBytes,
    numerics: Numerics,
    stack: tuple[Block, ...],
) -> Gathered:
    """What one board holds whole of the blocks when the model is fully sharded. Bytes."""
    inputs: float = 0
    if workload.adapters is not None and stack:
        waiting = add_up(block.layers for block in stack) - _LATEST_BLOCKS
        tokens = workload.micro_batch_size * workload.sequence_length
        inputs = numerics.element_bytes * stack[0].hidden * tokens * waiting
    return Gathered(
        block=base.blocks * groups.block / groups.inside,
        inputs=inputs,
    )


def _tied_gradients(workload: Workload) -> int:
    """Gradients of a tied matrix beside the first. Autocast's are cast, so a sum replaces one."""
    if workload.adapters is not None:
        return 0
    return 1 if workload.precision is Precision.AMP else workload.runtime.tied_gradients


_CAST = 4
"""Bytes per logit of the fp32 copies that decoders make of 16-bit logits before the loss."""


def _per_logit(
    workload: Workload, architecture: Disclosed, numerics: Numerics, usual: float
) -> float:
    """Bytes per logit around the loss: as the runtime says, but for two kinds of model.

    A soft cap keeps what its tanh gave. Encoder-decoders take the loss of 16-bit logits as they
    are, unless autocast casts them.
    """
    if not usual:
        return usual
    if isinstance(architecture, Decoder) and architecture.softcapped_logits:
        return usual + numerics.element_bytes
    plain = workload.adapters is None and workload.precision is Precision.BF16
    return usual - _CAST if plain and isinstance(architecture, EncoderDecoder) else usual


def _slack(workload: Workload, groups: ParameterGroups, trained: Trainable) -> float:
    """What the allocator rounds up for one more tensor as large as each trained weight. Bytes."""
    if workload.adapters is not None or not workload.runtime.rounds_tensors:
        return 0
    return rounding(groups.tensors, trained.element_bytes)


_THREADS = 2
"""The forward pass and autograd run in a thread each, with a cuBLAS workspace each."""
_TOKEN_INPUTS = 24
"""Token ids, labels and attention mask, int64 each. Bytes per token."""


def _fixed(workload: Workload) -> float:
    """What lives in every phase besides static memory: workspaces and the batch itself. Bytes."""
    tokens = workload.micro_batch_size * workload.sequence_length
    return _THREADS * from_kib(workload.runtime.workspace_kib) + _TOKEN_INPUTS * tokens


def training_activations(
    workload: Workload, architecture: Disclosed, numerics: Numerics, copies: int
) -> TrainingActivations:
    """What one training step keeps, by the formulas of the architecture's kind. Unit: bytes."""
    batch, length = workload.micro_batch_size, workload.sequence_length
    match architecture:
        case Decoder():
            return decoder.training(
                architecture, numerics, micro_batch_size=batch, sequence_length=length, ops=NUMBERS
            )
        case Encoder():
            return encoder.training(
                architecture, numerics, micro_batch_size=batch, sequence_length=length, ops=NUMBERS
            )
        case EncoderDecoder():
            return encoder_decoder.training(
                architecture, numerics, micro_batch_size=batch, sequence_length=length, ops=NUMBERS
            )
        case VisionTransformer():
            return vision_transformer.training(
                architecture,
                numerics,
                micro_batch_size=batch,
                image_size=workload.image_size,
                ops=NUMBERS,
            )
        case Convolutional():
            return convolutional.training(
                architecture,
                micro_batch_size=batch,
                image_size=workload.image_size,
                element_bytes=numerics.element_bytes,
                autocast=numerics.autocast,
                ops=NUMBERS,
                copied=copies,
            )
        case Recurrent():
            return recurrent.training(
                architecture,
                micro_batch_size=batch,
                sequence_length=length,
                element_bytes=numerics.element_bytes,
                autocast=numerics.autocast,
                ops=NUMBERS,
            )
        case Diffusion():
            return diffusion.training(
                architecture,
                numerics,
                micro_batch_size=batch,
                image_size=workload.image_size,
                ops=NUMBERS,
            )
        case _:
            assert_never(architecture)
