"""One transformer block as the formulas see it."""

from dataclasses import dataclass
from functools import cached_property

from vram_atlas.formulas import shapes
from vram_atlas.formulas.ledger import Matrix
from vram_atlas.schema.architecture import (
    AnyAttention,
    AnyMlp,
    AttentionBias,
    GroupedAttention,
    Normalisation,
)
from vram_atlas.schema.mixers import Mamba2


def full_attention(*, heads: int, head_size: int, bias: AttentionBias) -> GroupedAttention:
    """Attention of one block in which every head has keys and values of its own."""
    return GroupedAttention(layers=1, heads=heads, kv_heads=heads, head_size=head_size, bias=bias)


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """`layers` equal blocks of a stack. As a schema model it equals itself only.

    norms     norms of the block; with one, attention and MLP read the same input side by side
    cross        cross-attention to the tokens of another stack, or None
    mlp_dropout  dropout inside the MLP as well (T5)
    beside       a state layer that reads the same input as the attention (Falcon-H1), or None
    relative     rows of a relative-position table that attention scores too (DeBERTa); 0 without
    layer_input  width of the embedding that every layer adds of its own (Gemma 3n); 0 without
    post_norm    norms follow the residual sum (BERT)
    scaled       a vector scales attention and MLP before they are added (DINOv2)
    streams      copies of the residual stream that are mixed around attention and MLP
    score_bias   a learned bias per head and token pair goes into attention (T5)
    """

    layers: int
    hidden: int
    attention: AnyAttention
    mlp: AnyMlp
    normalisation: Normalisation
    norms: int = 2
    dropout: bool = False
    cross: GroupedAttention | None = None
    beside: Mamba2 | None = None
    layer_input: int = 0
    relative: int = 0
    mlp_dropout: bool = False
    post_norm: bool = False
    score_bias: bool = False
    scaled: bool = False
    streams: int = 1

    def lacks_kernel(self, *, wide: bool) -> bool:
        """Whether no fused kernel of PyTorch runs its attention: the score matrix exists.

        `wide`: in fp32, where keys that heads share have none.
        """
        attention = self.attention
        if not isinstance(attention, GroupedAttention):
            return False
        shared = wide and attention.kv_heads < attention.heads
        return attention.sinks or attention.score_matrix or self.relative > 0 or shared

    @cached_property
    def attention_matrices(self) -> tuple[Matrix, ...]:
        """The products of the attention, or of what stands in its place; the output last."""
        return shapes.attention_matrices(self.hidden, self.attention)

    @cached_property
    def mlp_matrices(self) -> tuple[Matrix, ...]:
        """The products of the MLP that run for every token, the last one last."""
        return shapes.mlp_matrices(self.hidden, self.mlp)

    @cached_property
    def matrices(self) -> tuple[Matrix, ...]:
        """Every product of the block that LoRA can target, cross-attention included."""
        beside = [
            matrix
            for other in (self.cross, self.beside)
            if other is not None
            for matrix in shapes.attention_matrices(self.hidden, other)
        ]
        return (
            *self.attention_matrices,
            *self.mlp_matrices,
            *beside,
            *shapes.layer_input_matrices(self.hidden, self.layer_input),
        )
