"""Convolutional formulas against torchvision's networks in PyTorch.

Measured with torch 2.13.0 and torchvision 0.28.0 on fake tensors (no data, real storages):
`saved_tensors_hooks` over forward and cross-entropy, unique storages, parameters and buffers left
out, dropout with CUDA's one-byte mask; and the largest sum of live storages of a forward pass under
`no_grad`. The hooks also see the class labels, 8 bytes an image, and one fp32 total.
"""

import pytest
from vision_data import family

from vram_atlas.formulas import convolutional
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.terms import TrainingActivations
from vram_atlas.schema.layers import Convolutional

FILES = {
    "resnet-18": "resnet",
    "resnet-50": "resnet",
    "resnext-50-32x4d": "resnet",
    "vgg-16": "vgg",
    "mobilenet-v2": "mobilenet",
    "alexnet": "alexnet",
}

# model, batch, image size, saved bytes, peak of live bytes without gradients
MEASURED = [
    ("resnet-18", 2, 224, 44406100, 14049280),
    ("resnet-18", 3, 224, 66589948, 21073920),
    ("resnet-18", 2, 257, 60820332, 18625560),
    ("resnet-18", 1, 320, 45305260, 14336000),
    ("resnet-50", 2, 224, 172039508, 22077440),
    ("resnet-50", 3, 224, 257953020, 33116160),
    ("resnet-50", 2, 257, 239523692, 29706776),
    ("resnet-50", 1, 320, 175533484, 22528000),
    ("vgg-16", 2, 224, 146669396, 52584448),
    ("vgg-16", 3, 224, 220004092, 78876672),
    ("vgg-16", 2, 257, 191996780, 69219352),
    ("vgg-16", 1, 320, 149477292, 53657600),
    ("mobilenet-v2", 2, 224, 156555860, 22077440),
    ("mobilenet-v2", 3, 224, 234765564, 33116160),
    ("mobilenet-v2", 2, 257, 217357932, 29275800),
    ("mobilenet-v2", 1, 320, 159737260, 22528000),
    ("resnext-50-32x4d", 2, 224, 224684372, 22077440),
    ("resnext-50-32x4d", 3, 224, 336890108, 33116160),
    ("resnext-50-32x4d", 2, 257, 312974188, 29706776),
    ("resnext-50-32x4d", 1, 320, 229251500, 22528000),
    ("alexnet", 2, 224, 7410516, 3872768),
    ("alexnet", 3, 224, 11115772, 5809152),
    ("alexnet", 2, 257, 9726828, 5093400),
    ("alexnet", 1, 320, 7640492, 3994624),
]


def shape(model: str) -> Convolutional:
    """The architecture of a catalog entry."""
    architecture = family(FILES[model])[model].architecture
    assert isinstance(architecture, Convolutional)
    return architecture


def trained(model: str, batch: int, image: int) -> TrainingActivations:
    """What a training step in fp32 keeps."""
    return convolutional.training(
        shape(model),
        micro_batch_size=batch,
        image_size=image,
        element_bytes=4,
        autocast=False,
        ops=NUMBERS,
    )


@pytest.mark.parametrize("file", ["resnet", "vgg", "mobilenet", "alexnet"])
def test_counts_equal_torchvision_metadata(file: str) -> None:
    """num_params of torchvision 0.28.0's weights, entered as `counted`, follows from the shapes."""
    for model in family(file).values():
        assert isinstance(model.architecture, Convolutional)
        assert model.parameters is not None
        assert convolutional.count(model.architecture).total == model.parameters.counted


@pytest.mark.parametrize(("model", "batch", "image", "saved", "live"), MEASURED)
def test_saved_and_live_bytes(model: str, batch: int, image: int, saved: int, live: int) -> None:
    """Saved bytes up to the labels, live bytes exactly."""
    kept = trained(model, batch, image)
    passing = convolutional.inference(
        shape(model), micro_batch_size=batch, image_size=image, element_bytes=4, ops=NUMBERS
    )
    labels = 8 * batch + 4
    assert kept.saved + kept.outside == saved - labels
    assert passing.transient == live


# model, batch, image size, peak of the backward pass without weight gradients (live storages)
BACKWARD = [
    ("resnet-18", 3, 224, 67135496),
    ("resnet-50", 3, 224, 260112392),
    ("vgg-16", 3, 224, 220975112),
    ("mobilenet-v2", 3, 224, 236103176),
]


@pytest.mark.parametrize(("model", "batch", "image", "peak"), BACKWARD)
def test_backward_peak(model: str, batch: int, image: int, peak: int) -> None:
    """Saved tensors plus `transient` is the peak of the backward pass within 1 %."""
    kept = trained(model, batch, image)
    assert kept.saved + kept.outside + kept.transient == pytest.approx(peak, rel=0.01)


# model, saved bytes under bf16 autocast of 2 images of 64 x 64, 16-bit copies of weights included
AUTOCAST = [
    ("resnet-18", 25347796),
    ("resnet-50", 58377940),
    ("mobilenet-v2", 13475284),
]


@pytest.mark.parametrize(("model", "saved"), AUTOCAST)
def test_autocast(model: str, saved: int) -> None:
    """Feature maps take 2 bytes, every kernel and matrix has a 16-bit copy.

    Real tensors on the CPU. The fp32 images, which the caller keeps, are not seen by the hooks.
    """
    kept = convolutional.training(
        shape(model),
        micro_batch_size=2,
        image_size=64,
        element_bytes=4,
        autocast=True,
        ops=NUMBERS,
    )
    images, labels = 4 * 2 * 3 * 64 * 64, 8 * 2 + 4
    assert kept.saved + kept.outside - images + kept.weight_copies == pytest.approx(
        saved - labels, rel=1e-3
    )


@pytest.mark.parametrize("model", list(FILES))
def test_checkpointing_needs_less(model: str) -> None:
    """Inputs of the units and the largest unit need less than everything."""
    kept = convolutional.training(
        shape(model),
        micro_batch_size=8,
        image_size=224,
        element_bytes=4,
        autocast=False,
        ops=NUMBERS,
    )
    assert 0 < kept.checkpoints < kept.saved
    assert kept.checkpoints + kept.recomputed < kept.saved + kept.transient + kept.outside
