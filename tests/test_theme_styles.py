"""The theme's style sheets: smaller, and no page looks different."""

import re
from pathlib import Path

import pytest
from browsing import open_page
from playwright.sync_api import Browser

from vram_atlas.theme_styles import THEME, is_absent, is_unused, style_sheets

CLASS = re.compile(r'class=(?:"([^"]*)"|([\w-]+))')
ELEMENT = re.compile(r"<([a-z][a-z0-9]*)[ >/]")
MADE = re.compile(r'make\("([a-z0-9]+)"')
SCRIPTS = Path(__file__).parent.parent / "docs" / "assets" / "javascripts"


def test_less_than_half_is_left() -> None:
    """Written under the theme's names, so that its pages find them."""
    sheets = dict(style_sheets())
    assert {Path(name).name for name in sheets} == {path.name for path in THEME.glob("*.css")}
    kept = sum(map(len, sheets.values()))
    assert kept < sum(path.stat().st_size for path in THEME.glob("*.css")) / 2


def test_what_is_left_out() -> None:
    """Parts of the theme that are off; not what only scripts add."""
    [main] = [text for name, text in style_sheets() if "/main." in name]
    for left_out in (".admonition", ".md-version", "[dir=rtl]", ".tabbed-set", ".md-clipboard"):
        assert left_out not in main
    for kept in (".md-search-result__more", ".md-header--shadow", ".md-nav__link--passed"):
        assert kept in main
    assert main.count("{") == main.count("}")


@pytest.mark.browser
def test_no_page_has_what_is_left_out(site: Path) -> None:
    """Classes of every page and of our own scripts, elements; one direction, one colour."""
    found: set[str] = set()
    elements: set[str] = set()
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        elements |= {*ELEMENT.findall(text)}
        for quoted, bare in CLASS.findall(text):
            found |= {*(quoted or bare).split()}
        assert not re.search(
            r"dir=.?rtl|data-md-color-(primary|accent)=(?!.?custom|.?indigo)|role=.?columnheader|"
            r" align=|#gh-dark-mode-only|#only-dark|#only-light",
            text,
        ), path
    for path in SCRIPTS.rglob("*.js"):
        if "generated" not in path.parts:
            for quoted in re.findall(r'class: "([^"]*)"', path.read_text(encoding="utf-8")):
                found |= {*quoted.split()}
        elements |= {*MADE.findall(path.read_text(encoding="utf-8"))}
    assert {"table", "details", "code"} < elements
    assert {name for name in elements if is_absent(name)} == set()
    assert len(found) > 100
    assert {name for name in found if is_unused(name)} == set()


STYLES_OF_ALL = """() => {
  const styleOf = (element, part) => {
    const style = getComputedStyle(element, part);
    const names = [...style].filter((name) => !name.startsWith("--")); // unread ones are gone
    return names.map((name) => `${name}: ${style.getPropertyValue(name)}`).join("; ");
  };
  const hash = (text) => {
    let value = 0;
    for (let i = 0; i < text.length; i += 1) value = (31 * value + text.charCodeAt(i)) | 0;
    return value;
  };
  const all = [...document.querySelectorAll("*:not(tbody tr:nth-child(n + 4) *, option, head *)")];
  return all.map((one) => [
    `${one.localName}.${one.classList}`,
    ...[null, "::before", "::after"].map((part) => hash(styleOf(one, part))),
  ]);
}"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["index.html", "models/llama-2-13b.html", "guide/precision.html"])
def test_pages_look_the_same(browser: Browser, address: str, path: str, width: int) -> None:
    """Every style that the browser computes is what the theme's own sheets make of it."""
    found = []
    for own in (False, True):
        with open_page(browser, address, width) as (page, _):
            if own:
                page.route(
                    "**/*.min.css",
                    lambda route: route.fulfill(path=THEME / route.request.url.rsplit("/", 1)[-1]),
                )
            page.goto(address + path, wait_until="networkidle")
            page.wait_for_timeout(500)
            found.append(page.evaluate(STYLES_OF_ALL))
    assert len(found[0]) > 100
    assert found[0] == found[1]
