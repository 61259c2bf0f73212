"""What PyTorch's caching allocator adds to a tensor by rounding it up."""

from collections.abc import Iterable

from vram_atlas.adding import add_up
from vram_atlas.units import MIB

ROUNDED_FROM = 10 * MIB
"""Tensors from this size on get memory of their own, in multiples of `GRANULE`."""
GRANULE = 2 * MIB
SPLIT_FROM = MIB
"""A larger remainder is split off for other tensors; a smaller one stays with its tensor."""


def rounding(tensors: Iterable[tuple[int, int]], element_bytes: float) -> float:
    """Bytes that count as allocated beyond the tensors themselves.

    A tensor of 43 MiB takes 44. Source: c10/cuda/CUDACachingAllocator.cpp (kMinLargeAlloc,
    kRoundLarge, should_split).
    """
    return add_up(number * _remainder(elements * element_bytes) for elements, number in tensors)


def _remainder(size: float) -> float:
    if size < ROUNDED_FROM:
        return 0
    rest = -size % GRANULE
    return rest if rest <= SPLIT_FROM else 0
