"""The names that libraries give to the projections of a transformer block."""

from collections.abc import Iterable

from vram_atlas.formulas.numerics import Projection
from vram_atlas.names import normalised

PROJECTIONS: dict[str, frozenset[Projection]] = {
    normalised(name): frozenset(roles)
    for names, roles in (
        (
            ("q_proj", "query", "wq", "q", "to_q", "q_lin", "query_proj", "q_a_proj", "q_b_proj"),
            {Projection.QUERY},
        ),
        (("k_proj", "key", "wk", "k", "to_k", "k_lin", "kv_a_proj_with_mqa"), {Projection.KEY}),
        (("v_proj", "value", "wv", "v", "to_v", "v_lin", "kv_b_proj"), {Projection.VALUE}),
        (
            (
                "o_proj",
                "out_proj",
                "wo",
                "o",
                "to_out",
                "to_out.0",
                "out_lin",
                "dense",
                "output_proj",
            ),
            {Projection.OUTPUT},
        ),
        (("gate_proj", "w1", "gate", "wi_0"), {Projection.GATE}),
        (
            (
                "up_proj",
                "w3",
                "up",
                "wi",
                "wi_1",
                "fc1",
                "c_fc",
                "dense_h_to_4h",
                "lin1",
                "intermediate.dense",
            ),
            {Projection.UP},
        ),
        (
            ("down_proj", "w2", "down", "fc2", "dense_4h_to_h", "lin2", "output.dense"),
            {Projection.DOWN},
        ),
        (
            ("qkv_proj", "query_key_value", "c_attn", "W_pack", "qkv"),
            {Projection.QUERY, Projection.KEY, Projection.VALUE},
        ),
        (("gate_up_proj",), {Projection.GATE, Projection.UP}),
        (("c_proj",), {Projection.OUTPUT, Projection.DOWN}),
    )
    for name in names
}

ALL = frozenset(Projection)


def roles_of(words: Iterable[str] | None) -> tuple[frozenset[Projection], list[str]]:
    """The projections that are named, all without a list; and the words that name none."""
    if words is None or words == "all-linear":
        return ALL, []
    found: frozenset[Projection] = frozenset()
    unknown = []
    for word in words:
        roles = PROJECTIONS.get(normalised(word))
        if roles is None:
            unknown.append(word)
        else:
            found |= roles
    return found, unknown
