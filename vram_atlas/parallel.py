"""Several equal boards: the phases of the one that needs most."""

from vram_atlas.formulas import dividing, phases, sharing
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.sharing import Gathered
from vram_atlas.formulas.weights import WeightBytes
from vram_atlas.schema.base import Offload
from vram_atlas.workload import Layout, Workload


def on_one_board(
    workload: Workload, terms: phases.Training, base: WeightBytes, gathered: Gathered, layers: int
) -> list[tuple[phases.Phase, phases.Parts]]:
    """Each end of the pipeline, then its share of the copies, then what stays on the board."""
    layout = workload.layout
    if layout.boards == 1 and layout.offload is Offload.NONE:
        return phases.training(terms, NUMBERS)
    listed: list[tuple[phases.Phase, phases.Parts]] = []
    for stage in dividing.stages(
        layers=layers,
        tensor=layout.tensor,
        pipeline=layout.pipeline,
        expert=layout.holding_experts,
        sequence=int(layout.sequence),
        ops=NUMBERS,
    ):
        held = dividing.weights(base, stage)
        own = dividing.training(
            terms,
            base=base.total,
            divided=held.total,
            adapters=workload.adapters is not None,
            stage=stage,
            ops=NUMBERS,
        )
        whole = Gathered(
            root=held.input + held.output,
            block=gathered.block / stage.tensor,
            inputs=gathered.inputs * stage.layers,
        )
        ranks = _ranks(layout, held)
        for phase, parts in phases.training(own, NUMBERS):
            shared = sharing.by_copies(
                phase, parts, whole, layout.sharding, ranks=ranks, ops=NUMBERS
            )
            kept = sharing.offloaded(
                phase, shared, whole, layout.offload, layout.sharding, ops=NUMBERS
            )
            listed.append((phase, kept))
    return listed


def loads_whole(workload: Workload) -> bool:
    """Whether all weights come to one board, so that loading is a phase of its own.

    Several boards load their shares through the host's memory, and so does offloading.
    """
    return workload.layout.boards == 1 and workload.layout.offload is Offload.NONE


def on_one_engine_board(
    workload: Workload,
    listed: list[tuple[phases.Phase, phases.Parts]],
    weights: WeightBytes,
    *,
    kv_heads: int,
    layers: int,
) -> list[tuple[phases.Phase, phases.Parts]]:
    """Inference: a board's share of matrices and experts, of KV heads, and of the layers."""
    layout = workload.layout
    if layout.boards == 1:
        return listed
    stage = dividing.Stage(tensor=layout.tensor, expert=max(layout.expert, layout.tensor))
    held = dividing.weights(weights, stage)
    return [
        (
            phase,
            sharing.by_engine(
                parts,
                held,
                kv_heads=kv_heads,
                layers=layers,
                held=layout.layers,
                tensor=layout.tensor,
                pipeline=layout.pipeline,
                ops=NUMBERS,
            ),
        )
        for phase, parts in listed
    ]


def _ranks(layout: Layout, held: WeightBytes) -> float:
    """Copies that divide the states: fewer of the experts, which are divided between boards.

    The harmonic mean over what a board holds, so that each part is divided by its own number.
    """
    copies = layout.boards / layout.pipeline / layout.holding_experts
    share = held.experts / held.total
    return 1 / ((1 - share) / layout.data + share / copies)
