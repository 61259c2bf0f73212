"""One cell is the same verdict and number wherever it is shown; tables are well formed."""

import re
from html.parser import HTMLParser

import pytest

from vram_atlas import (
    api,
    board_tables,
    ladder_tables,
    listings,
    markup,
    matrix_tables,
    reference_tables,
    tables,
    views,
)
from vram_atlas.catalog import Catalog
from vram_atlas.cells import Cell
from vram_atlas.figures import figure
from vram_atlas.grid import Grid
from vram_atlas.model_charts import charts_of
from vram_atlas.sentences import VERDICT_WORD
from vram_atlas.units import format_size
from vram_atlas.verdict import Verdict

VOID = {"br", "line", "path"}


class _Balance(HTMLParser):
    """Tags that were opened and not closed; what search leaves out depends on every closing tag."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tables: list[dict[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an opening tag, and count what a table must have."""
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            assert attrs == [("class", "atlas")], "the theme wraps tables without a class"
            self.tables.append({"caption": 0, "scopes": 0, "headers": 0})
        elif tag == "caption":
            self.tables[-1]["caption"] += 1
        elif tag == "th":
            self.tables[-1]["headers"] += 1
            self.tables[-1]["scopes"] += "scope" in dict(attrs)

    def handle_endtag(self, tag: str) -> None:
        """The last opened tag is the one that closes."""
        assert self.open.pop() == tag


def _check(html: str) -> None:
    balance = _Balance()
    balance.feed(html)
    assert balance.open == []
    for found in balance.tables:
        assert found["caption"] == 1
        assert found["scopes"] == found["headers"]


def _cell(grid: Grid, model: str, matrix: str) -> Cell:
    return grid.cells[model, matrix]


@pytest.mark.parametrize(
    ("model", "matrix", "board"),
    [
        pytest.param("llama-2-13b", "lora", "rtx-4090", id="too large"),
        pytest.param("llama-2-13b", "qlora", "rtx-4090", id="fits"),
        pytest.param("gpt-4", "lora", "rtx-4090", id="not published"),
    ],
)
def test_same_verdict_everywhere(grid: Grid, model: str, matrix: str, board: str) -> None:
    """Matrix table, badge and JSON agree with the grid on verdict and number."""
    cell, entry = _cell(grid, model, matrix), grid.catalog.boards[board]
    verdict = cell.verdict(entry)
    html = matrix_tables.matrix_table(grid, cell.matrix, [cell.entry], "Caption")
    document = str(api.model(cell.entry, grid)["matrices"])
    if cell.estimate is None:
        assert verdict is Verdict.UNKNOWN
        assert "Unknown" in html
        assert document == "[]"
        return
    size = next(item for item in grid.sizes if entry in item.boards)
    column = views.columns(grid).index(size)
    shown = re.findall(r'<td class="\w">(\w+)', html)[column]
    assert shown == VERDICT_WORD[cell.verdict(size.smallest)]
    need = re.findall(r"</a><small>([^<]+)</small></th>", html)
    assert need == [format_size(cell.estimate.peak.expected)]
    assert f"'expected': {cell.estimate.peak.expected}" in document
    listed = api.board(entry, grid)["matrices"]
    assert isinstance(listed, list)
    own = next(item for item in listed if item["id"] == matrix)
    assert (model in own["models_that_fit"]) is (verdict is Verdict.FITS)


def test_cell_names_the_boards_that_differ(grid: Grid) -> None:
    """Where boards of a size differ, the cell names one and its title names all."""
    for (_, matrix), cell in grid.cells.items():
        for size in views.columns(grid):
            found = views.exceptions(grid.judged(cell), size)
            if not found:
                continue
            names = [board.board.name for boards in found.values() for board in boards]
            html = matrix_tables.matrix_table(
                grid, grid.catalog.matrices[matrix], [cell.entry], "Caption"
            )
            assert all(markup.attribute(name) in html for name in names)
            return
    pytest.fail("no size has boards that differ; this test shows nothing")


def test_size_classes_cover_every_model(grid: Grid) -> None:
    """Each model is in exactly one class, unpublished sizes in their own."""
    members = [
        entry.id
        for _, models in views.by_size_class(grid.catalog.models.values())
        for entry in models
    ]
    assert sorted(members) == sorted(grid.catalog.models)
    assert views.class_of(grid.catalog.models["gpt-4"]).id == "not-published"


def test_questions_are_in_the_catalog(grid: Grid) -> None:
    """A renamed model or board must not silently drop a question from the home page."""
    assert len(views.questions(grid)) == len(views.QUESTIONS)
    assert all(name in grid.catalog.models for name in listings.POPULAR_MODELS)
    assert all(name in grid.catalog.boards for name in views.POPULAR_BOARDS)


def test_tables_are_well_formed(grid: Grid, catalog: Catalog) -> None:
    """Every kind of table: balanced tags, one caption, a scope on each header."""
    entry, board = catalog.models["llama-3.1-8b"], catalog.boards["rtx-4090"]
    cells = grid.of_model(entry)
    found = {matrix.id: grid.models_that_fit(board, matrix) for matrix in catalog.matrices.values()}
    html = [
        tables.model_answers(cells, grid),
        *(figure(chart, "<svg></svg>") for chart in charts_of(entry, grid).values()),
        tables.facts_table(entry),
        tables.sources_table("x", views.sources_of(entry, catalog)),
        tables.board_answers(board, grid, found),
        board_tables.board_facts(board, catalog),
        tables.question_table(views.questions(grid), catalog, ""),
        matrix_tables.size_list(grid),
        *(tables.boards_that_fit(cell, grid) for cell in cells),
        *(ladder_tables.changes(cell, grid) for cell in cells),
        *(
            getattr(reference_tables, name)(catalog)
            for name in (
                "formats",
                "optimizers",
                "runtimes",
                "defaults",
                "bands",
                "methods",
                "coverage",
            )
        ),
    ]
    for matrix in catalog.matrices.values():
        html.append(tables.fitting_models(board, matrix, found[matrix.id]))
        models = list(catalog.models.values())
        html.append(matrix_tables.matrix_table(grid, matrix, models, "Caption"))
        html.append(matrix_tables.smallest_list(grid, matrix, models, "Caption"))
    for piece in html:
        assert piece
        assert "\n" not in piece, "a blank line would end the block of HTML"
        _check(piece)


def test_text_is_escaped() -> None:
    """Names from data cannot break the page."""
    assert markup.text("a < b & c") == "a &lt; b &amp; c"
    assert markup.link('x"y', "<b>") == '<a href="x&quot;y">&lt;b&gt;</a>'


@pytest.mark.parametrize(
    ("name", "aliases", "expected"),
    [
        pytest.param("GeForce RTX 4090", ("4090", "rtx 4090"), [], id="words of the name"),
        pytest.param("RTX 4090 Laptop", ("4090m", "4090 mobile"), ["4090m", "mobile"], id="new"),
        pytest.param("Llama 2 13B", ("meta-llama/Llama-2-13b-hf",), ["hf"], id="without its owner"),
    ],
)
def test_search_words(name: str, aliases: tuple[str, ...], expected: list[str]) -> None:
    """The search index repeats tags in every section, so only useful ones are kept."""
    assert views.search_words(name, aliases) == expected
