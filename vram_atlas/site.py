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
from vram_atlas.frame import frame_files
from vram_atlas.grid import Grid, build_grid
from vram_atlas.instances import Instances
from vram_atlas.json_schema import editor_schemas
from vram_atlas.measurements import load_measurements
from vram_atlas.model_files import model_files
from vram_atlas.open_tables import open_tables
from vram_atlas.pages import board_page, fit_page
from vram_atlas.pictures import CACHE, Album, explorer
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
    writer = Writer(docs or DOCS)
    if only is not None:
        _refuse_unknown(only, catalog)
        album = Album.opened(remember)
        _write_all(writer, model_files(only, catalog, album))
        album.keep(remember)
        return _report(writer, deleted=0)
    album = Album.opened(remember)
    made_meanwhile = model_files(list(catalog.models), catalog, album)
    writer.write("assets/javascripts/generated/vega.js", explorer())
    grid = build_grid(catalog)
    for board in catalog.boards.values():
        writer.write(f"gpus/{board.id}.md", board_page(board, grid))
    for matrix in catalog.matrices.values():
        writer.write(f"fit/{matrix.id}.md", fit_page(matrix, grid))
    for name, picture in badges.badges(grid):
        writer.write(name, picture)
    _frame(writer)
    for name, text in bundle.scripts(catalog):
        writer.write(f"{bundle.GENERATED}{name}", text)
    for name, text in open_tables(grid):
        writer.write(f"{bundle.GENERATED}{name}", text)
    writer.write(change_log.FEED, change_log.feed(load_changes(load_measurements(catalog))))
    instances = Instances(grid)
    _api(writer, grid, instances)
    for provider in catalog.clouds.values():
        writer.write(f"clouds/{provider.provider}.md", provider_page(provider, instances))
    _write_all(writer, made_meanwhile)
    album.keep(remember)
    return _report(writer, deleted=len(writer.sweep(OWNED)))


def write_frame(docs: Path | None = None) -> None:
    """Write what every page of the site is put into, and nothing else."""
    _frame(Writer(docs or DOCS))


def _frame(writer: Writer) -> None:
    writer.write(question_box.FILE, question_box.small_box())
    writer.write(not_found.FILE, not_found.not_found())
    _write_all(writer, ((f"assets/{name}", text) for name, text in frame_files()))
    _write_all(writer, theme_styles.style_sheets())


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
    writer = Writer(docs)
    for entry in grid.catalog.models.values():
        writer.write(f"api/v1/models/{entry.id}.json", api.as_text(api.model(entry, grid)))
    _api(writer, grid, Instances(grid))


def _api(writer: Writer, grid: Grid, instances: Instances) -> None:
    """Everything of the API but the documents of models, which are written with their pages."""
    for board in grid.catalog.boards.values():
        writer.write(f"api/v1/boards/{board.id}.json", api.as_text(api.board(board, grid)))
    for provider in grid.catalog.clouds.values():
        document = provider_document(provider, instances, version=api.SCHEMA_VERSION)
        writer.write(f"api/v1/clouds/{provider.provider}.json", api.as_text(document))
    measured = api.measurements(grid.catalog)
    writer.write("api/v1/measurements.csv", measured)
    writer.write("api/v1/measurements.json", api.as_text(api.measured(measured)))
    writer.write("api/v1/index.json", api.as_text(api.index(grid.catalog)))
    writer.write("api/v1/formulas.json", api.as_text(api.formulas()))
    writer.put("api/v1/grid.csv.gz", grid_csv(grid))
    packed = writer.root / "api/v1/grid.csv.gz"
    writer.produce("api/v1/grid.parquet", partial(grid_parquet, packed))
    _schemas(writer, grid.catalog)


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
