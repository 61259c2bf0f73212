"""A denoiser on the device with noised latents, as diffusers' training scripts run it."""

from collections.abc import Mapping
from typing import Any

import torch
from torch.nn import functional

from tracing.cases import Case
from tracing.denoisers import DENOISERS, Size
from tracing.places import FORMS, building, device, half
from tracing.running import Run
from tracing.unets import UNETS

RECIPES = {**DENOISERS, **UNETS}
PIXELS: Mapping[str, int] = {
    **dict.fromkeys(UNETS, 8),
    "sana-1.6b": 32,
    "ltx-video-2b": 32,
    "wan2.2-ti2v-5b": 32,
}
"""Pixels along a side of a token, where it is not 16."""
_USUAL_PIXELS = 16
PER_LATENT: Mapping[str, int] = {"ltx-video-2b": 8, "stable-video-diffusion-xt": 1}
"""Frames of a video for each frame of its latents, where it is not 4."""
_USUAL_FRAMES = 4


def build(case: Case) -> Any:
    """The network; what diffusers keeps in fp32 stays so, stored tables get the weights' format."""
    form = FORMS[case.form]
    with building(case.form):
        network = RECIPES[case.model].build(form, case.text, whole=True, device=device())
    stored = {*network.state_dict()}
    for path, module in network.named_modules():
        for name, table in list(module.named_buffers(recurse=False)):
            if f"{path}.{name}".lstrip(".") in stored and table.is_floating_point():
                setattr(module, name, table.to(form))
    return network


def denoiser(case: Case) -> Run:
    """The mean squared error of the predicted noise, in fp32."""
    recipe, network = RECIPES[case.model], build(case)
    side = PIXELS.get(case.model, _USUAL_PIXELS)
    frames = (case.frames - 1) // PER_LATENT.get(case.model, _USUAL_FRAMES) + 1
    form = half(case.form) if case.autocast else FORMS[case.form]
    size = Size(case.width // side, case.text, frames, form, case.height // side, device())
    given = _batched(recipe.inputs(size), case.batch)

    def forward() -> Any:
        found = network(**given, return_dict=False)[0]
        return torch.stack(found) if isinstance(found, list) else found

    def loss() -> Any:
        found = forward()
        return functional.mse_loss(found.float(), torch.zeros_like(found).float())

    return Run(network, forward, loss, recipe.targets)


def _batched(given: Any, images: int) -> Any:
    """The inputs of one image, for several."""
    if isinstance(given, dict):
        return {name: _batched(each, images) for name, each in given.items()}
    if isinstance(given, list):
        return given * images
    if isinstance(given, torch.Tensor) and given.shape[0] == 1:
        return given.repeat(images, *[1] * (given.dim() - 1))
    return given
