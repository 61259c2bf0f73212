"""Networks for images and sound in Transformers, with a batch and their own loss."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import torch

from tracing.cases import Case
from tracing.counted import COUNTED
from tracing.images import CLASSES, pixels
from tracing.places import building, device, ids, some
from tracing.running import Run

_SAMPLES_PER_TOKEN = 320
_WINDOW = 80  # samples that the first convolutions need beyond whole tokens
_LETTERS = 32


def _shape(width: int, layers: int, heads: int, **more: Any) -> dict[str, Any]:
    return {
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": 4 * width,
        **more,
    }


_DINO = {"image_size": 518, "patch_size": 14}
VISION: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "vit-b-16": ("ViT", _shape(768, 12, 12)),
    "vit-b-32": ("ViT", _shape(768, 12, 12, patch_size=32)),
    "vit-l-16": ("ViT", _shape(1024, 24, 16)),
    "vit-h-14": ("ViT", _shape(1280, 32, 16, patch_size=14)),
    "dinov2-s": ("Dinov2", _shape(384, 12, 6, **_DINO)),
    "dinov2-b": ("Dinov2", _shape(768, 12, 12, **_DINO)),
    "dinov2-l": ("Dinov2", _shape(1024, 24, 16, **_DINO)),
    "dinov2-g": ("Dinov2", _shape(1536, 40, 24, use_swiglu_ffn=True, **_DINO)),
}
"""Names of the classes and their settings, by the id of the model."""
_DINO_3 = {"patch_size": 16, "image_size": 224, "num_register_tokens": 4}
DINO_3: Mapping[str, Mapping[str, Any]] = {
    "dinov3-s": _shape(384, 12, 6, **_DINO_3),
    "dinov3-b": _shape(768, 12, 12, **_DINO_3),
    "dinov3-l": _shape(1024, 24, 16, **_DINO_3),
}


def build(case: Case, name: str, configuration: str, settings: Mapping[str, Any]) -> Any:
    """A class on the device, in the format of the case."""
    transformers = import_module("transformers")
    with building(case.form):
        network = getattr(transformers, name)(getattr(transformers, configuration)(**settings))
    return network.to(device())  # a few classes make a tensor where no context reaches


def classifier(case: Case) -> Run:
    """A vision transformer that tells 1,000 classes apart."""
    name, settings = VISION[case.model]
    size = {"image_size": case.height} if name == "ViT" else {}
    network = build(
        case,
        f"{name}ForImageClassification",
        f"{name}Config",
        {**settings, **size, "num_labels": CLASSES},
    )
    images, labels = pixels(case), ids(case.batch, below=CLASSES)
    return Run(
        network,
        lambda: network(pixel_values=images),
        lambda: network(pixel_values=images, labels=labels).loss,
    )


def pair(case: Case) -> Run:
    """CLIP and SigLIP: images and as many texts, with the loss of their pairs."""
    listed = COUNTED[case.model]
    network = build(case, listed.name, listed.configuration, listed.settings)
    tokens = network.config.text_config.max_position_embeddings
    given = {"pixel_values": pixels(case), "input_ids": ids(case.batch, tokens, below=30_000)}
    return Run(
        network,
        lambda: network(**given),
        lambda: network(**given, return_loss=True).loss,
    )


def masks(case: Case) -> Run:
    """SAM: an image and a point on it; the sum of the masks in the place of a loss."""
    listed = COUNTED[case.model]
    network = build(case, listed.name, listed.configuration, listed.settings)
    images = pixels(case)
    point = torch.full((case.batch, 1, 1, 2), 100.0, device=device(), dtype=images.dtype)
    given = {"pixel_values": images, "input_points": point}
    return Run(
        network,
        lambda: network(**given),
        lambda: network(**given).pred_masks.float().sum(),
    )


def features(case: Case) -> Run:
    """DINOv3: the sum of the features in the place of a loss."""
    network = build(case, "DINOv3ViTModel", "DINOv3ViTConfig", DINO_3[case.model])
    images = pixels(case)
    return Run(
        network,
        lambda: network(images),
        lambda: network(images).last_hidden_state.float().sum(),
    )


def sound(case: Case) -> Run:
    """wav2vec 2.0 with an output for letters and their loss without an alignment."""
    listed = COUNTED[case.model]
    network = build(
        case,
        "Wav2Vec2ForCTC",
        listed.configuration,
        {**listed.settings, "vocab_size": _LETTERS},
    )
    form = "fp32" if case.autocast else case.form
    wave = some(case.batch, _SAMPLES_PER_TOKEN * case.tokens + _WINDOW, form=form)
    labels = ids(case.batch, min(20, case.tokens // 2), below=_LETTERS - 1)
    return Run(network, lambda: network(wave), lambda: network(wave, labels=labels).loss)
