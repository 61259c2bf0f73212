"""Bytes and how they are shown."""

import pytest

from vram_atlas.units import (
    GIB,
    MIB,
    format_count,
    format_size,
    format_tokens,
    from_gib,
    from_mib,
    to_gib,
)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        pytest.param(0, "0 MiB", id="nothing"),
        pytest.param(84 * MIB, "84 MiB", id="small sizes in MiB"),
        pytest.param(97 * MIB, "97 MiB", id="just below a tenth of a GiB"),
        pytest.param(98 * MIB, "0.1 GiB", id="just above a tenth of a GiB"),
        pytest.param(26.2 * GIB, "26.2 GiB", id="one decimal"),
        pytest.param(999.9 * GIB, "999.9 GiB", id="below a thousand"),
        pytest.param(2345 * GIB, "2,345 GiB", id="thousands are separated, without decimals"),
        pytest.param(-84 * MIB, "-84 MiB", id="a difference may be negative"),
    ],
)
def test_sizes_are_shown_with_one_decimal(size: float, words: str) -> None:
    """GiB with one decimal, MiB where that would hide the figure."""
    assert format_size(size) == words


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        pytest.param(14_350_248, "14.4 million", id="tinybert"),
        pytest.param(999_885_952, "999.9 million", id="below a billion"),
        pytest.param(6_738_415_616, "6.74 billion", id="llama 2 7b"),
        pytest.param(1_026_408_232_448, "1.03 trillion", id="kimi k2"),
    ],
)
def test_counts_are_shown_in_words(parameters: int, words: str) -> None:
    """Million, billion, trillion: decimal units, as parameter counts are given everywhere."""
    assert format_count(parameters) == words


def test_whole_bytes() -> None:
    """Conversions return whole bytes, and MiB and GiB agree."""
    assert from_gib(1.5) == from_mib(1536) == 1_610_612_736
    assert from_mib(0.1) == 104_858
    assert to_gib(from_gib(24)) == 24


def test_tokens_have_separators() -> None:
    """Token counts are read by people."""
    assert format_tokens(131_072) == "131,072"
