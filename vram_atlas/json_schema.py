"""JSON Schema of the data files for editors, from the models that read them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from vram_atlas.addresses import page
from vram_atlas.field_words import meaning
from vram_atlas.schema.board import Line
from vram_atlas.schema.cloud import Provider
from vram_atlas.schema.measurement import MeasurementFile
from vram_atlas.schema.model import Family
from vram_atlas.schema_tree import tree

FILES: Final[Mapping[str, type[BaseModel]]] = {
    "family": Family,
    "line": Line,
    "provider": Provider,
    "measurements": MeasurementFile,
}
"""Files that contributors write, by the first key of each."""

FOLDER: Final = "api/v1/schema"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def editor_schemas(licences: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path below docs/ and schema of each kind of file. `licences` become a closed list."""
    for name, root in FILES.items():
        path = f"{FOLDER}/data-{name}.json"
        schema = root.model_json_schema()
        for block in tree(root):
            _explain(schema if block is root else schema["$defs"][block.__name__], block)
        if name == "family":
            schema["$defs"]["Licence"]["properties"]["name"]["enum"] = licences
        yield path, {"$schema": DIALECT, "$id": page(path), **schema}


def _explain(schema: dict[str, Any], block: type[BaseModel]) -> None:
    for field, properties in schema["properties"].items():
        properties["description"] = meaning(block, field)
        properties.pop("title", None)
