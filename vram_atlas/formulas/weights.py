"""Bytes of weights: parameters by group times the bits the format gives each group."""

from dataclasses import dataclass

from vram_atlas.formulas.allocator import rounding
from vram_atlas.formulas.terms import ParameterGroups, RowKinds
from vram_atlas.schema.bits import Mix
from vram_atlas.schema.software import Format, Preparation, Unpacking
from vram_atlas.units import BITS_PER_BYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightBytes:
    """Weights on the board, in bytes.

    blocks   what several boards can divide by whole blocks
    input    input tables and everything outside the blocks
    output   the output matrix, or the tied one
    experts  part of `blocks`: routed experts
    replicated  part of `blocks`: norms, biases, routers, encoders of images or sound
    towers   part of `replicated` that is no layer: encoders of images or sound
    unpacked  the largest block matrix once more in 16 bits, where the format unpacks
    loading   what exists twice for a moment while the weights are loaded
    """

    blocks: float
    input: float
    output: float
    experts: float = 0
    replicated: float = 0
    towers: float = 0
    unpacked: float = 0
    loading: float = 0

    @property
    def total(self) -> float:
        """All weights."""
        return self.blocks + self.input + self.output


_UNPACKED_BYTES = 2
_FP32_BITS = 32
_FP16 = "fp16"


def weight_bytes(
    groups: ParameterGroups,
    form: Format,
    *,
    prepared: Preparation = Preparation.NOTHING,
    rounded: bool = False,
    fused_experts: bool = False,
) -> WeightBytes:
    """Bytes of all weights in a format.

    Quantisers touch the matrices inside the blocks only; embeddings, output, norms and routers
    keep their own bits, or become fp32 where the base is `prepared` for training. `rounded`: the
    runtime allocates tensor by tensor, so the allocator rounds each one up. `fused_experts`: those
    of a layer are one parameter, which a format of linear modules does not reach. Beside fp16
    weights `groups.wide` parameters stay in fp32.
    """
    mix = None if groups.rows is None else form.mix
    bits = form.linear.bits if mix is None else mix.rest or form.linear.bits
    expert_bits = bits if form.experts is None else form.experts.bits
    wide = _FP32_BITS if prepared is Preparation.EVERYTHING else None
    norms = None if prepared is Preparation.NOTHING else _FP32_BITS
    if fused_experts and form.modules_only:
        expert_bits = wide or form.other_bits
    quantised = groups.linear * bits + groups.experts * expert_bits
    if form.modules_only:
        quantised = quantised + groups.whole * (form.other_bits - bits)
    towers = groups.towers * (norms or form.tower_bits or form.other_bits)
    other = groups.other * (norms or form.other_bits) + towers + groups.buffers * form.other_bits
    kept_wide = groups.wide * (_FP32_BITS - form.other_bits) if form.id == _FP16 else 0
    output = groups.head * (wide or form.head_bits) + groups.tied * (wide or form.tied_bits)
    embedding = groups.embedding * (wide or form.embedding_bits)
    embedding = embedding + groups.tables * (wide or _table_bits(groups, form))
    if groups.rows is not None and mix is not None:
        quantised += _mixed(groups.rows, mix)
        embedding += groups.rows.uneven_tables * mix.uneven_tables
        output += groups.rows.uneven_outputs * mix.uneven_outputs
    packed = form.linear.element_bits / BITS_PER_BYTE
    added = rounding(groups.tensors, packed) if rounded else 0
    unpacks = form.unpacking is not Unpacking.NEVER
    return WeightBytes(
        blocks=(quantised + other + kept_wide) / BITS_PER_BYTE + added,
        input=embedding / BITS_PER_BYTE,
        output=output / BITS_PER_BYTE,
        experts=groups.experts * expert_bits / BITS_PER_BYTE,
        replicated=other / BITS_PER_BYTE,
        towers=towers / BITS_PER_BYTE,
        unpacked=groups.largest_linear * _UNPACKED_BYTES if unpacks else 0,
        loading=_loading(groups, form, prepared),
    )


def _table_bits(groups: ParameterGroups, form: Format) -> float:
    """Bits of an element of the tables of n-grams, which quantisers leave as published."""
    whole = form.experts is None and form.linear.bits >= BITS_PER_BYTE * _UNPACKED_BYTES
    if whole or groups.table_block == 0:
        return form.embedding_bits
    return BITS_PER_BYTE + BITS_PER_BYTE / groups.table_block


def _mixed(rows: RowKinds, mix: Mix) -> float:
    """What a file of mixed blocks adds to the bits of its matrices. Unit: bits."""
    return (
        rows.down * mix.down
        + rows.values * mix.values
        + rows.joined * mix.joined
        + rows.uneven * mix.uneven
        + rows.uneven_down * mix.uneven_down
    )


def _loading(groups: ParameterGroups, form: Format, prepared: Preparation) -> float:
    """What exists twice for a moment while weights are loaded, tensor after tensor. Bytes.

    Preparing for k-bit training casts tensor by tensor, the output matrix last; files with a second
    copy of a tied matrix fill both before they are tied. Matrices stored as they run are loaded in
    place. bitsandbytes quantises a 16-bit matrix that is on the board already; the first pass
    unpacks the same matrix beside its own tensors, so this is never the peak and is left out.
    """
    if prepared is Preparation.EVERYTHING:
        return (groups.head + groups.tied) * _UNPACKED_BYTES
    return groups.tied * form.tied_bits / BITS_PER_BYTE if form.stores_tied_twice else 0


def plain_weight_bytes(
    groups: ParameterGroups, element_bytes: float, *, rounded: bool = False
) -> WeightBytes:
    """Bytes of all weights when every parameter has the same size."""
    added = rounding(groups.tensors, element_bytes) if rounded else 0
    other = groups.other + groups.towers + groups.buffers
    return WeightBytes(
        blocks=(groups.linear + groups.experts + other) * element_bytes + added,
        input=(groups.embedding + groups.tables) * element_bytes,
        output=(groups.head + groups.tied) * element_bytes,
        experts=groups.experts * element_bytes,
        replicated=other * element_bytes,
        towers=groups.towers * element_bytes,
    )
