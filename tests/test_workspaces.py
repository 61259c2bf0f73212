"""What libraries take besides tensors, against what was alive at peaks on an H200.

The figures are of PyTorch 2.11 with cuDNN 9.19: what was allocated in one pass when most was.
"""

from dataclasses import replace

import pytest

from vram_atlas.catalog import Catalog
from vram_atlas.formulas import autoencoder, convolutional, recurrent
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.weights import plain_weight_bytes, weight_bytes
from vram_atlas.schema.layers import Autoencoder, Convolutional, Diffusion, Recurrent

HALF, FP32 = 2, 4

# images, side of the latents, bytes of an element, alive above the weights while decoding
DECODED = [
    pytest.param(1, 64, HALF, 639_363_755, id="the upsampling of one image"),
    pytest.param(1, 96, HALF, 1_436_694_691, id="of a larger one"),
    pytest.param(1, 128, HALF, 2_552_392_877, id="of 1,024 pixels"),
    pytest.param(4, 64, HALF, 2_150_672_555, id="the block after it, of four images"),
]


@pytest.mark.parametrize(("images", "side", "element", "alive"), DECODED)
def test_decoding_with_workspaces(
    catalog: Catalog, images: int, side: int, element: int, alive: int
) -> None:
    """Within 0.5 %; the latents and the kernel, some MiB, are left out."""
    architecture = catalog.models["stable-diffusion-1.5"].architecture
    assert isinstance(architecture, Diffusion)
    (shape,) = (
        part.shape for part in architecture.components if isinstance(part.shape, Autoencoder)
    )
    found = autoencoder.decode_live(
        shape,
        images=images,
        latent_side=side,
        element_bytes=element,
        attention_scores=False,
        ops=NUMBERS,
        copied=1,
    )
    assert found == pytest.approx(alive, rel=5e-3)


@pytest.mark.parametrize(
    ("model", "alive", "precise"),
    [("vgg-16", 1_644_314_771, 1e-4), ("resnet-18", 224_826_128, 0.04)],
)
def test_convolutions_with_workspaces(
    catalog: Catalog, model: str, alive: int, precise: float
) -> None:
    """32 images of 224 pixels in fp32, computed in TF32; the batch itself was there before."""
    shape = catalog.models[model].architecture
    assert isinstance(shape, Convolutional)
    found = convolutional.inference(
        shape, micro_batch_size=32, image_size=224, element_bytes=FP32, ops=NUMBERS, copied=1
    )
    images = 32 * 3 * 224 * 224 * FP32
    assert found.transient - images == pytest.approx(alive, rel=precise)


@pytest.mark.parametrize(
    ("model", "alive"),
    [
        pytest.param("zaremba-lstm-large", 161_033_536, id="both layers in one call"),
        pytest.param("gru-wikitext-2", 18_847_416, id="a GRU"),
    ],
)
def test_recurrent_workspace(catalog: Catalog, model: str, alive: int) -> None:
    """The weights of the layers and 16 MiB, within 2 %."""
    shape = catalog.models[model].architecture
    assert isinstance(shape, Recurrent)
    found = recurrent.inference(shape, micro_batch_size=1, element_bytes=FP32, ops=NUMBERS)
    assert found.transient + found.cache == pytest.approx(alive, rel=0.02)


def test_t5_stays_wide_beside_fp16(catalog: Catalog) -> None:
    """24 matrices of 10,240 x 4,096 take two bytes more each; in bf16 none does."""
    groups = catalog.models["pixart-sigma-xl"].groups
    assert groups is not None
    sizes = {name: weight_bytes(groups, catalog.formats[name]).total for name in ("fp16", "bf16")}
    assert sizes["fp16"] - sizes["bf16"] == 2 * 24 * 10_240 * 4_096


def test_tables_of_positions_are_kept_and_not_trained(catalog: Catalog) -> None:
    """384 x 384 positions of 1,536 in the weights' format; parameters do not count them."""
    groups = catalog.models["stable-diffusion-3.5-medium"].groups
    assert groups is not None
    without = replace(groups, buffers=0)
    assert groups.total == without.total
    table = 384 * 384 * 1536
    form = catalog.formats["bf16"]
    assert weight_bytes(groups, form).total - weight_bytes(without, form).total == HALF * table
    wide = plain_weight_bytes(groups, FP32).total - plain_weight_bytes(without, FP32).total
    assert wide == FP32 * table


@pytest.mark.parametrize("model", ["swin-t", "retinanet-resnet-50", "convnext-tiny"])
def test_autocast_is_not_half_of_fp32(catalog: Catalog, model: str) -> None:
    """Norms run in fp32: autocast keeps more than 16-bit weights do. A detector: more than fp32."""
    shape = catalog.models[model].architecture
    assert isinstance(shape, Convolutional)

    def saved(element: int, *, autocast: bool) -> float:
        return convolutional.training(
            shape,
            micro_batch_size=1,
            image_size=224,
            element_bytes=element,
            autocast=autocast,
            ops=NUMBERS,
        ).saved

    assert saved(HALF, autocast=False) < saved(FP32, autocast=True)
    detector = model.startswith("retinanet")
    assert (saved(FP32, autocast=True) > saved(FP32, autocast=False)) == detector
