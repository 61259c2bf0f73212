"""The page for addresses that do not exist asks the question that the address suggests."""

from pathlib import Path

import pytest
from browsing import open_page
from playwright.sync_api import Browser

from vram_atlas.not_found import not_found


def test_ways_on_and_a_field() -> None:
    """A form that leads to the question, with a name for its field, and links."""
    html = not_found()
    assert '<label for="lost">' in html
    assert 'name="q"' in html
    assert html.count("<a href=") > 2


@pytest.mark.browser
def test_it_searches(browser: Browser, address: str, site: Path) -> None:
    """A lost link to a model's page ends at an answer about that model."""
    lost = f"{address}old/folder/rtx-4090-lora-llama-2-13b.html"
    with open_page(browser, address) as (page, wrong):
        page.route(lost, lambda route: route.fulfill(path=site / "404.html"))
        page.goto(lost)
        field = page.locator(".atlas-lost input")
        assert field.input_value() == "rtx 4090 lora llama 2 13b"
        field.press("Enter")
        page.wait_for_url("**/index.html?q=*")
        answer = page.locator("#answer[data-state=answered]")
        answer.wait_for()
        assert answer.get_attribute("data-model") == "llama-2-13b"
        assert answer.get_attribute("data-board") == "rtx-4090"
        assert wrong == []
