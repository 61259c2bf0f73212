"""One transformer block as the formulas see it."""

from dataclasses import dataclass

from vram_atlas.formulas import shapes
from vram_atlas.formulas.ledger import Matrix
from vram_atlas.schema.architecture import (
    Attention,
    AttentionBias,
    GroupedAttention,
    Mlp,
    Normalisation,
)


def full_attention(*, heads: int, head_size: int, bias: AttentionBias) -> GroupedAttention:
    """Attention of one block in which every head has keys and values of its own."""
    return GroupedAttention(layers=1, heads=heads, kv_heads=heads, head_size=head_size, bias=bias)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """`layers` equal blocks of a stack.

    norms     norms of the block; with one, attention and MLP read the same input side by side
    cross        cross-attention to the tokens of another stack, or None
    mlp_dropout  dropout inside the MLP as well (T5)
    post_norm    norms follow the residual sum (BERT)
    score_bias   a learned bias per head and token pair goes into attention (T5)
    """

    layers: int
    hidden: int
    attention: Attention
    mlp: Mlp
    normalisation: Normalisation
    norms: int = 2
    dropout: bool = False
    cross: GroupedAttention | None = None
    mlp_dropout: bool = False
    post_norm: bool = False
    score_bias: bool = False

    @property
    def matrices(self) -> tuple[Matrix, ...]:
        """Every product of the block, cross-attention included."""
        own = shapes.matrices(self.hidden, self.attention, self.mlp)
        return (
            own if self.cross is None else own + shapes.attention_matrices(self.hidden, self.cross)
        )
