"""Entries against each other: copied numbers, names that promise another size, memory variants."""

# ruff: noqa: E501 - a row of a table is one line

import shutil
from pathlib import Path

import pytest

from vram_atlas.catalog import DATA, load_catalog
from vram_atlas.problems import Problem, ProblemsError

LLAMA, QWEN, RTX40, CONFIRMED = (
    "models/llama-2.yml",
    "models/qwen2.5.yml",
    "gpus/geforce-rtx-40.yml",
    "confirmed.yml",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of data/ to make mistakes in."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def problems_with(data: Path, file: str, *changes: tuple[str, str]) -> list[Problem]:
    """Everything that the loader says after some changes to one file."""
    path = data / file
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        load_catalog(data)
    return caught.value.problems


MISTAKES = [
    pytest.param(
        LLAMA, ("name: Llama 2 13B", "name: Llama 2 7.5B"),
        "data/models/llama-2.yml", "models[1].name: saw 'Llama 2 7.5B' for 13.02 billion parameters, expected 7.50 billion within 15%",
        id="a name that promises less",
    ),
    pytest.param(
        "models/qwen3.yml", ("name: Qwen3 30B-A3B\n", "name: Qwen3 30B-A9B\n"),
        "data/models/qwen3.yml", "saw 'Qwen3 30B-A9B' for 3.35 billion active parameters, expected 9.00 billion within 15%",
        id="active parameters",
    ),
    pytest.param(
        CONFIRMED, ("  - ids: [yi-9b, yi-coder-9b]\n    because: Yi-Coder is trained from Yi-9B.\n", ""),
        "data/models/yi.yml", "saw every number of 'yi-9b' (data/models/yi.yml:",
        id="two models with the same numbers",
    ),
    pytest.param(
        CONFIRMED, ("  - ids: [rx-6800-xt, rx-6900-xt]\n    because: The two differ in compute units, which are not listed.\n", ""),
        "data/gpus/amd-radeon.yml", "saw every number of 'rx-6800-xt' (data/gpus/amd-radeon.yml:",
        id="two boards with the same numbers",
    ),
    pytest.param(
        CONFIRMED, ("ids: [yi-9b, yi-coder-9b]", "ids: [yi-9b, yi-6b]"),
        "data/confirmed.yml", "saw 2 ids that are not exactly the ones with the same numbers, expected every entry with these numbers",
        id="a confirmation that is not true",
    ),
    pytest.param(
        CONFIRMED, ("ids: [yi-9b, yi-coder-9b]", "ids: [yi-9b, yi-coder-9]"),
        "data/confirmed.yml", "saw 'yi-coder-9', expected the id of a model",
        id="a confirmation of an unknown model",
    ),
    pytest.param(
        CONFIRMED, ("  - id: gemma-7b", "  - id: yi-9b"),
        "data/confirmed.yml", "saw 'yi-9b', expected a name to confirm\n    Remove it: name and count agree.",
        id="a name that needs no confirmation",
    ),
    pytest.param(
        RTX40, ("name: GeForce RTX 4060 Ti 8 GB", "name: GeForce RTX 4060 Ti"),
        "data/gpus/geforce-rtx-40.yml", "saw 'GeForce RTX 4060 Ti', expected the memory in the name: 'GeForce RTX 4060 Ti 8 GB'",
        id="memory variant without its memory in the name",
    ),
    pytest.param(
        "models/mistral.yml", ("experts: 8, experts_per_token: 2, expert_width: 14336", "experts: 1, experts_per_token: 2, expert_width: 14336"),
        "data/models/mistral.yml", "experts_per_token: saw 2, expected at most the 1 experts",
        id="more experts used than there are",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "change", "where", "message"), MISTAKES)
def test_mistakes(file: str, change: tuple[str, str], where: str, message: str, data: Path) -> None:
    """Each is found in its file, on its line."""
    problems = problems_with(data, file, change)
    assert any(
        message in str(problem) and problem.file == where and problem.line for problem in problems
    ), "\n".join(map(str, problems))


def test_the_tip_is_what_to_write(data: Path) -> None:
    """An unconfirmed pair says which confirmation would be right, and it then is."""
    removed = (
        "  - ids: [internlm2-7b, internlm2.5-7b]\n"
        "    because: Version 2.5 kept the shape of version 2.\n"
    )
    problems = problems_with(data, CONFIRMED, (removed, ""))
    (problem,) = problems
    assert problem.tip == (
        "Copied by accident? If they really are the same, write under `models` in "
        "data/confirmed.yml, with a reason: `ids: [internlm2-7b, internlm2.5-7b]`."
    )


def test_a_mistake_in_an_entry_brings_no_others(data: Path) -> None:
    """Entries are compared only where each is right in itself."""
    change = ("counted: 13015864320", "counted: 13015864321")
    assert len(problems_with(data, LLAMA, change)) == 1
