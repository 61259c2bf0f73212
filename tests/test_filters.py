"""Filters of the matrix pages, in a real browser, and the same page without scripts."""

import pytest
from browsing import open_page
from playwright.sync_api import Browser, Page

MATRIX = "fit/inference-4-bit.html"


def _shown(page: Page) -> list[str]:
    """Models of the rows on show, in the wide tables."""
    return page.locator(".atlas-matrix tbody tr:visible th a").all_text_contents()


def _list(page: Page) -> list[str]:
    """The same in the lists for narrow screens, which a wide window does not show."""
    return page.locator(".atlas-narrow tbody tr:not([hidden]) th a").all_text_contents()


@pytest.mark.browser
def test_filters_narrow_both_tables(browser: Browser, address: str) -> None:
    """Family, licence, size and memory, each alone and together; and all rows again."""
    with open_page(browser, address) as (page, wrong):
        page.goto(address + MATRIX)
        everything = _list(page)
        page.select_option("[name=family]", "Llama 2")
        assert _shown(page) == _list(page) == ["Llama 2 7B", "Llama 2 13B", "Llama 2 70B"]
        page.select_option("[name=memory]", "24 GB")
        assert _shown(page) == ["Llama 2 7B", "Llama 2 13B"]
        told = page.locator(".atlas-filters output").inner_text()
        assert told == f"2 of {len(everything)} models"
        assert page.locator("h2:visible").count() < len(everything)
        page.select_option("[name=licence]", "mit")
        assert _shown(page) == []
        page.locator(".atlas-filters [type=reset]").click()
        page.locator(".atlas-narrow tr[hidden]").first.wait_for(state="detached")
        assert _list(page) == everything
        page.select_option("[name=size]", "10-to-20-billion")
        assert page.locator(".atlas-matrix:visible").count() == 1
        assert wrong == []


@pytest.mark.browser
def test_without_scripts_every_row_is_there(browser: Browser, address: str) -> None:
    """No filter is shown that would do nothing; the tables are whole."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + MATRIX)
    assert not page.locator(".atlas-filters").is_visible()
    assert len(_shown(page)) == len(_list(page)) > 200
    context.close()
