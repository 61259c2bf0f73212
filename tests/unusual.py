"""Shapes and software that no entry of the catalog has: entries with other numbers and choices.

The catalog holds what exists, and that leaves terms without effect: every known autoencoder has
several levels, every large denoiser more attention than anything else. What is made here is held in
a copy of the catalog, for tests that ask both languages the same.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from random import Random
from typing import Any, Final, TypeVar

import alone
from hybrids import HYBRIDS
from pydantic import BaseModel
from varied import SELDOM, Pools, Variety, pools

from vram_atlas.catalog import Catalog, ModelEntry
from vram_atlas.crosschecks import shape_faults
from vram_atlas.formulas.counting import count
from vram_atlas.names import normalised
from vram_atlas.schema.architecture import (
    Decoder,
    EncoderDecoder,
)
from vram_atlas.schema.layers import (
    Autoencoder,
    Convolutional,
    Diffusion,
    JointTransformer,
    UNet,
)
from vram_atlas.schema.listed import DiffusionTransformer, Step

SHAPES: Final = {"decoder": 80, "diffusion": 100, "convolutional": 120}
OTHER_SHAPES: Final = 40
SOFTWARE: Final = 30
"""How many are made: of a kind of architecture, and of formats, optimizers and runtimes."""
PICKED: Final = {
    "encoder": [{"relative_rows": 1, "dropout": False}],
    "encoder-decoder": [{"relative_buckets": 1}],
}
"""Members of the first shape of a kind, changed."""
WIDER: Final = "unusual-wider"
"""A format with norms between 16 bits and 17."""
STEPWISE: Final = "unusual-stepwise"
"""An optimizer whose step is larger than anything else."""

Item = TypeVar("Item", bound=BaseModel)


def unusual(catalog: Catalog, turn: int = 0) -> Catalog:
    """The catalog with shapes and software of every kind that nobody has; others in every turn."""
    known = pools(
        [
            *(entry.model.architecture for entry in catalog.models.values()),
            *HYBRIDS.values(),
            *catalog.formats.values(),
            *catalog.optimizers.values(),
            *catalog.runtimes.values(),
        ]
    )
    models = {entry.id: entry for entry in _models(catalog, known, turn)}
    formats = dict(_software(catalog.formats, known, turn))
    formats[WIDER] = _named(catalog.formats["bf16"], WIDER, other_bits=16.5)
    optimizers = dict(_software(catalog.optimizers, known, turn))
    step = {"step_elements": 2, "step_largest_16_bit": 2, "step_largest_32_bit": 2}
    optimizers[STEPWISE] = _named(catalog.optimizers["adamw"], STEPWISE, **step)
    runtimes = dict(_software(catalog.runtimes, known, turn))
    aliases = {what: dict(names) for what, names in catalog.aliases.items()}
    added: dict[str, Iterable[str]] = {
        "models": models,
        "formats": formats,
        "optimizers": optimizers,
        "runtimes": runtimes,
    }
    for what, names in added.items():
        aliases[what] |= {normalised(name): name for name in names}
    return replace(
        catalog,
        models=catalog.models | models,
        formats=catalog.formats | formats,
        optimizers=catalog.optimizers | optimizers,
        runtimes=catalog.runtimes | runtimes,
        aliases=aliases,
    )


def is_unusual(entry: ModelEntry) -> bool:
    """Whether a model was made here."""
    return entry.id.startswith("unusual-")


def _software(entries: dict[str, Item], known: Pools, turn: int) -> Iterator[tuple[str, Item]]:
    originals = [*entries.values()]
    kind = type(originals[0]).__name__
    variety = Variety(Random(f"{kind}/{turn}"), known)  # noqa: S311 - the same every time
    for number in range(SOFTWARE):
        name = f"unusual-{kind.lower()}-{number}"
        found = _made(lambda: variety.other(variety.rng.choice(originals)))
        yield name, _named(found, name)


def _named(item: Item, name: str, **changes: object) -> Item:
    return item.model_copy(update={"id": name, "name": name, "aliases": (), **changes})


def _made(attempt: Callable[[], Item | None]) -> Item:
    """What comes of the first attempt that succeeds."""
    while (found := attempt()) is None:
        pass
    return found


def _models(catalog: Catalog, known: Pools, turn: int) -> Iterator[ModelEntry]:
    by_kind: dict[str, list[Any]] = {}
    for entry in catalog.models.values():
        if entry.architecture is not None:
            by_kind.setdefault(entry.architecture.kind, []).append(entry.architecture)
    by_kind["decoder"] += len(by_kind["decoder"]) // len(HYBRIDS) * [*HYBRIDS.values()]
    for kind, shapes in by_kind.items():
        made = [*_shapes(kind, shapes, Variety(Random(f"{kind}/{turn}"), known))]  # noqa: S311
        made += [shapes[0].model_copy(update=changed) for changed in PICKED.get(kind, ())]
        if kind == "decoder":
            made += alone.decoders(known)
        if kind == "convolutional":
            made += alone.networks(known)
        if kind == "diffusion":
            made += _pipelines(next(one for one in shapes if _denoises(one, UNet)))
            joint = next(one for one in shapes if _denoises(one, JointTransformer))
            made.append(_with(joint, JointTransformer, mlp_ratio=9, hidden_size=20_000))
        like = next(
            entry for entry in catalog.models.values() if entry.model.architecture.kind == kind
        )
        for number, shape in enumerate(made):
            name = f"unusual-{kind}-{number}"
            model = _named(like.model, name, architecture=shape)
            yield replace(like, model=model, groups=count(shape))


def _shapes(kind: str, shapes: list[Any], variety: Variety) -> Iterator[Any]:
    for _ in range(SHAPES.get(kind, OTHER_SHAPES)):
        yield _made(lambda: _possible(variety.other(variety.rng.choice(shapes)), variety.rng))


def _possible(shape: Any, rng: Random) -> Any:  # noqa: ANN401 - any architecture
    """The shape with layers that add up and heads that divide, or None."""
    match shape:
        case None:
            return None
        case Decoder():
            shape = _adding_up(shape, rng)
        case EncoderDecoder():
            layers = shape.encoder_layers + shape.decoder_layers
            mlp = shape.mlp.model_copy(update={"layers": layers})
            shape = shape.model_copy(update={"mlp": mlp})
        case Convolutional():
            blocks = [*shape.blocks]
            if rng.random() < SELDOM:
                rng.shuffle(blocks)
            shape = shape.model_copy(update={"blocks": tuple(blocks)})
        case Diffusion():
            kinds = UNet | JointTransformer | DiffusionTransformer
            shape = _steps(_levels(shape, rng), rng) if _denoises(shape, kinds) else None
            return shape if shape and not any(shape_faults(shape)) else None
        case _ if hasattr(shape, "mlp"):
            mlp = shape.mlp.model_copy(update={"layers": shape.layers})
            shape = shape.model_copy(update={"mlp": mlp})
    return shape if not any(shape_faults(shape)) and _has_matrices(shape) else None


def _has_matrices(shape: Any) -> bool:  # noqa: ANN401 - any architecture
    """A network that lists its tensors can come out without any."""
    if not isinstance(shape, Convolutional):
        return True
    try:
        return count(shape).largest > 0
    except ValueError:
        return False


def _adding_up(shape: Decoder, rng: Random) -> Decoder:
    attention: list[Any] = [*shape.attention]
    for index, group in enumerate(attention):
        if getattr(group, "kv_heads", 0):
            heads = group.kv_heads * rng.choice([1, 2, 4])
            attention[index] = group.model_copy(update={"heads": heads})
    layers = sum(group.layers for group in attention)
    before = sum(group.layers for group in shape.mlp[:-1])
    last = shape.mlp[-1].model_copy(update={"layers": max(layers - before, 1)})
    changed = {"layers": layers, "attention": tuple(attention), "mlp": (*shape.mlp[:-1], last)}
    return shape.model_copy(update=changed)


def _denoises(shape: Diffusion, kinds: Any) -> bool:  # noqa: ANN401 - classes
    return any(isinstance(component.shape, kinds) for component in shape.components)


def _levels(shape: Diffusion, rng: Random) -> Diffusion:
    """Autoencoders with any number of levels."""
    decoder = next(
        (one.shape for one in shape.components if isinstance(one.shape, Autoencoder)), None
    )
    if decoder is None:
        return shape
    first, *_, last = (*decoder.block_channels, decoder.block_channels[-1])
    few = [(first,), (last, last), (first, first, last), decoder.block_channels]
    return _with(shape, Autoencoder, block_channels=rng.choice(few))


def _steps(shape: Diffusion, rng: Random) -> Diffusion:
    """Listed denoisers with what a step keeps of each group of their blocks."""
    components = []
    for component in shape.components:
        denoiser = component.shape
        if isinstance(denoiser, DiffusionTransformer) and denoiser.training is not None:
            steps = {
                way: step.model_copy(
                    update={"blocks": tuple(rng.choice(step.blocks) for _ in denoiser.blocks)}
                )
                for way, step in denoiser.training
                if isinstance(step, Step)
            }
            training = denoiser.training.model_copy(update=steps)
            denoiser = denoiser.model_copy(update={"training": training})
        components.append(component.model_copy(update={"shape": denoiser}))
    return shape.model_copy(update={"components": tuple(components)})


def _with(shape: Diffusion, kind: type[BaseModel], **changes: object) -> Diffusion:
    """The pipeline with its components of one kind changed."""
    components = tuple(
        one.model_copy(update={"shape": one.shape.model_copy(update=changes)})
        if isinstance(one.shape, kind)
        else one
        for one in shape.components
    )
    return shape.model_copy(update={"components": components})


def _pipelines(shape: Diffusion) -> Iterator[Diffusion]:
    """The peak is an upsampling of the denoiser, one of its shortcuts, or inside the decoder."""
    for denoiser, layers, decoder, latents, pixels in (
        ((16, 640, 16), 9, (1,), 4, 512),
        ((5, 640, 3), 1, (1,), 4, 8),
        ((1, 1), 1, (4, 100, 400), 4, 512),
        ((1, 1), 1, (1,), 1000, 512),
        ((1, 1), 1, (3,), 1000, 512),
        ((1, 1), 1, (4, 9000), 4, 512),
    ):
        none = (0,) * len(denoiser)
        decoding = _with(shape, Autoencoder, block_channels=decoder, latent_channels=latents)
        pipeline = _with(
            decoding,
            UNet,
            block_channels=denoiser,
            layers_per_block=layers,
            transformer_depth=none,
            heads=none,
            middle_depth=0,
        )
        yield pipeline.model_copy(update={"image_size": pixels})
    small = _with(shape, Autoencoder, block_channels=(1,))
    lowest = {"transformer_depth": (0, 0, 2), "heads": (0, 0, 600), "middle_depth": 10}
    pipeline = _with(small, UNet, block_channels=(320, 640, 3), **lowest)
    yield pipeline.model_copy(update={"image_size": 4096})
