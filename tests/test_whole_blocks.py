"""The Markdown extension that sets blocks of HTML aside changes nothing but the time."""

import re
from pathlib import Path

import markdown
import pytest
from markdown.preprocessors import Preprocessor

from vram_atlas import whole_blocks
from vram_atlas.grid import Grid
from vram_atlas.pages import board_page, fit_page, model_page
from vram_atlas.whole_blocks import WholeBlocks

EXTENSIONS = ["attr_list", "def_list", "tables", "toc"]

HARD = (
    "<div><p>one</p></div>",
    "text\n\n<div>a</div><div>b</div>\n\ntext",
    "<div>a\n\nb</div>",
    "<div>\n\n<p>x</p>\n\n</div>",
    "<span>not a block</span> of *text*",
    "<b>bold</b> and *so on*",
    "<p>one</p> and *more* <p>two</p>",
    "<details><summary>s</summary><details>inner</details></details>",
    "    <div>code</div>",
    "* item\n\n    <div>inside</div>",
    "<div>a</div>\n*next line*",
    "before\n<div>a</div>",
    '<table class="x"><tr><td>1 < 2 and <code>*a*</code></td></tr></table>',
    "<div>unclosed",
    "## Heading { #id data-search-exclude }\n\n<ul><li>a</li></ul>\n\n[link](x.md)",
)


def _html(text: str, *, extension: bool) -> str:
    given: list[str | markdown.Extension] = [*EXTENSIONS]
    if extension:
        given.append(WholeBlocks())
    return re.sub(r"\n+", "\n", markdown.markdown(text, extensions=given))


@pytest.mark.parametrize("text", HARD)
def test_hard_cases(text: str) -> None:
    """Whatever a person may write."""
    assert _html(text, extension=True) == _html(text, extension=False)


def test_generated_pages(grid: Grid) -> None:
    """One page of each kind, and those that people wrote."""
    catalog = grid.catalog
    pages = [
        model_page(catalog.models["llama-2-13b"], grid, {"parts": "<figure>x</figure>"}),
        board_page(catalog.boards["rtx-4090"], grid),
        fit_page(next(iter(catalog.matrices.values())), grid),
    ]
    docs = Path(whole_blocks.__file__).resolve().parent.parent / "docs"
    pages += [path.read_text(encoding="utf-8") for path in sorted(docs.glob("guide/*.md"))]
    for page in pages:
        body = page.split("---\n", 2)[2]
        assert _html(body, extension=True) == _html(body, extension=False)


def test_tables_are_set_aside(few_models: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python-Markdown's search for HTML sees no table of a generated page."""
    left: list[str] = []

    class Look(Preprocessor):
        def run(self, lines: list[str]) -> list[str]:
            left.extend(lines)
            return lines

    def with_a_look(self: WholeBlocks, md: markdown.Markdown) -> None:
        usual(self, md)
        md.preprocessors.register(Look(md), "look", 21)

    usual = WholeBlocks.extendMarkdown
    monkeypatch.setattr(WholeBlocks, "extendMarkdown", with_a_look)
    page = fit_page(next(iter(few_models.catalog.matrices.values())), few_models)
    _html(page, extension=True)
    assert left
    assert not [line for line in left if "<table" in line]
