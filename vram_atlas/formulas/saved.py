"""What one transformer block keeps for the backward pass.

Unit: bytes per token, unless a function says otherwise. The micro-batch, the optimizer and the
boards change none of it, so most questions about a model ask again for what is known.
"""

from functools import cache

from vram_atlas.adding import add_up
from vram_atlas.formulas import ledger, mixer_activations, shapes
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import FP32, HALF, Numerics
from vram_atlas.formulas.saved_mlp import mlp_saved
from vram_atlas.schema.architecture import (
    ExpertsMlp,
    GroupedAttention,
    LatentAttention,
    Mixer,
    Normalisation,
    QueryKeyNorm,
)
from vram_atlas.schema.compressed import CompressedAttention


@cache
def saved_by_block(block: Block, numerics: Numerics, sequence_length: float) -> float:
    """One block: norms, inputs of products, attention, MLP, dropout masks."""
    return (
        saved_of_stream(block, numerics)
        + attention_saved(block, numerics, sequence_length)
        + mlp_saved(block, numerics)
        + _beside_saved(block, numerics)
        + _layer_input_saved(block, numerics)
    )


@cache
def saved_of_stream(block: Block, numerics: Numerics) -> float:
    """What is as wide as the stream, and not divided with the matrices: norms, inputs, masks."""
    return (
        block.norms * ledger.norm(block.hidden, block.normalisation, numerics)
        + stream_inputs(block, numerics)
        + (_masks(block) * ledger.mask(numerics) * block.hidden if block.dropout else 0)
        + _scaled_saved(block, numerics)
    )


def _scaled_saved(block: Block, numerics: Numerics) -> float:
    """What a trained vector multiplies: the results of attention and of MLP."""
    trained = block.scaled and numerics.trains_base
    return 2 * numerics.element_bytes * block.hidden if trained else 0


def _masks(block: Block) -> int:
    """Residual dropout after attention, cross-attention and MLP."""
    return 2 if block.cross is None else 3


def _beside_saved(block: Block, numerics: Numerics) -> float:
    """A state layer beside the attention: its tensors and the input of its last matrix."""
    if block.beside is None:
        return 0
    return _mixer_saved(block, block.beside, numerics)


def _mixer_saved(block: Block, mixer: Mixer, numerics: Numerics) -> float:
    """Tensors of a state layer, the input of its last matrix, its adapters' middles."""
    products = shapes.attention_matrices(block.hidden, mixer)
    if not products:
        return 0
    last: float = 0
    if not mixer_activations.recomputes_output(mixer):
        last = ledger.inputs(products[-1:], products[-1].inputs, numerics, kept=False, fp32=False)
    kernel = mixer_activations.saved(block.hidden, mixer, numerics)
    return kernel + last + ledger.adapter_hidden(products, numerics)


def _layer_input_saved(block: Block, numerics: Numerics) -> float:
    """A layer's own embedding: what its gate reads, gate and factor, the product, the norm."""
    width = block.layer_input
    if not width:
        return 0
    first, last = shapes.layer_input_matrices(block.hidden, width)
    return (
        ledger.inputs([first], block.hidden, numerics, kept=False, fp32=True)
        + 3 * numerics.element_bytes * width
        + ledger.inputs([last], width, numerics, kept=False, fp32=False)
        + ledger.norm(block.hidden, block.normalisation, numerics)
        + ledger.adapter_hidden([first, last], numerics)
    )


def stream_inputs(block: Block, numerics: Numerics) -> float:
    """Outputs of the block's norms, as the products that read them keep them."""
    hidden, mlp = block.hidden, block.mlp
    attention = [m for m in block.attention_matrices[:-1] if m.inputs == hidden]
    first = block.mlp_matrices[:-1]
    if block.norms == 1 and not isinstance(mlp, ExpertsMlp):
        return ledger.inputs([*attention, *first], hidden, numerics, kept=False, fp32=True)
    if block.beside is not None:
        attention = [*attention, *shapes.attention_matrices(hidden, block.beside)[:-1]]
    from_stream = ledger.inputs(attention, hidden, numerics, kept=False, fp32=True)
    if isinstance(mlp, ExpertsMlp):
        return from_stream + _router_inputs(hidden, mlp, numerics)
    return from_stream + ledger.inputs(first, hidden, numerics, kept=False, fp32=True)


def _router_inputs(hidden: int, mlp: ExpertsMlp, numerics: Numerics) -> float:
    """What the trained router, and the trained gate of a shared expert, read.

    A router with balancing values works on an fp32 copy (DeepSeek-V3).
    """
    if not numerics.trains_base:
        return 0
    readers = 2 if mlp.shared_gate else 1
    copied = FP32 * hidden if mlp.correction_bias else 0
    return readers * numerics.residual_bytes * hidden + copied


def attention_saved(block: Block, numerics: Numerics, sequence_length: float) -> float:
    """The kernel's tensors and statistics, norms of queries and keys, adapters' middles."""
    attention = block.attention
    if isinstance(attention, CompressedAttention):
        return 0  # never asked: `decoder.why_untrainable`
    if not isinstance(attention, GroupedAttention | LatentAttention):
        return _mixer_saved(block, attention, numerics)
    products = block.attention_matrices
    eager = is_eager(block, numerics)
    statistics = 0 if eager else FP32 * attention.heads
    gated = isinstance(attention, GroupedAttention) and attention.output_gate
    width = products[-1].inputs
    output = ledger.inputs(products[-1:], width, numerics, kept=not gated, fp32=False)
    output += numerics.element_bytes * width if gated else 0
    native = isinstance(attention, GroupedAttention) and (
        attention.native_softmax or block.relative > 0
    )
    score = ledger.score_bytes(numerics, dropout=block.dropout, native_softmax=native)
    scores = attention.heads * sequence_length * score if eager else 0
    masked = isinstance(attention, GroupedAttention) and attention.builds_mask
    if (masked or numerics.padded) and not eager:
        scores = numerics.element_bytes * sequence_length
    tensors = (
        _grouped_tensors(block, attention, numerics)
        if isinstance(attention, GroupedAttention)
        else _latent_tensors(attention, numerics)
    )
    relative = _relative_saved(block, numerics, sequence_length)
    middles = ledger.adapter_hidden(products, numerics)
    return tensors + statistics + output + scores + relative + middles


def _relative_saved(block: Block, numerics: Numerics, sequence_length: float) -> float:
    """Disentangled attention: scores against every relative position, twice; one int64 index.

    Saved tensors of transformers 5.24 on the CPU: 2 a x rows elements and 9 bytes per key.
    """
    if not block.relative or not isinstance(block.attention, GroupedAttention):
        return 0
    scores = 2 * block.attention.heads * block.relative * numerics.element_bytes
    return scores + (_INDEX + ledger.MASK) * sequence_length


_INDEX = 8
"""Bytes of an int64 index."""


def is_eager(block: Block, numerics: Numerics) -> bool:
    """Whether the score matrix exists: asked for, or the only way.

    Sinks and relative scores are trained without a fused kernel everywhere. ALiBi has one in the
    libraries that train with it (llm-foundry), and none in PyTorch.
    """
    attention = block.attention
    sinks = isinstance(attention, GroupedAttention) and attention.sinks
    if numerics.scores or sinks or block.relative > 0:
        return True
    narrow = numerics.element_bytes < FP32 and not numerics.without_flash
    wide = numerics.groups_keys and not narrow
    return numerics.sdpa and block.lacks_kernel(wide=wide)


def source_saved(block: Block, numerics: Numerics) -> float:
    """Cross-attention to an image: keys and values of its tokens. Bytes per sequence."""
    attention = block.attention
    if not isinstance(attention, GroupedAttention) or attention.source_tokens is None:
        return 0
    keys = 2 * attention.kv_heads * attention.head_size
    return numerics.element_bytes * keys * attention.source_tokens


def _grouped_tensors(block: Block, attention: GroupedAttention, numerics: Numerics) -> float:
    """Queries, keys, values and output.

    Fused kernels keep 16-bit keys and values once per KV head; fp32 kernels and eager attention
    repeat them for every query head. Values that are a view keep the fused product alive, keys
    included in pure 16 bits; queries that are put together after rotation exist twice.
    """
    query = attention.heads * attention.head_size
    keys = attention.kv_heads * attention.head_size
    eager = is_eager(block, numerics)
    repeated = eager or numerics.padded or numerics.repeats_keys or numerics.element_bytes == FP32
    output = attention.heads * shapes.value_size(attention)
    values = attention.kv_heads * shapes.value_size(attention)
    elements = query + output + (query + output if repeated else keys + values)
    if attention.source_tokens is not None:
        elements = 2 * query
    half = numerics.element_bytes == HALF
    if attention.fused_views and not eager:
        elements += query + (keys if half and not numerics.autocast else 0)
    if attention.partial_rotary and half and not eager:
        elements += query
    norms = _query_key_norm(attention, numerics, block.normalisation)
    return numerics.element_bytes * elements + norms


def _latent_tensors(attention: LatentAttention, numerics: Numerics) -> float:
    """MLA: queries and keys with their rotary part, the unpacked keys and values, the output."""
    rotated = attention.heads * (attention.nope_size + attention.rope_size)
    unpacked = attention.heads * (attention.nope_size + attention.value_size)
    output = attention.heads * attention.value_size
    elements = 2 * rotated + unpacked + (3 if attention.output_gate else 1) * output
    return numerics.element_bytes * elements + _latent_norms(attention, numerics)


def _query_key_norm(attention: GroupedAttention, numerics: Numerics, kind: Normalisation) -> float:
    """RMS norms of queries and keys: an fp32 copy, statistics, the normalised tensor if trained."""
    width = (attention.heads + attention.kv_heads) * attention.head_size
    size = FP32 if kind is Normalisation.RMS_FP32 else numerics.element_bytes
    copies = (FP32 + (size if numerics.trains_base else 0)) * width
    match attention.query_key_norm:
        case QueryKeyNorm.NONE:
            return 0
        case QueryKeyNorm.HEAD:
            return copies + FP32 * (attention.heads + attention.kv_heads)
        case QueryKeyNorm.FULL:
            return copies + 2 * FP32


def _latent_norms(attention: LatentAttention, numerics: Numerics) -> float:
    ranks = attention.kv_rank + (attention.query_rank or 0)
    trained = 2 * numerics.element_bytes * ranks if numerics.trains_base else 0
    return FP32 * ranks + 2 * FP32 + trained


@cache
def autocast_copies(block: Block, numerics: Numerics) -> float:
    """16-bit copies of a block's fp32 matrices that autocast makes and the graph keeps. Bytes.

    Every fp32 matrix that takes part, trained or frozen; fp32 adapters; not the experts, whose
    grouped product autocast does not reach.
    """
    adapters = ledger.adapter_elements(block.matrices, numerics)
    return ledger.weight_copies(_elements(block), adapters, numerics)


@cache
def cached_copies(block: Block, numerics: Numerics) -> float:
    """Those that stay though the block is recomputed. Bytes a block."""
    adapters = ledger.adapter_elements(block.matrices, numerics)
    return ledger.cached_copies(_elements(block), adapters, numerics)


def _elements(block: Block) -> float:
    return add_up(matrix.elements for matrix in block.matrices)


def cross_saved(
    cross: GroupedAttention,
    hidden: int,
    numerics: Numerics,
    *,
    tokens: float,
    cross_length: float,
    micro_batch_size: float,
) -> float:
    """Queries and output per token, keys and values per token of the other stack. Bytes in all."""
    element = numerics.element_bytes
    products = shapes.attention_matrices(hidden, cross)
    query = cross.heads * cross.head_size
    middles = ledger.adapter_hidden(products, numerics)
    queries = ledger.inputs(products[:1], hidden, numerics, kept=False, fp32=True)
    output = ledger.inputs(products[-1:], query, numerics, kept=True, fp32=False)
    statistics = 0 if numerics.scores else FP32 * cross.heads
    own = 2 * element * query + queries + output + statistics + middles
    score = ledger.score_bytes(numerics, dropout=False, native_softmax=cross.native_softmax)
    scores = cross.heads * cross_length * score if numerics.scores else 0
    cast = 2 * element * hidden if numerics.casts_inputs else 0
    other = micro_batch_size * cross_length * (2 * element * query + cast)
    return tokens * (own + scores) + other
