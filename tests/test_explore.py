"""The interactive view of charts, in a real browser."""

from pathlib import Path

import pytest
from browsing import open_page
from playwright.sync_api import Browser, Page

MODEL = "models/llama-3.1-8b.html"


def _explore(page: Page, number: int) -> None:
    figure = page.locator("figure.atlas-chart").nth(number)
    figure.locator(".atlas-explore").click()
    figure.locator(".atlas-live svg").wait_for()


@pytest.mark.browser
def test_nothing_is_loaded_before_a_click(browser: Browser, address: str) -> None:
    """The 300 KB of Vega arrive when a reader asks for them, and only once."""
    with open_page(browser, address) as (page, wrong):
        loaded: list[str] = []
        page.on("request", lambda r: loaded.append(r.url) if "vega" in r.url else None)
        page.goto(address + MODEL, wait_until="load")
        assert loaded == []
        _explore(page, 0)
        _explore(page, 1)
        assert len(loaded) == 1
        assert wrong == []


@pytest.mark.browser
def test_a_mark_tells_its_numbers_and_the_picture_comes_back(
    browser: Browser, address: str
) -> None:
    """A pointer over a bar shows its part and size; the button closes the view again."""
    with open_page(browser, address) as (page, wrong):
        page.goto(address + MODEL)
        figure = page.locator("figure.atlas-chart").first
        _explore(page, 0)
        assert not figure.locator("> svg").is_visible()
        figure.locator(".atlas-live .mark-rect path").first.hover()
        tip = page.locator("#vg-tooltip-element")
        tip.wait_for()
        assert "GiB" in tip.inner_text()
        assert "weights" in tip.inner_text()
        figure.locator(".atlas-explore").click()
        assert figure.locator("> svg").is_visible()
        assert figure.locator(".atlas-live").count() == 0
        assert wrong == []


@pytest.mark.browser
def test_works_from_a_folder(browser: Browser, site: Path) -> None:
    """Opened as a file, without a server."""
    with open_page(browser, "file:///") as (page, wrong):
        page.goto((site / MODEL).as_uri())
        _explore(page, 0)
        assert wrong == []


@pytest.mark.browser
def test_a_missing_program_is_said(browser: Browser, address: str) -> None:
    """The picture stays, and a sentence tells why nothing else happened."""
    with open_page(browser, address) as (page, _):
        page.route("**/generated/vega.js", lambda route: route.abort())
        page.goto(address + MODEL)
        figure = page.locator("figure.atlas-chart").first
        figure.locator(".atlas-explore").click()
        figure.locator("[role=status]").wait_for()
        assert figure.locator("> svg").is_visible()
