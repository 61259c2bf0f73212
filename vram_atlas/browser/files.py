"""The generated scripts of the estimator, by name."""

from collections.abc import Iterator

from vram_atlas import name_lists
from vram_atlas.browser.catalog_script import catalog_text
from vram_atlas.browser.records import record_files
from vram_atlas.browser.script import Script
from vram_atlas.catalog import Catalog


def browser_files(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Names and texts, to be written beside each other."""
    script = Script()
    yield name_lists.FILE, name_lists.name_script(catalog)
    for name, text in script.texts().items():
        yield f"{name}.js", text
    yield "catalog.js", catalog_text(catalog, script)
    yield from record_files(catalog, script.classes)
