"""Faults of entries: each with its line, its path, and a next step."""

# ruff: noqa: E501 - a row of a table is one line

import pytest
from pydantic import Field

from vram_atlas.problems import Problem, ProblemsError, nearest
from vram_atlas.schema.base import Count, Identifier, Source, SourceKey, Strict, Task, Text
from vram_atlas.strict_yaml import parse
from vram_atlas.validation import validate


class Part(Strict):
    """Something with a number."""

    weight_mib: Count
    source: SourceKey | None = None


class Thing(Strict):
    """An entry of a file."""

    id: Identifier
    name: Text
    task: Task = Field(default=Task.INFERENCE, strict=False)
    tied: bool = False
    parts: tuple[Part, ...] = Field(default=(), strict=False)
    source: SourceKey | None = None


class File(Strict):
    """A whole file."""

    sources: dict[str, Source]
    things: tuple[Thing, ...] = Field(strict=False, min_length=1)


HEAD = """\
sources:
  paper:
    kind: paper
    url: https://arxiv.org/abs/1234.56789
    shows: All of it.
    accessed: 2026-11-22
things:
"""
"""Seven lines; the snippets of the tests begin on line 8."""
GOOD = "  - {id: z, name: Z, source: paper}\n"


def problems_of(text: str) -> list[str]:
    """First lines of the messages for a file."""
    document = parse(text, "data/things.yml")
    _, problems = validate(document, File)
    return [str(problem).splitlines()[0] for problem in sorted(problems)]


def test_a_good_file() -> None:
    """Nothing to say, and the entry is the schema's."""
    text = HEAD + "  - {id: a-1.5, name: A, tied: true, parts: [{weight_mib: 3}], source: paper}\n"
    entry, problems = validate(parse(text, "data/things.yml"), File)
    assert problems == []
    assert entry is not None
    assert entry.things[0].parts[0].weight_mib == 3
    assert entry.things[0].task is Task.INFERENCE


@pytest.mark.parametrize(
    ("snippet", "message"),
    [
        pytest.param(
            "  - id: a\n    name: A\n    nmae: B\n    source: paper\n",
            "data/things.yml:10: things[0].nmae: saw the unknown key 'nmae', expected a key of the schema",
            id="unknown key",
        ),
        pytest.param(
            "  - id: a\n    source: paper\n",
            "data/things.yml:8: things[0].name: saw nothing, expected this key",
            id="missing key, at the line of its block",
        ),
        pytest.param(
            "  - id: a\n    name: A\n    task: training\n    source: paper\n",
            "data/things.yml:10: things[0].task: saw 'training', expected one of 'inference', 'lora', 'qlora' or 'full'",
            id="word outside a closed set",
        ),
        pytest.param(
            "  - id: a\n    name: A\n    tied: 1\n    source: paper\n",
            "data/things.yml:10: things[0].tied: saw 1, expected true or false",
            id="number for a truth value",
        ),
        pytest.param(
            "  - id: a\n    name: 7\n    source: paper\n",
            "data/things.yml:9: things[0].name: saw 7, expected text (put it in quotes)",
            id="number for text",
        ),
        pytest.param(
            "  - id: a\n    name: A\n    parts:\n      - weight_mib: '3'\n    source: paper\n",
            "data/things.yml:11: things[0].parts[0].weight_mib: saw '3', expected a whole number",
            id="text for a number",
        ),
        pytest.param(
            "  - id: a\n    name: A\n    parts:\n      - weight_mib: 2.5\n    source: paper\n",
            "data/things.yml:11: things[0].parts[0].weight_mib: saw 2.5, expected a whole number",
            id="decimal for a whole number",
        ),
        pytest.param(
            "  - id: a\n    name: A\n    parts:\n      - weight_mib: 0\n    source: paper\n",
            "data/things.yml:11: things[0].parts[0].weight_mib: saw 0, expected a number greater than 0",
            id="zero for a count",
        ),
        pytest.param(
            "  - id: A_1\n    name: A\n    source: paper\n",
            "data/things.yml:8: things[0].id: saw 'A_1', expected lower-case letters and digits, with single dots or hyphens between them",
            id="id with capitals",
        ),
        pytest.param(
            "  - id: a\n    name: A\n    parts: 3\n    source: paper\n",
            "data/things.yml:10: things[0].parts: saw 3, expected a list (lines that begin with '- ')",
            id="number for a list",
        ),
        pytest.param(
            "  - just text\n  - {id: a, name: A, source: paper}\n",
            "data/things.yml:8: things[0]: saw 'just text', expected a mapping of keys to values",
            id="text for a block",
        ),
        pytest.param(
            "  - id: a\n    name: A\n    source: paper\n    parts:\n      - {weight_mib: 1, source: papre}\n",
            "data/things.yml:12: things[0].parts[0].source: saw the source 'papre', expected a key of this file's `sources`",
            id="unknown source",
        ),
    ],
)  # fmt: skip
def test_faults(snippet: str, message: str) -> None:
    """One fault gives one message, with the exact line."""
    assert problems_of(HEAD + snippet + GOOD) == [message]


def test_a_faulty_entry_is_an_entry() -> None:
    """A list whose only entry has a fault is not said to be empty besides."""
    assert problems_of(HEAD + "  - {id: a, name: 7, source: paper}\n") == [
        "data/things.yml:8: things[0].name: saw 7, expected text (put it in quotes)"
    ]


def test_an_empty_list() -> None:
    """A list without entries is named."""
    found = problems_of(HEAD.replace("things:", "things: []"))
    assert found[-1] == "data/things.yml:7: things: saw a list, expected at least 1 entry"


def test_nearest_source_rule() -> None:
    """A number takes the source beside it or on the nearest block around it; none is a problem."""
    beside = "  - {id: a, name: A, parts: [{weight_mib: 3, source: paper}]}\n"
    around = "  - {id: a, name: A, parts: [{weight_mib: 3}], source: paper}\n"
    nowhere = "  - id: a\n    name: A\n    parts:\n      - weight_mib: 3\n  - {id: b, name: B, source: paper}\n"
    assert problems_of(HEAD + beside) == []
    assert problems_of(HEAD + around) == []
    fault = "things[0].parts[0].weight_mib: saw 3 without a source"
    expected = "expected a `source` beside the number or on a block around it"
    assert problems_of(HEAD + nowhere) == [f"data/things.yml:11: {fault}, {expected}"]


def test_texts_and_truth_values_need_no_source() -> None:
    """The rule is about numbers."""
    snippet = "  - {id: a, name: A, tied: true}\n  - {id: b, name: B, source: paper}\n"
    assert problems_of(HEAD + snippet) == []


def test_sources_that_nothing_uses() -> None:
    """The rule also works backwards: a source without a number is a problem."""
    fault = "sources.paper: saw a source that nothing uses"
    expected = "expected a source that at least one block names"
    found = problems_of(HEAD + "  - {id: a, name: A}\n")
    assert found == [f"data/things.yml:2: {fault}, {expected}"]


@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        pytest.param("https://arxiv.org/abs/2305.14314", True, id="paper"),
        pytest.param("https://github.com/a/b/blob/" + "0123456789" * 4 + "/config.json", True, id="file at a commit"),
        pytest.param("https://github.com/a/b/blob/main/config.json", False, id="file on a branch"),
        pytest.param("https://huggingface.co/a/b/resolve/main/config.json", False, id="file on a branch of a hub"),
        pytest.param("https://github.com/a/b/issues/7", True, id="an issue has no commit"),
        pytest.param("http://example.org/x", False, id="not encrypted"),
    ],
)  # fmt: skip
def test_links_are_pinned(url: str, *, accepted: bool) -> None:
    """A link to a file in a repository names the commit."""
    text = (
        HEAD.replace("https://arxiv.org/abs/1234.56789", url)
        + "  - {id: a, name: A, source: paper}\n"
    )
    found = problems_of(text)
    assert (found == []) is accepted
    assert all(line.startswith("data/things.yml:4: sources.paper.url: ") for line in found)


def test_all_faults_at_once() -> None:
    """Schema faults and source faults come together."""
    snippet = "  - {id: A, name: ' ', tide: true}\n  - {id: b, parts: [{weight_mib: 1}]}\n  - {id: c, name: C}\n"
    found = problems_of(HEAD + snippet)
    assert [line.split(":")[2].strip() for line in found] == [
        "sources.paper", "things[0].id", "things[0].name", "things[0].tide", "things[1].name",
        "things[1].parts[0].weight_mib",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "known", "tip"),
    [
        pytest.param("lama", ["llama", "mistral"], "Did you mean 'llama'?", id="typo"),
        pytest.param("LLAMA", ["llama", "mistral"], "Did you mean 'llama'?", id="capitals"),
        pytest.param("abcd", ["abce", "abcf"], "Did you mean 'abcf' or 'abce'?", id="two as close"),
        pytest.param("zzz", ["b", "a"], "Known: a, b.", id="nothing close: all of them"),
        pytest.param("zzz", [f"w{n:02}" for n in range(13)], "Known: " + ", ".join(f"w{n:02}" for n in range(12)) + ", ….", id="many: the first twelve"),
    ],
)  # fmt: skip
def test_tips(word: str, known: list[str], tip: str) -> None:
    """The nearest known words, or the first few."""
    assert nearest(word, known) == tip


def test_problems_are_sorted_and_printed() -> None:
    """Problems come in the order of their places, each as the two lines a person acts on."""
    second = Problem("data/b.yml", 3, "x", "1", "2")
    first = Problem("data/a.yml", 7, "y", "3", "4", "Do this.")
    error = ProblemsError([second, first])
    assert error.problems == [first, second]
    assert (
        str(error)
        == "data/a.yml:7: y: saw 3, expected 4\n    Do this.\ndata/b.yml:3: x: saw 1, expected 2"
    )
    assert first.as_json() == {"path": "y", "saw": "3", "expected": "4", "tip": "Do this."}
    assert str(Problem("", 0, "task", "1", "2")) == "task: saw 1, expected 2"


def test_one_run_tells_what_else_is_wrong() -> None:
    """A bare word or a source in a wrong form hides nothing: the rest of the file is read, too."""
    text = HEAD.replace("arxiv.org/abs/1234.56789", "github.com/a/b/blob/main/c") + (
        "  - {id: z, name: Z, tied: yes, vram: 24, source: paper}\n"
    )
    assert [problem.split(": saw ")[0] for problem in problems_of(text)] == [
        "data/things.yml:4: sources.paper.url",
        "data/things.yml:8: things[0].tied",
        "data/things.yml:8: things[0].vram",
    ]


def test_an_entry_is_compared_although_its_source_is_wrong() -> None:
    """Where only sources are at fault, the entry is there for the checks that follow."""
    text = HEAD.replace("kind: paper", "kind: papre") + GOOD
    entry, problems = validate(parse(text, "data/things.yml"), File)
    assert [problem.path for problem in problems] == ["sources.paper.kind"]
    assert entry is not None
    assert entry.things[0].id == "z"
