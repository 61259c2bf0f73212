"""How tricks are switched on: snippets parse, and use options that the cited pages have."""

# ruff: noqa: E501 - a row of a table is one line

import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest
from breaking import assert_told

from vram_atlas.catalog import Catalog
from vram_atlas.schema.switch import Language
from vram_atlas.snippets import options_of
from vram_atlas.switches import SWITCHES, Switches, load_switches

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted([*(DOCS / "guide").glob("*.md"), *(DOCS / "tricks").glob("*.md")])
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def switches(catalog: Catalog) -> Switches:
    """All snippets with their options."""
    return load_switches(catalog)


def test_every_trick_is_switched_on_somewhere(catalog: Catalog, switches: Switches) -> None:
    """No page ends with "how to switch it on" and nothing below."""
    for method in catalog.methods:
        assert switches.of_method(method), method


def test_every_listed_option_is_used(switches: Switches) -> None:
    """The list is what was reviewed for the snippets, not a copy of somebody's manual."""
    commands = {of for of, _ in switches.known}
    code = [(entry.code, entry.language, entry.file or "") for entry in switches.entries]
    for path in PAGES:
        fences = FENCE.findall(path.read_text(encoding="utf-8"))
        code += [(text, Language(language), "") for language, text in fences]
    used = {option for snippet in code for option in options_of(*snippet, commands)}
    listed = {option for option in switches.known if option[1]}
    assert listed <= used


def test_every_snippet_names_a_page_that_shows_its_options(switches: Switches) -> None:
    """At least one source for each; configuration sources are pinned to a commit."""
    for entry in switches.entries:
        sources = switches.sources_of(entry)
        assert sources, entry.code
        for source in sources:
            assert (
                re.search(r"/blob/[0-9a-f]{40}/", source.url) or "huggingface.co/docs" in source.url
            )


def bash_accepts(code: str) -> bool:
    """Whether bash can read it; nothing is run."""
    return subprocess.run(["bash", "-n"], input=code, text=True, check=False).returncode == 0


def test_shell_snippets_parse(switches: Switches) -> None:
    """`bash -n` reads each of them."""
    for entry in switches.entries:
        if entry.language is Language.BASH:
            assert bash_accepts(entry.code), entry.code
    assert not bash_accepts("llama-server -m 'model"), "the check can fail"


def test_python_snippets_compile(switches: Switches) -> None:
    """Python reads each of them."""
    for entry in switches.entries:
        if entry.language is Language.PYTHON:
            compile(entry.code, "snippet", "exec")


FENCES = [
    pytest.param(language, code, id=f"{path.parent.name}/{path.stem} {number}")
    for path in PAGES
    for number, (language, code) in enumerate(FENCE.findall(path.read_text(encoding="utf-8")))
]


def own(option: tuple[str, str]) -> bool:
    """What belongs to the reader, to Python or to this repository, not to a library."""
    return option[0] in {"train_one_step", "print", "python"}


@pytest.mark.parametrize(("language", "code"), FENCES)
def test_code_of_pages_parses_and_uses_known_options(
    switches: Switches, language: str, code: str
) -> None:
    """Code that is written into a page obeys the same list as the snippets of data/."""
    if language == "bash":
        assert bash_accepts(code)
    assert [found for found in switches.unknown(code, Language(language)) if not own(found)] == []


OPTIONS = [
    pytest.param("f(a=1, b='word', c='two words')", Language.PYTHON, {("f", ""), ("f", "a"), ("f", "b=word"), ("f", "c")}, id="a call"),
    pytest.param("Model.load('x', d={'k': 'v', 0: 'w'})", Language.PYTHON, {("Model.load", ""), ("Model.load", "d"), ("Model.load", "d.k=v")}, id="a class method with a mapping"),
    pytest.param('{"a": {"b": true, "c": "cpu"}}', Language.JSON, {("file", "a.b"), ("file", "a.c=cpu")}, id="nested keys"),
    pytest.param("tool serve name --kind fp8 --size 8192", Language.BASH, {("tool serve", ""), ("tool serve", "--kind=fp8"), ("tool serve", "--size")}, id="a command of two words"),
    pytest.param("tool run \\\n  key=1 --flag", Language.BASH, {("tool", ""), ("tool", "key"), ("tool", "--flag")}, id="a continued line"),
    pytest.param("export NAME=on:True", Language.BASH, {("NAME", "on:True")}, id="an environment variable"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "language", "expected"), OPTIONS)
def test_options_are_read_from_the_syntax(
    code: str, language: Language, expected: set[tuple[str, str]]
) -> None:
    """What a snippet uses, by language."""
    assert options_of(code, language, "file", {"tool", "tool serve"}) == expected


BROKEN = [
    pytest.param("TrainingArguments(gradient_checkpointing=True)", "TrainingArguments(gradient_chekpointing=True)", "gradient_chekpointing", id="an option that does not exist"),
    pytest.param("TrainingArguments(bf16=True)", "TrainingArguments(bf16=True", "was never closed", id="Python that does not parse"),
    pytest.param('optim="adafactor"', 'optim="adafaktor"', "optim=adafaktor", id="a value that does not exist"),
    pytest.param("--kv-cache-dtype fp8", "--kv-cache-dtype fp9", "--kv-cache-dtype=fp9", id="a value of a command"),
    pytest.param("method: qlora", "method: qlorra", "qlora", id="an unknown trick"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "said"), BROKEN)
def test_a_wrong_snippet_is_a_problem(
    catalog: Catalog, tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    """The file, the line and what is wrong."""
    copy = Path(shutil.copy(SWITCHES, tmp_path))
    assert_told(partial(load_switches, catalog), copy, right, wrong, said)
