"""Matrices and parameter counts of attention and MLP, shared by every transformer kind."""

from dataclasses import dataclass
from typing import assert_never

from vram_atlas.adding import add_up
from vram_atlas.formulas import compressed, mixers
from vram_atlas.formulas.ledger import Matrix
from vram_atlas.formulas.numerics import Projection
from vram_atlas.schema.architecture import (
    AnyAttention,
    AnyMlp,
    AttentionBias,
    ExpertsMlp,
    GatedMlp,
    GroupedAttention,
    LatentAttention,
    Normalisation,
    PlainMlp,
    QueryKeyNorm,
)
from vram_atlas.schema.compressed import CompressedAttention
from vram_atlas.schema.mixers import Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Elements of one attention or MLP.

    largest         the largest tensor; routed experts are one tensor
    largest_linear  the largest matrix that a product reads; an expert's is its own
    margins         rows plus columns of all matrices
    shorter         the shorter sides of all matrices
    tensors         every matrix
    """

    linear: int
    experts: int = 0
    other: int = 0
    largest: int = 0
    largest_linear: int = 0
    inactive: int = 0
    margins: int = 0
    shorter: int = 0
    tensors: tuple[int, ...] = ()


def norm_parameters(width: int, kind: Normalisation) -> int:
    """Weight and bias of one norm."""
    match kind:
        case Normalisation.LAYER:
            return 2 * width
        case Normalisation.LAYER_PLAIN:
            return 0
        case _:
            return width


def stream_parameters(hidden: int, streams: int) -> int:
    """What mixes `n` residual streams around attention and around the MLP; nothing for one.

    Each time `n + n + n x n` weights come out of all streams: a matrix, their bias, three scales.
    Source: DeepseekV4HyperConnection of transformers.
    """
    if streams == 1:
        return 0
    weights = streams * (2 + streams)
    return 2 * (weights * streams * hidden + weights + 3)


def attention_matrices(hidden: int, attention: AnyAttention) -> tuple[Matrix, ...]:
    """The products of an attention, or of what stands in its place; the output last."""
    match attention:
        case GroupedAttention():
            return _grouped_matrices(hidden, attention)
        case LatentAttention():
            return _latent_matrices(hidden, attention)
        case CompressedAttention():
            return compressed.matrices(hidden, attention)
        case _:
            return mixers.matrices(hidden, attention)


def _matrix(inputs: int, outputs: int, *roles: Projection) -> Matrix:
    return Matrix(roles=frozenset(roles), inputs=inputs, outputs=outputs)


def _grouped_matrices(hidden: int, attention: GroupedAttention) -> tuple[Matrix, ...]:
    query = attention.heads * attention.head_size
    keys = attention.kv_heads * attention.head_size
    values = attention.kv_heads * value_size(attention)
    output = _matrix(attention.heads * value_size(attention), hidden, Projection.OUTPUT)
    if attention.fused:
        roles = (Projection.QUERY, Projection.KEY, Projection.VALUE)
        return _matrix(hidden, query + keys + values, *roles), output
    first = _matrix(hidden, 2 * query if attention.output_gate else query, Projection.QUERY)
    if attention.reuses_keys:
        return first, output
    key = _matrix(hidden, keys, Projection.KEY)
    if attention.values_from_keys:
        return first, key, output
    chosen = compressed.indexer_matrices(hidden, hidden, attention.indexer)
    return first, key, _matrix(hidden, values, Projection.VALUE), *chosen, output


def value_size(attention: GroupedAttention) -> int:
    """Size of a value's head: that of a key's unless stated."""
    return attention.value_size or attention.head_size


def _latent_matrices(hidden: int, attention: LatentAttention) -> tuple[Matrix, ...]:
    queries = attention.heads * (attention.nope_size + attention.rope_size)
    values = attention.heads * (attention.nope_size + attention.value_size)
    rank = attention.query_rank
    queried = (
        (_matrix(hidden, queries, Projection.QUERY),)
        if rank is None
        else (_matrix(hidden, rank, Projection.QUERY), _matrix(rank, queries, Projection.QUERY))
    )
    chosen = compressed.indexer_matrices(hidden, rank or hidden, attention.indexer)
    width = attention.heads * attention.value_size
    gate = (_matrix(hidden, width, Projection.GATE),) if attention.output_gate else ()
    return (
        *queried,
        _matrix(hidden, attention.kv_rank + attention.rope_size, Projection.KEY),
        _matrix(attention.kv_rank, values, Projection.VALUE),
        *chosen,
        *gate,
        _matrix(width, hidden, Projection.OUTPUT),
    )


def mlp_matrices(hidden: int, mlp: AnyMlp) -> tuple[Matrix, ...]:
    """The products of an MLP that run for every token, the last one last; experts are apart."""
    match mlp:
        case GatedMlp():
            return _gated(hidden, mlp.width, fused=mlp.fused)
        case PlainMlp():
            return _plain(hidden, mlp.width)
        case ExpertsMlp():
            return _beside_experts(hidden, mlp)
        case Absent():
            return ()
        case _:
            assert_never(mlp)


def _beside_experts(hidden: int, mlp: ExpertsMlp) -> tuple[Matrix, ...]:
    """The way into and out of a narrow latent, and the shared experts."""
    narrow = mlp.latent_size
    latent = (
        ()
        if narrow is None
        else (_matrix(hidden, narrow, Projection.UP), _matrix(narrow, hidden, Projection.DOWN))
    )
    if not mlp.shared_width:
        return latent
    shared = (
        _gated(hidden, mlp.shared_width, fused=False)
        if mlp.gated
        else _plain(hidden, mlp.shared_width)
    )
    return (*latent, *shared)


def _plain(hidden: int, width: int) -> tuple[Matrix, ...]:
    return _matrix(hidden, width, Projection.UP), _matrix(width, hidden, Projection.DOWN)


def _gated(hidden: int, width: int, *, fused: bool) -> tuple[Matrix, ...]:
    last = _matrix(width, hidden, Projection.DOWN)
    if fused:
        return _matrix(hidden, 2 * width, Projection.GATE, Projection.UP), last
    return (
        _matrix(hidden, width, Projection.GATE),
        _matrix(hidden, width, Projection.UP),
        last,
    )


def layer_input_matrices(hidden: int, width: int) -> tuple[Matrix, ...]:
    """Gate and projection of an embedding that a layer adds of its own; none for width 0."""
    return _plain(hidden, width) if width else ()


def count_attention(hidden: int, attention: AnyAttention) -> Counted:
    """Parameters of one attention, or of what stands in its place."""
    products = attention_matrices(hidden, attention)
    match attention:
        case GroupedAttention():
            query, keys = (
                attention.heads * attention.head_size,
                attention.kv_heads * attention.head_size,
            )
            if attention.reuses_keys:
                keys = 0
            bias = attention_bias(attention.bias, query, keys, hidden)
            norms = {
                QueryKeyNorm.NONE: 0,
                QueryKeyNorm.HEAD: (1 if attention.reuses_keys else 2) * attention.head_size,
                QueryKeyNorm.FULL: query + keys,
            }[attention.query_key_norm]
            other = bias + norms + (attention.heads if attention.sinks else 0)
            other += 0 if attention.indexer is None else 2 * attention.indexer.head_size
            return _counted(products, other)
        case LatentAttention():
            index = 0 if attention.indexer is None else 2 * attention.indexer.head_size
            return _counted(products, attention.kv_rank + (attention.query_rank or 0) + index)
        case CompressedAttention():
            return _counted(products, compressed.other_parameters(attention))
        case _:
            return _counted(products, mixers.other_parameters(hidden, attention))


def attention_bias(bias: AttentionBias, query: int, keys: int, hidden: int) -> int:
    """Bias elements of the four projections."""
    return {
        AttentionBias.NONE: 0,
        AttentionBias.QKV: query + 2 * keys,
        AttentionBias.ALL: query + 2 * keys + hidden,
        AttentionBias.NO_KEY: query + keys + hidden,
        AttentionBias.OUTPUT: hidden,
    }[bias]


def count_layer_input(hidden: int, width: int, kind: Normalisation) -> Counted:
    """Parameters of a layer's own embedding, its norm included; nothing for width 0."""
    products = layer_input_matrices(hidden, width)
    return _counted(products, norm_parameters(hidden, kind) if width else 0)


def count_mlp(hidden: int, mlp: AnyMlp) -> Counted:
    """Parameters of one MLP, routed experts apart."""
    products = mlp_matrices(hidden, mlp)
    match mlp:
        case GatedMlp():
            return _counted(products, 2 * mlp.width + hidden if mlp.bias else 0)
        case PlainMlp():
            return _counted(products, mlp.width + hidden if mlp.bias else 0)
        case ExpertsMlp():
            return _count_experts(hidden, mlp, products)
        case Absent():
            return Counted(linear=0)
        case _:
            assert_never(mlp)


def _count_experts(hidden: int, mlp: ExpertsMlp, products: tuple[Matrix, ...]) -> Counted:
    """Routed experts, router, and what runs for every token. The first matrices are one tensor."""
    factors = 2 if mlp.gated else 1
    inputs = hidden if mlp.latent_size is None else mlp.latent_size
    expert = (factors + 1) * inputs * mlp.expert_width
    bias = factors * mlp.expert_width + inputs if mlp.expert_bias else 0
    router = mlp.experts * (hidden + int(mlp.router_bias) + int(mlp.correction_bias))
    gate = hidden if mlp.shared_gate else 0
    sizes = tuple(m.elements for m in products)
    return Counted(
        linear=add_up(sizes),
        tensors=sizes,
        experts=mlp.experts * expert,
        other=router + gate + mlp.experts * bias,
        largest=max([factors * mlp.experts * inputs * mlp.expert_width, *sizes]),
        largest_linear=max([inputs * mlp.expert_width, *sizes]),
        inactive=(mlp.experts - mlp.experts_per_token) * (expert + bias),
        margins=mlp.experts * (factors + 1) * (inputs + mlp.expert_width)
        + add_up(m.inputs + m.outputs for m in products),
        shorter=mlp.experts * (factors + 1) * min(inputs, mlp.expert_width)
        + add_up(min(m.inputs, m.outputs) for m in products),
    )


def _counted(products: tuple[Matrix, ...], other: int) -> Counted:
    return Counted(
        linear=add_up(m.elements for m in products),
        other=other,
        largest=max((m.elements for m in products), default=0),
        largest_linear=max((m.elements for m in products), default=0),
        tensors=tuple(m.elements for m in products),
        margins=add_up(m.inputs + m.outputs for m in products),
        shorter=add_up(min(m.inputs, m.outputs) for m in products),
    )
