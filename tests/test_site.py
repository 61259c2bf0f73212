"""The built site in a real browser, and every link of it.

The site is built once, into a temporary folder and from the command line, as `make build` does.
"""

import contextlib
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "/atlas/"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site, built strictly below a sub-path."""
    work = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", work / "docs")
    shutil.copy(ROOT / "mkdocs.yml", work / "mkdocs.yml")
    (work / "vram_atlas").symlink_to(ROOT / "vram_atlas")
    _run(sys.executable, "build_tables.py", "build", "--docs", str(work / "docs"))
    target = work / "served" / PREFIX.strip("/")
    _run(
        sys.executable,
        *("-m", "mkdocs", "build", "--strict"),
        *("--config-file", str(work / "mkdocs.yml"), "--site-dir", str(target)),
    )
    return target


def _run(*command: str) -> None:
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that does not write a line per request."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The site on a local port, below a sub-path as on GitHub Pages."""
    handler = partial(_Quiet, directory=str(site.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}{PREFIX}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; without one the browser tests are skipped, or fail where required."""
    path = os.environ.get("VRAM_ATLAS_CHROMIUM") or shutil.which("chromium")
    if not path:
        message = "no Chromium: on Debian, apt-get install chromium"
        if os.environ.get("VRAM_ATLAS_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


@contextlib.contextmanager
def _page(browser: Browser, address: str, width: int = 1280) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what went wrong on it: console errors and requests to other hosts."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    wrong: list[str] = []
    host = urlsplit(address).netloc
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda r: wrong.append(f"request to {r.url}") if _foreign(r.url, host) else None,
    )
    yield page, wrong
    context.close()


def _foreign(url: str, host: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and parts.netloc != host


PAGES = {
    "home": "index.html",
    "matrix": "fit/lora.html",
    "model": "models/llama-2-13b.html",
    "undisclosed model": "models/gpt-4.html",
    "board": "gpus/rtx-4090.html",
    "reference": "reference/index.html",
}


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_page_is_clean(browser: Browser, address: str, path: str, width: int) -> None:
    """No console error, no request to another host, nothing wider than the window."""
    with _page(browser, address, width) as (page, wrong):
        page.goto(address + path, wait_until="load")
        used = page.evaluate("document.documentElement.scrollWidth")
        assert (wrong, used) == ([], width)


@pytest.mark.browser
def test_matrix_page_answers(browser: Browser, address: str) -> None:
    """The LoRA matrix says that Llama 2 13B does not fit 24 GB in 16 bits."""
    with _page(browser, address) as (page, wrong):
        page.goto(address + "index.html")
        page.goto(address + "fit/lora.html")
        row = page.locator(".atlas-matrix tr", has=page.locator("th", has_text="Llama 2 13B"))
        cells = dict(
            zip(_column_labels(page), row.first.locator("td").all_inner_texts(), strict=True)
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
        pytest.param("sdxl", "models/stable-diffusion-xl-1.0.html", id="a model by alias"),
    ],
)
def test_search_finds(browser: Browser, address: str, query: str, page_path: str) -> None:
    """The search dialog lists the page among its first five results."""
    with _page(browser, address) as (page, wrong):
        page.goto(address + "index.html", wait_until="load")
        # The theme listens for keys: a value that is filled in at once is seen by chance only.
        page.locator(".md-search__input").press_sequentially(query)
        results = page.locator("a.md-search-result__link")
        results.first.wait_for(timeout=20_000)
        found = [results.nth(i).get_attribute("href") or "" for i in range(min(5, results.count()))]
        assert any(urlsplit(link).path.endswith(page_path) for link in found), found
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


def test_page_weight(site: Path) -> None:
    """No page is heavier than its budget: 150 KB gzipped with its styles and scripts."""
    import gzip

    shared = sum(
        len(gzip.compress(file.read_bytes()))
        for pattern in ("assets/**/*.css", "assets/javascripts/bundle*.js")
        for file in site.glob(pattern)
    )
    heavy = {
        file.relative_to(site).as_posix(): len(gzip.compress(file.read_bytes()))
        for file in site.rglob("*.html")
    }
    name = max(heavy, key=lambda page: heavy[page])
    assert heavy[name] + shared < 150_000, (name, heavy[name], shared)
