"""The script that readers run on their own GPU: what it asks, prints, and hands in."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from vram_atlas.catalog import Catalog
from vram_atlas.measurements import load_measurements
from vram_atlas.schema.measurement import Metric

SCRIPT = Path(__file__).resolve().parent.parent / "docs" / "assets" / "measure.py"


@pytest.fixture(scope="module")
def measure() -> ModuleType:
    """The script as a module; importing it needs neither torch nor a GPU."""
    spec = importlib.util.spec_from_file_location("measure", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["measure"] = module
    spec.loader.exec_module(module)
    return module


RUNS = {
    "inference": ["--task", "inference", "--context-length", "2048", "--prompt-length", "1024"],
    "LoRA": ["--task", "lora", "--lora-rank", "8", "--no-gradient-checkpointing"],
    "QLoRA": ["--task", "qlora", "--micro-batch-size", "2"],
    "QLoRA on int8": ["--task", "qlora", "--weights", "int8"],
    "full": ["--task", "full", "--optimizer", "adamw-8bit"],
    "full with autocast": ["--task", "full", "--weights", "fp32", "--precision", "amp"],
    "full in fp32": ["--task", "full", "--weights", "fp32", "--attention", "eager"],
}


@pytest.mark.parametrize("arguments", RUNS.values(), ids=RUNS)
def test_what_it_prints_is_a_measurement(
    measure: ModuleType, catalog: Catalog, tmp_path: Path, arguments: list[str]
) -> None:
    """The YAML loads as it is: every name is known, every figure arrives, at rest for training."""
    options = measure.parse(
        ["--model", "Qwen/Qwen2.5-0.5B", "--atlas-id", "qwen2.5-0.5b", "--name", "test", *arguments]
    )
    training = options.task != "inference"
    figures = measure.Figures(
        1_200_000_000 if training else 0, 3_000_000_000, 3_400_000_000, 4_100_000_000
    )
    text = measure.as_yaml(
        options, figures, 'A "quoted" GPU: 8 GB', "torch 2.13.0; # not a comment"
    )
    (tmp_path / f"test-qwen2.5-0.5b-{options.task}.yml").write_text(text, encoding="utf-8")
    found = load_measurements(catalog, tmp_path).rows
    assert {one.row.metric: one.row.value for one in found} == {
        Metric.PEAK_ALLOCATED: 3_000_000_000,
        **({Metric.STATIC_ALLOCATED: 1_200_000_000} if training else {}),
    }
    workload = found[0].question.workload
    assert workload is not None
    assert workload.weights.id == options.weights
    assert found[0].run.hardware == 'A "quoted" GPU: 8 GB'
    shown = measure.report(options, figures, "GPU", "torch")
    assert "3,000,000,000 bytes (2.79 GiB)" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            ["--task", "qlora", "--weights", "bf16"], "needs --weights nf4", id="QLoRA in 16 bits"
        ),
        pytest.param(
            ["--task", "full", "--weights", "nf4"], "use --task qlora", id="full in 4 bits"
        ),
        pytest.param(
            ["--task", "full", "--weights", "fp16"], "--weights bf16, or fp32", id="full in fp16"
        ),
        pytest.param(
            ["--task", "lora", "--precision", "amp"], "is for --task full", id="precision of LoRA"
        ),
        pytest.param(
            ["--task", "inference", "--prompt-length", "5000"],
            "at most --context-length",
            id="prompt beyond context",
        ),
        pytest.param(["--task", "lora", "--lora-rank", "0"], "whole number from 1", id="rank 0"),
        pytest.param(
            ["--task", "lora", "--sequence-length", "1k"], "whole number from 1", id="not a number"
        ),
    ],
)
def test_what_cannot_be_measured_is_refused(
    measure: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    """Before a model is made, in one sentence."""
    with pytest.raises(SystemExit):
        measure.parse(["--model", "x", "--atlas-id", "x", *arguments])
    assert message in capsys.readouterr().err


def test_without_torch(measure: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence with the command to run, no traceback."""
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(SystemExit, match="pip install torch"):
        measure.main(["--model", "x", "--atlas-id", "x", "--task", "lora"])
