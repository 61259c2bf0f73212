"""Matrices and parameters of compressed attention, and of the heads that choose what is read."""

from vram_atlas.formulas.ledger import Matrix
from vram_atlas.formulas.numerics import Projection
from vram_atlas.schema.compressed import CompressedAttention, Indexer


def _matrix(inputs: int, outputs: int, *roles: Projection) -> Matrix:
    return Matrix(roles=frozenset(roles), inputs=inputs, outputs=outputs)


def indexer_matrices(hidden: int, queries: int, index: Indexer | None) -> tuple[Matrix, ...]:
    """Queries and one key of the heads that choose what attention reads, and their weights."""
    if index is None:
        return ()
    chosen = (
        _matrix(queries, index.heads * index.head_size, Projection.INPUT),
        _matrix(hidden, index.head_size, Projection.INPUT),
    )
    return (*chosen, _matrix(hidden, index.heads, Projection.INPUT)) if index.weighted else chosen


def matrices(hidden: int, attention: CompressedAttention) -> tuple[Matrix, ...]:
    """Queries through a rank, one key-value vector, the compressors, the output in groups.

    A compressor has a product and a gate; with an indexer windows overlap and both are doubled.
    """
    rank, size = attention.query_rank, attention.head_size
    width = attention.heads * size
    narrowed = attention.output_groups * attention.output_rank
    index = attention.indexer
    narrower: tuple[Matrix, ...] = ()
    if attention.ratio is not None:
        series = size if index is None else 2 * size
        narrower = (_matrix(hidden, series, Projection.INPUT),) * 2
    if index is not None:
        narrower += (
            _matrix(hidden, 2 * index.head_size, Projection.INPUT),
            _matrix(hidden, 2 * index.head_size, Projection.INPUT),
            _matrix(rank, index.heads * index.head_size, Projection.INPUT),
            _matrix(hidden, index.heads, Projection.INPUT),
        )
    return (
        _matrix(hidden, rank, Projection.QUERY),
        _matrix(rank, width, Projection.QUERY),
        _matrix(hidden, size, Projection.KEY),
        *narrower,
        _matrix(width // attention.output_groups, narrowed, Projection.OUTPUT),
        _matrix(narrowed, hidden, Projection.OUTPUT),
    )


def other_parameters(attention: CompressedAttention) -> int:
    """Sinks, norms of the ranks, and of every compressor its norm and its position biases."""
    size, ratio, index = attention.head_size, attention.ratio, attention.indexer
    other = attention.heads + attention.query_rank + size
    if ratio is None:
        return other
    other += size + ratio * (size if index is None else 2 * size)
    return other if index is None else other + index.head_size + 2 * ratio * index.head_size
