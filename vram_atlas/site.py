"""Everything that is generated below docs/: pages, charts in them, and the JSON API."""

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final

from vram_atlas import api, badges, bundle, change_log, not_found, question_box, theme_styles
from vram_atlas.api_schema import schemas
from vram_atlas.catalog import DATA, Catalog
from vram_atlas.changes import load_changes
from vram_atlas.cloud_documents import provider_document
from vram_atlas.cloud_pages import provider_page
from vram_atlas.diff_report import as_change
from vram_atlas.diffing import Comparison
from vram_atlas.downloads import grid_csv, grid_parquet
from vram_atlas.format_tables import format_tables
from vram_atlas.frame import frame_files
from vram_atlas.grid import Grid, build_grid
from vram_atlas.instances import Instances
from vram_atlas.jobs import Desk, Job, do_all
from vram_atlas.json_schema import editor_schemas
from vram_atlas.meanwhile import meanwhile
from vram_atlas.measurements import load_measurements
from vram_atlas.model_files import model_files
from vram_atlas.open_tables import open_tables
from vram_atlas.pages import board_page, fit_page
from vram_atlas.pictures import CACHE, Album, explorer_ahead
from vram_atlas.problems import Problem, ProblemsError, nearest
from vram_atlas.writer import Writer

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
OWNED: Final = (
    "models",
    "gpus",
    "fit",
    "clouds",
    "api/v1",
    "badges",
    "assets/stylesheets/generated",
    "assets/javascripts/generated",
    "templates/generated",
    theme_styles.FOLDER,
)
"""Folders of generated files; a file in them that no build writes any more is deleted."""


def build_site(
    catalog: Catalog,
    docs: Path | None = None,
    only: list[str] | None = None,
    remember: Path = CACHE,
) -> str:
    """Write what changed, delete what is no longer made, and say so in one line.

    `only` names models by id: their pages and documents are written, nothing else is touched.
    `remember` is the file that keeps pictures for the next build.
    """
    if only is not None:
        _refuse_unknown(only, catalog)
        desk = _desk(catalog, docs, remember, only)
        do_all((), model_files(only, catalog), desk)
        desk.album.keep(remember)
        return _report(desk.writer, deleted=0)
    drawing_script = explorer_ahead()
    scripts = meanwhile(partial(_scripts, catalog, docs))
    desk = _desk(catalog, docs, remember)
    do_all(_REST, model_files([*catalog.models], catalog), desk)
    desk.writer.take_over(scripts())
    _generated(desk.writer, [("vega.js", drawing_script())])
    desk.album.keep(remember)
    return _report(desk.writer, deleted=len(desk.writer.sweep(OWNED)))


def _desk(
    catalog: Catalog, docs: Path | None, remember: Path, only: Iterable[str] | None = None
) -> Desk:
    """What all processes need: made once, before they part."""
    load_measurements(catalog)
    return Desk(build_grid(catalog, only), Album.opened(remember), Writer(docs or DOCS))


def write_frame(docs: Path | None = None) -> None:
    """Write what every page of the site is put into, and nothing else."""
    _frame(Writer(docs or DOCS))


def _frame(writer: Writer) -> None:
    writer.write(question_box.FILE, question_box.small_box())
    writer.write(not_found.FILE, not_found.not_found())
    _write_all(writer, ((f"assets/{name}", text) for name, text in frame_files()))
    _write_all(writer, theme_styles.style_sheets())


def _scripts(catalog: Catalog, docs: Path | None) -> Writer:
    """What every page is put into, and what runs in it: it needs no estimate."""
    writer = Writer(docs or DOCS)
    _frame(writer)
    _generated(writer, bundle.scripts(catalog))
    return writer


def _generated(writer: Writer, scripts: Iterable[tuple[str, str]]) -> None:
    _write_all(writer, ((f"{bundle.GENERATED}{name}", text) for name, text in scripts))


def _pages(desk: Desk) -> None:
    """Pages of boards and matrices, and what readers take from them."""
    grid, writer = desk.grid, desk.writer
    for board in grid.catalog.boards.values():
        writer.write(f"gpus/{board.id}.md", board_page(board, grid))
    for matrix in grid.catalog.matrices.values():
        writer.write(f"fit/{matrix.id}.md", fit_page(matrix, grid))
    _write_all(writer, badges.badges(grid))
    _generated(writer, open_tables(grid))
    _generated(writer, format_tables(grid.catalog))


def _changes(desk: Desk) -> None:
    changes = load_changes(load_measurements(desk.grid.catalog))
    desk.writer.write(change_log.FEED, change_log.feed(changes))


def write_change(found: Comparison, name: str) -> Path:
    """Write the change log's file for a difference, its reasons left open; returns where it is."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(-[a-z0-9]+)+", name) is None:
        expected = "a day and a few words, such as 2026-11-26-flash-workspace"
        raise ProblemsError([Problem("", 0, "--record", f"'{name}'", expected)])
    writer = Writer(DATA)
    writer.write(f"changes/{name}.yml", as_change(found, name))
    return DATA / "changes" / f"{name}.yml"


def write_api(grid: Grid, docs: Path) -> None:
    """Write the API and nothing else."""
    desk = Desk(grid, Album(), Writer(docs))
    for entry in grid.catalog.models.values():
        desk.writer.write(f"api/v1/models/{entry.id}.json", api.as_text(api.model(entry, grid)))
    for job in _API:
        job(desk)
    _cloud_documents(desk.writer, Instances(grid))


def _clouds(desk: Desk) -> None:
    """Documents and pages of clouds, which share estimates over several boards."""
    instances = Instances(desk.grid)
    _cloud_documents(desk.writer, instances)
    for provider in desk.grid.catalog.clouds.values():
        desk.writer.write(f"clouds/{provider.provider}.md", provider_page(provider, instances))


def _cloud_documents(writer: Writer, instances: Instances) -> None:
    for provider in instances.grid.catalog.clouds.values():
        document = provider_document(provider, instances, version=api.SCHEMA_VERSION)
        writer.write(f"api/v1/clouds/{provider.provider}.json", api.as_text(document))


def _board_documents(desk: Desk) -> None:
    for board in desk.grid.catalog.boards.values():
        desk.writer.write(
            f"api/v1/boards/{board.id}.json", api.as_text(api.board(board, desk.grid))
        )


def _lists(desk: Desk) -> None:
    """What the API lists: models and boards, measurements, formulas; and its schemas."""
    catalog, writer = desk.grid.catalog, desk.writer
    measured = api.measurements(catalog)
    writer.write("api/v1/measurements.csv", measured)
    writer.write("api/v1/measurements.json", api.as_text(api.measured(measured)))
    writer.write("api/v1/index.json", api.as_text(api.index(catalog)))
    writer.write("api/v1/formulas.json", api.as_text(api.formulas()))
    _schemas(writer, catalog)


def _downloads(desk: Desk) -> None:
    packed = desk.writer.put("api/v1/grid.csv.gz", grid_csv(desk.grid))
    desk.writer.produce("api/v1/grid.parquet", partial(grid_parquet, packed))


_API: Final[tuple[Job, ...]] = (_downloads, _board_documents, _lists)
_LARGE: Final[tuple[Job, ...]] = (_lists, _downloads, _pages)
_REST: Final[tuple[Job, ...]] = (*_LARGE, _clouds, _board_documents, _changes)
"""Everything but the files of models, and scripts."""


def write_schemas(catalog: Catalog, docs: Path | None = None) -> list[str]:
    """Write the JSON Schema of the data files and nothing else; returns where they are."""
    writer = Writer(docs or DOCS)
    _schemas(writer, catalog)
    return [f"{writer.root}/{name}" for name in sorted(writer.written)]


def _schemas(writer: Writer, catalog: Catalog) -> None:
    for path, schema in (*editor_schemas([*catalog.licences]), *schemas()):
        writer.write(path, api.as_text(schema))


def _write_all(writer: Writer, files: Iterable[tuple[str, str]]) -> None:
    for name, content in files:
        writer.write(name, content)


def _refuse_unknown(only: Iterable[str], catalog: Catalog) -> None:
    unknown = [name for name in only if name not in catalog.models]
    if unknown:
        raise ProblemsError(
            Problem(
                "", 0, "--only", f"'{name}'", "the id of a model", nearest(name, catalog.models)
            )
            for name in unknown
        )


def _report(writer: Writer, *, deleted: int) -> str:
    made, changed = len(writer.written), len(writer.changed)
    return f"{made} generated files: {changed} written, {deleted} deleted, the others unchanged."
