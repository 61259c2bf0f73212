"""What a contributor starts from: templates, editor schemas, the field reference."""

import json
import re
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from vram_atlas.catalog import DATA, Catalog, load_catalog
from vram_atlas.field_reference import fields, unexplained
from vram_atlas.field_words import WORDS
from vram_atlas.json_schema import FILES, editor_schemas
from vram_atlas.kind_templates import DECODER, kind_template
from vram_atlas.kind_templates import KINDS as KINDS_OF_ARCHITECTURE
from vram_atlas.measurements import load_measurements
from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.schema.model import Model
from vram_atlas.schema_tree import blocks_in, tag, tree
from vram_atlas.strict_yaml import read

FOLDERS = {
    "family": "models",
    "line": "gpus",
    "provider": "clouds",
    "measurements": "measurements",
}
DECODER_ONLY = {  # the other kinds of architecture are in the field reference only
    "Family", "Source", "Model", "Licence", "Parameters", "FileParameters", "SizeEstimate",
    "Decoder", "GroupedAttention", "GatedMlp", "ExpertsMlp", "OtherParameters",
}  # fmt: skip
ARCHITECTURES = [*blocks_in(Model.model_fields["architecture"].annotation)]
COPIES = {*KINDS_OF_ARCHITECTURE} - {DECODER, "undisclosed"}
"""Kinds whose template has the numbers of a real model, which `check` tells whoever leaves them."""
KINDS = pytest.mark.parametrize("kind", FILES)


def template(kind: str) -> Path:
    """The template of a kind of file."""
    return DATA / FOLDERS[kind] / "_template.yml"


def test_templates_load(tmp_path: Path) -> None:
    """Saved under the name that it suggests, each template passes the check as it is."""
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    for kind in FILES:
        shutil.copy(template(kind), data / FOLDERS[kind] / "example.yml")
    catalog = load_catalog(data)
    assert "example-1b" in catalog.models
    assert "example-24gb" in catalog.boards
    assert "example" in catalog.clouds
    found = load_measurements(catalog, data / "measurements")
    assert {"example-1", "example-2"} <= {row.id for row in found.rows}


@pytest.mark.parametrize("kind", KINDS_OF_ARCHITECTURE)
def test_every_kind_of_architecture_has_a_template(kind: str, tmp_path: Path) -> None:
    """Saved as it is, each is right but for being a copy; every key says what it means."""
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    text = kind_template(kind)
    (data / "models" / "example.yml").write_text(text, encoding="utf-8")
    problems: tuple[Problem, ...] = ()
    try:
        load_catalog(data)
    except ProblemsError as error:
        problems = tuple(error.problems)
    assert bool(problems) == (kind in COPIES)
    told = {"numbers of its own", "every entry with these numbers"}
    assert {problem.expected for problem in problems} <= told
    lines = text.partition("    architecture:\n")[2].splitlines()
    assert lines[0].split()[:2] == ["kind:", kind]
    block = next(block for block in ARCHITECTURES if tag(block) == kind)
    for key in block.model_fields.keys() - {"source"} if kind in COPIES else ():
        assert any(re.match(rf" +(# )?{key}:.* # \S", line) for line in lines), key


def test_all_architectures_are_kinds_with_a_template() -> None:
    """A new kind of architecture in the schema needs an example."""
    assert {tag(block) for block in ARCHITECTURES} == {*KINDS_OF_ARCHITECTURE}


def test_an_unknown_kind_is_told_the_nearest() -> None:
    """A typo."""
    with pytest.raises(ProblemsError, match="Did you mean 'encoder'"):
        kind_template("encodr")


@KINDS
def test_templates_name_every_key(kind: str) -> None:
    """Every key is there, in use or as a comment, and each line in use says what it means."""
    text = template(kind).read_text(encoding="utf-8")
    for block in tree(FILES[kind]):
        if kind != "family" or block.__name__ in DECODER_ONLY:
            for key in block.model_fields:
                assert re.search(rf"\b{key}\b", text), f"name {key} of {block.__name__} there"
    commented = [line for line in text.splitlines() if " # " in line]
    assert len(commented) > len(text.splitlines()) / 2


@KINDS
def test_templates_point_at_their_schema(kind: str, catalog: Catalog) -> None:
    """The first line tells an editor the address under which the schema is published."""
    first = template(kind).read_text(encoding="utf-8").splitlines()[0]
    addresses = {schema["$id"] for _, schema in editor_schemas([*catalog.licences])}
    assert first.removeprefix("# yaml-language-server: $schema=") in addresses


def test_editor_schemas_accept_all_data(catalog: Catalog) -> None:
    """The JSON Schema made from the models agrees with every file that the check accepts."""
    for (_, schema), folder in zip(
        editor_schemas([*catalog.licences]), FOLDERS.values(), strict=True
    ):
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for file in sorted((DATA / folder).glob("*.yml")):
            faults = [error.message for error in validator.iter_errors(read(file, file.name).value)]
            assert faults == [], file.name


def test_editor_schema_refuses_what_check_refuses(catalog: Catalog) -> None:
    """Typos and unknown licences are marked while they are typed."""
    _, schema = next(iter(editor_schemas([*catalog.licences])))
    value = read(template("family"), "_template.yml").value
    text = json.dumps(value)
    for wrong in (
        text.replace('"hidden_size"', '"hiden_size"'),
        text.replace('"apache-2.0"', '"apache2"'),
        text.replace('"kind": "grouped"', '"kind": "group"'),
        text.replace('"layers": 16', '"layers": "16"'),
    ):
        assert wrong != text
        assert not Draft202012Validator(schema).is_valid(json.loads(wrong))
    assert Draft202012Validator(schema).is_valid(json.loads(text))


@KINDS
def test_every_field_is_explained(kind: str) -> None:
    """Each key has a sentence: as `description` in the schema, or in field_words.WORDS."""
    assert unexplained(FILES[kind]) == [], "say what they mean with Field(description=...)"
    page = fields(kind)
    for block in tree(FILES[kind]):
        for key in block.model_fields:
            assert f"<code>{key}</code>" in page


def test_no_word_explains_nothing() -> None:
    """Words for fields that no longer exist are removed."""
    blocks = {block.__name__: block for root in FILES.values() for block in tree(root)}
    known = {name for block in blocks.values() for name in block.model_fields}
    for word in WORDS:
        block, _, field = word.rpartition(".")
        assert field in (blocks[block].model_fields if block else known), word
