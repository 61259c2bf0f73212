"""Training of listed denoisers: a whole network traced at once, against the sum of its blocks.

The catalog holds what one block keeps per token. Here is what whole networks keep, traced in one
piece at other sizes with tracing/ (torch 2.13.0, diffusers 0.42.1, peft 0.21.2), rank 16.
"""

# ruff: noqa: E501 - a row of a table is one line

import pytest

from vram_atlas.catalog import Catalog
from vram_atlas.formulas import listed_training
from vram_atlas.formulas.numerics import FP32, HALF, Adapters, Numerics
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.terms import TrainingActivations
from vram_atlas.schema.layers import Diffusion
from vram_atlas.schema.listed import DiffusionTransformer

FULL = Numerics(
    element_bytes=HALF, residual_bytes=HALF, autocast=False, trains_base=True, scores=False
)


def lora(*, autocast: bool, rank: int = 16) -> Numerics:
    """Fp32 adapters on 16-bit weights."""
    return Numerics(
        element_bytes=HALF,
        residual_bytes=HALF,
        autocast=autocast,
        trains_base=False,
        scores=False,
        adapters=Adapters(rank=rank, targets=frozenset(), element_bytes=FP32),
    )


def shape_of(catalog: Catalog, model: str) -> DiffusionTransformer:
    """The denoiser of a model."""
    architecture = catalog.models[model].architecture
    assert isinstance(architecture, Diffusion)
    shapes = [part.shape for part in architecture.components]
    return next(shape for shape in shapes if isinstance(shape, DiffusionTransformer))


def step(
    catalog: Catalog, model: str, numerics: Numerics, *, side: int, text: int, frames: int = 1
) -> TrainingActivations:
    """One step at a number of tokens."""
    shape = shape_of(catalog, model).model_copy(update={"context_tokens": text})
    assert shape.training is not None
    return listed_training.training(
        shape,
        shape.training,
        numerics,
        micro_batch_size=1,
        image_size=side * shape.token_pixels,
        latent_frames=frames,
        ops=NUMBERS,
    )


# model, how it trains; tokens along a side, of text, frames; saved bytes when nothing is
# recomputed; with recomputed blocks: alive after the forward pass, and at most
WHOLE = [
    ("qwen-image", lora(autocast=True), (64, 512, 1), (36763490304, 1800974336, 2765803528)),
    ("qwen-image", FULL, (64, 512, 1), (47741188608, 1786837504, 2637091336)),
    ("stable-diffusion-3.5-large", lora(autocast=True), (64, 333, 1), (18145661024, 906194944, 1534633848)),
    ("flux.2-klein-4b", lora(autocast=False), (32, 512, 1), (5973336064, 247308288, 700133384)),
    ("z-image", lora(autocast=True), (64, 512, 1), (38581045248, 1241952256, 2660271112)),
    ("wan2.2-ti2v-5b", lora(autocast=True), (16, 512, 31), (42651891712, 1623373824, 3464541192)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "numerics", "size", "traced"),
    WHOLE,
    ids=[f"{row[0]} {'full' if row[1] is FULL else 'lora'}" for row in WHOLE],
)
def test_whole_networks(
    catalog: Catalog,
    model: str,
    numerics: Numerics,
    size: tuple[int, int, int],
    traced: tuple[int, int, int],
) -> None:
    """Saved within 0.3 %: the first block keeps less.

    Constants, such as modulations, are left out: 0.2 % of what is alive after the forward pass, at
    most 3 % of the peak.
    """
    side, text, frames = size
    saved, after, peak = traced
    kept = step(catalog, model, numerics, side=side, text=text, frames=frames)
    assert kept.saved + kept.outside + kept.weight_copies == pytest.approx(saved, rel=3e-3)
    held = kept.checkpoints + kept.outside + kept.cached_copies
    assert held == pytest.approx(after, rel=2e-3)
    block = kept.recomputed + kept.transient + kept.block_weight_copies
    assert kept.checkpoints + kept.outside + block == pytest.approx(peak, rel=0.03)


def test_a_rank_more_keeps_one_element_more(catalog: Catalog) -> None:
    """Qwen-Image: four adapted matrices a block, which image tokens pass; 60 blocks."""
    found = [
        step(catalog, "qwen-image", lora(autocast=True, rank=rank), side=32, text=512).saved
        for rank in (16, 17)
    ]
    assert found[1] - found[0] == 60 * 4 * 32 * 32 * HALF


# model, rank, trained parameters as peft counts them on the class
ADAPTERS = [
    ("qwen-image", 16, 23_592_960),
    ("wan2.1-t2v-1.3b", 16, 11_796_480),
    ("z-image", 16, 16_711_680),
]


@pytest.mark.parametrize(("model", "rank", "elements"), ADAPTERS)
def test_adapter_elements(catalog: Catalog, model: str, rank: int, elements: int) -> None:
    """Where diffusers' scripts for DreamBooth put them."""
    assert listed_training.adapter_elements(shape_of(catalog, model), rank) == elements


@pytest.mark.parametrize("model", ["qwen-image", "wan2.2-t2v-a14b", "flux.2-dev"])
def test_published_pipelines_can_be_trained(catalog: Catalog, model: str) -> None:
    """Of two denoisers one at a time is trained; the answer has its parts."""
    assert shape_of(catalog, model).training is not None
