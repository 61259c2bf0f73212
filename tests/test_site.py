"""The built site in a real browser, and every link of it."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from browsing import PREFIX, open_page
from playwright.sync_api import Browser, Page

PAGES = {
    "home": "index.html",
    "matrix": "fit/lora.html",
    "model": "models/llama-2-13b.html",
    "undisclosed model": "models/gpt-4.html",
    "board": "gpus/rtx-4090.html",
    "reference": "reference/index.html",
    "all models": "models/index.html",
    "long heading": "reference/accuracy.html",
}


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_page_is_clean(browser: Browser, address: str, path: str, width: int) -> None:
    """No console error, no request to another host, nothing wider than the window."""
    with open_page(browser, address, width) as (page, wrong):
        page.goto(address + path, wait_until="load")
        used = page.evaluate("document.documentElement.scrollWidth")
        assert (wrong, used) == ([], width)


@pytest.mark.browser
def test_rules_of_thumb_on_a_phone(browser: Browser, address: str) -> None:
    """A rule and what we compute for it stand one above the other, and are a table all the same."""
    with open_page(browser, address, 360) as (page, wrong):
        page.goto(address + "guide/rules-of-thumb.html")
        row = page.locator(".atlas-claims tbody tr").first
        rule, ours = row.locator("th").bounding_box(), row.locator("td").bounding_box()
        assert rule is not None
        assert ours is not None
        assert ours["y"] >= rule["y"] + rule["height"]
        assert rule["width"] > 250
        table = page.get_by_role("table").first
        assert table.get_by_role("columnheader").count() == 2
        assert table.get_by_role("rowheader").count() == table.get_by_role("cell").count() > 1
        assert wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("path", ["tricks/index.html", "guide/precision.html"])
def test_links_in_tables_break_between_words(browser: Browser, address: str, path: str) -> None:
    """No "GeFo-rce": at 360 pixels no link of a table is narrower than its longest word."""
    with open_page(browser, address, 360) as (page, _):
        page.goto(address + path)
        assert page.locator(".atlas-table a").count() > 3
        assert page.evaluate(BROKEN_LINKS) == []


BROKEN_LINKS = """[...document.querySelectorAll(".atlas-table a")].filter(link => {
    const whole = link.cloneNode(true);
    whole.style.cssText = "display: inline-block; width: min-content; word-break: keep-all";
    link.after(whole);
    const wanted = whole.getBoundingClientRect().width;
    whole.remove();
    return link.getBoundingClientRect().width < wanted - 1;
}).map(link => link.textContent)"""


@pytest.mark.browser
def test_matrix_page_answers(browser: Browser, address: str) -> None:
    """The LoRA matrix says that Llama 2 13B does not fit 24 GB in 16 bits."""
    with open_page(browser, address) as (page, wrong):
        page.goto(address + "index.html")
        page.goto(address + "fit/lora.html")
        row = page.locator(".atlas-matrix tr", has=page.locator("th", has_text="Llama 2 13B"))
        cells = dict(
            zip(_column_labels(page), row.first.locator("td").all_text_contents(), strict=True)
        )
        assert cells["24 GB"].startswith("No")
        assert cells["32 GB"].startswith("Fits")
        assert wrong == []


def _column_labels(page: Page) -> list[str]:
    """Memory sizes over the columns of the first matrix."""
    head = page.locator(".atlas-matrix thead").first.locator("th").all_inner_texts()
    return [text.split("\n")[0].strip() for text in head[1:]]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("query", "page_path"),
    [
        pytest.param("llama 2 13b", "models/llama-2-13b.html", id="a model by name"),
        pytest.param("rtx 4090", "gpus/rtx-4090.html", id="a board by name"),
        pytest.param("qlora", "fit/qlora.html", id="a task in lower case"),
        pytest.param("gradient checkpointing", "tricks/gradient-checkpointing.html", id="a trick"),
        pytest.param("sdxl", "models/stable-diffusion-xl-1.0.html", id="a model by alias"),
    ],
)
def test_search_finds(browser: Browser, address: str, query: str, page_path: str) -> None:
    """The search dialog lists the page among its first five; sections of one page count once."""
    with open_page(browser, address) as (page, wrong):
        page.goto(address + "index.html", wait_until="load")
        # The theme listens for keys: a value that is filled in at once is seen by chance only.
        page.locator(".md-search__input").press_sequentially(query)
        results = page.locator("a.md-search-result__link")
        results.first.wait_for(timeout=20_000)
        links = [results.nth(i).get_attribute("href") or "" for i in range(results.count())]
        found = [*dict.fromkeys(urlsplit(link).path for link in links)][:5]
        assert any(path.endswith(page_path) for path in found), found
        assert wrong == []


class _Links(HTMLParser):
    """Links and anchors of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what can be followed and what can be pointed at."""
        found = dict(attrs)
        if found.get("id"):
            self.anchors.add(str(found["id"]))
        for name in ("href", "src"):
            if found.get(name):
                self.links.append(str(found[name]))
        if tag == "a" and found.get("name"):
            self.anchors.add(str(found["name"]))


def test_internal_links_and_anchors(site: Path) -> None:
    """Every internal link of every page leads to a file, and its anchor exists."""
    pages: dict[Path, _Links] = {}
    for file in sorted(site.rglob("*.html")):
        if file.name == "404.html":  # served from any depth, so its links name the public address
            continue
        parsed = _Links()
        parsed.feed(file.read_text(encoding="utf-8"))
        pages[file] = parsed
    assert len(pages) > 400
    dead = [
        f"{file.relative_to(site)} -> {link}"
        for file, parsed in pages.items()
        for link in dict.fromkeys(parsed.links)
        if not _alive(file, link, pages, site)
    ]
    assert dead == []


def _alive(file: Path, link: str, pages: dict[Path, _Links], site: Path) -> bool:
    if urlsplit(link).scheme or link.startswith("//"):
        return True
    base = "/" + file.relative_to(site).as_posix()
    address, anchor = urldefrag(urljoin(base, link.removeprefix(PREFIX.rstrip("/"))))
    target = site / unquote(urlsplit(address).path).lstrip("/")
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return False
    return not anchor or target not in pages or anchor in pages[target].anchors | {"__skip"}
