"""Memory of recurrent language models (torch.nn.LSTM and GRU on cuDNN).

Symbols of the docstrings: `t` tokens of a micro-batch, `E` embedding size, `H` hidden size, `L`
layers, `V` vocabulary, `e` bytes of an element.

cuDNN returns one *reserve* buffer from the forward pass to the backward pass. Its size is not
documented; two sizes printed by an engineer of NVIDIA in pytorch/pytorch issue 2895 (4 layers of
320, LSTM 736,000,000 and GRU 864,000,000 bytes in fp32, the same tokens for both) have the ratio
23 : 27 = (5 L + L - 1) : (6 L + L - 1). So per token and layer an LSTM keeps 5 H (four gates, the
cell), a GRU 6 H (three gates and what the candidate needs), and every layer but the last its
output. The CPU path keeps other tensors.
"""

from itertools import pairwise

from vram_atlas.adding import add_up
from vram_atlas.formulas.numerics import HALF
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import InferenceActivations, ParameterGroups, TrainingActivations
from vram_atlas.schema.layers import Cell, Recurrent
from vram_atlas.units import MIB

_GATES = {Cell.LSTM: 4, Cell.GRU: 3}
_RESERVED = {Cell.LSTM: 5, Cell.GRU: 6}
_STATES = {Cell.LSTM: 2, Cell.GRU: 1}
_TOKEN_ID = 8  # int64
_MASK = 1
_WORKSPACE = 16 * MIB


def count(architecture: Recurrent) -> ParameterGroups:
    """Parameters. Unit: elements.

    A layer has `gates (in H + H H + 2 H)`: PyTorch keeps two bias vectors per gate. The output
    layer has a bias; its matrix is the embedding where the two are tied.
    Source: torch.nn.LSTM, torch.nn.GRU; checked against the published totals.
    """
    gates = _GATES[architecture.cell]
    widths = (architecture.embedding_size, *architecture.hidden_sizes)
    matrices = _matrices(architecture)
    biases = 2 * gates * add_up(architecture.hidden_sizes) + architecture.vocabulary
    extra = add_up(part.count for part in architecture.other_parameters)
    vocabulary = architecture.vocabulary
    table = vocabulary * architecture.embedding_size
    head = vocabulary * architecture.hidden_sizes[-1]
    tied = architecture.tied_embeddings
    tensors = [gates * max(entry, out) * out for entry, out in pairwise(widths)]
    margins = add_up(entry + (2 * gates + 1) * out for entry, out in pairwise(widths))
    margins += vocabulary + architecture.embedding_size
    return ParameterGroups(
        linear=add_up(matrices),
        embedding=0 if tied else table,
        tied=table if tied else 0,
        head=0 if tied else head,
        other=biases + extra,
        largest=max(table, head, *tensors),
        largest_linear=max(tensors),
        block=max(matrices),
        margins=margins if tied else margins + vocabulary + architecture.hidden_sizes[-1],
    )


def _matrices(architecture: Recurrent) -> list[int]:
    """Elements of the matrices of each layer."""
    gates = _GATES[architecture.cell]
    widths = (architecture.embedding_size, *architecture.hidden_sizes)
    return [gates * (entry * out + out * out) for entry, out in pairwise(widths)]


def training(
    architecture: Recurrent,
    *,
    micro_batch_size: float,
    sequence_length: float,
    element_bytes: float,
    autocast: bool,
    ops: Ops,
) -> TrainingActivations:
    """What the forward pass keeps. Unit: bytes, for the whole micro-batch.

    Reserve buffer `t e (5 or 6 per H of every layer + H of every layer but the last)`, a dropout
    mask between layers; outside: token ids, the embedded and dropped-out input, the output before
    and after dropout. cuDNN has no gradient checkpointing inside: `checkpoints` equals `saved`.
    Under autocast cuDNN runs in 16 bits on one flat copy of the weights.
    """
    element = HALF if autocast else element_bytes
    tokens = micro_batch_size * sequence_length
    sizes = architecture.hidden_sizes
    mask = _MASK if architecture.dropout else 0
    reserve = _RESERVED[architecture.cell] * add_up(sizes) * element
    between = add_up(sizes[:-1]) * (element + mask)
    dropped = 2 if architecture.dropout else 1
    ends = _TOKEN_ID + architecture.embedding_size * (element + mask)
    ends = ends + sizes[-1] * (dropped * element + mask)
    saved = tokens * (reserve + between)
    groups = count(architecture)
    copied = groups.linear + groups.head + groups.tied
    copies = HALF * copied if autocast else 0
    return TrainingActivations(
        saved=saved,
        checkpoints=saved,
        recomputed=0,
        outside=tokens * ends,
        transient=tokens * element * ops.maximum(*(2 * size for size in sizes)),
        weight_copies=copies,
        block_weight_copies=HALF * groups.block if autocast else 0,
        cached_copies=copies,
        logits=tokens * architecture.vocabulary,
    )


def inference(
    architecture: Recurrent,
    *,
    micro_batch_size: float,
    element_bytes: float,
    ops: Ops,
) -> InferenceActivations:
    """One token at a time. Unit: bytes.

    `cache` is the state: hidden (and for an LSTM cell) of every layer, `batch e H` each, whatever
    the length of the text. `transient` is the larger of the logits with their probabilities, and of
    one layer's gates with the next state and cuDNN's workspace: the weights of the layers that run
    in one call, which layers of one width do, and 16 MiB. Seen so on an H200 with cuDNN 9.19 for
    every network of the catalog, whatever the batch.
    """
    sizes = architecture.hidden_sizes
    matrices = _matrices(architecture)
    one_call = add_up(matrices) if len({*sizes}) == 1 else ops.maximum(*matrices)
    states = _STATES[architecture.cell]
    gates = _GATES[architecture.cell]
    state = states * add_up(sizes)
    layer = ops.maximum(*((gates + states) * size for size in sizes))
    logits = 2 * architecture.vocabulary + sizes[-1]
    per_sequence = element_bytes * micro_batch_size
    workspace = one_call * element_bytes + _WORKSPACE
    return InferenceActivations(
        transient=ops.maximum(per_sequence * layer + workspace, per_sequence * logits),
        cache=per_sequence * state,
    )
