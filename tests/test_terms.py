"""Terms that no measured block pins: the cache of cross-attention, and training through time."""

import pytest
from conftest import Ask

from vram_atlas.catalog import Catalog
from vram_atlas.formulas.phases import Part
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.schema.architecture import EncoderDecoder
from vram_atlas.training import training_phases

HALF = 2


@pytest.mark.parametrize(
    ("model", "prompt", "source"),
    [("t5-base", 300, 300), ("bart-large", 200, 200), ("whisper-large-v3", 100, 1500)],
)
def test_cache_of_cross_attention(
    catalog: Catalog, ask: Ask, model: str, prompt: int, source: int
) -> None:
    """Keys and values of every decoder layer, for the tokens made and for those of the encoder.

    Whisper's encoder always sees 30 seconds: 1,500 tokens.
    """
    shape = catalog.models[model].architecture
    assert isinstance(shape, EncoderDecoder)
    made = 400
    found = ask(
        model=model,
        task="inference",
        weights="bf16",
        micro_batch_size=3,
        context_length=made,
        prompt_length=prompt,
    )
    width = shape.heads * shape.head_size
    expected = 3 * 2 * HALF * shape.decoder_layers * width * (made + source)
    assert found.parts[Part.KV_CACHE] == expected


def test_length_of_backpropagation_through_time(catalog: Catalog) -> None:
    """What an LSTM keeps grows with every step that gradients flow back through, by the same."""

    def kept(length: int) -> float:
        request = {"model": "awd-lstm-penn-treebank", "task": "full", "sequence_length": length}
        workload = resolve(make_request(request), catalog).workload
        assert workload is not None
        return max(parts.get(Part.ACTIVATIONS, 0) for _, parts in training_phases(workload, 0))

    assert kept(70) - kept(35) == kept(140) - kept(105) > 0
