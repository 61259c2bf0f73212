"""The words of the question box: what a contributor reads when one of them is wrong."""

import shutil
from pathlib import Path

import pytest

from vram_atlas.catalog import DATA, Catalog
from vram_atlas.language import load_language, stop_words
from vram_atlas.problems import ProblemsError

FAULTS = [
    pytest.param(
        "  - {field: lora_rank, words: [rank,",
        "  - {field: lora_rank, words: [batch, rank,",
        "saw the word 'batch', expected a word of one list only",
        id="a word with two meanings",
    ),
    pytest.param(
        "plain: [solar,",
        "plein: [solar,",
        "saw the unknown key 'plein'",
        id="an unknown key",
    ),
    pytest.param(
        "{format: q2_k, words",
        "{format: q2_x, words",
        "saw 'q2_x', expected the id of a format",
        id="a format that does not exist",
    ),
    pytest.param(
        "changes: true, trains: true, words: [rlhf,",
        "changes: true, trains: true, words: [galore, rlhf,",
        "It names 'galore-adamw'",
        id="a word that is passed over and names something",
    ),
    pytest.param(
        "kinds: [encoder, ",
        "kinds: [encodr, ",
        "saw 'encodr', expected the id of an architecture kind",
        id="a kind of model that does not exist",
    ),
    pytest.param(
        "{unit: k, times: 1024}",
        "{unit: k, times: 0}",
        "expected a number greater than 0",
        id="a unit without a size",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "message"), FAULTS)
def test_fault(right: str, wrong: str, message: str, catalog: Catalog, tmp_path: Path) -> None:
    """Every fault is found, with its line and what was expected."""
    text = (DATA / "language.yml").read_text(encoding="utf-8")
    assert text.count(right) == 1
    (tmp_path / "language.yml").write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        load_language(catalog, tmp_path)
    assert message in str(caught.value)
    assert all(problem.line > 1 for problem in caught.value.problems)


def test_no_stop_word_stands_twice(catalog: Catalog) -> None:
    """The lists stay short: a word that is there is not written a second time."""
    words = stop_words(load_language(catalog))
    assert len(words) == len(set(words))


def test_reads_the_published_file(catalog: Catalog, tmp_path: Path) -> None:
    """A copy of the file reads as the file does."""
    shutil.copy(DATA / "language.yml", tmp_path)
    assert stop_words(load_language(catalog, tmp_path)) == stop_words(load_language(catalog))
