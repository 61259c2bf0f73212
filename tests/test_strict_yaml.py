"""YAML without surprises: what is read, what is refused, and in which words."""

# ruff: noqa: E501 - a row of a table is one line

import pickle
from pathlib import Path

import pytest

from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.strict_yaml import Document, Value, parse, path_text, read

ADVICE_NUMBER = "Write a decimal number without leading zero, or put the text in quotes."
ADVICE_WORD = "Write true or false, or put the word in quotes."
ADVICE_EXPONENT = "Write the number in full (1_000_000_000), or put it in quotes if it is a name."
SAME = "a value that reads the same to people and to YAML"


def load(text: str) -> Document:
    """A document from text."""
    return parse(text, "data/x.yml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("7", 7, id="integer"),
        pytest.param("-7", -7, id="negative integer"),
        pytest.param("0", 0, id="zero"),
        pytest.param("6_738_415_616", 6738415616, id="thousands separated by underscores"),
        pytest.param("0.5", 0.5, id="decimal"),
        pytest.param("-3.25", -3.25, id="negative decimal"),
        pytest.param("true", True, id="true"),
        pytest.param("False", False, id="False"),
        pytest.param("null", None, id="null"),
        pytest.param("", None, id="nothing after the colon"),
        pytest.param("2026-11-22", "2026-11-22", id="a date stays text"),
        pytest.param("'2024-04'", "2024-04", id="quoted month"),
        pytest.param("'no'", "no", id="a quoted word is text"),
        pytest.param("'012'", "012", id="quoted digits are text"),
        pytest.param('"1e9"', "1e9", id="double quotes too"),
        pytest.param("llama-3.1-8b", "llama-3.1-8b", id="plain text"),
        pytest.param("4090 Ti", "4090 Ti", id="text that begins with digits"),
        pytest.param("norway", "norway", id="a word that begins with no"),
        pytest.param("[1, two, 'no']", [1, "two", "no"], id="list in one line"),
        pytest.param("{a: 1, b: two}", {"a": 1, "b": "two"}, id="mapping in one line"),
        pytest.param(">-\n  folded\n  text", "folded text", id="folded text"),
    ],
)
def test_what_is_read(text: str, value: Value) -> None:
    """Values that mean the same to people and to YAML."""
    document = load(f"key: {text}")
    assert document.problems == []
    assert document.value == {"key": value}


@pytest.mark.parametrize(
    ("text", "tip"),
    [
        *(pytest.param(word, ADVICE_WORD, id=word) for word in ("no", "yes", "on", "off", "No", "OFF", "y", "n", "~")),
        *(pytest.param(word, ADVICE_EXPONENT, id=word) for word in ("1e9", "1.5e3", "2E-5")),
        *(
            pytest.param(word, ADVICE_NUMBER, id=word)
            for word in ("012", "0x1F", "0o17", "0b101", "10:30", "1:20:30", ".5", "1_00", "1,000", "+7", ".inf", ".nan", "5.")
        ),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, tip: str) -> None:
    """YAML 1.1 would read these as something else than a person does."""
    problems = load(f"a: 1\nkey: {text}\n").problems
    assert [(p.file, p.line, p.path, p.saw, p.expected, p.tip) for p in problems] == [
        ("data/x.yml", 2, "key", f"the bare word {text}", SAME, tip)
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param(
            "a: 1\nb: 2\na: 3\n", 3,
            "data/x.yml:3: a: saw the key 'a' twice, expected one 'a' (the first is on line 1)\n    Remove one of them.",
            id="a key twice",
        ),
        pytest.param(
            "list:\n  - {x: 1}\n  - {x: 1, x: 2}\n", 3,
            "data/x.yml:3: list[1].x: saw the key 'x' twice, expected one 'x' (the first is on line 3)\n    Remove one of them.",
            id="a key twice, deep inside",
        ),
        pytest.param(
            "a: {b: 1}\nc:\n  <<: {b: 1}\n", 3,
            "data/x.yml:3: c: saw the key '<<', expected a plain word as key\n"
            "    Merge keys and complex keys are not used here: spell the values out.",
            id="merge key",
        ),
        pytest.param(
            "? [a, b]\n: 1\n", 1,
            "data/x.yml:1: (document): saw the key '', expected a plain word as key\n"
            "    Merge keys and complex keys are not used here: spell the values out.",
            id="a list as key",
        ),
        pytest.param("", 0, "data/x.yml: (document): saw an empty file, expected a mapping", id="empty file"),
        pytest.param("# only a comment\n", 0, "data/x.yml: (document): saw an empty file, expected a mapping", id="only a comment"),
        pytest.param(
            "a:\n\tb: 1\n", 2,
            "data/x.yml:2: (document): saw found character that cannot start any token, expected valid YAML\n"
            "    Indent with spaces, not tabs.",
            id="tab",
        ),
        pytest.param(
            "a: [1, 2\nb: 3\n", 2,
            "data/x.yml:2: (document): saw did not find expected ',' or ']', expected valid YAML\n"
            "    Check indentation, quotes and brackets on this line and the one above.",
            id="bracket not closed",
        ),
    ],
)  # fmt: skip
def test_faults_have_a_line_and_a_next_step(text: str, line: int, message: str) -> None:
    """One fault, its place and what to do."""
    problems = load(text).problems
    assert [str(problem) for problem in problems] == [message]
    assert problems[0].line == line


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("base: &base {a: 1}\ncopy: *base\n", id="anchor and alias"),
        pytest.param("base: &base [*base]\n", id="an anchor that contains itself"),
        pytest.param("a: !!python/name:os.system ''\n", id="tag of a Python object"),
        pytest.param("a: !mine 5\n", id="tag of an application"),
        pytest.param("null\n", id="null as the whole file"),
        pytest.param("a: 1\n---\nb: 2\n", id="two documents"),
    ],
)
def test_what_yaml_offers_and_the_catalog_does_not_use(text: str) -> None:
    """Features that hide where a value comes from are problems, never crashes or silence."""
    assert load(text).problems


def test_all_faults_at_once() -> None:
    """Reading goes on after a fault, so that one run shows every one of them."""
    document = load("a: no\nb: 012\nb: 1\nc: {<<: {}, d: 1e9}\n")
    assert [(p.line, p.path) for p in document.problems] == [
        (1, "a"),
        (2, "b"),
        (3, "b"),
        (4, "c"),
        (4, "c.d"),
    ]


def test_not_utf8(tmp_path: Path) -> None:
    """A file in another encoding is named with the byte that gives it away."""
    file = tmp_path / "latin.yml"
    file.write_bytes("name: Café\n".encode("latin-1"))
    assert [str(problem) for problem in read(file, "data/latin.yml").problems] == [
        "data/latin.yml: (document): saw bytes that are not UTF-8 at 9, expected UTF-8\n    Save the file as UTF-8."
    ]


def test_lines_of_paths() -> None:
    """Every path knows its line; a path that is not in the file has the line of its block."""
    document = load("a:\n  - x: 1\n    y: {z: 2}\n  - x: 3\n")
    assert document.line(("a", 0, "y", "z")) == 3
    assert document.line(("a", 1, "x")) == 4
    assert document.line(("a", 1, "absent", "deeper")) == 4
    assert document.line(("nowhere",)) == 1
    assert path_text(("a", 1, "x")) == "a[1].x"
    assert path_text(()) == "(document)"


def test_problems_travel_between_processes() -> None:
    """A page that is made in another process tells its problems whole, not letter by letter."""
    problems = [Problem("data/x.yml", 3, "board", "'h100x'", "the id of a board", "Try h100.")]
    arrived = pickle.loads(pickle.dumps(ProblemsError(problems)))  # noqa: S301  (its own bytes)
    assert arrived.problems == problems
    assert str(arrived) == str(ProblemsError(problems))
