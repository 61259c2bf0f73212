"""Generated pages: golden files, promises of every page, and a build that repeats itself."""

import json
import re
from pathlib import Path

import pytest
import yaml
from golden_files import same_as_golden

from vram_atlas import api, page_words
from vram_atlas import cells as cells_module
from vram_atlas.badges import badges
from vram_atlas.catalog import Catalog
from vram_atlas.downloads import grid_csv
from vram_atlas.estimator import Estimate
from vram_atlas.grid import Grid
from vram_atlas.pages import board_page, fit_page, model_page
from vram_atlas.problems import ProblemsError
from vram_atlas.site import build_site
from vram_atlas.units import Bytes
from vram_atlas.verdict import Verdict, judge
from vram_atlas.writer import Writer

VERDICTS_PER_CELL = 120
"""Two searches among all boards for each use, and two verdicts per column of a matrix: 95."""

ROOT = Path(__file__).resolve().parent.parent


def _model(grid: Grid, name: str) -> str:
    entry = grid.catalog.models[name]
    return model_page(entry, grid, {})


def test_golden_model(few_boards: Grid) -> None:
    """A model page without its figures; test_charts looks at those."""
    same_as_golden("llama-2-13b.md", _model(few_boards, "llama-2-13b"))


def test_golden_undisclosed_model(few_models: Grid) -> None:
    """The page of a model whose size is not published."""
    same_as_golden("gpt-4.md", _model(few_models, "gpt-4"))


def test_golden_board(few_models: Grid) -> None:
    """A board page."""
    same_as_golden("rtx-4090.md", board_page(few_models.catalog.boards["rtx-4090"], few_models))


def test_undisclosed_models_have_no_number_of_ours(grid: Grid) -> None:
    """No figure in GiB, no verdict but unknown; the reason and the estimates are quoted."""
    undisclosed = [e for e in grid.catalog.models.values() if e.groups is None]
    assert undisclosed
    for entry in undisclosed:
        page = _model(grid, entry.id)
        assert "GiB" not in page
        assert "Unknown: the size" in page
        for item in entry.model.estimates:
            assert item.author.replace("&", "&amp;") in page


def test_front_matter_is_yaml(grid: Grid) -> None:
    """Title, description and the data file, readable by a YAML parser, on every page."""
    pages = [_model(grid, name) for name in grid.catalog.models]
    pages += [board_page(board, grid) for board in grid.catalog.boards.values()]
    pages += [fit_page(matrix, grid) for matrix in grid.catalog.matrices.values()]
    for page in pages:
        head = yaml.safe_load(page.split("---\n")[1])
        assert head["title"]
        assert head["description"]
        assert (ROOT / head["edit"]).is_file()


def test_answers_come_first(grid: Grid) -> None:
    """The first paragraph of a model page has the number for every task."""
    entry = grid.catalog.models["llama-2-13b"]
    first = _model(grid, entry.id).split("<table ")[0]
    assert page_words.model_needs(grid.of_model(entry)) in first


def test_navigation_has_every_matrix(catalog: Catalog) -> None:
    """A matrix that is added to data/methods.yml also gets its line in mkdocs.yml."""
    configuration = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for matrix in catalog.matrices.values():
        assert f"{matrix.title}: fit/{matrix.id}.md" in configuration


def test_building_twice_changes_nothing(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes from the same data, drawn or remembered, by many processes or by one."""
    first, second = tmp_path / "first", tmp_path / "second"
    build_site(catalog, first, remember=tmp_path / "a" / "charts.json")
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    build_site(catalog, second, remember=tmp_path / "b" / "charts.json")
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert files == sorted(p.relative_to(second) for p in second.rglob("*") if p.is_file())
    for name in files:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    again = build_site(catalog, first, remember=tmp_path / "a" / "charts.json")
    assert ": 0 written, 0 deleted" in again


def test_verdicts_are_searched_for(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    """Boards are in the order of their memory: nobody tries a model on one after the other.

    On pages of boards and matrices, on badges, in the API and in the downloads together.
    """
    tried: list[object] = []

    def counted(estimate: Estimate | None, have: Bytes, weights: Bytes | None = None) -> Verdict:
        tried.append(estimate)
        return judge(estimate, have, weights)

    monkeypatch.setattr(cells_module, "judge", counted)
    fresh = Grid(grid.catalog, grid.cells)
    for board in fresh.boards:
        board_page(board, fresh)
        api.board(board, fresh)
    for matrix in fresh.catalog.matrices.values():
        fit_page(matrix, fresh)
    assert len([*badges(fresh)]) > len(fresh.catalog.models)
    assert len(grid_csv(fresh)) > len(fresh.cells)
    assert len(tried) < VERDICTS_PER_CELL * len(fresh.cells)
    assert len(fresh.boards) > 2 * VERDICTS_PER_CELL  # so that trying every board would show


def test_build_of_one_model(catalog: Catalog, tmp_path: Path) -> None:
    """`--only` writes the page and the document of that model and nothing else."""
    build_site(catalog, tmp_path, ["llama-2-7b"])
    files = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert files == ["api/v1/models/llama-2-7b.json", "models/llama-2-7b.md"]
    with pytest.raises(ProblemsError, match="llama-2-7b"):
        build_site(catalog, tmp_path, ["llama-2-7bb"])


def test_stale_files_go_and_hand_written_stay(tmp_path: Path) -> None:
    """A page whose model is gone is deleted, index.md is not."""
    (tmp_path / "models").mkdir()
    for name in ("gone.md", "index.md"):
        (tmp_path / "models" / name).write_text("x", encoding="utf-8")
    writer = Writer(tmp_path)
    writer.write("models/new.md", "text\n")
    assert writer.sweep(["models"]) == ["models/gone.md"]
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["index.md", "new.md"]


def test_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    """Writing the same text again leaves the file's time alone, so that live reload is quiet."""
    Writer(tmp_path).write("page.md", "text\n")
    again = Writer(tmp_path)
    before = (tmp_path / "page.md").stat().st_mtime_ns
    again.write("page.md", "text\n")
    assert again.changed == []
    assert (tmp_path / "page.md").stat().st_mtime_ns == before


def test_numbers_have_units(grid: Grid) -> None:
    """Every cell of a matrix with a figure names its unit."""
    for matrix in grid.catalog.matrices.values():
        for figure in re.findall(r"<small>([\d.,]+[^<]*)</small>", fit_page(matrix, grid)):
            assert figure.endswith(("GiB", "MiB")), figure


def test_tags_are_strings(grid: Grid) -> None:
    """Aliases such as '4090' must not become YAML numbers."""
    page = board_page(grid.catalog.boards["dgx-spark"], grid)
    tags = yaml.safe_load(page.split("---\n")[1])["tags"]
    assert tags == json.loads(json.dumps(tags))
    assert all(isinstance(tag, str) for tag in tags)
