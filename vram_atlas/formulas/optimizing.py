"""Gradients, optimizer states and the temporaries of an optimizer step."""

from dataclasses import dataclass

from vram_atlas.formulas.numerics import FP32
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.schema.software import Optimizer
from vram_atlas.units import BITS_PER_BYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainable:
    """What is trained. Unit: elements, except `element_bytes`.

    elements   trained parameters; `embedding` of them are embeddings
    largest    the largest trained tensor
    margins    rows plus columns of the trained matrices
    matrices   elements of matrices inside blocks; `shorter` and `longer` are sums of their sides
    state_bytes  size of an optimizer state that has no format of its own
    master_bytes  size of a copy of each weight that is kept beside 16-bit weights; 0 without
    """

    elements: float
    embedding: float
    largest: float
    margins: float
    element_bytes: float
    state_bytes: float
    master_bytes: float = 0
    matrices: float = 0
    shorter: float = 0
    longer: float = 0


def everything(
    groups: ParameterGroups, element_bytes: float, *, state_bytes: float, master_bytes: float
) -> Trainable:
    """All parameters of a model."""
    return Trainable(
        elements=groups.total,
        embedding=groups.embedding + groups.tables + groups.tied,
        largest=groups.largest,
        margins=groups.margins,
        element_bytes=element_bytes,
        state_bytes=state_bytes,
        master_bytes=master_bytes,
        matrices=groups.linear + groups.experts,
        shorter=groups.shorter,
        longer=groups.longer,
    )


def gradients(trained: Trainable, *, fp32: bool = False) -> float:
    """One gradient per trained parameter, in the format of the weight or in fp32. Bytes."""
    return trained.elements * (FP32 if fp32 else trained.element_bytes)


def states(trained: Trainable, optimizer: Optimizer) -> float:
    """States at rest, and the master copy of the weights. Bytes.

    AdamW keeps two states per parameter, in the weight's format (fp32 beside a master copy); Muon
    one for matrices and AdamW's two for the rest; GaLore the states of a projection of each matrix
    to `projected_rank` rows, and the projection. 8-bit states are blocks of bytes with a constant
    each, embeddings' states stay fp32.
    """
    width = trained.state_bytes
    master = trained.master_bytes * trained.elements
    factored = optimizer.factored_states * FP32 * trained.margins
    rank = optimizer.projected_rank
    each = optimizer.state_elements
    others = each if optimizer.rest_state_elements is None else optimizer.rest_state_elements
    inside = each * (trained.longer * rank if rank else trained.matrices)
    kept = inside + others * (trained.elements - trained.matrices)
    projections = width * rank * trained.shorter
    blocks = optimizer.state_blocks
    if blocks is None:
        return master + factored + projections + width * kept
    wide = each * trained.embedding if optimizer.embedding_states_fp32 else 0
    narrow = (kept - wide) * blocks.bits / BITS_PER_BYTE
    return master + projections + narrow + FP32 * wide


def step_temporaries(trained: Trainable, optimizer: Optimizer) -> float:
    """What the step needs for a moment. Bytes.

    foreach AdamW materialises the square roots of all second moments at once; Adafactor works
    tensor by tensor on fp32 copies.
    """
    width = trained.state_bytes
    wide = trained.element_bytes == FP32
    copies = optimizer.step_largest_32_bit if wide else optimizer.step_largest_16_bit
    return optimizer.step_elements * width * trained.elements + copies * FP32 * trained.largest
