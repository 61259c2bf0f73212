"""The API's contract: every document against its schema, and the examples of its page."""

import gzip
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from vram_atlas.api_schema import schemas
from vram_atlas.catalog import Catalog
from vram_atlas.downloads import COLUMNS
from vram_atlas.formulas_version import digests, formulas_version
from vram_atlas.grid import Grid
from vram_atlas.site import write_api

SCHEMAS = {Path(path).stem: schema for path, schema in schemas()}
PUBLISHED = "https://vram-atlas.github.io/vram-atlas/"


@pytest.fixture(scope="module")
def published(grid: Grid, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that is published, without its pages."""
    docs = tmp_path_factory.mktemp("docs")
    write_api(grid, docs)
    return docs


def faults(kind: str, document: object) -> list[str]:
    """What a schema says against a document."""
    return [error.message for error in Draft202012Validator(SCHEMAS[kind]).iter_errors(document)]


def read(path: Path) -> Any:  # noqa: ANN401 - JSON of any shape
    """A JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_document_keeps_to_its_schema(published: Path, catalog: Catalog) -> None:
    """Models, boards, index, measurements, formulas: all of them."""
    folder = published / "api" / "v1"
    for name in ("index", "measurements", "formulas"):
        assert faults(name, read(folder / f"{name}.json")) == [], name
    documents = (("model", catalog.models), ("board", catalog.boards), ("cloud", catalog.clouds))
    for kind, entries in documents:
        validator = Draft202012Validator(SCHEMAS[kind])
        for name in entries:
            document = read(folder / f"{kind}s" / f"{name}.json")
            assert [error.message for error in validator.iter_errors(document)] == [], name


def test_the_index_leads_to_every_document(published: Path) -> None:
    """Its addresses are files."""
    folder = published / "api" / "v1"
    index = read(folder / "index.json")
    for entry in (*index["models"], *index["boards"], *index["clouds"]):
        assert (folder / entry["url"]).is_file(), entry["id"]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_no_value_of_two_types(kind: str) -> None:
    """No union, no null, in any schema; keys that a schema does not name are refused."""
    pending: list[object] = [SCHEMAS[kind]]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            assert not {"anyOf", "oneOf", "allOf"} & node.keys()
            assert isinstance(node.get("type", ""), str | dict)
            assert node.get("type") != "null"
            if node.get("type") == "object" and "properties" in node:
                assert node["additionalProperties"] is False
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)


def test_schemas_are_published_at_their_address(published: Path) -> None:
    """`$id` is where the file lies."""
    for path, schema in schemas():
        assert schema["$id"] == PUBLISHED + path
        assert read(published / path) == schema


def test_the_grid_as_csv(published: Path, grid: Grid) -> None:
    """One line per model, matrix and board; the same verdicts as the grid."""
    packed = (published / "api" / "v1" / "grid.csv.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    assert tuple(lines[0].split(",")) == COLUMNS == tuple(SCHEMAS["grid-row"]["properties"])
    offered = [cell for cell in grid.cells.values() if cell.offered]
    assert len(lines) == 1 + len(offered) * len(grid.boards)
    said: dict[tuple[str, ...], str] = {}
    for line in lines[1:]:
        *place, verdict = line.split(",")[:4]
        said[tuple(place)] = verdict
    for cell in offered[::97]:
        for board in grid.boards[::31]:
            assert said[cell.entry.id, cell.matrix.id, board.id] == cell.verdict(board)


def test_downloads_are_the_same_bytes_each_time(
    published: Path, grid: Grid, tmp_path: Path
) -> None:
    """No time stamp, no order by chance."""
    write_api(grid, tmp_path)
    for name in ("grid.csv.gz", "grid.parquet"):
        again = (tmp_path / "api" / "v1" / name).read_bytes()
        assert again == (published / "api" / "v1" / name).read_bytes(), name


def test_formulas_version(root: Path) -> None:
    """A digest of files that exist, formulas and their constants among them."""
    found = digests()
    assert all((root / name).is_file() for name in found)
    for name in ("vram_atlas/formulas/decoder.py", "vram_atlas/estimator.py", "data/runtimes.yml"):
        assert name in found
    assert re.fullmatch(r"[0-9a-f]{12}", formulas_version())


PAGE = (Path(__file__).resolve().parent.parent / "docs" / "reference" / "api.md").read_text("utf-8")
EXAMPLES = re.findall(
    r"```(sh|python)\n(.*?)```\n\n```text\n(.*?)```",
    PAGE.split("## Examples")[1].split("\n## ")[0],
    flags=re.DOTALL,
)
"""Language, program and output of each example of the page."""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def address(published: Path) -> Iterator[str]:
    """The published folder on a port of this machine."""
    handler = partial(Quiet, directory=published)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def test_there_are_examples() -> None:
    """Curl with jq, pandas, DuckDB."""
    programs = "\n".join(program for _, program, _ in EXAMPLES)
    for tool in ("curl", "jq", "pandas", "duckdb"):
        assert tool in programs


@pytest.mark.parametrize(
    ("language", "program", "output"),
    [pytest.param(*example, id=f"example {n}") for n, example in enumerate(EXAMPLES, start=1)],
)
def test_examples_of_the_page_run(
    language: str, program: str, output: str, address: str, tmp_path: Path
) -> None:
    """The program on the page, with the address of this machine, prints what the page shows.

    Figures, and which models stand at the edge, change with the formulas: lines and words count.
    """
    if language == "sh" and shutil.which("jq") is None:
        assert not os.environ.get("VRAM_ATLAS_REQUIRE_BROWSER"), "jq is missing: apt install jq"
        pytest.skip("jq is missing: apt install jq")
    text = program.replace(PUBLISHED, address)
    assert text != program
    command = (
        ["sh", "-c", text] if language == "sh" else [sys.executable, "-W", "ignore", "-c", text]
    )
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shown, printed = output.splitlines(), done.stdout.splitlines()
    assert [len(line.split()) for line in printed] == [len(line.split()) for line in shown]
