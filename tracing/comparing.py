"""The figures of data/ beside traced ones. Needs no PyTorch."""

from collections.abc import Iterator
from dataclasses import dataclass

from tracing.figures import Adapted, Figures, PerToken
from vram_atlas.catalog import load_catalog
from vram_atlas.schema import listed
from vram_atlas.schema.architecture import Encoder
from vram_atlas.schema.layers import Convolutional, Diffusion

TRACED_FRAMES = 5
"""Latent frames of a traced video: what a token keeps does not depend on how many there are."""


@dataclass(frozen=True)
class Listed:
    """A denoiser as data/ has it: parameters, shape, latent frames to trace."""

    counted: int
    shape: listed.DiffusionTransformer
    frames: int


def expected() -> dict[str, Listed]:
    """Every listed denoiser of the catalog, by the id of its model; of two equal ones the first."""
    found: dict[str, Listed] = {}
    for entry in load_catalog().models.values():
        architecture = entry.architecture
        if not isinstance(architecture, Diffusion):
            continue
        for part in architecture.components:
            if isinstance(part.shape, listed.DiffusionTransformer):
                frames = TRACED_FRAMES if architecture.frames > 1 else 1
                found.setdefault(entry.id, Listed(part.counted, part.shape, frames))
    return found


def counts() -> dict[str, int]:
    """Parameters of every network that is listed tensor by tensor, denoisers left out.

    By the id of the model: a network, or the listed autoencoder of a pipeline.
    """
    found: dict[str, int] = {}
    for entry in load_catalog().models.values():
        architecture, groups = entry.architecture, entry.groups
        if isinstance(architecture, Diffusion):
            for part in architecture.components:
                if isinstance(part.shape, listed.ListedAutoencoder):
                    found[entry.id] = part.counted
        elif groups is not None and _is_listed(architecture):
            found[entry.id] = groups.total
    return found


def _is_listed(architecture: object) -> bool:
    if isinstance(architecture, Encoder):
        return architecture.sound is not None
    return isinstance(architecture, Convolutional) and any(
        isinstance(block, listed.Listed) for block in architecture.blocks
    )


def differences(way: str, shape: listed.DiffusionTransformer, traced: Figures) -> Iterator[str]:
    """Where the entry says something else than the trace, one line for each figure."""
    stated = getattr(shape.training, way)
    pairs = [
        *(
            (f"blocks[{number}]", *both)
            for number, both in enumerate(zip(stated.blocks, traced.blocks, strict=True))
        ),
        ("outside", stated.outside, traced.outside),
        ("transient", stated.transient, traced.transient),
    ]
    for name, said, found in pairs:
        if PerToken(said.image, said.text) != found:
            data, seen = f"{said.image}, {said.text}", f"{found.image}, {found.text}"
            yield f"{way}.{name}: data {data}; traced {seen}"
    if not any(traced.adapted):
        return
    for number, (group, matrices) in enumerate(zip(shape.blocks, traced.adapted, strict=True)):
        if _sorted(_spelled(group)) != _sorted(matrices):
            yield f"{way}: adapted matrices of group {number} differ"


def _spelled(group: listed.Blocks) -> list[Adapted]:
    return [
        Adapted(each.inputs, each.outputs, image=each.image, text=each.text)
        for each in group.adapted
        for _ in range(each.count)
    ]


def _sorted(matrices: list[Adapted]) -> list[tuple[int, int, bool, bool]]:
    return sorted((each.inputs, each.outputs, each.image, each.text) for each in matrices)
