"""The built site, a server for it and a real browser, for every test that looks at pages.

The site is built once for all test processes, into a temporary folder and from the command line, as
`make build` does.
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
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from shared_folders import shared_folder

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "/vram-atlas/"
"""The path of site_url in mkdocs.yml: links of 404.html begin with it."""
SERVED = Path("served", PREFIX.strip("/"))
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
    return shared_folder(tmp_path_factory, "site", _build) / SERVED


def _build(work: Path) -> None:
    shutil.copytree(ROOT / "docs", work / "docs")
    shutil.copy(ROOT / "mkdocs.yml", work / "mkdocs.yml")
    (work / "vram_atlas").symlink_to(ROOT / "vram_atlas")
    _run(sys.executable, "build_tables.py", "build", "--docs", str(work / "docs"))
    _run(
        sys.executable,
        *("-m", "mkdocs", "build", "--strict"),
        *("--config-file", str(work / "mkdocs.yml"), "--site-dir", str(work / SERVED)),
    )


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
def open_page(
    browser: Browser,
    address: str,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what went wrong on it: console errors and requests to other hosts."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
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
