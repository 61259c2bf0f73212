"""Recurrent formulas: parameter counts, cuDNN's reserve buffer, the state at inference."""

import pytest
from vision_data import family

from vram_atlas.formulas import recurrent
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.schema.layers import Cell, Recurrent

# id, parameters counted on the scripts' own modules with torch 2.13.0
COUNTS = [
    ("lstm-wikitext-2", 13_987_678),
    ("gru-wikitext-2", 13_826_878),
    ("awd-lstm-wikitext-2", 33_556_078),
]

# Reserve sizes printed in pytorch/pytorch issue 2895 for 4 layers of 320 in fp32 without dropout.
# The issue does not print the number of tokens; 25,000 is the one that fits both.
RESERVES = [(Cell.LSTM, 736_000_000), (Cell.GRU, 864_000_000)]


def model(identifier: str) -> Recurrent:
    """The architecture of a catalog entry."""
    architecture = family("lstm-language-models")[identifier].architecture
    assert isinstance(architecture, Recurrent)
    return architecture


@pytest.mark.parametrize(("identifier", "counted"), COUNTS)
def test_count(identifier: str, counted: int) -> None:
    """Two bias vectors per gate, tied matrices once."""
    assert recurrent.count(model(identifier)).total == counted


@pytest.mark.parametrize(("cell", "reserve"), RESERVES)
def test_reserve_buffer(cell: Cell, reserve: int) -> None:
    """A GRU keeps more than an LSTM, although it has fewer weights."""
    shape = Recurrent(
        kind="recurrent",
        cell=cell,
        embedding_size=123,
        hidden_sizes=(320,) * 4,
        vocabulary=10,
        tied_embeddings=False,
        dropout=False,
    )
    kept = recurrent.training(
        shape,
        micro_batch_size=50,
        sequence_length=500,
        element_bytes=4,
        autocast=False,
        ops=NUMBERS,
    )
    assert kept.saved == reserve


def test_logits_are_left_to_the_loss() -> None:
    """Tokens x vocabulary, counted and not sized."""
    kept = recurrent.training(
        model("lstm-wikitext-2"),
        micro_batch_size=20,
        sequence_length=35,
        element_bytes=4,
        autocast=False,
        ops=NUMBERS,
    )
    assert kept.logits == 20 * 35 * 33_278


@pytest.mark.parametrize(("identifier", "states"), [("lstm-wikitext-2", 2), ("gru-wikitext-2", 1)])
def test_state(identifier: str, states: int) -> None:
    """Hidden and, for an LSTM, cell state of both layers, whatever the length of the text."""
    passing = recurrent.inference(
        model(identifier), micro_batch_size=3, element_bytes=4, ops=NUMBERS
    )
    assert passing.cache == 3 * 4 * 2 * 200 * states
