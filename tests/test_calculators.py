"""Other calculators, written out again: their arithmetic on one run, and the table of the page."""

# ruff: noqa: E501 - a row of a table is one line

import pytest

from vram_atlas.accuracy import published
from vram_atlas.calculator_tables import calculators
from vram_atlas.calculator_words import lead
from vram_atlas.calculators import FORMULAS, PlainRun, load_calculators, standings
from vram_atlas.catalog import Catalog
from vram_atlas.schema.base import Task
from vram_atlas.units import GIB, from_mib

MISTRAL = {
    "parameters": 7_241_732_096, "head": 131_072_000, "layers": 32, "hidden": 4096, "heads": 32,
    "kv_heads": 8, "head_size": 128, "width": 14336, "vocabulary": 32000, "tokens": 4096,
    "checkpointing": True,
}  # fmt: skip
"""Mistral 7B at 4,096 tokens."""


def run(task: Task, *, batch: int = 4, bits: int = 16, nf4: bool = False) -> PlainRun:
    """One run of Mistral 7B."""
    return PlainRun(task=task, batch=batch, bits=bits, nf4=nf4, **MISTRAL)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "asked", "overhead_mib", "expected"),
    [
        pytest.param("gpu-poor", run(Task.QLORA, bits=4, nf4=True), 650, 110.0, id="gpu_poor, QLoRA, batch 4"),
        pytest.param("gpu-poor", run(Task.QLORA, batch=8, bits=4, nf4=True), 650, 215.0, id="gpu_poor, QLoRA, batch 8"),
        pytest.param("gpu-poor", run(Task.LORA), 650, 114.7, id="gpu_poor, LoRA, batch 4"),
        pytest.param("gpu-poor", run(Task.LORA, batch=8), 650, 213.7, id="gpu_poor, LoRA, batch 8"),
        pytest.param("gpu-poor", run(Task.FULL), 650, 159.6, id="gpu_poor, full, batch 4"),
        pytest.param("accelerate", run(Task.FULL), 0, 53.0, id="accelerate, full: 8 bytes of 7.11 billion"),
        pytest.param("vram-calculator", run(Task.FULL), 1000, 504.0, id="vram-calculator, full, batch 4"),
        pytest.param("cookbook", run(Task.FULL), 0, 172.0, id="EleutherAI cookbook, full, batch 4"),
        pytest.param("hf-mem", run(Task.INFERENCE, batch=1), 0, 13.99, id="hf-mem: 13.49 GiB of files and 0.5 of cache"),
    ],
)  # fmt: skip
def test_their_own_figures(name: str, asked: PlainRun, overhead_mib: int, expected: float) -> None:
    """GiB that each shows for Mistral 7B; worked out from its source before this table was."""
    found = FORMULAS[name](asked)
    assert found is not None
    assert (found + from_mib(overhead_mib)) / GIB == pytest.approx(expected, rel=0.002)


def test_what_is_not_offered() -> None:
    """No answer is put into a calculator's mouth: LoRA in accelerate, GPTQ in gpu_poor."""
    assert FORMULAS["accelerate"](run(Task.LORA)) is None
    assert FORMULAS["gpu-poor"](run(Task.QLORA, bits=4)) is None
    assert FORMULAS["hf-mem"](run(Task.INFERENCE, bits=4)) is None


def test_every_calculator_is_compared(catalog: Catalog) -> None:
    """Every task that the file names has runs, and the page says where each formula was read."""
    file = load_calculators()
    found = standings(published(catalog)[1])
    offered = [(one.id, task) for one in file.calculators for task in one.tasks]
    assert [(item.calculator.id, item.task) for item in found] == offered
    assert all(item.runs > 0 for item in found)
    page = calculators(catalog)
    assert all(file.sources[one.source].url in page for one in file.calculators)
    assert lead(found) in page.replace("&lt;", "<")


def test_formulas_and_file_agree() -> None:
    """No formula without its source."""
    assert {one.id for one in load_calculators().calculators} == FORMULAS.keys()
