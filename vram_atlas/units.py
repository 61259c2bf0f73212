"""Bytes and how to show them. The only module that knows what a GiB is."""

from typing import Final, NewType

Bytes = NewType("Bytes", int)

KIB: Final = 1024
MIB: Final = 1024**2
GIB: Final = 1024**3
GIGA: Final = 10**9
MEGA: Final = 10**6
BITS_PER_BYTE: Final = 8

SMALL_GIB: Final = 0.095
"""Below this a figure in GiB with one decimal would read 0.0 or 0.1; it is shown in MiB."""

LARGE_GIB: Final = 1000
"""From here on a figure in GiB has no decimal, and its thousands are separated."""


def from_kib(kibibytes: float) -> Bytes:
    """Bytes in a number of KiB."""
    return Bytes(round(kibibytes * KIB))


def from_mib(mebibytes: float) -> Bytes:
    """Bytes in a number of MiB, rounded to a whole byte."""
    return Bytes(round(mebibytes * MIB))


def from_gib(gibibytes: float) -> Bytes:
    """Bytes in a number of GiB, rounded to a whole byte."""
    return Bytes(round(gibibytes * GIB))


def from_gb(gigabytes: float) -> Bytes:
    """Bytes in a number of decimal gigabytes, as some services convert the label of a board."""
    return Bytes(round(gigabytes * GIGA))


def to_mib(size: float) -> float:
    """MiB in a number of bytes."""
    return size / MIB


def to_gib(size: float) -> float:
    """GiB in a number of bytes, for chart axes."""
    return size / GIB


def to_billions(count: float) -> float:
    """Billions in a number of parameters."""
    return count / GIGA


def format_size(size: float) -> str:
    """Words for a memory size: '26.2 GiB', or '84 MiB' where GiB would hide the figure."""
    if abs(size) < SMALL_GIB * GIB:
        return f"{size / MIB:.0f} MiB"
    if size >= LARGE_GIB * GIB:
        return f"{size / GIB:,.0f} GiB"
    return f"{size / GIB:.1f} GiB"


def format_count(parameters: float) -> str:
    """Words for a parameter count: '6.74 billion', '110 million'."""
    if parameters >= GIGA * 1000:
        return f"{parameters / (GIGA * 1000):.2f} trillion"
    if parameters >= GIGA:
        return f"{parameters / GIGA:.2f} billion"
    return f"{parameters / MEGA:.1f} million"


def format_tokens(tokens: int) -> str:
    """A token count with thousands separated: '4,096'."""
    return f"{tokens:,}"
