"""Bytes of weights: parameters by group times the bits the format gives each group."""

from dataclasses import dataclass

from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.schema.software import Format
from vram_atlas.units import BITS_PER_BYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightBytes:
    """Weights on the board, in bytes.

    blocks   what several boards can divide by whole blocks
    input    input tables and everything outside the blocks
    output   the output matrix, or the tied one
    largest  the largest block matrix, unpacked to 16 bits, where products unpack first
    """

    blocks: float
    input: float
    output: float
    largest: float = 0

    @property
    def total(self) -> float:
        """All weights."""
        return self.blocks + self.input + self.output


_UNPACKED_BYTES = 2


def weight_bytes(
    groups: ParameterGroups, form: Format, *, rest_bits: float | None = None
) -> WeightBytes:
    """Bytes of all weights in a format.

    Quantisers touch the matrices inside the blocks only; embeddings, output, norms and routers
    keep their own bits. `rest_bits` replaces those (32 after k-bit preparation).
    """
    experts = form.experts or form.linear
    quantised = groups.linear * form.linear.bits + groups.experts * experts.bits
    other = groups.other * (rest_bits or form.other_bits)
    output = groups.head * (rest_bits or form.head_bits) + groups.tied * (
        rest_bits or form.tied_bits
    )
    embedding = groups.embedding * (rest_bits or form.embedding_bits)
    return WeightBytes(
        blocks=(quantised + other) / BITS_PER_BYTE,
        input=embedding / BITS_PER_BYTE,
        output=output / BITS_PER_BYTE,
        largest=groups.largest_linear * _UNPACKED_BYTES if form.dequantises else 0,
    )


def plain_weight_bytes(groups: ParameterGroups, element_bytes: float) -> WeightBytes:
    """Bytes of all weights when every parameter has the same size."""
    return WeightBytes(
        blocks=(groups.linear + groups.experts + groups.other) * element_bytes,
        input=groups.embedding * element_bytes,
        output=(groups.head + groups.tied) * element_bytes,
    )
