"""What training trains, what is kept of it at rest, and the copies that it makes."""

from vram_atlas.formulas import blocks, components, diffusion, encoder, optimizing
from vram_atlas.formulas.numerics import FP32, HALF, Numerics
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.optimizing import Trainable
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.formulas.weights import WeightBytes, plain_weight_bytes, weight_bytes
from vram_atlas.recipe import prepared
from vram_atlas.schema.architecture import Encoder
from vram_atlas.schema.base import Precision, Sharding, Task
from vram_atlas.schema.layers import Diffusion
from vram_atlas.terms import transformer_blocks
from vram_atlas.units import GIGA
from vram_atlas.workload import Workload


def trained_groups(workload: Workload, groups: ParameterGroups) -> ParameterGroups:
    """What is trained, or has adapters: everything, or a pipeline's denoiser.

    A pipeline's other networks are frozen. What they make of texts and images is computed once and
    kept, as nearly all trainers do; where they stay on the board, they do in 16 bits.
    """
    architecture = workload.entry.architecture
    if isinstance(architecture, Diffusion):
        return components.count_denoiser(architecture)
    return groups


def base_and_trained(
    workload: Workload, groups: ParameterGroups, numerics: Numerics
) -> tuple[WeightBytes, Trainable]:
    """Resident weights, adapters not counted, and what is trained."""
    if workload.adapters is None:
        return _full(workload, groups)
    base = weight_bytes(
        groups,
        workload.weights,
        prepared=prepared(workload),
        rounded=workload.runtime.rounds_tensors,
        fused_experts=workload.runtime.fused_experts is not None,
    )
    elements = adapter_elements(workload, numerics)
    return base, Trainable(
        elements=elements,
        embedding=0,
        largest=0,
        margins=0,
        matrices=elements,
        element_bytes=workload.adapters.element_bytes,
        state_bytes=workload.adapters.element_bytes,
    )


def _full(workload: Workload, groups: ParameterGroups) -> tuple[WeightBytes, Trainable]:
    """Everything is trained. Mixed precision keeps an fp32 master copy beside 16-bit weights.

    Fully sharded over several boards the fp32 copy is the only resident one, and gradients are
    reduced in fp32: the 16-bit weights exist while a block is gathered. DeepSpeed keeps a copy in
    pure 16 bits, too: 10 bytes for a parameter (its bf16_master_weights_and_grads).
    """
    mixed = workload.precision is Precision.MIXED
    layout = workload.layout
    sharded = layout.sharding is Sharding.FSDP and layout.data > 1
    master = mixed and not sharded
    copied = FP32 if master else 0
    if workload.precision is Precision.BF16 and layout.uses_zero:
        copied = HALF
    wide = workload.precision in {Precision.FP32, Precision.AMP} or (mixed and not master)
    size = FP32 if wide else HALF
    rounded = workload.runtime.rounds_tensors
    weights = plain_weight_bytes(groups, size, rounded=rounded)
    states = FP32 if mixed else size
    return weights, optimizing.everything(groups, size, state_bytes=states, master_bytes=copied)


def fp32_gradients(workload: Workload) -> bool:
    """Whether 16-bit weights get fp32 gradients, into which matrix products add (Megatron)."""
    mixed = workload.task is Task.FULL and workload.precision is Precision.MIXED
    return mixed and workload.runtime.gradients_fp32


def accumulates(workload: Workload) -> bool:
    """Whether gradients stay from one micro-batch to the next.

    A pipeline always runs several micro-batches in a step, and Megatron makes its fp32 gradients
    before the first one.
    """
    several = workload.gradient_accumulation_steps > 1 or workload.layout.pipeline > 1
    return several or fp32_gradients(workload)


def whole_gradients(workload: Workload, trained: Trainable, numerics: Numerics) -> float:
    """Gradients of earlier micro-batches, where FSDP divides them after the last one only. Bytes.

    They have the format that is computed in, which is also the one that they are exchanged in.
    Source: Accelerate 1.15, no_sync() and set_mixed_precision().
    """
    if workload.gradient_accumulation_steps == 1 or workload.runtime.whole_gradients is None:
        return 0
    return trained.elements * NUMBERS.minimum(trained.element_bytes, numerics.element_bytes)


_SUB_GROUP = GIGA
"""Parameters that stage 3 updates at a time. Source: DeepSpeed's `sub_group_size`."""


def gradient_copies(workload: Workload, trained: Trainable) -> float:
    """fp32 copies of 16-bit gradients that DeepSpeed makes for the optimizer's step. Bytes.

    Of all that a board owns in stages 1 and 2, which is its own estimate (2 + 18 / d bytes for a
    parameter in stage 2); in stage 3 group by group. Source: step() and estimate_zero2_... there.
    """
    mixed = workload.task is Task.FULL and workload.precision is Precision.MIXED
    layout = workload.layout
    if not mixed or not layout.uses_zero or workload.runtime.gradients_fp32:
        return 0
    if layout.sharding is Sharding.ZERO_3:
        return FP32 * NUMBERS.minimum(trained.elements, _SUB_GROUP * layout.data)
    return FP32 * trained.elements


def adapter_elements(workload: Workload, numerics: Numerics) -> float:
    """Parameters of all adapters; equal layers that share their weights share them, too."""
    architecture = workload.entry.architecture
    if isinstance(architecture, Diffusion):
        return diffusion.adapter_elements(architecture, numerics)
    assert architecture is not None  # noqa: S101 - known() has been asked
    stack = (
        encoder.stored(architecture)
        if isinstance(architecture, Encoder)
        else transformer_blocks(architecture)
    )
    return blocks.adapter_elements(stack, numerics)
