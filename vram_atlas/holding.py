"""How many whole layers of a model a board holds, beside its own buffers and context.

A matrix of a layer that the host keeps is copied to the board for a prompt (ggml): one at a time,
and all experts of a layer are one.
"""

from dataclasses import dataclass, field, replace

from vram_atlas.catalog import Catalog
from vram_atlas.crossing import largest_within
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.formulas import decoder
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import FP32, Projection
from vram_atlas.formulas.planned import STREAM
from vram_atlas.schema.architecture import Decoder, ExpertsMlp
from vram_atlas.schema.software import Format
from vram_atlas.terms import known, layer_count
from vram_atlas.units import BITS_PER_BYTE, Bytes
from vram_atlas.verdict import Verdict
from vram_atlas.workload import Workload


@dataclass(frozen=True, slots=True)
class Held:
    """What a board needs that holds some layers of a workload, each number estimated once."""

    workload: Workload
    catalog: Catalog
    found: dict[int, Estimate] = field(default_factory=dict)

    def need(self, layers: int) -> Estimate:
        """With so many layers."""
        if layers not in self.found:
            layout = replace(self.workload.layout, layers=layers)
            self.found[layers] = estimate(replace(self.workload, layout=layout), self.catalog)
        return self.found[layers]


def copied(workload: Workload) -> float:
    """What a pass needs while a matrix of a layer on the host is copied to the board. Bytes."""
    architecture = known(workload)[0]
    if not isinstance(architecture, Decoder):
        return 0
    tokens = workload.micro_batch_size * workload.prompt_length
    chunk = workload.runtime.prompt_chunk
    return _live(
        decoder.stack(architecture), workload.weights, min(tokens, chunk) if chunk else tokens
    )


def _live(stack: tuple[Block, ...], form: Format, tokens: float) -> float:
    """Bytes while the last matrix of an MLP is read: that, its input and its output.

    Half of these matrices have larger blocks in a file that mixes them.
    """
    bits = form.linear.bits if form.experts is None else form.experts.bits
    if form.mix is not None:
        bits = (form.mix.rest or bits) + 2 * form.mix.down
    return max(
        (
            FP32 * tokens * elements + matrix * bits / BITS_PER_BYTE
            for block in stack
            for matrix, elements in _last(block)
        ),
        default=0,
    )


def _last(block: Block) -> list[tuple[int, int]]:
    """Elements of a last matrix, and of what is live for a token while it is read."""
    stream = (STREAM + 1) * block.hidden
    found = [
        (matrix.elements, stream + matrix.inputs)
        for matrix in block.matrices
        if Projection.DOWN in matrix.roles
    ]
    mlp = block.mlp
    if isinstance(mlp, ExpertsMlp):
        outputs = mlp.latent_size or block.hidden
        each = mlp.experts_per_token * (mlp.expert_width + outputs)
        found.append((mlp.experts * mlp.expert_width * outputs, stream - block.hidden + each))
    return found


def most_layers(held: Held, have: Bytes, worst: Verdict) -> int:
    """The most layers with which a board's verdict is `worst`, fits or tight, or better.

    More layers never need less.
    """

    def spare(layers: int) -> float:
        need = held.need(layers)
        return have - (need.peak.high if worst is Verdict.FITS else need.least)

    return largest_within(spare, 1, layer_count(known(held.workload)[0]))
