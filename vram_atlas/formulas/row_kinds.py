"""Which matrices of a decoder get other blocks than the rest of a GGUF file (llama-quantize).

Some by what they do: the last matrix of an MLP, values, one matrix for queries, keys and values.
Others by their rows: a k-quant's block holds 256 weights of one row, so a matrix whose rows are no
multiple of that gets blocks of 32, which are larger.
"""

from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import Projection
from vram_atlas.formulas.terms import RowKinds
from vram_atlas.schema.architecture import ExpertsMlp

_BLOCK = 256
"""Weights in a block of a k-quant: QK_K of ggml."""


def of_stack(stack: tuple[Block, ...], *, hidden: int, tables: int, outputs: int) -> RowKinds:
    """Elements of every kind; `tables` and `outputs` are rows as wide as the stream."""
    down = values = joined = uneven = uneven_down = 0
    for block in stack:
        for matrix in block.matrices:
            elements = block.layers * matrix.elements
            odd = elements if matrix.inputs % _BLOCK else 0
            uneven += odd
            if Projection.DOWN in matrix.roles:
                down += elements
                uneven_down += odd
            elif Projection.VALUE in matrix.roles and Projection.QUERY in matrix.roles:
                joined += elements
            elif Projection.VALUE in matrix.roles:
                values += elements
        mlp = block.mlp
        if isinstance(mlp, ExpertsMlp):
            inputs = mlp.latent_size or block.hidden
            matrices = block.layers * mlp.experts * inputs * mlp.expert_width
            wide = (2 if mlp.gated else 1) * matrices if inputs % _BLOCK else 0
            narrow = matrices if mlp.expert_width % _BLOCK else 0
            down += matrices
            uneven += wide + narrow
            uneven_down += narrow
    odd_stream = hidden % _BLOCK > 0
    return RowKinds(
        down=down,
        values=values,
        joined=joined,
        uneven=uneven,
        uneven_down=uneven_down,
        uneven_tables=tables if odd_stream else 0,
        uneven_outputs=outputs if odd_stream else 0,
    )
