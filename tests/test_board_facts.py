"""What is known of a board, with the nearest source; and for how many boards it is not known."""

from dataclasses import replace

import pytest

from vram_atlas.board_facts import Fact, coverage, known, source_of
from vram_atlas.board_tables import board_facts
from vram_atlas.board_words import (
    DERIVED_WINDOWS,
    NO_LINK,
    NO_SOURCE,
    fact,
    gb_per_second,
    other_software,
)
from vram_atlas.catalog import Catalog
from vram_atlas.schema.board import Link, Vendor
from vram_atlas.units import Bytes, from_gib


@pytest.mark.parametrize(
    ("board", "about", "words", "source"),
    [
        pytest.param("rtx-3090", Fact.BANDWIDTH, "936 GB/s", "epoch", id="a source of its own"),
        pytest.param("rtx-3090", Fact.LINK, "112.5 GB/s", "ga102-nvlink", id="a fraction"),
        pytest.param("rtx-3090", Fact.POWER, "350 W", "hf-nvidia", id="the source of the board"),
        pytest.param("rtx-3090", Fact.LAUNCH, "September 2020", "epoch", id="a month"),
        pytest.param("rtx-5090", Fact.LAUNCH, "2025", "hf-nvidia", id="a year"),
        pytest.param("mi300x", Fact.BANDWIDTH, "5,300 GB/s", "ml-engineering", id="of the memory"),
        pytest.param("rtx-4050-laptop", Fact.WINDOWS, "6.0 GiB", "windows-4050-laptop", id="gib"),
        pytest.param("rtx-4090", Fact.BANDWIDTH, "1,008 GB/s", "wikipedia", id="thousands"),
        pytest.param("rtx-3080-20gb", Fact.BANDWIDTH, NO_SOURCE, None, id="nobody to cite"),
    ],
)
def test_facts(catalog: Catalog, board: str, about: Fact, words: str, source: str | None) -> None:
    """A fact in words and the key of its nearest source."""
    entry = catalog.boards[board]
    assert fact(entry, about) == words
    assert source_of(entry, about) == source
    assert known(entry, about) is (source is not None)


def test_every_known_fact_has_a_source_of_its_file(catalog: Catalog) -> None:
    """No number on a board's page without a page that proves it."""
    for entry in catalog.boards.values():
        for about in set(Fact) - {Fact.TYPE, Fact.INT8}:
            key = source_of(entry, about)
            assert (key is not None) is known(entry, about), (entry.id, about)
            assert key is None or key in catalog.sources[entry.file], (entry.id, about)


@pytest.mark.parametrize(
    ("board", "seen"),
    [
        pytest.param("rtx-3080-10gb", "10.0 GiB", id="from the driver's total"),
        pytest.param("rtx-3060-ti", "8.0 GiB", id="which somebody saw on another machine"),
        pytest.param("rtx-3070-16gb", NO_SOURCE, id="not from the label"),
        pytest.param("rx-7900-xtx", NO_SOURCE, id="not for other makers"),
        pytest.param("a100-80gb", NO_SOURCE, id="not in a data centre"),
    ],
)
def test_windows_follows_from_the_total(catalog: Catalog, board: str, seen: str) -> None:
    """Where nobody looked on Windows, the driver's total is what a program is shown there."""
    entry = catalog.boards[board]
    assert not known(entry, Fact.WINDOWS)
    assert fact(entry, Fact.WINDOWS) == seen
    assert (DERIVED_WINDOWS in board_facts(entry, catalog)) is (seen != NO_SOURCE)


def test_no_board_contradicts_the_rule_for_windows(catalog: Catalog) -> None:
    """What was seen on Windows is the total to the MiB, or to the second decimal of a GiB.

    The RTX 2080 SUPER is left out: there nvidia-smi says how much of the total the driver reserves.
    """
    seen = [
        (entry.id, facts.total.mib - facts.windows.mib)
        for entry in catalog.boards.values()
        if entry.line.vendor is Vendor.NVIDIA
        and (facts := entry.board.memory).windows is not None
        and facts.total is not None
        and facts.windows.source != "windows-2080-super"
    ]
    assert len(seen) > 5
    assert all(0 <= missing <= 5 for _, missing in seen), seen


def test_macs_of_a_size_offer_the_same(catalog: Catalog) -> None:
    """So the box may answer "a mac with 64 GB" without the chip."""
    offered: dict[int, set[Bytes]] = {}
    for entry in catalog.boards.values():
        if entry.line.line == "apple-silicon":
            offered.setdefault(entry.board.memory.label_gb, set()).add(entry.visible)
    assert len(offered) > 8
    assert all(len(sizes) == 1 for sizes in offered.values()), offered


def test_rule_for_large_macs(catalog: Catalog) -> None:
    """No 512 GB Mac was seen; all that were, from 48 GB on, offer as much as the rule, or more."""
    assert catalog.boards["m3-ultra-512gb"].memory.derived
    assert catalog.boards["m3-ultra-512gb"].visible == from_gib(384)
    for entry in catalog.boards.values():
        label = entry.board.memory.label_gb
        if entry.line.line == "apple-silicon" and label >= 48:
            assert entry.visible >= from_gib(label * 0.75)


def test_coverage_counts_every_board_once(catalog: Catalog) -> None:
    """Known and unknown together are all boards, for every fact."""
    found = coverage(catalog.boards.values())
    assert {one.fact for one in found} == set(Fact)
    for one in found:
        assert one.known + len(one.unknown) == len(catalog.boards)
        assert all(not known(catalog.boards[board], one.fact) for board in one.unknown)


def test_the_table_says_what_has_no_source(catalog: Catalog) -> None:
    """A fact without a source keeps its row."""
    table = board_facts(catalog.boards["rtx-3070-16gb"], catalog)
    assert table.count(NO_SOURCE) == 3
    assert "int8" in table
    assert "int8" not in board_facts(catalog.boards["m4-16gb"], catalog)


def test_only_boards_without_cuda_name_their_software(catalog: Catalog) -> None:
    """The caveat stands on the pages of every other maker, and on none of NVIDIA's."""
    for entry in catalog.boards.values():
        assert bool(other_software(entry)) is (entry.line.vendor is not Vendor.NVIDIA), entry.id


def test_words(catalog: Catalog) -> None:
    """No trailing zeros, and no link is not the same as an unknown one."""
    assert gb_per_second(1008.0) == "1,008 GB/s"
    assert gb_per_second(68.2) == "68.2 GB/s"
    entry = catalog.boards["rx-6600"]
    none = replace(entry, board=entry.board.model_copy(update={"link": Link(gb_s=0)}))
    assert fact(entry, Fact.LINK) == NO_SOURCE
    assert fact(none, Fact.LINK) == NO_LINK
