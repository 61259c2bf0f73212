"""Number formats by architecture: boards agree with data/arithmetic.yml, and its rows are used."""

import shutil
from pathlib import Path

import pytest

from vram_atlas.catalog import DATA, Catalog, load_catalog
from vram_atlas.problems import ProblemsError


@pytest.mark.parametrize(
    ("board", "int8"),
    [
        pytest.param("gtx-1080-ti", True, id="pascal 6.1 has dot products of 8-bit integers"),
        pytest.param("p100-16gb", False, id="the row for 6.0 comes before that for all of Pascal"),
        pytest.param("rtx-4090", True, id="ada"),
        pytest.param("mi300x", True, id="cdna3"),
        pytest.param("m4-max-128gb", None, id="apple publishes nothing"),
    ],
)
def test_int8(catalog: Catalog, board: str, *, int8: bool | None) -> None:
    """The row of a board's architecture says whether it computes in int8, or nothing."""
    row = catalog.boards[board].arithmetic
    assert row is not None
    assert row.int8 is int8


@pytest.mark.parametrize(
    ("file", "right", "wrong", "message"),
    [
        pytest.param(
            "gpus/geforce-rtx-40.yml", "architecture: Ada Lovelace", "architecture: Ada",
            "boards[0].architecture: saw 'Ada', expected one of data/arithmetic.yml",
            id="an architecture that is not described",
        ),
        pytest.param(
            "gpus/geforce-rtx-20.yml", "bf16: false", "bf16: true",
            "boards[0].bf16: saw true, expected false, as Turing in data/arithmetic.yml",
            id="a board that says otherwise than its architecture",
        ),
        pytest.param(
            "gpus/geforce-rtx-50.yml", "fp4: true", "fp4: false",
            "boards[0].fp4: saw false, expected true, as Blackwell in data/arithmetic.yml",
            id="a format that was forgotten",
        ),
        pytest.param(
            "arithmetic.yml", "architecture: CDNA2,", "architecture: CDNA 2,",
            "architecture: saw 'CDNA 2', expected the architecture of a board",
            id="a row that no board has",
        ),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, file: str, right: str, wrong: str, message: str) -> None:
    """A board and its architecture cannot disagree."""
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    text = (data / file).read_text(encoding="utf-8")
    assert right in text
    (data / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        load_catalog(data)
    found = [str(problem).splitlines()[0] for problem in caught.value.problems]
    assert any(one.startswith(f"data/{file}:") and one.endswith(message) for one in found), found
