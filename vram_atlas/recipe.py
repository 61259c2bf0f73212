"""The number formats of a training recipe: what a runtime, a task and a precision mean."""

from vram_atlas.formulas.numerics import FP32, HALF, Numerics, Projection
from vram_atlas.schema.architecture import Normalisation
from vram_atlas.schema.base import AttentionKernel, Precision, Task
from vram_atlas.schema.model import Disclosed
from vram_atlas.schema.software import FormatKind, Preparation
from vram_atlas.workload import Workload


def numerics_of(workload: Workload) -> Numerics:
    """The number formats of a training recipe."""
    quantised = workload.weights.kind is not FormatKind.FLOAT
    if workload.task is Task.FULL:
        wide = workload.precision in {Precision.FP32, Precision.AMP}
        autocast = workload.precision is Precision.AMP
        residual = FP32 if wide else HALF
    else:
        wide = workload.weights.id == "fp32"
        autocast = workload.autocast
        widened = prepared(workload) is not Preparation.NOTHING
        residual = FP32 if wide or widened or _widens(workload, quantised=quantised) else HALF
    sdpa = workload.attention is AttentionKernel.SDPA
    return Numerics(
        element_bytes=FP32 if wide and not autocast else HALF,
        residual_bytes=residual,
        autocast=autocast,
        trains_base=workload.task is Task.FULL,
        scores=workload.attention is AttentionKernel.EAGER,
        quantised_base=quantised,
        keeps_inputs=workload.weights.keeps_inputs,
        fused_norms=workload.runtime.fused_norms,
        repeats_keys=workload.runtime.repeats_keys and sdpa,
        sdpa=sdpa,
        groups_keys=workload.runtime.groups_keys is not None and not workload.padded,
        without_flash=workload.without_flash,
        padded=workload.padded and sdpa,
        composed=workload.runtime.composed,
        adapts_experts=_adapts_experts(workload),
        adapters=workload.adapters,
    )


def _adapts_experts(workload: Workload) -> bool:
    """Whether experts get adapters: the runtime puts them there, and the MLP is a target."""
    fused, adapters = workload.runtime.fused_experts, workload.adapters
    if fused is None or not fused.adapted or adapters is None:
        return False
    return Projection.UP in adapters.targets


def _widens(workload: Workload, *, quantised: bool) -> bool:
    """Whether 4-bit and 8-bit layers give back the fp32 that autocast's layer norms hand them.

    bitsandbytes returns the format of its input, and autocast runs PyTorch's layer norm in fp32. An
    RMS norm of the library returns the format of the stream.
    """
    return quantised and workload.autocast and _layer_norms(workload.entry.architecture)


def _layer_norms(architecture: Disclosed | None) -> bool:
    kind = getattr(architecture, "normalisation", None)
    return kind in {Normalisation.LAYER, Normalisation.LAYER_NO_BIAS}


def prepared(workload: Workload) -> Preparation:
    """What the runtime turns to fp32 on a quantised base."""
    recipe = workload.runtime.adapters
    if workload.weights.kind is FormatKind.FLOAT or recipe is None:
        return Preparation.NOTHING
    return recipe.prepares
