"""Numbers in hand-written pages: each macro is one table or figure of the catalog."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from vram_atlas import (
    change_log,
    cloud_tables,
    doors,
    field_reference,
    listings,
    quality_tables,
    reference_tables,
    scatter,
    support_tables,
    tables,
)
from vram_atlas.accuracy_rows import ROWS
from vram_atlas.accuracy_tables import TABLES
from vram_atlas.calculator_tables import CALCULATORS
from vram_atlas.catalog import load_catalog
from vram_atlas.changes import load_changes
from vram_atlas.chart_macros import chart_macros
from vram_atlas.grid import build_grid
from vram_atlas.guide_macros import guide_macros
from vram_atlas.illustrated import illustrated
from vram_atlas.measurements import load_measurements
from vram_atlas.question_box import question_box
from vram_atlas.views import catalog_date, questions
from vram_atlas.writer import Writer

FOLDER_SEARCH: Final = "assets/javascripts/search-from-a-folder.js"
"""Below docs/: what a search without a server needs besides its index."""


class Environment(Protocol):
    """What mkdocs-macros hands over, as far as it is used here."""

    conf: Mapping[str, str]

    def macro(self, function: Callable[..., str], name: str) -> object:
        """Make a function callable from pages."""


def define_env(env: Environment) -> None:
    """Entry point of mkdocs-macros: reads the catalog once per build and registers the macros."""
    catalog = load_catalog()
    grid = build_grid(catalog)
    changes = load_changes(load_measurements(catalog))
    macros: dict[str, Callable[..., str]] = {
        "catalog_date": lambda: catalog_date(catalog),
        "model_count": lambda: str(len(catalog.models)),
        "board_count": lambda: str(len(catalog.boards)),
        "question_table": lambda: tables.question_table(questions(grid), catalog, ""),
        "question_box": lambda: question_box(catalog),
        "matrix_list": lambda: listings.matrices(catalog),
        "model_list": lambda: listings.models(grid),
        "board_list": lambda: listings.boards(grid),
        "doors": lambda: listings.doors(catalog),
        "cloud_list": lambda: cloud_tables.providers(grid),
        "cloud_count": lambda: str(len(catalog.clouds)),
        "formats_table": lambda: reference_tables.formats(catalog),
        "optimizers_table": lambda: reference_tables.optimizers(catalog),
        "runtimes_table": lambda: reference_tables.runtimes(catalog),
        "support_table": lambda: support_tables.what_runs_where(catalog),
        "request_table": reference_tables.request_fields,
        "defaults_table": lambda: reference_tables.defaults(catalog),
        "bands_table": lambda: reference_tables.bands(catalog),
        "proven_table": lambda: reference_tables.proven(catalog),
        "methods_table": lambda: reference_tables.methods(catalog),
        "fields": field_reference.fields,
        "licences_table": lambda: reference_tables.licences(catalog),
        "coverage_table": lambda: reference_tables.coverage(catalog),
        "new_file_link": doors.new_file_link,
        "new_family_links": doors.new_family_links,
        "form_link": doors.form_link,
        "code_link": doors.code_link,
        "inclusion_rules": lambda: doors.inclusion_rules(catalog),
        "change_list": lambda: change_log.change_list(changes, catalog),
        "accuracy_charts": lambda: scatter.figures(catalog),
    }
    macros |= guide_macros(catalog, grid)
    macros |= chart_macros(grid)
    macros |= illustrated(macros)
    macros |= {
        f"accuracy_{name}": partial(make, catalog)
        for name, make in (TABLES | ROWS | CALCULATORS).items()
    }
    macros |= {
        f"quality_{name}": partial(make, catalog) for name, make in quality_tables.TABLES.items()
    }
    for name, macro in macros.items():
        env.macro(macro, name)


def on_post_build(env: Environment) -> None:
    """The search index as a script, too: a page that is opened from a folder can read no JSON."""
    folder = Path(env.conf["site_dir"]) / "search"
    index = (folder / "search_index.json").read_text(encoding="utf-8")
    worker = (Path(env.conf["docs_dir"]) / FOLDER_SEARCH).read_text(encoding="utf-8")
    Writer(folder).write("search_index.js", f"var __index = {index};\n{worker}")
