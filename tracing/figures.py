"""What tracing finds, and how it follows from three sizes. Needs no PyTorch."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PerToken:
    """Bytes for each token of the image or video, and for each token of text."""

    image: int
    text: int


@dataclass(frozen=True)
class Adapted:
    """A matrix with an adapter, and which tokens pass it."""

    inputs: int
    outputs: int
    image: bool
    text: bool


@dataclass(frozen=True)
class Figures:
    """What data/ holds of one way of training, and the matrices with adapters.

    blocks     what a block of each kind keeps, the adapters' middles left out
    outside    alive after a forward pass with recomputed blocks, their inputs left out
    transient  above that, those inputs and the block that keeps most, at the peak
    """

    blocks: list[PerToken]
    adapted: list[list[Adapted]]
    outside: PerToken
    transient: PerToken


def through(points: Sequence[tuple[int, int, int]]) -> PerToken:
    """The slopes through three points: two sizes of the image, two lengths of the text."""
    (first, _, small), (tokens, short, middle), (_, long, large) = points
    return PerToken(
        round((middle - small) / (tokens - first)), round((large - middle) / (long - short))
    )
