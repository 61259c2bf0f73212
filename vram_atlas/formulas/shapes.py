"""Matrices and parameter counts of attention and MLP, shared by every transformer kind."""

from dataclasses import dataclass

from vram_atlas.formulas.ledger import Matrix
from vram_atlas.formulas.numerics import Projection
from vram_atlas.schema.architecture import (
    Attention,
    AttentionBias,
    ExpertsMlp,
    GatedMlp,
    GroupedAttention,
    LatentAttention,
    Mlp,
    Normalisation,
    PlainMlp,
    QueryKeyNorm,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Elements of one attention or MLP.

    largest         the largest tensor; routed experts are one tensor
    largest_linear  the largest matrix that a product reads; an expert's is its own
    margins         rows plus columns of all matrices
    tensors         every matrix
    """

    linear: int
    experts: int = 0
    other: int = 0
    largest: int = 0
    largest_linear: int = 0
    inactive: int = 0
    margins: int = 0
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


def attention_matrices(hidden: int, attention: Attention) -> tuple[Matrix, ...]:
    """The products of an attention, the output last."""
    match attention:
        case GroupedAttention():
            return _grouped_matrices(hidden, attention)
        case LatentAttention():
            return _latent_matrices(hidden, attention)


def _matrix(inputs: int, outputs: int, *roles: Projection) -> Matrix:
    return Matrix(roles=frozenset(roles), inputs=inputs, outputs=outputs)


def _grouped_matrices(hidden: int, attention: GroupedAttention) -> tuple[Matrix, ...]:
    query = attention.heads * attention.head_size
    keys = attention.kv_heads * attention.head_size
    output = _matrix(query, hidden, Projection.OUTPUT)
    if attention.fused:
        roles = (Projection.QUERY, Projection.KEY, Projection.VALUE)
        return _matrix(hidden, query + 2 * keys, *roles), output
    return (
        _matrix(hidden, query, Projection.QUERY),
        _matrix(hidden, keys, Projection.KEY),
        _matrix(hidden, keys, Projection.VALUE),
        output,
    )


def _latent_matrices(hidden: int, attention: LatentAttention) -> tuple[Matrix, ...]:
    queries = attention.heads * (attention.nope_size + attention.rope_size)
    values = attention.heads * (attention.nope_size + attention.value_size)
    rank = attention.query_rank
    compressed = (
        (_matrix(hidden, queries, Projection.QUERY),)
        if rank is None
        else (_matrix(hidden, rank, Projection.QUERY), _matrix(rank, queries, Projection.QUERY))
    )
    return (
        *compressed,
        _matrix(hidden, attention.kv_rank + attention.rope_size, Projection.KEY),
        _matrix(attention.kv_rank, values, Projection.VALUE),
        _matrix(attention.heads * attention.value_size, hidden, Projection.OUTPUT),
    )


def mlp_matrices(hidden: int, mlp: Mlp) -> tuple[Matrix, ...]:
    """The products of an MLP that run for every token, the last one last; experts are apart."""
    match mlp:
        case GatedMlp():
            return _gated(hidden, mlp.width, fused=mlp.fused)
        case PlainMlp():
            return (
                _matrix(hidden, mlp.width, Projection.UP),
                _matrix(mlp.width, hidden, Projection.DOWN),
            )
        case ExpertsMlp():
            return _gated(hidden, mlp.shared_width, fused=False) if mlp.shared_width else ()


def _gated(hidden: int, width: int, *, fused: bool) -> tuple[Matrix, ...]:
    last = _matrix(width, hidden, Projection.DOWN)
    if fused:
        return _matrix(hidden, 2 * width, Projection.GATE, Projection.UP), last
    return (
        _matrix(hidden, width, Projection.GATE),
        _matrix(hidden, width, Projection.UP),
        last,
    )


def matrices(hidden: int, attention: Attention, mlp: Mlp) -> tuple[Matrix, ...]:
    """Every product of a block that LoRA can target."""
    return attention_matrices(hidden, attention) + mlp_matrices(hidden, mlp)


def count_attention(hidden: int, attention: Attention) -> Counted:
    """Parameters of one attention."""
    products = attention_matrices(hidden, attention)
    match attention:
        case GroupedAttention():
            query, keys = (
                attention.heads * attention.head_size,
                attention.kv_heads * attention.head_size,
            )
            bias = attention_bias(attention.bias, query, keys, hidden)
            norms = {
                QueryKeyNorm.NONE: 0,
                QueryKeyNorm.HEAD: 2 * attention.head_size,
                QueryKeyNorm.FULL: query + keys,
            }[attention.query_key_norm]
            other = bias + norms + (attention.heads if attention.sinks else 0)
            return _counted(products, other)
        case LatentAttention():
            return _counted(products, attention.kv_rank + (attention.query_rank or 0))


def attention_bias(bias: AttentionBias, query: int, keys: int, hidden: int) -> int:
    """Bias elements of the four projections."""
    return {
        AttentionBias.NONE: 0,
        AttentionBias.QKV: query + 2 * keys,
        AttentionBias.ALL: query + 2 * keys + hidden,
        AttentionBias.NO_KEY: query + keys + hidden,
        AttentionBias.OUTPUT: hidden,
    }[bias]


def count_mlp(hidden: int, mlp: Mlp) -> Counted:
    """Parameters of one MLP, routed experts apart."""
    products = mlp_matrices(hidden, mlp)
    match mlp:
        case GatedMlp():
            return _counted(products, 2 * mlp.width + hidden if mlp.bias else 0)
        case PlainMlp():
            return _counted(products, mlp.width + hidden if mlp.bias else 0)
        case ExpertsMlp():
            expert = 3 * hidden * mlp.expert_width
            bias = 2 * mlp.expert_width + hidden if mlp.expert_bias else 0
            router = mlp.experts * (hidden + int(mlp.router_bias) + int(mlp.correction_bias))
            gate = hidden if mlp.shared_gate else 0
            idle = mlp.experts - mlp.experts_per_token
            return Counted(
                linear=sum(m.elements for m in products),
                tensors=tuple(m.elements for m in products),
                experts=mlp.experts * expert,
                other=router + gate + mlp.experts * bias,
                largest=max(
                    2 * mlp.experts * hidden * mlp.expert_width, *(m.elements for m in products), 0
                ),
                largest_linear=max(hidden * mlp.expert_width, *(m.elements for m in products), 0),
                inactive=idle * (expert + bias),
                margins=mlp.experts * 3 * (hidden + mlp.expert_width)
                + sum(m.inputs + m.outputs for m in products),
            )


def _counted(products: tuple[Matrix, ...], other: int) -> Counted:
    return Counted(
        linear=sum(m.elements for m in products),
        other=other,
        largest=max(m.elements for m in products),
        largest_linear=max(m.elements for m in products),
        tensors=tuple(m.elements for m in products),
        margins=sum(m.inputs + m.outputs for m in products),
    )
