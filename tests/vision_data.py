"""Catalog entries for the tests of convolutional, recurrent and diffusion formulas."""

from functools import cache
from pathlib import Path

from vram_atlas.schema.model import Family, Model
from vram_atlas.strict_yaml import read

_MODELS = Path(__file__).resolve().parent.parent / "data" / "models"


@cache
def family(file: str) -> dict[str, Model]:
    """Models of one file of data/models/, by id."""
    document = read(_MODELS / f"{file}.yml", file)
    assert not document.problems, document.problems
    return {model.id: model for model in Family.model_validate(document.value).models}
