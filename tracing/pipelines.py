"""Whole pipelines of diffusers with random weights: encoders, two denoising steps, decoding.

Prompts are tensors, since tokenizers need files; the text encoders run once before the pipeline.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import torch

from tracing import denoising, meter, text_encoders
from tracing.cases import Case
from tracing.pipeline_shapes import PIPELINES, Pipeline
from tracing.places import building, device, some

_STEPS = 2


def run(case: Case) -> dict[str, Any]:
    """Sizes of the parts, and the peaks: of the encoders, with and without decoding."""
    shape = PIPELINES[case.model]
    encoders = {each.argument: text_encoders.build(each, case) for each in shape.encoders}
    parts = {shape.denoiser: denoising.build(case), "vae": _autoencoder(shape, case), **encoders}
    for network in parts.values():
        network.eval().requires_grad_(requires_grad=False)
    pipeline = _pipeline(shape, parts, tuple(encoders))
    arguments = _arguments(case, shape)
    weights = meter.allocated()

    def encode() -> None:
        with torch.inference_mode():
            for each in shape.encoders:
                text_encoders.encode(encoders[each.argument], each, case.batch)

    def called(output: str) -> Callable[[], Any]:
        return lambda: pipeline(**arguments, output_type=output)

    stages = {
        "encode": _peaks(encode),
        "whole": _peaks(called("pt")),
        "denoise": _peaks(called("latent")),
    }
    sizes = {
        name: sum(each.numel() * each.element_size() for each in network.parameters())
        for name, network in parts.items()
    }
    return {
        "weights": weights,
        "parts": sizes,
        "stages": stages,
        "peaks": [stages["encode"], stages["whole"]],
        "trace": meter.traced(called("pt")),
    }


def _peaks(stage: Callable[[], Any]) -> dict[str, int]:
    meter.reset()
    stage()
    return meter.peaks()


def _autoencoder(shape: Pipeline, case: Case) -> Any:
    diffusers = import_module("diffusers")
    with building("fp32" if shape.wide_autoencoder else case.form):
        autoencoder = getattr(diffusers, shape.autoencoder)(**shape.settings)
    if case.decoding == "sliced":
        autoencoder.enable_slicing()
    if case.decoding == "tiled":
        autoencoder.enable_tiling()
    return autoencoder


def _pipeline(shape: Pipeline, parts: dict[str, Any], encoders: tuple[str, ...]) -> Any:
    diffusers = import_module("diffusers")
    pipeline = getattr(diffusers, shape.name)(
        scheduler=getattr(diffusers, shape.scheduler)(**shape.schedule),
        **parts,
        **{name.replace("text_encoder", "tokenizer"): None for name in encoders},
        **shape.more,
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _arguments(case: Case, shape: Pipeline) -> dict[str, Any]:
    """What the pipeline is called with."""
    given: dict[str, Any] = {
        "height": case.height,
        "width": case.width,
        "num_inference_steps": _STEPS,
        **shape.call,
    }
    if shape.guidance is not None:
        given["guidance_scale"] = shape.guidance
    if case.frames > 1:
        given["num_frames"] = case.frames
    for name, size in shape.prompt.items():
        value = (
            torch.ones(case.batch, *size, device=device())
            if name.endswith("mask")
            else some(case.batch, *size, form=case.form)
        )
        given[name] = list(value) if shape.listed_prompts else value
        if shape.negative:
            given[f"negative_{name}"] = given[name]
    return given
