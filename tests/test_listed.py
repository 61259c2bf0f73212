"""Networks that are listed tensor by tensor: counts, and the bytes that were found without data."""

import pytest

from vram_atlas.catalog import Catalog
from vram_atlas.estimator import HYBRID, band_kind
from vram_atlas.formulas import autoencoder, convolutional, joint_transformer, listed
from vram_atlas.formulas.counting import count
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.schema.base import Decoding
from vram_atlas.schema.layers import Autoencoder, Convolutional, Diffusion, JointTransformer
from vram_atlas.schema.listed import (
    Blocks,
    Convolutions,
    ListedAutoencoder,
    Matrices,
    Tensors,
)

FOUND = {
    # torchvision 0.28 run without data: bytes per pixel of the image, in 16 and in 32 bits.
    "resnet-18": {2: (231.0, 72.0), 4: (430.0, 128.0)},
    "resnet-50": {2: (866.0, 104.0), 4: (1700.0, 208.0)},
    "mobilenet-v2": {2: (773.2, 104.0), 4: (1546.5, 208.0)},
    "vgg-16": {2: (845.0, 288.0), 4: (1446.0, 512.0)},
}
"""The same tracing that filled `saved` and `live`, on networks with a formula derived by hand."""


@pytest.mark.parametrize("size", [224, 448])
@pytest.mark.parametrize("element", [2, 4])
@pytest.mark.parametrize("name", FOUND)
def test_tracing_finds_what_the_formulas_say(
    name: str, element: int, size: int, catalog: Catalog
) -> None:
    """Kept and live bytes per pixel agree to 0.3 %, so the tracing can be trusted elsewhere."""
    shape = catalog.models[name].model.architecture
    assert isinstance(shape, Convolutional)
    kept, live = (
        [
            getattr(part, field)
            for images in (1, 2)
            for part in [
                find(
                    shape,
                    micro_batch_size=images,
                    image_size=size,
                    element_bytes=element,
                    ops=NUMBERS,
                    **extra,
                )
            ]
        ]
        for find, field, extra in (
            (convolutional.training, "saved", {"autocast": False}),
            (convolutional.inference, "transient", {}),
        )
    )
    pixels = size * size
    saved, passing = FOUND[name][element]
    assert (kept[1] - kept[0]) / pixels == pytest.approx(saved, rel=0.003)
    image = shape.channels * element
    assert (live[1] - live[0]) / pixels - image == pytest.approx(passing, rel=0.003)


def test_tracing_finds_what_the_denoiser_needs(catalog: Catalog) -> None:
    """FLUX.1 at 1,024 pixels: 490,814,984 bytes found, the formula derived by hand within 1 %."""
    shape = next(
        part.shape
        for part in components(catalog, "flux.1-dev")
        if isinstance(part.shape, JointTransformer)
    )
    formula = joint_transformer.step_live(
        shape,
        images=1,
        image_size=1024,
        element_bytes=2,
        attention_scores=False,
        ops=NUMBERS,
    )
    assert formula == pytest.approx(490_814_984, rel=0.011)


def test_tracing_finds_what_decoding_needs(catalog: Catalog) -> None:
    """The 16-channel autoencoder: 1,536.5 bytes per pixel found."""
    shape = next(
        part.shape
        for part in components(catalog, "flux.1-dev")
        if isinstance(part.shape, Autoencoder)
    )
    formula = autoencoder.decode_live(
        shape,
        images=1,
        latent_side=64,
        element_bytes=2,
        attention_scores=False,
        ops=NUMBERS,
    )
    assert formula / 512**2 == pytest.approx(1536.5, rel=0.001)


@pytest.mark.parametrize(
    ("decoding", "found"), [(Decoding.WHOLE, 3_627_813_120), (Decoding.TILED, 237_897_984)]
)
def test_an_image_is_one_frame_of_a_video_autoencoder(
    catalog: Catalog, decoding: Decoding, found: int
) -> None:
    """Qwen-Image: found with tracing/live.py on diffusers 0.42's class at 1,024 pixels in bf16.

    A second latent frame, which only videos have, would need 10,218,373,120 bytes.
    """
    [shape] = [
        part.shape
        for part in components(catalog, "qwen-image")
        if isinstance(part.shape, ListedAutoencoder)
    ]
    formula = listed.decode_live(
        shape, image_size=1024, frames=1, element_bytes=2, decoding=decoding, ops=NUMBERS
    )
    assert formula == pytest.approx(found, rel=0.01)


RAFT = [
    # model, side, bytes that torchvision's class needs at once and keeps, in fp32, without data
    ("raft-large", 512, 214_056_960, 2_183_825_156),
    ("raft-large", 1024, 2_206_203_908, 9_804_744_452),
    ("raft-small", 512, 154_026_752, 915_419_140),
    ("raft-small", 1024, 2_189_426_692, 4_731_187_204),
]


@pytest.mark.parametrize(("model", "side", "live", "kept"), RAFT)
def test_all_pairs_of_places(catalog: Catalog, model: str, side: int, live: int, kept: int) -> None:
    """The square of the pixels, and the larger of the encoders and the updates: within 3 %."""
    shape = catalog.models[model].architecture
    assert isinstance(shape, Convolutional)
    passing = convolutional.inference(
        shape, micro_batch_size=1, image_size=side, element_bytes=4, ops=NUMBERS
    )
    training = convolutional.training(
        shape, micro_batch_size=1, image_size=side, element_bytes=4, autocast=False, ops=NUMBERS
    )
    assert passing.transient == pytest.approx(live, rel=0.03)
    assert training.saved == pytest.approx(kept, rel=0.03)


def components(catalog: Catalog, name: str):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Parts of a pipeline."""
    architecture = catalog.models[name].model.architecture
    assert isinstance(architecture, Diffusion)
    return architecture.components


def test_every_tensor_is_counted() -> None:
    """Matrices and kernels with their biases, and what is listed as other."""
    tensors = Tensors(
        matrices=(
            Matrices(inputs=3, outputs=5, count=2),
            Matrices(inputs=4, outputs=6, bias=False),
        ),
        convolutions=(
            Convolutions(inputs=8, outputs=4, kernel=(3, 3), groups=2),
            Convolutions(inputs=2, outputs=7, kernel=(1, 3, 3), count=2, bias=False),
        ),
        other=11,
    )
    groups = listed.count_tensors(tensors)
    assert groups.linear == 2 * 15 + 24
    assert groups.total == groups.linear + 2 * 5 + (4 * 4 * 9 + 4) + 2 * 2 * 7 * 9 + 11
    assert listed.sizes(tensors) == (15, 15, 24, 144, 126, 126)


def test_a_denoiser_is_its_blocks_and_its_ends(catalog: Catalog) -> None:
    """Qwen-Image: 60 equal blocks of 339,831,296, and 40,523,328 outside them."""
    shape = next(
        part.shape for part in components(catalog, "qwen-image") if part.role == "denoiser"
    )
    (blocks,) = shape.blocks
    assert isinstance(blocks, Blocks)
    assert listed.count_tensors(blocks).total == 339_831_296
    assert listed.count_tensors(shape.ends).total == 40_523_328
    assert listed.count_transformer(shape).total == 20_430_401_088


def test_frames_of_a_video(catalog: Catalog) -> None:
    """81 frames of Wan are 21 of its latents, so 21 x 60 x 60 tokens at 960 pixels."""
    shape = next(
        part.shape for part in components(catalog, "wan2.1-t2v-14b") if part.role == "denoiser"
    )
    needs = listed.step_live(
        shape,
        passes=1,
        image_size=960,
        latent_frames=21,
        element_bytes=2,
        attention_scores=False,
        ops=NUMBERS,
    )
    assert needs == 21 * 60 * 60 * shape.live.token_16_bit + 512 * shape.live.context_16_bit


def test_speech_is_apart_from_text(catalog: Catalog) -> None:
    """No measured text encoder says how far an estimate of a speech encoder is off."""
    shape = catalog.models["wav2vec2-base"].architecture
    assert shape is not None
    assert band_kind(shape, "encoder") == HYBRID
    assert count(shape).total == 94_371_712
