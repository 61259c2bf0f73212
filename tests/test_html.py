"""The HTML of every page, read as a browser reads it, and what a page may run and weigh."""

import base64
import gzip
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import html5lib
import pytest

BUDGET = 150_000
"""Bytes of a page on its first load, gzipped, with its styles and scripts."""
DATA = "application/json"


def _pages(site: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(site.rglob("*.html")):
        yield file.relative_to(site).as_posix(), file.read_text(encoding="utf-8")


def _faults(html: str) -> list[str]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(html)
    faults = [f"line {place[0]}: {code}" for place, code, _ in parser.errors]
    ids = Counter(node.get("id") for node in tree.iter() if node.get("id"))
    faults += [f"id '{name}' {count} times" for name, count in ids.items() if count > 1]
    faults += [
        f"{node.tag} runs a script in an attribute"
        for node in tree.iter()
        if isinstance(node.tag, str) and any(name.startswith("on") for name in node.attrib)
    ]
    faults += [f"<{node.tag}> in <p>" for p in tree.iter("p") for node in p.iter("div")]
    return faults


def test_no_page_has_a_fault(site: Path) -> None:
    """No parse error of the HTML standard, no id twice, no inline handler."""
    found = {name: faults for name, html in _pages(site) if (faults := _faults(html))}
    assert found == {}


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        pytest.param("<p><b>x</p>", "unexpected-end-tag", id="not closed"),
        pytest.param("<p id=a></p><p id=a></p>", "id 'a' 2 times", id="id twice"),
        pytest.param("<p onclick='x()'></p>", "runs a script", id="handler"),
    ],
)
def test_faults_are_found(html: str, fault: str) -> None:
    """The reader of HTML finds what it looks for."""
    assert any(fault in told for told in _faults(f"<!doctype html><title>x</title>{html}"))


def _inline_scripts(html: str) -> Iterator[str]:
    for attributes, script in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
        if "src=" not in attributes and DATA not in attributes:
            yield script


def test_policy_allows_what_pages_run_and_nothing_else(site: Path) -> None:
    """Each inline script is named by its hash; no page allows eval.

    The theme brings these scripts, so a new version of it can change them. Put the hashes that
    this test prints into mkdocs.yml, under extra.inline_scripts, after a look at what they do.
    """
    needed: set[str] = set()
    stated: set[str] = set()
    for name, html in _pages(site):
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
        assert policy is not None, name
        assert "unsafe-eval" not in policy[1]
        assert "script-src 'self'" in policy[1]
        stated |= set(re.findall(r"'sha256-([^']+)'", policy[1]))
        needed |= {
            base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            for script in _inline_scripts(html)
        }
    assert stated == needed


def test_the_edit_link_opens_the_exact_file(site: Path, root: Path) -> None:
    """Each page has one; that of a model or a board leads to the file with its entry."""
    opened: dict[str, str] = {}
    for name, html in _pages(site):
        files = set(re.findall(r'href="?https://github\.com/[\w/-]+?/edit/main/([^"\s>]+)', html))
        if name != "404.html":  # made of words of the theme and of ours, not of one file
            assert len(files) == 1, (name, files)
            opened[name] = files.pop()
    for name, file in opened.items():
        text = (root / file).read_text(encoding="utf-8")
        folder, _, page = name.rpartition("/")
        if folder in {"models", "gpus"} and page != "index.html":
            assert re.search(rf"\bid: {re.escape(Path(page).stem)}[\s,}}]", text), (name, file)
            assert file.startswith(f"data/{folder}/")
        elif not file.startswith("data/"):
            assert file == f"docs/{Path(name).with_suffix('.md')}"
    assert opened["fit/lora.html"] == "data/methods.yml"


def test_search_engines_get_what_they_ask_for(site: Path) -> None:
    """A language, a title, a description and one address for each page, and nothing forbidden."""
    wanted = (
        '<html lang="en"',
        "<title>",
        '<meta name="description" content="',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        '<link rel="canonical" href="https://',
    )
    missing = {
        name: lacking
        for name, html in _pages(site)
        if name != "404.html" and (lacking := [piece for piece in wanted if piece not in html])
    }
    assert missing == {}
    assert not [name for name, html in _pages(site) if 'href="javascript:' in html]


def test_page_weight(site: Path) -> None:
    """No page is heavier than its budget with the styles and scripts that it names."""
    weights = {name: _weight(site, name, html) for name, html in _pages(site)}
    name = max(weights, key=lambda page: weights[page])
    assert weights[name] < BUDGET, f"{name}: {weights[name]:,} bytes"


def _weight(site: Path, name: str, html: str) -> int:
    files = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
    files += re.findall(r'<script src="([^"]+)"', html)
    own = len(gzip.compress(html.encode(), mtime=0))
    return own + sum(_gzipped(site / _target(name, file)) for file in dict.fromkeys(files))


def _target(page: str, link: str) -> str:
    """A link of a page as a path below the site; those of 404.html are absolute."""
    path = unquote(urlsplit(urljoin(f"/{page}", link)).path)
    return path[path.index("assets/") :]


@cache
def _gzipped(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), mtime=0))
