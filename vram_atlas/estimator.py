"""estimate(): a workload's memory as the largest of its phases, with named parts and a band."""

from dataclasses import dataclass

from vram_atlas.adding import add_up
from vram_atlas.catalog import Catalog
from vram_atlas.formulas import decoder
from vram_atlas.formulas.phases import PARTS, Part, Phase
from vram_atlas.inference import inference_phases
from vram_atlas.schema.architecture import Decoder, Encoder
from vram_atlas.schema.band import Band, Circumstance
from vram_atlas.schema.base import Offload, Sharding, Task
from vram_atlas.schema.layers import Convolutional, Diffusion
from vram_atlas.schema.model import Disclosed
from vram_atlas.training import training_phases
from vram_atlas.units import Bytes, from_mib
from vram_atlas.workload import Workload


@dataclass(frozen=True, slots=True)
class Spread:
    """A quantity with its band. Unit: bytes."""

    low: Bytes
    expected: Bytes
    high: Bytes

    def as_json(self) -> dict[str, int]:
        """As answers and the API have it."""
        return {"low": self.low, "expected": self.expected, "high": self.high}


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Memory of one board.

    allocated  what torch.cuda.max_memory_allocated would report
    peak       allocated, and the context and libraries outside the allocator; the high end leaves
               the share of memory free that runs were measured to need
    parts      what the allocated peak consists of; adds up to allocated.expected
    phase      when the peak happens
    band       the residuals that the spread comes from
    least      the expected peak without the workspace of convolutions: where it does not fit,
               PyTorch tries kernels that need less (try_plans in its Conv_v8.cpp)
    """

    allocated: Spread
    peak: Spread
    parts: dict[Part, Bytes]
    phase: Phase
    band: Band
    least: Bytes


def estimate(workload: Workload, catalog: Catalog) -> Estimate:
    """The memory that `workload` needs on each of its boards."""
    copies = _workspaces(workload)
    phase, parts = _largest_phase(workload, copies)
    total = add_up(parts.values())
    band = band_of(workload, catalog)
    frugal = add_up(_largest_phase(workload, 0)[1].values()) if copies else total
    allocated = Spread(
        Bytes(round(frugal * (1 + band.low))), Bytes(total), Bytes(round(total * (1 + band.high)))
    )
    peak = _with_context(allocated, workload, phase, catalog)
    return Estimate(
        allocated=allocated,
        peak=peak,
        parts=parts,
        phase=phase,
        band=band,
        least=Bytes(peak.expected - (total - frugal)),
    )


def _workspaces(workload: Workload) -> int:
    """Copies of its maps that a convolution has in its workspace; none where none is computed."""
    convolves = isinstance(workload.entry.architecture, Convolutional | Diffusion)
    return workload.runtime.convolution_copies if convolves else 0


def _largest_phase(workload: Workload, copies: int) -> tuple[Phase, dict[Part, Bytes]]:
    inference = workload.task is Task.INFERENCE
    listed = inference_phases(workload, copies) if inference else training_phases(workload, copies)
    phase, largest = max(listed, key=lambda candidate: add_up(candidate[1].values()))
    return phase, {part: Bytes(round(largest[part])) for part in PARTS if largest.get(part)}


def band_of(workload: Workload, catalog: Catalog) -> Band:
    """The measured spread of this task, runtime family and kind.

    Only one board, boards sharded with FSDP, and boards that an engine shares were ever measured.
    """
    kind = band_kind(workload.entry.architecture, workload.entry.model.architecture.kind)
    layout = workload.layout
    trained = workload.task is not Task.INFERENCE
    divided = trained and (
        layout.tensor > 1
        or layout.pipeline > 1
        or (layout.data > 1 and layout.sharding is not Sharding.FSDP)
    )
    if divided or layout.expert > 1 or layout.offload is not Offload.NONE:
        kind = f"{kind}, {DIVIDED}"
    return catalog.margins.band(workload.task, workload.runtime.family, kind)


DIVIDED = "divided"
HYBRID = "hybrid"


def band_kind(architecture: Disclosed | None, kind: str) -> str:
    """The architecture's kind; layers that are not all plain attention, and speech, are apart."""
    if isinstance(architecture, Decoder) and decoder.is_hybrid(architecture):
        return HYBRID
    if isinstance(architecture, Encoder) and architecture.sound is not None:
        return HYBRID
    return kind


def circumstance(workload: Workload, phase: Phase) -> Circumstance:
    """When the peak happens, as far as it decides how memory fragments.

    Before the optimizer's step tensors of many sizes come and go, more so on several boards.
    """
    if workload.task is Task.INFERENCE:
        return Circumstance.INFERENCE
    if phase is Phase.OPTIMIZER_STEP:
        return Circumstance.OPTIMIZER_STEP
    return Circumstance.ONE_BOARD if workload.boards == 1 else Circumstance.SEVERAL_BOARDS


def _with_context(allocated: Spread, workload: Workload, phase: Phase, catalog: Catalog) -> Spread:
    extra = [workload.runtime.context]
    communicates = workload.task is not Task.INFERENCE or workload.layout.tensor > 1
    if workload.boards > 1 and communicates:
        extra.append(catalog.communication)
    low = allocated.low + add_up(from_mib(item.low_mib) for item in extra)
    expected = allocated.expected + add_up(from_mib(item.expected_mib) for item in extra)
    high = allocated.high + add_up(from_mib(item.high_mib) for item in extra)
    proven = catalog.margins.proven[circumstance(workload, phase)].share
    return Spread(
        Bytes(low),
        Bytes(expected),
        Bytes(max(high, round(expected / proven))),
    )
