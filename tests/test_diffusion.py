"""Diffusion formulas against diffusers' classes in PyTorch.

Measured with torch 2.13.0, diffusers 0.42.1 and peft on fake tensors (no data, real storages) with
SDPA: the largest sum of live storages under `no_grad`, and unique storages seen by
`saved_tensors_hooks`, parameters and buffers left out.
"""

from dataclasses import replace

import pytest
from conftest import Ask
from vision_data import family

from vram_atlas.catalog import Catalog
from vram_atlas.formulas import (
    autoencoder,
    components,
    diffusion,
    joint_transformer,
    unet,
    unet_training,
)
from vram_atlas.formulas.numerics import Adapters, Numerics
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.phases import Part
from vram_atlas.problems import ProblemsError
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.schema.base import Decoding
from vram_atlas.schema.layers import Autoencoder, Diffusion, JointTransformer, UNet

FILES = {
    "stable-diffusion-1.5": "stable-diffusion",
    "stable-diffusion-2.1": "stable-diffusion",
    "stable-diffusion-xl-1.0": "sdxl",
    "flux.1-dev": "flux",
    "flux.1-schnell": "flux",
    "stable-diffusion-1.5-controlnet": "controlnet",
    "stable-diffusion-xl-controlnet": "controlnet",
}


def pipeline(model: str) -> Diffusion:
    """The architecture of a catalog entry."""
    architecture = family(FILES[model])[model].architecture
    assert isinstance(architecture, Diffusion)
    return architecture


def denoiser(model: str) -> UNet | JointTransformer:
    """The network that runs at every step."""
    shapes = [part.shape for part in pipeline(model).components]
    return next(shape for shape in shapes if isinstance(shape, UNet | JointTransformer))


def decoder(model: str) -> Autoencoder:
    """The network that makes images of latents."""
    shapes = [part.shape for part in pipeline(model).components]
    return next(shape for shape in shapes if isinstance(shape, Autoencoder))


def recipe(element: int, rank: int = 0, *, autocast: bool = False) -> Numerics:
    """Full training, or LoRA with adapters of the same size."""
    adapters = Adapters(rank=rank, targets=frozenset(), element_bytes=element) if rank else None
    return Numerics(
        element_bytes=element,
        residual_bytes=element,
        autocast=autocast,
        trains_base=not rank,
        scores=False,
        adapters=adapters,
    )


@pytest.mark.parametrize("model", list(FILES))
def test_counts_of_components(model: str) -> None:
    """Every component's entry follows from its shape, and the pipeline is their sum."""
    entry = family(FILES[model])[model]
    architecture = pipeline(model)
    for component in architecture.components:
        assert components.count_component(component).total == component.counted
    assert entry.parameters is not None
    assert components.count(architecture).total == entry.parameters.counted


# model, images in the batch, side of the latents, live bytes in fp16
UNET_STEPS = [
    ("stable-diffusion-1.5", 2, 64, 136321288),
    ("stable-diffusion-1.5", 8, 128, 2181063688),
    ("stable-diffusion-2.1", 2, 64, 136321288),
    ("stable-diffusion-xl-1.0", 2, 64, 82586912),
    ("stable-diffusion-xl-1.0", 8, 128, 1321251944),
]


@pytest.mark.parametrize(("model", "images", "side", "live"), UNET_STEPS)
def test_unet_step(model: str, images: int, side: int, live: int) -> None:
    """Within 0.05 %: the time embedding is left out."""
    shape = denoiser(model)
    assert isinstance(shape, UNet)
    found = unet.step_live(
        shape,
        images=images,
        latent_side=side,
        element_bytes=2,
        attention_scores=False,
        controlled=False,
        ops=NUMBERS,
    )
    assert found == pytest.approx(live, rel=5e-4)


# Both networks in one pass, the maps of the ControlNet handed on; the second image is an input.
CONTROLLED_STEPS = [
    ("stable-diffusion-1.5-controlnet", 2, 64, 2, 177452288),
    ("stable-diffusion-1.5-controlnet", 2, 96, 4, 797927936),
    ("stable-diffusion-1.5-controlnet", 2, 128, 2, 709080320),
    ("stable-diffusion-xl-controlnet", 2, 64, 2, 116575488),
    ("stable-diffusion-xl-controlnet", 2, 96, 4, 522983936),
    ("stable-diffusion-xl-controlnet", 2, 128, 2, 464375040),
]


@pytest.mark.parametrize(("model", "images", "side", "element", "live"), CONTROLLED_STEPS)
def test_unet_step_with_controlnet(
    model: str, images: int, side: int, element: int, live: int
) -> None:
    """ControlNetModel and UNet2DConditionModel run without data; text and latents are left out."""
    step, _ = diffusion.inference(
        pipeline(model),
        micro_batch_size=images // 2,
        image_size=8 * side,
        element_bytes=element,
        attention_scores=False,
        decoding=Decoding.WHOLE,
        ops=NUMBERS,
    )
    assert step == pytest.approx(live, rel=7e-3)


def test_controlnet_stays_beside_the_denoiser(ask: Ask) -> None:
    """Offloaded to the host component by component, it comes with the U-Net; it is not trained."""
    model = "stable-diffusion-xl-controlnet"
    parts = ask(model, "inference", offload="components").parts
    assert parts[Part.WEIGHTS] == 2 * (2567463684 + 1251014160)
    with pytest.raises(ProblemsError, match="ControlNet"):
        ask(model, "lora")


def test_frames_of_a_video_decoded_one_by_one(ask: Ask) -> None:
    """Stable Video Diffusion: the autoencoder sees one frame of 25, so the U-Net needs most."""
    model, pixels = "stable-video-diffusion-xt", 1024 * 576
    whole = ask(model, "inference").parts[Part.ACTIVATIONS]
    apart = ask(model, "inference", image_decoding="sliced").parts[Part.ACTIVATIONS]
    assert whole == pytest.approx(25 * pixels * 2432.5, rel=0.002)
    assert apart == pytest.approx(2 * 25 * (pixels // 64) * 18020, rel=0.02)


# images, image size, bytes of an element, live bytes of FLUX.1 dev with two blocks of each kind
FLUX_STEPS = [
    (1, 1024, 2, 486094852),
    (1, 1024, 4, 854169608),
    (2, 512, 2, 322504712),
    (2, 512, 4, 567920656),
]


@pytest.mark.parametrize(("images", "image", "element", "live"), FLUX_STEPS)
def test_flux_step(images: int, image: int, element: int, live: int) -> None:
    """Within 0.05 %: the time embedding is left out. The number of blocks does not matter."""
    shape = denoiser("flux.1-dev")
    assert isinstance(shape, JointTransformer)
    found = joint_transformer.step_live(
        shape,
        images=images,
        image_size=image,
        element_bytes=element,
        attention_scores=False,
        ops=NUMBERS,
    )
    assert found == pytest.approx(live, rel=5e-4)


# block channels, images, side of the latents, live bytes in 16 bits while decoding; 4 channels
DECODES = [
    ((128, 256, 512, 512), 1, 64, 402685952),
    ((128, 256, 512, 512), 2, 128, 3221487616),
    ((32, 64, 64), 2, 32, 12599296),
    ((64, 64, 128), 2, 32, 20987904),
    ((64, 96, 128), 2, 32, 23085056),
    ((64,), 2, 32, 2113536),
]


@pytest.mark.parametrize(("channels", "images", "side", "live"), DECODES)
def test_decode(channels: tuple[int, ...], images: int, side: int, live: int) -> None:
    """Byte for byte, also for shapes where another level wins."""
    shape = decoder("stable-diffusion-1.5").model_copy(update={"block_channels": channels})
    found = autoencoder.decode_live(
        shape,
        images=images,
        latent_side=side,
        element_bytes=2,
        attention_scores=False,
        ops=NUMBERS,
    )
    assert found == live


# model, batch, image size, bytes of an element, saved bytes of full training
UNET_SAVED = [
    ("stable-diffusion-1.5", 1, 512, 4, 1871072768),
    ("stable-diffusion-1.5", 2, 512, 2, 1872797184),
    ("stable-diffusion-2.1", 1, 512, 4, 1870871040),
    ("stable-diffusion-xl-1.0", 1, 512, 4, 3479576320),
    ("stable-diffusion-xl-1.0", 2, 512, 2, 3482853120),
    ("stable-diffusion-xl-1.0", 1, 1024, 4, 13762248448),
]


@pytest.mark.parametrize(("model", "batch", "image", "element", "saved"), UNET_SAVED)
def test_unet_saved(model: str, batch: int, image: int, element: int, saved: int) -> None:
    """Within 0.1 %: the time embedding is left out."""
    kept = diffusion.training(
        pipeline(model), recipe(element), micro_batch_size=batch, image_size=image, ops=NUMBERS
    )
    assert kept.saved + kept.outside == pytest.approx(saved, rel=1e-3)


# model, images, side of the latents, live bytes in fp16 with diffusers' AttnProcessor
EAGER_STEPS = [
    ("stable-diffusion-1.5", 2, 64, 1131419912),
    ("stable-diffusion-xl-1.0", 2, 128, 1515203872),
]


@pytest.mark.parametrize(("model", "images", "side", "live"), EAGER_STEPS)
def test_eager_unet_step(model: str, images: int, side: int, live: int) -> None:
    """Two score matrices, within 1 %."""
    shape = denoiser(model)
    assert isinstance(shape, UNet)
    found = unet.step_live(
        shape,
        images=images,
        latent_side=side,
        element_bytes=2,
        attention_scores=True,
        controlled=False,
        ops=NUMBERS,
    )
    assert found == pytest.approx(live, rel=0.01)


def test_eager_decode() -> None:
    """At 1,024 pixels the fp32 scores of 16,384 positions win over the last level."""
    found = autoencoder.decode_live(
        decoder("stable-diffusion-1.5"),
        images=1,
        latent_side=128,
        element_bytes=2,
        attention_scores=True,
        ops=NUMBERS,
    )
    assert found == pytest.approx(2248278016, rel=1e-3)


SMALL = UNet(
    kind="unet",
    latent_channels=4,
    block_channels=(64,),
    layers_per_block=1,
    transformer_depth=(1,),
    middle_depth=1,
    context_size=768,
    context_tokens=77,
    heads=(8,),
    linear_projection=False,
)
THREE_LEVELS = SMALL.model_copy(
    update={
        "block_channels": (64, 64, 64),
        "layers_per_block": 2,
        "transformer_depth": (1, 1, 0),
        "heads": (8, 8, 8),
    }
)
# shape, rank (0: full), saved bytes in fp32 of 2 latents of 32 x 32; real tensors, peft's LoRA
LORA_SAVED = [
    (SMALL, 0, 87025664),
    (SMALL, 4, 72559872),
    (THREE_LEVELS, 0, 135286272),
    (THREE_LEVELS, 4, 115222976),
]


@pytest.mark.parametrize(("shape", "rank", "saved"), LORA_SAVED)
def test_unet_adapters_saved(shape: UNet, rank: int, saved: int) -> None:
    """What comes before the first adapter keeps nothing; frozen convolutions keep their input."""
    kept = unet_training.training(
        shape, recipe(4, rank), micro_batch_size=2, latent_side=32, ops=NUMBERS
    )
    assert kept.saved + kept.outside == pytest.approx(saved, rel=1e-3)


@pytest.mark.parametrize(("batch", "saved"), [(1, 45163392), (2, 91858688)])
def test_flux_saved(batch: int, saved: int) -> None:
    """3 double and 4 single blocks of width 64, 1,024 image and 64 text tokens, fp32.

    The CPU's RMS norm keeps 8 bytes more per channel and token of a block than CUDA's fused one.
    """
    shape = denoiser("flux.1-dev")
    assert isinstance(shape, JointTransformer)
    small = shape.model_copy(
        update={
            "double_layers": 3,
            "single_layers": 4,
            "hidden_size": 64,
            "heads": 4,
            "head_size": 16,
            "context_size": 96,
            "pooled_size": 32,
            "context_tokens": 64,
        }
    )
    kept = joint_transformer.training(
        small, recipe(4), micro_batch_size=batch, image_size=32 * 16, ops=NUMBERS
    )
    composite = 8 * batch * (1024 + 64) * 64 * 7
    assert kept.saved + kept.outside + composite == pytest.approx(saved, rel=2e-3)


def test_flux_adapters_under_autocast() -> None:
    """FLUX.1 dev whole, 4,096 image tokens, rank 16 in fp32 on bf16 weights, traced with tracing/.

    Saved bytes; with recomputed blocks alive after the forward pass, and at most.
    """
    shape = denoiser("flux.1-dev")
    assert isinstance(shape, JointTransformer)
    adapters = Adapters(rank=16, targets=frozenset(), element_bytes=4)
    numerics = replace(recipe(2, 16, autocast=True), adapters=adapters)
    kept = joint_transformer.training(
        shape, numerics, micro_batch_size=1, image_size=1024, ops=NUMBERS
    )
    held = kept.checkpoints + kept.outside + kept.cached_copies
    block = kept.recomputed + kept.transient + kept.block_weight_copies
    assert kept.saved + kept.outside + kept.weight_copies == pytest.approx(28939393024, rel=3e-3)
    assert held == pytest.approx(1706810368, rel=2e-3)
    assert kept.checkpoints + kept.outside + block == pytest.approx(2875734024, rel=0.03)


def test_adapter_elements() -> None:
    """LoRA of rank 4 on Stable Diffusion 1.5 has 797,184 parameters (diffusers, pcuenq's file)."""
    assert diffusion.adapter_elements(pipeline("stable-diffusion-1.5"), recipe(2, 4)) == 797_184


# Published peaks: model, images, bytes of an element, other resident weights, bytes
PUBLISHED = [
    # optimum-quanto examples/vision/StableDiffusion/README.md: 3.192 GB, safety checker resident
    pytest.param("stable-diffusion-1.5", 1, 2, 608_000_000, 3.192e9, id="sd-1.5-fp16"),
    # huggingface/blog, simple SDXL optimizations: 28.09 and 21.72 GB for four images
    pytest.param("stable-diffusion-xl-1.0", 4, 4, 0, 28.09e9, id="sdxl-fp32"),
    pytest.param("stable-diffusion-xl-1.0", 4, 2, 0, 21.72e9, id="sdxl-fp16"),
    # huggingface/blog, diffusers-quantization.md: 36.166 GiB, reserved by the allocator
    pytest.param("flux.1-dev", 1, 2, 0, 36.166 * 2**30, id="flux-bf16-reserved"),
]


@pytest.mark.parametrize(("model", "images", "element", "extra", "published"), PUBLISHED)
def test_published_peaks(
    model: str, images: int, element: int, extra: int, published: float
) -> None:
    """Weights plus transient: up to 10 % below figures that include library workspaces."""
    passing = diffusion.inference(
        pipeline(model),
        micro_batch_size=images,
        image_size=pipeline(model).image_size,
        element_bytes=element,
        attention_scores=False,
        decoding=Decoding.WHOLE,
        ops=NUMBERS,
    )
    found = components.count(pipeline(model)).total * element + extra + max(passing)
    assert 0.9 * published < found < published


def test_decoding_in_slices_and_tiles() -> None:
    """One image at a time needs less than four at once, a tile of 512 pixels less than that."""
    shape = pipeline("stable-diffusion-1.5")
    decoded = [
        diffusion.inference(
            shape,
            micro_batch_size=4,
            image_size=1024,
            element_bytes=2,
            attention_scores=False,
            decoding=decoding,
            ops=NUMBERS,
        )[1]
        for decoding in (Decoding.WHOLE, Decoding.SLICED, Decoding.TILED)
    ]
    whole, sliced, tiled = decoded
    assert whole / 4 < sliced < whole / 3.9
    assert sliced / 4 < tiled < sliced / 3.8


@pytest.mark.parametrize("task", ["lora", "qlora", "full"])
@pytest.mark.parametrize("model", ["flux.1-dev", "stable-diffusion-xl-1.0"])
def test_encoders_beside_training(ask: Ask, model: str, task: str) -> None:
    """Resident encoders add their weights in 16 bits, whatever the denoiser is stored in."""
    cached, resident = (
        ask(model, task, encoders=kept).parts[Part.WEIGHTS] for kept in ("cached", "resident")
    )
    whole = components.count(pipeline(model)).total
    assert resident - cached == 2 * (whole - components.count_denoiser(pipeline(model)).total)


def test_a_quantised_denoiser_needs_less(ask: Ask) -> None:
    """QLoRA <= int8 <= LoRA in 16 bits <= full, on the same runtime."""
    lora = {"adapter_dtype": "fp32"}
    found = [
        ask("flux.1-dev", "qlora", weights="nf4-dq", **lora),
        ask("flux.1-dev", "qlora", weights="nf4", **lora),
        ask("flux.1-dev", "qlora", weights="int8", **lora),
        ask("flux.1-dev", "lora", **lora),
        ask("flux.1-dev", "full"),
    ]
    needs = [one.peak.expected for one in found]
    assert needs == sorted(needs)


def test_named_projections_are_refused(catalog: Catalog) -> None:
    """Adapters of a denoiser are on its attention: names of a language model say nothing here."""
    request = {"model": "flux.1-dev", "task": "lora", "lora_targets": ["q_proj", "v_proj"]}
    with pytest.raises(ProblemsError) as raised:
        resolve(make_request(request), catalog)
    assert [problem.path for problem in raised.value.problems] == ["lora_targets"]
