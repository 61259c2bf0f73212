"""Bands and shares of memory come from the measured rows, and from nowhere else."""

from dataclasses import replace

from vram_atlas.accuracy import published
from vram_atlas.bands import ENOUGH, bands_text
from vram_atlas.catalog import DATA, Catalog
from vram_atlas.schema.band import Basis, Circumstance
from vram_atlas.schema.base import Task


def test_the_file_is_what_the_rows_say(catalog: Catalog) -> None:
    """`build_tables.py bands` would change nothing."""
    expected = bands_text(catalog, published(catalog)[1])
    tip = "run `build_tables.py bands` and read the difference"
    assert (DATA / "bands.yml").read_text(encoding="utf-8") == expected, tip


def test_nobody_edits_a_width_by_hand(catalog: Catalog) -> None:
    """The text does not depend on what the file holds: other numbers in it come out right."""
    comparison = published(catalog)[1]
    edited = {
        name: band.model_copy(update={"low": -0.5, "high": 0.5, "rows": 1})
        for name, band in catalog.margins.bands.items()
    }
    changed = replace(catalog, margins=replace(catalog.margins, bands=edited))
    assert bands_text(changed, comparison) == bands_text(catalog, comparison)


def test_few_rows_make_a_wide_band(catalog: Catalog) -> None:
    """Fewer than ten peaks: wider than any measured band may be, and named so."""
    margins = catalog.margins
    for band in margins.bands.values():
        assert band.low <= margins.narrowest.low, band
        assert band.high >= margins.narrowest.high, band
        if band.basis is not Basis.PEAKS:
            assert band.low < margins.narrowest.low, band
            assert band.high > margins.narrowest.high, band
        assert (band.rows >= ENOUGH) == (band.basis is not Basis.FEW), band
    unknown = margins.band(Task.FULL, "diffusers", "recurrent")
    assert (unknown.basis, unknown.rows) == (Basis.FEW, 0)
    assert unknown.low == margins.unmeasured[Task.FULL].low


def test_proven_shares_separate(catalog: Catalog) -> None:
    """No run failed at or below the share of its circumstance; some run finished there."""
    proven = catalog.margins.proven
    assert set(proven) == set(Circumstance)
    for item in proven.values():
        assert 0.8 < item.share < 1, item
        assert item.finished > item.failed, item
