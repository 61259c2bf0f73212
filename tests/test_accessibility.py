"""Every kind of page through axe, in both palettes and at two widths."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from browsing import open_page
from page_kinds import KINDS
from playwright.sync_api import Browser

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {"light": 1280, "dark": 360}
"""One palette on a wide window, the other on a phone: both have the same rules of style."""


@pytest.mark.browser
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_no_violation(
    browser: Browser, address: str, path: str, scheme: Literal["light", "dark"]
) -> None:
    """Folded parts are opened first, so that what is in them is looked at too."""
    with open_page(browser, address, WIDTHS[scheme], scheme=scheme) as (page, wrong):
        page.goto(address + path, wait_until="load")
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        found = Axe().run(page).response["violations"]
        told = [
            f"{rule['id']}: {rule['help']}: {node['html'][:200]}"
            for rule in found
            for node in rule["nodes"][:3]
        ]
        assert told == []
        assert wrong == []


@pytest.mark.browser
def test_axe_can_fail(browser: Browser, address: str) -> None:
    """A picture without a name is found."""
    with open_page(browser, address) as (page, _):
        page.goto(address + "contribute.html")
        page.evaluate("document.querySelector('article').append(document.createElement('img'))")
        assert [rule["id"] for rule in Axe().run(page).response["violations"]] == ["image-alt"]
