"""The guide: macros state what their figures are for, and refuse what they do not know."""

# ruff: noqa: E501 - a row of a table is one line

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from vram_atlas import cases
from vram_atlas.catalog import Catalog
from vram_atlas.chart_macros import chart_macros
from vram_atlas.grid import Grid
from vram_atlas.guide_macros import guide_macros
from vram_atlas.illustrated import TOGETHER as TOGETHER_NAMES
from vram_atlas.illustrated import illustrated
from vram_atlas.problems import ProblemsError
from vram_atlas.units import format_size

Macros = Mapping[str, Callable[..., str]]

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted([*(DOCS / "guide").glob("*.md"), *(DOCS / "tricks").glob("*.md")])
LLAMA = {"model": "llama-3.1-8b", "task": "qlora"}


@pytest.fixture(scope="module")
def macros(catalog: Catalog, grid: Grid) -> Macros:
    """Every macro of the guide by its name."""
    return guide_macros(catalog, grid)


def plain(html: str) -> str:
    """The words of a piece of HTML."""
    return re.sub(r"<[^>]+>", " ", html)


CALLS = [
    pytest.param("need", ("llama-3.1-8b", "qlora"), id="need"),
    pytest.param("part", ("weights", "llama-3.1-8b", "qlora"), id="part"),
    pytest.param("smallest_board", ("llama-3.1-8b", "qlora"), id="smallest board"),
    pytest.param("needs_table", ("Title", [["Case", LLAMA]], ["rtx-4090"]), id="needs"),
    pytest.param("with_and_without", ("Title", [LLAMA], ["off", {"gradient_checkpointing": False}], ["on", {"gradient_checkpointing": True}]), id="with and without"),
    pytest.param("steps_table", ("Title", ["start", LLAMA], [["flash", {"attention": "flash"}]], ["rtx-4090"]), id="steps"),
    pytest.param("sweep_table", ("Title", [["Case", LLAMA]], "lora_rank", [8, 64]), id="sweep"),
    pytest.param("setups_table", ("Title", [["Case", LLAMA]], [["rtx-3060-12gb", 2]]), id="setups"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), CALLS)
def test_figures_state_what_they_are_for(
    macros: Macros, name: str, arguments: tuple[object, ...]
) -> None:
    """Model, length and batch stand beside every figure."""
    shown = plain(macros[name](*arguments))
    for fact in ("Llama 3.1 8B", "micro-batch 1", "sequence length 1,024"):
        assert fact in shown


def test_a_varied_number_is_stated_as_its_column(macros: Macros) -> None:
    """The length that a table varies heads its rows, and the batch is stated."""
    html = macros["sweep_table"]("Title", [["Case", LLAMA]], "sequence_length", [512, 1024])
    shown = plain(html)
    assert "Sequence length in tokens" in shown
    assert "1,024" in shown
    assert "micro-batch 1" in shown


def test_inference_states_its_context(macros: Macros) -> None:
    """Context length in place of sequence length."""
    shown = plain(macros["kv_cache_table"]("Title", ["llama-3.1-8b"], 8192))
    assert "context length 8,192" in shown
    assert "131,072 bytes" in shown, "2 x 32 layers x 8 heads x 128 x 2 bytes"


TOGETHER = [
    pytest.param("compare", ("Title", [LLAMA], ["off", {"gradient_checkpointing": False}], ["on", {"gradient_checkpointing": True}]), id="pairs"),
    pytest.param("breakdown", ("Title", [["Case", LLAMA]]), id="parts"),
    pytest.param("ladder", ("Title", ["start", LLAMA], [["shorter", {"sequence_length": 512}]], ["rtx-4090"]), id="steps"),
    pytest.param("growth", ("Title", [["Case", LLAMA]], "sequence_length", [512, 1024]), id="lines"),
    pytest.param("kv_caches", ("Title", ["llama-3.1-8b", "llama-2-7b"], 8192), id="KV caches"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), TOGETHER)
def test_a_chart_stands_above_its_table(
    grid: Grid, macros: Macros, name: str, arguments: tuple[object, ...]
) -> None:
    """One call gives both, from one list of cases."""
    both = {**macros, **chart_macros(grid)}
    chart, table = TOGETHER_NAMES[name]
    html = illustrated(both)[name](*arguments)
    assert both[chart](*arguments) in html
    assert html.rstrip().endswith(both[table](*arguments))


UNKNOWN = [
    pytest.param("need", ("lama", "qlora"), "model", id="model"),
    pytest.param("need", ("llama-3.1-8b", "tune"), "task", id="task"),
    pytest.param("need", ("gpt-4", "inference"), "published", id="unpublished model"),
    pytest.param("part", ("wieghts", "llama-3.1-8b", "qlora"), "weights", id="part"),
    pytest.param("needs_table", ("T", [["C", {**LLAMA, "contxt": 1}]]), "context_length", id="field"),
    pytest.param("needs_table", ("T", [["C", LLAMA]], ["rtx-4091"]), "rtx-4090", id="board"),
    pytest.param("sweep_table", ("T", [["C", LLAMA]], "rank", [8]), "lora_rank", id="varied field"),
    pytest.param("fact", ("llama-2-7b", "Vocabulry"), "Vocabulary", id="fact"),
    pytest.param("label", ("rtx-4091",), "rtx-4090", id="board of a label"),
    pytest.param("switches", ("gradient-chekpointing",), "gradient-checkpointing", id="trick"),
    pytest.param("kv_cache_table", ("T", ["llama"], 4096), "model", id="model of a list"),
    pytest.param("setups_table", ("T", [["C", LLAMA]], [["a100", 2], ["b1000", 1]]), "board", id="board of a setup"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "said"), UNKNOWN)
def test_unknown_names_fail_the_build(
    macros: Macros, name: str, arguments: tuple[object, ...], said: str
) -> None:
    """A macro raises, and its message says what would have been right."""
    with pytest.raises(ProblemsError, match=re.escape(said)):
        macros[name](*arguments)


def test_a_pair_is_two_estimates(catalog: Catalog, macros: Macros) -> None:
    """What a table calls saved is the difference of the two needs beside it."""
    off, on = {"gradient_checkpointing": False}, {"gradient_checkpointing": True}
    fields = {"model": "llama-3.1-8b", "task": "lora", "sequence_length": 4096}
    pair = cases.pair(catalog, fields, off, on)
    shown = plain(macros["with_and_without"]("Title", [fields], ["off", off], ["on", on]))
    for size in (pair.before.need, pair.after.need, pair.saved):
        assert format_size(size) in shown
    assert pair.saved == pair.before.need - pair.after.need > 0


def test_steps_keep_the_changes_before_them(catalog: Catalog) -> None:
    """Each step of a staircase has all the changes above it; none takes a field back."""
    start = {"model": "llama-2-7b", "task": "full", "precision": "mixed"}
    found = cases.staircase(catalog, start, [{"micro_batch_size": 4}, {"precision": None}])
    assert [step.workload.micro_batch_size for step in found] == [1, 4, 4]
    assert found[2].workload.precision != found[1].workload.precision


def test_every_trick_has_its_page(catalog: Catalog, root: Path) -> None:
    """Page, navigation and list of tricks agree."""
    written = {path.stem for path in (DOCS / "tricks").glob("*.md")}
    assert written == {"index", "in-which-order", *catalog.methods}
    navigation = (root / "mkdocs.yml").read_text(encoding="utf-8")
    for method in catalog.methods:
        assert f"tricks/{method}.md" in navigation


PARTS_OF_A_TRICK = (
    "## What it costs",
    "## When it does not help",
    "## How to switch it on",
    "## Together with others",
)


def test_trick_pages_answer_the_same_questions(catalog: Catalog) -> None:
    """Advice first, a computed table, costs with a source, limits, switches, combinations."""
    for method in catalog.methods:
        text = (DOCS / "tricks" / f"{method}.md").read_text(encoding="utf-8")
        assert "{ .atlas-lead }" in text, method
        assert re.search(r"\[\[= (\w+_table|compare|breakdown|growth|kv_caches)\(", text), method
        assert f'switches("{method}")' in text, method
        for heading in PARTS_OF_A_TRICK:
            assert heading in text, f"{method}: {heading}"


SIZE = re.compile(r"\d[\d.,]* GiB")
CODE = re.compile(r"```.*?```|\[\[=.*?=\]\]|^> .*?$|^\|.*?$", re.DOTALL | re.MULTILINE)
"""What is not prose: code, macros, quoted messages and tables of quoted facts."""
QUOTED = {"watching-memory.md"}
"""Pages whose GiB are somebody's measurement or message, with its source beside it."""


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in PAGES]
)
def test_no_figure_of_ours_is_typed(path: Path) -> None:
    """Prose has no figure in GiB: those come from macros, so that they cannot go stale."""
    if path.name not in QUOTED:
        assert SIZE.findall(CODE.sub("", path.read_text(encoding="utf-8"))) == []
