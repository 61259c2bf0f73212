"""The hook of `make serve ONLY=…`: reads the data and writes the pages of one family."""

import gc
import os
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from vram_atlas.catalog import Catalog, load_catalog
from vram_atlas.problems import Problem, ProblemsError, nearest
from vram_atlas.site import build_site, write_frame

gc.freeze()
gc.set_threshold(
    100_000
)  # many small objects that stay: looking through them costs a tenth of the time


def on_pre_build(config: MkDocsConfig) -> None:
    """Write what changed. A fault in the data is told, and the pages stay as they were."""
    write_frame()
    docs = Path(config.docs_dir)
    try:
        catalog = load_catalog()
        ids = chosen(os.environ.get("VRAM_ATLAS_ONLY", ""), catalog)
        print(build_site(catalog, docs=docs, only=ids))
    except ProblemsError as error:
        print(f"{error}\n\n{len(error.problems)} problem(s). The pages stay as they were.")
        return
    links = "\n".join(f"- [{catalog.models[name].model.name}](models/{name}.md)" for name in ids)
    index = f"# Pages\n\n{links}\n"
    if not (docs / "index.md").is_file() or (docs / "index.md").read_text("utf-8") != index:
        (docs / "index.md").write_text(index, encoding="utf-8")


def chosen(words: str, catalog: Catalog) -> list[str]:
    """Ids of the models that are meant: families and models, separated by commas."""
    ids: list[str] = []
    families = {entry.family.family for entry in catalog.models.values()}
    for word in filter(None, words.split(",")):
        family = [name for name, entry in catalog.models.items() if entry.family.family == word]
        found = catalog.find("models", word)
        if not family and found is None:
            tip = nearest(word, {*families, *catalog.models})
            raise ProblemsError([Problem("", 0, "ONLY", f"'{word}'", "a family or model", tip)])
        ids += family or [str(found)]
    return ids
