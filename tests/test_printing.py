"""Pages on paper: nothing that only a screen can use, nothing folded away, nothing cut off."""

import pytest
from browsing import open_page
from playwright.sync_api import Browser

A4 = 718
"""Pixels between the margins of a browser's default A4 page."""

PAGES = {
    "model": "models/llama-2-13b.html",
    "board": "gpus/rtx-4090.html",
    "matrix": "fit/lora.html",
    "trick": "tricks/in-which-order.html",
    "rules of thumb": "guide/rules-of-thumb.html",
}

SCREEN_ONLY = ".md-header, .md-footer, .atlas-explore, .ask, .headerlink, .md-sidebar"

FOLDED = """[...document.querySelectorAll("details :is(.atlas-table, li > b)")]
    .filter(table => !table.checkVisibility({contentVisibilityAuto: true})).length"""

CUT = """[...document.querySelectorAll(".atlas-table")]
    .filter(box => getComputedStyle(box).overflow !== "visible")
    .filter(box => box.scrollWidth > box.clientWidth + 1).length"""


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_page_prints(browser: Browser, address: str, path: str) -> None:
    """Everything that is read, and only that."""
    with open_page(browser, address, A4) as (page, wrong):
        page.goto(address + path)
        page.emulate_media(media="print")
        shown = [item for item in page.locator(SCREEN_ONLY).all() if item.is_visible()]
        assert shown == []
        assert page.locator(".atlas-table").count() > 0
        assert page.evaluate(FOLDED) == 0
        assert page.evaluate(CUT) == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= A4
        assert wrong == []
