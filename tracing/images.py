"""Torchvision's classifiers, segmenters and detectors, with images and the usual loss."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torchvision.models import get_model
from torchvision.ops import FrozenBatchNorm2d

from tracing.cases import Case
from tracing.counted import COUNTED
from tracing.places import building, device, ids, some
from tracing.running import Run

CLASSES = 1000
_SIDE_LOSS = {"inception_v3": 0.4, "segmenter": 0.5}
"""The weight of the auxiliary classifier in torchvision's reference scripts."""
_OBJECTS = 8

CLASSIFIERS: Mapping[str, str] = {
    "alexnet": "alexnet",
    "mobilenet-v2": "mobilenet_v2",
    "regnet-y-32gf": "regnet_y_32gf",
    "resnet-18": "resnet18",
    "resnet-34": "resnet34",
    "resnet-50": "resnet50",
    "resnet-101": "resnet101",
    "resnet-152": "resnet152",
    "resnext-50-32x4d": "resnext50_32x4d",
    "wide-resnet-50-2": "wide_resnet50_2",
    "vgg-16": "vgg16",
    "vgg-19": "vgg19",
    "vit-b-16": "vit_b_16",
    "vit-b-32": "vit_b_32",
    "vit-l-16": "vit_l_16",
    "vit-h-14": "vit_h_14",
    **{
        model: str(network.settings["name"])
        for model, network in COUNTED.items()
        if network.library == "torchvision.models"
    },
}
"""Torchvision's names, by the id of the model."""
DETECTORS = {
    "fasterrcnn-resnet-50": "fasterrcnn_resnet50_fpn",
    "maskrcnn-resnet-50": "maskrcnn_resnet50_fpn",
    "retinanet-resnet-50": "retinanet_resnet50_fpn",
    "ssd300-vgg-16": "ssd300_vgg16",
}
SEGMENTERS = {"deeplabv3-resnet-101": "deeplabv3_resnet101", "fcn-resnet-50": "fcn_resnet50"}


def pixels(case: Case) -> Any:
    """A batch of images; under autocast they stay in fp32."""
    form = "fp32" if case.autocast else case.form
    return some(case.batch, 3, case.height, case.width, form=form)


def classifier(case: Case) -> Run:
    """Cross-entropy over 1,000 classes."""
    name = CLASSIFIERS[case.model]
    settings: dict[str, Any] = {}
    if name in {"googlenet", "inception_v3"}:
        settings = {"init_weights": False, "aux_logits": name == "inception_v3"}
    if name.startswith("vit_"):
        settings = {"image_size": case.height}
    with building(case.form):
        network = get_model(name, weights=None, **settings)
    images, labels = pixels(case), ids(case.batch, below=CLASSES)

    def loss() -> Any:
        found = network(images)
        if not hasattr(found, "aux_logits"):
            return functional.cross_entropy(found, labels)
        side = functional.cross_entropy(found.aux_logits, labels)
        return functional.cross_entropy(found.logits, labels) + _SIDE_LOSS[name] * side

    return Run(network, lambda: network(images), loss)


def segmenter(case: Case) -> Run:
    """Cross-entropy over 21 classes at every pixel, of both classifiers."""
    classes = 21
    with building(case.form):
        network = get_model(
            SEGMENTERS[case.model],
            weights=None,
            weights_backbone=None,
            num_classes=classes,
            aux_loss=True,
        )
    images = pixels(case)
    labels = ids(case.batch, case.height, case.width, below=classes)

    def loss() -> Any:
        found = network(images)
        side = functional.cross_entropy(found["aux"], labels)
        return functional.cross_entropy(found["out"], labels) + _SIDE_LOSS["segmenter"] * side

    return Run(network, lambda: network(images), loss)


def detector(case: Case) -> Run:
    """The sum of the losses that the class returns, eight objects in every image."""
    classes = 91
    scaled = {} if case.model.startswith("ssd") else {"min_size": case.height}
    with building(case.form):
        network = get_model(
            DETECTORS[case.model],
            weights=None,
            weights_backbone=None,
            num_classes=classes,
            trainable_backbone_layers=5,
            **scaled,
        )
        _freeze_norms(network)
    images = list(pixels(case))
    side = case.height
    masked = case.model.startswith("maskrcnn")
    targets = [_objects(side, classes, masked=masked) for _ in images]
    return Run(network, lambda: network(images), lambda: sum(network(images, targets).values()))


def _objects(side: int, classes: int, *, masked: bool) -> dict[str, Any]:
    """Boxes in the image, their labels, and whole masks."""
    corner = torch.rand(_OBJECTS, 2, device=device()) * side / 2
    opposite = corner + side / 8 + torch.rand(_OBJECTS, 2, device=device()) * side / 4
    masks = torch.ones(_OBJECTS, side, side, device=device(), dtype=torch.uint8)
    return {
        "boxes": torch.cat([corner, opposite], 1),
        "labels": ids(_OBJECTS, below=classes),
        **({"masks": masks} if masked else {}),
    }


def _freeze_norms(network: Any) -> None:
    """Batch norms of a pretrained backbone are frozen; torchvision builds them so only with one.

    Weights of one half keep values small without statistics of a data set.
    """
    for module in list(network.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.BatchNorm2d):
                frozen = FrozenBatchNorm2d(child.num_features)
                frozen.weight.fill_(0.5)
                setattr(module, name, frozen)
