"""Encoders with shared layers (ALBERT) and with disentangled attention (DeBERTa)."""

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from vram_atlas.formulas import encoder
from vram_atlas.formulas.counting import count
from vram_atlas.formulas.numerics import Numerics
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.schema.architecture import Encoder

BF16 = Numerics(element_bytes=2, residual_bytes=2, autocast=False, trains_base=True, scores=False)


def an_encoder(layers: int, hidden: int, width: int, heads: int, **more: object) -> Encoder:
    """An encoder from what a catalog entry would say."""
    return TypeAdapter(Encoder).validate_python(
        {
            "kind": "encoder",
            "layers": layers,
            "hidden_size": hidden,
            "heads": heads,
            "head_size": hidden // heads,
            "mlp": {"kind": "plain", "layers": layers, "width": width},
            **more,
        }
    )


ALBERT = an_encoder(
    12,
    4096,
    16384,
    64,
    vocabulary=30000,
    position_embeddings=512,
    token_types=2,
    embedding_size=128,
    shared_layers=True,
)
DEBERTA = an_encoder(
    12, 768, 3072, 12, vocabulary=128100, position_embeddings=0, pooler=False, relative_rows=512
)


def test_albert_counts_one_layer() -> None:
    """ALBERT xxlarge: 222,595,584 parameters for twelve layers (AlbertModel, transformers 5.24)."""
    assert count(ALBERT).total == 222_595_584
    twice = ALBERT.model_copy(update={"layers": 24, "mlp": ALBERT.mlp})
    assert count(twice).total == count(ALBERT).total


def test_albert_keeps_activations_of_every_layer() -> None:
    """Shared weights save no activation: as many as without sharing."""
    alone = ALBERT.model_copy(update={"shared_layers": False})
    kept = [
        encoder.training(shape, BF16, micro_batch_size=1, sequence_length=128, ops=NUMBERS).saved
        for shape in (ALBERT, alone)
    ]
    assert kept[0] == kept[1]


def test_deberta_counts_its_table() -> None:
    """DeBERTa v3 base: 183,831,552 parameters (DebertaV2Model, transformers 5.24)."""
    assert count(DEBERTA).total == 183_831_552


KEPT = [
    pytest.param(2, 10056, 17, id="bf16"),
    pytest.param(4, 20112, 25, id="fp32"),
]
"""Bytes per token, and per token and key, of one layer without dropout: hidden size 64, MLP width
176, four heads, 512 relative positions.

Source: saved_tensors_hooks on DebertaV2Model of transformers 5.24 on the CPU, the difference of
three and two layers at lengths 32, 64 and 96."""


@pytest.mark.parametrize(("element", "per_token", "per_key"), KEPT)
def test_deberta_layer(element: int, per_token: float, per_key: float) -> None:
    """Scores against relative positions dominate: eight kilobytes per token of ten."""
    shape = an_encoder(
        1,
        64,
        176,
        4,
        vocabulary=32,
        position_embeddings=0,
        pooler=False,
        relative_rows=512,
        dropout=False,
    )
    numerics = replace(BF16, element_bytes=element, residual_bytes=element)
    short, long = (
        encoder.training(
            shape, numerics, micro_batch_size=1, sequence_length=length, ops=NUMBERS
        ).saved
        for length in (100, 200)
    )
    keys = (long / 200 - short / 100) / 100
    assert keys == pytest.approx(per_key)
    assert short / 100 - 100 * keys == pytest.approx(per_token, rel=0.02)
