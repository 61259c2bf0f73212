"""What a pass needs where its memory is planned ahead: ggml's graph allocator (llama.cpp).

Every tensor of the graph gets its place before the pass. Sums, norms, rotations and the softmax
write over what they read for the last time; a freed place is a hole, which only something that fits
fills. Activations are fp32. Derived from ggml-alloc.c and the graphs of llama.cpp, and checked
against what the program itself reserves (data/measurements/vram-atlas-llama.cpp.yml).
Unit: elements of fp32 per token, unless a function says otherwise. h is the stream.
"""

from vram_atlas.formulas import mixer_activations
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import FP32, HALF
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.shapes import value_size
from vram_atlas.formulas.transients import attention_transient
from vram_atlas.schema.architecture import (
    AnyMlp,
    ExpertsMlp,
    GatedMlp,
    GroupedAttention,
    LatentAttention,
    PlainMlp,
)
from vram_atlas.schema.mixers import Absent

STREAM = 3
"""h beside the widest tensors: input of the block, sum after attention, and a norm's hole."""


def peak(
    stack: tuple[Block, ...],
    *,
    tokens: float,
    keys: float,
    in_flight: float,
    limits_windows: bool,
    absorbs_latent: bool,
    scores: bool,
    logits: float,
    ops: Ops,
) -> float:
    """Bytes for `tokens` tokens that look at `keys` tokens and end in `logits` bytes.

    The widest block, and what all blocks read: a mask over the keys for every kind of cache, in
    fp32 where the scores are a matrix (16 bits in the fused kernel), and then also the place of
    every value in a cache that is stored transposed (8 bytes). Or the logits, behind the last
    stream.
    """
    widest: float = 0
    full = 0
    windowed = 0
    window: float = 0
    values: float = 0
    for block in stack:
        attention = block.attention
        held = keys
        if isinstance(attention, GroupedAttention):
            values = ops.maximum(values, attention.kv_heads * value_size(attention))
            if attention.window is not None and limits_windows:
                held = ops.minimum(keys, attention.window + in_flight)
                window = ops.maximum(window, held)
                windowed = 1
            else:
                full = 1
        elif isinstance(attention, LatentAttention):
            full = 1
            if not absorbs_latent:
                values = ops.maximum(values, attention.heads * attention.value_size)
        own = _attention(block, held, absorbs_latent=absorbs_latent, scores=scores, ops=ops)
        widest = ops.maximum(widest, own, _mlp(block.hidden, block.mlp))
    masks = full * keys + window
    inputs = HALF * masks
    if scores:
        inputs = FP32 * (masks + 2 * values * (full + windowed))
    stream = FP32 * tokens * _beside_logits(stack[-1])
    return ops.maximum(tokens * (FP32 * widest + inputs), logits + stream)


def _beside_logits(last: Block) -> float:
    """The stream that the logits are made from, and holes before it that they do not fit into.

    With a shared expert the sum of the experts lies behind their outputs, because the norm that the
    shared one reads is still in use; so does the last stream, and the logits lie behind it.
    """
    mlp = last.mlp
    if not isinstance(mlp, ExpertsMlp) or not mlp.shared_width or mlp.experts_per_token == 1:
        return last.hidden
    outputs = mlp.experts_per_token * last.hidden
    products = (3 if mlp.gated else 1) * mlp.experts_per_token * mlp.expert_width
    return STREAM * last.hidden + (2 * outputs if outputs <= products else 0)


def _mlp(hidden: int, mlp: AnyMlp) -> float:
    """Gate, up and their product (3 i); a plain activation is in place (i)."""
    match mlp:
        case GatedMlp():
            stream = STREAM - 1 if mlp.fused else STREAM
            return stream * hidden + 3 * mlp.width
        case PlainMlp():
            return STREAM * hidden + mlp.width
        case ExpertsMlp():
            shared = mlp.shared_width
            beside = (STREAM + 1) * hidden + (3 if mlp.gated else 1) * shared if shared else 0
            return max(_experts(hidden, mlp), beside)
        case Absent():
            return 0


def _experts(hidden: int, mlp: ExpertsMlp) -> float:
    """Gate, up, product and output of all experts of a token; the outputs once more, weighted.

    They are kept until they are added up. Output and weighted output take the places of gate and
    up, and of the product, where they fit.
    """
    inside = mlp.experts_per_token * mlp.expert_width
    outputs = mlp.experts_per_token * (mlp.latent_size or hidden)
    products = (3 if mlp.gated else 1) * inside
    if outputs <= products - inside:
        return STREAM * hidden + max(products, 2 * outputs)
    if outputs <= products:
        return (STREAM + 1) * hidden + products + outputs
    return STREAM * hidden + products + 2 * outputs


def _attention(block: Block, keys: float, *, absorbs_latent: bool, scores: bool, ops: Ops) -> float:
    """Queries and output, keys and values; without a fused kernel queries and all scores.

    MLA absorbed: queries before and after the product with the latent's matrix; else full heads.
    """
    attention = block.attention
    hidden = block.hidden
    match attention:
        case GroupedAttention():
            query = attention.heads * attention.head_size
            kept = attention.kv_heads * (attention.head_size + value_size(attention))
            live = STREAM * hidden + (4 if attention.output_gate else 2) * query + kept
            written = STREAM * hidden + query + attention.heads * keys
            beside = _beside(block)
        case LatentAttention():
            latent = attention.heads * (attention.kv_rank + attention.rope_size)
            query = attention.heads * (attention.nope_size + attention.rope_size)
            if not absorbs_latent:
                latent = query + attention.heads * attention.value_size
            live = STREAM * hidden + query + 2 * latent
            written = STREAM * hidden + latent + attention.heads * keys
            beside = 0
        case _:
            return attention_transient(block)
    return beside + (ops.maximum(live, written) if scores else live)


def _beside(block: Block) -> float:
    """A state layer beside the attention (Falcon-H1), which reads the same input."""
    if block.beside is None:
        return 0
    return mixer_activations.transient(block.hidden, block.beside) - 2 * block.hidden
