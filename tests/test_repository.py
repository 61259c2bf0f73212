"""The contributor's way in: forms that the pages fill in, workflows, links into the code."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from vram_atlas import addresses
from vram_atlas.catalog import Catalog
from vram_atlas.doors import code_link, inclusion_rules, new_family_links, new_file_link

LONGEST_ADDRESS = 8000
"""GitHub refuses longer ones."""


def loaded(path: Path) -> Any:  # noqa: ANN401 - YAML of any shape
    """A YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_forms_have_the_fields_that_pages_fill_in(root: Path) -> None:
    """Every `report a mistake` of a generated page names a form and fields that exist."""
    for page, tasks in (("llama-2-13b.md", 6), ("rtx-4090.md", 6), ("gpt-4.md", 0)):
        text = (root / "tests" / "golden" / page).read_text(encoding="utf-8")
        links = re.findall(r'href="([^"]*issues/new[^"]*)"', text)
        assert len(links) == tasks + 1, "one for each task, and one for the whole page"
        for link in links:
            asked = parse_qs(urlsplit(link.replace("&amp;", "&")).query)
            form = loaded(root / ".github" / "ISSUE_TEMPLATE" / asked.pop("template")[0])
            known = {field["id"] for field in form["body"] if "id" in field}
            assert asked.keys() <= known
            assert asked
        for link in links[:tasks]:
            assert {"model", "board", "task", "says"} <= parse_qs(
                urlsplit(link).query.replace("&amp;", "&")
            ).keys()


@pytest.mark.parametrize(
    "form", ["wrong-number", "new-model", "missing-board", "measurement", "unclear-page"]
)
def test_forms(root: Path, form: str) -> None:
    """Each has a name, a description, ids that differ, and something that must be filled in."""
    document = loaded(root / ".github" / "ISSUE_TEMPLATE" / f"{form}.yml")
    assert {"name", "description", "body"} <= document.keys()
    ids = [field["id"] for field in document["body"]]
    assert len(ids) == len(set(ids))
    assert any(field.get("validations", {}).get("required") for field in document["body"])


def test_pull_request_template_has_four_lines(root: Path) -> None:
    """What, source, checked with, help of a language model."""
    text = (root / ".github" / "pull_request_template.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 4


def test_every_room_has_an_owner(root: Path) -> None:
    """Each line of CODEOWNERS names something that is there; data, words and code differ."""
    text = (root / ".github" / "CODEOWNERS").read_text(encoding="utf-8")
    owners = dict(line.split() for line in text.splitlines() if line and not line.startswith("#"))
    for pattern in owners:
        assert any(root.glob(pattern.lstrip("/"))), pattern
    rooms = ("/data/", "/data/measurements/", "/vram_atlas/formulas/", "/docs/", "/docs/assets/")
    assert len({owners[room] for room in rooms}) == 4


def test_contributing_is_one_screen(root: Path) -> None:
    """A screen shows some thirty lines."""
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 30


def test_actions_are_pinned_by_hash(root: Path) -> None:
    """A tag can be moved; a commit cannot. The version stands in a comment."""
    for file in sorted((root / ".github" / "workflows").glob("*.yml")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if "uses: ./" not in line and "uses:" in line:
                assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d", line), f"{file.name}: {line}"


def test_the_commenting_workflow_runs_no_code_of_the_pull_request(root: Path) -> None:
    """It has a token that may write, so it checks nothing out and builds nothing."""
    text = (root / ".github" / "workflows" / "comment.yml").read_text(encoding="utf-8")
    assert "uses:" not in text
    assert "python" not in text
    assert "make " not in text


def test_templates_fit_into_an_address() -> None:
    """The web editor opens with the whole template filled in."""
    links = [new_file_link(folder, "x") for folder in ("gpus", "clouds", "measurements")]
    links += new_family_links().split(", ")
    for link in links:
        address = link.split('"')[1].replace("&amp;", "&")
        assert len(address) < LONGEST_ADDRESS, (link[-20:], len(address))
        assert parse_qs(urlsplit(address).query)["filename"] == ["example.yml"]


def test_links_into_the_code() -> None:
    """A link names the line, and a mark that is gone breaks the build of the page."""
    assert re.search(
        r"/blob/main/vram_atlas/verdict.py#L\d+",
        code_link("vram_atlas/verdict.py", "x", "def judge"),
    )
    with pytest.raises(LookupError, match="no longer contains"):
        code_link("vram_atlas/verdict.py", "x", "def guess")


def test_addresses() -> None:
    """Names are escaped, and empty fields are left out."""
    assert addresses.issue("wrong-number", model="A & B", says="").endswith(
        "issues/new?template=wrong-number.yml&model=A+%26+B"
    )


def test_inclusion_rules_are_on_the_page(catalog: Catalog) -> None:
    """The page and `explain --model` say the same."""
    page = inclusion_rules(catalog)
    assert all(rule.title in page for rule in catalog.inclusion)
