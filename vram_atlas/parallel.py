"""Several equal boards: the phases of the one that needs most."""

from dataclasses import replace

from vram_atlas.formulas import blocks, dividing, phases, sharing, uneven
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.sharing import Gathered
from vram_atlas.formulas.weights import WeightBytes
from vram_atlas.recipe import numerics_of
from vram_atlas.schema.base import Offload
from vram_atlas.terms import kind_counts, known, layer_order
from vram_atlas.workload import Layout, Workload


def on_one_board(
    workload: Workload, terms: phases.Training, base: WeightBytes, gathered: Gathered
) -> list[tuple[phases.Phase, phases.Parts]]:
    """Each end of the pipeline, then its share of the copies, then what stays on the board."""
    layout = workload.layout
    if layout.boards == 1 and layout.offload is Offload.NONE:
        return phases.training(terms, NUMBERS)
    listed: list[tuple[phases.Phase, phases.Parts]] = []
    for stage in dividing.stages(
        shares=_stage_shares(workload, base),
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
        ranks = _ranks(layout, held)
        summed = gathered.summed * own.gradients / NUMBERS.maximum(terms.gradients, 1)
        whole = Gathered(
            root=held.input + held.output,
            block=gathered.block / stage.tensor,
            inputs=gathered.inputs * stage.shares.layers,
            summed=NUMBERS.maximum(summed - own.gradients / ranks, 0),
        )
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
    cache: float,
) -> list[tuple[phases.Phase, phases.Parts]]:
    """Inference: a board's share of matrices and experts, of KV heads, and of the layers.

    `cache` is the most that its layers can keep of the whole cache, as a share.
    """
    layout = workload.layout
    tensor, expert = layout.tensor, max(layout.expert, layout.tensor)
    shares = _weight_shares(workload, weights, tensor=tensor, expert=expert)
    held = dividing.weights(weights, dividing.Stage(tensor=tensor, expert=expert, shares=shares))
    return [
        (
            phase,
            sharing.by_engine(
                parts,
                held,
                kv_heads=kv_heads,
                cache=cache,
                tensor=layout.tensor,
                pipeline=layout.pipeline,
                ops=NUMBERS,
            ),
        )
        for phase, parts in listed
    ]


def _weight_shares(
    workload: Workload, weights: WeightBytes, *, tensor: int, expert: int
) -> dividing.Shares:
    """The largest shares of weights that so many neighbouring layers can have.

    What is in no kind of layer, such as the last norm, is divided by their number.
    """
    architecture, groups = known(workload)
    order, held = layer_order(architecture), workload.layout.layers
    number = held / order.layers
    if order.uniform:
        return dividing.alike(number)
    inside = kind_counts(architecture)
    matrix = (weights.blocks - weights.experts - weights.replicated) / tensor
    routed = weights.experts / expert
    other = weights.replicated - weights.towers
    values = [
        one.linear * _each(matrix, groups.linear)
        + one.experts * _each(routed, groups.experts)
        + one.other * _each(other, groups.other)
        for one in inside
    ]
    total = matrix + routed + other
    rest = total - uneven.most(order, values, order.layers)
    return dividing.Shares(
        layers=number,
        weights=(uneven.most(order, values, held) + rest * number) / total,
        experts=uneven.share(order, [one.experts for one in inside], held),
        matrices=uneven.share(order, [one.linear for one in inside], held),
        saved=number,
        adapters=number,
    )


def _each(size: float, elements: int) -> float:
    """Bytes of one of them; of none, nothing."""
    return size / elements if elements else 0


def _stage_shares(workload: Workload, base: WeightBytes) -> dividing.Shares:
    """The same of a stage of training, and of what its layers keep and their adapters weigh."""
    layout, numerics = workload.layout, numerics_of(workload)
    found = _weight_shares(workload, base, tensor=layout.tensor, expert=layout.holding_experts)
    order = layer_order(known(workload)[0])
    if order.uniform or layout.pipeline == 1:
        return found
    kept = [
        blocks.training(
            (block,),
            numerics,
            micro_batch_size=1,
            sequence_length=workload.sequence_length,
            cross_length=workload.sequence_length,
            ops=NUMBERS,
        ).saved
        for block in order.blocks
    ]
    adapters = [blocks.adapter_elements((block,), numerics) for block in order.blocks]
    return replace(
        found,
        saved=uneven.share(order, kept, layout.layers),
        adapters=uneven.share(order, adapters, layout.layers),
    )


def _ranks(layout: Layout, held: WeightBytes) -> float:
    """Copies that divide the states: fewer of the experts, which are divided between boards.

    The harmonic mean over what a board holds, so that each part is divided by its own number.
    """
    copies = layout.boards / layout.pipeline / layout.holding_experts
    share = held.experts / held.total
    return 1 / ((1 - share) / layout.data + share / copies)
