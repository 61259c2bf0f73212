"""estimate(): a workload's memory as the largest of its phases, with named parts and a band."""

from dataclasses import dataclass
from typing import assert_never

from vram_atlas.catalog import Catalog
from vram_atlas.formulas import decoder, sharing
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.phases import Part, Parts, Phase
from vram_atlas.inference import inference_terms
from vram_atlas.schema.architecture import Decoder
from vram_atlas.schema.band import Band, Circumstance
from vram_atlas.schema.base import Task
from vram_atlas.schema.model import Disclosed
from vram_atlas.schema.software import Sharing
from vram_atlas.terms import Terms
from vram_atlas.training import training_terms
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
    """

    allocated: Spread
    peak: Spread
    parts: dict[Part, Bytes]
    phase: Phase
    band: Band


def estimate(workload: Workload, catalog: Catalog) -> Estimate:
    """The memory that `workload` needs on each of its boards."""
    terms = (
        inference_terms(workload) if workload.task is Task.INFERENCE else training_terms(workload)
    )
    candidates = [
        (phase, _one_board(phase, parts, terms, workload)) for phase, parts in terms.phases
    ]
    phase, largest = max(candidates, key=lambda candidate: sum(candidate[1].values()))
    parts = {part: Bytes(round(largest[part])) for part in Part if largest.get(part)}
    total = sum(parts.values())
    band = band_of(workload, catalog)
    allocated = Spread(
        Bytes(round(total * (1 + band.low))), Bytes(total), Bytes(round(total * (1 + band.high)))
    )
    return Estimate(
        allocated=allocated,
        peak=_with_context(allocated, workload, phase, catalog),
        parts=parts,
        phase=phase,
        band=band,
    )


def _one_board(phase: Phase, parts: Parts, terms: Terms, workload: Workload) -> Parts:
    if workload.boards == 1:
        return parts
    if workload.task is not Task.INFERENCE:
        return sharing.by_sharding(phase, parts, terms.gathered, boards=workload.boards)
    match workload.runtime.sharing:
        case Sharing.LAYERS | Sharing.SHARDED:
            return sharing.by_layers(
                parts, terms.weights, layers=terms.layers, boards=workload.boards, ops=NUMBERS
            )
        case Sharing.TENSOR:
            return sharing.by_tensors(
                parts, kv_heads=terms.kv_heads, boards=workload.boards, ops=NUMBERS
            )
        case _:
            assert_never(workload.runtime.sharing)


def band_of(workload: Workload, catalog: Catalog) -> Band:
    """The measured spread of this task, runtime family and kind."""
    kind = band_kind(workload.entry.architecture, workload.entry.model.architecture.kind)
    return catalog.margins.band(workload.task, workload.runtime.family, kind)


HYBRID = "hybrid"


def band_kind(architecture: Disclosed | None, kind: str) -> str:
    """The architecture's kind; decoders whose layers are not all plain attention are apart."""
    if isinstance(architecture, Decoder) and decoder.is_hybrid(architecture):
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
    communicates = workload.task is not Task.INFERENCE or workload.runtime.sharing is Sharing.TENSOR
    if workload.boards > 1 and communicates:
        extra.append(catalog.communication)
    low = allocated.low + sum(from_mib(item.low_mib) for item in extra)
    expected = allocated.expected + sum(from_mib(item.expected_mib) for item in extra)
    high = allocated.high + sum(from_mib(item.high_mib) for item in extra)
    proven = catalog.margins.proven[circumstance(workload, phase)].share
    return Spread(
        Bytes(low),
        Bytes(expected),
        Bytes(max(high, round(expected / proven))),
    )
