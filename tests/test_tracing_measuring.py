"""tracing/: from a request to a run on a GPU, and from figures to a row. PyTorch is not there."""

import json
from pathlib import Path

import pytest

from tracing.alive import at_peak
from tracing.asking import RECTANGLES, case_of
from tracing.measuring import main, report, row_id
from vram_atlas.catalog import Catalog
from vram_atlas.measurements import load_measurements
from vram_atlas.problems import ProblemsError
from vram_atlas.schema.layers import Diffusion

MIB = 2**20


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        pytest.param(
            {"model": "flux.1-dev", "task": "lora"},
            {
                "kind": "diffusion",
                "form": "bf16",
                "autocast": True,
                "adapter_form": "fp32",
                "rank": 16,
                "width": 1024,
                "text": 512,
                "checkpointing": True,
            },
            id="adapters in fp32 beside 16-bit weights, under autocast",
        ),
        pytest.param(
            {"model": "sdxl", "task": "lora", "adapter_dtype": "fp16"},
            {"form": "fp16", "adapter_form": "fp16"},
            id="adapters in the format of the weights",
        ),
        pytest.param(
            {"model": "sdxl", "task": "full"},
            {"form": "bf16", "autocast": False, "adapter_form": "", "rank": 0},
            id="a model published in 16 bits is trained in them",
        ),
        pytest.param(
            {"model": "resnet-50", "task": "full", "micro_batch_size": 32},
            {"form": "fp32", "autocast": True, "batch": 32, "checkpointing": False},
            id="a model published in fp32 under autocast",
        ),
        pytest.param(
            {"model": "wan2.1-t2v-1.3b", "task": "inference"},
            {"width": 832, "height": 480, "frames": 81, "checkpointing": False},
            id="a video in its own format",
        ),
        pytest.param(
            {"model": "zaremba-lstm-large", "task": "full", "sequence_length": 35},
            {"tokens": 35, "kind": "recurrent"},
            id="tokens of a training step",
        ),
        pytest.param(
            {"model": "wav2vec2-base", "task": "inference", "context_length": 500},
            {"tokens": 500, "autocast": False},
            id="tokens of a pass without gradients",
        ),
    ],
)
def test_a_request_becomes_a_run(
    catalog: Catalog, request_: dict[str, object], fields: dict[str, object]
) -> None:
    """Every default is filled in as the estimate has it."""
    case = case_of(request_, catalog)
    assert {name: getattr(case, name) for name in fields} == fields


def test_what_is_no_run_is_refused(catalog: Catalog) -> None:
    """As `estimate` refuses it; a size that is not published cannot be built."""
    with pytest.raises(ProblemsError):
        case_of({"model": "zaremba-lstm-large", "task": "full", "image_size": 5}, catalog)
    unknown = next(name for name, one in catalog.models.items() if one.architecture is None)
    with pytest.raises(ProblemsError, match="whose size is published"):
        case_of({"model": unknown, "task": "inference"}, catalog)


def test_rectangles_have_the_pixels_of_the_square(catalog: Catalog) -> None:
    """To 1 %, so that a video in its own format measures what was asked."""
    for model, (width, height) in RECTANGLES.items():
        architecture = catalog.models[model].architecture
        assert isinstance(architecture, Diffusion)
        assert width * height == pytest.approx(architecture.image_size**2, rel=0.01)


def event(action: str, address: int, size: int, *lines: str) -> dict[str, object]:
    """As the allocator records it."""
    frames = [{"filename": f"/x/{line}", "line": 7, "name": "forward"} for line in lines]
    return {"action": action, "addr": address, "size": size, "frames": frames}


def test_what_is_alive_at_a_peak() -> None:
    """An address that is given again is another tensor; what comes later does not count."""
    found = at_peak(
        [
            event("alloc", 1, 10, "a.py"),
            event("alloc", 2, 100, "b.py", "a.py"),
            event("free_requested", 1, 10),
            event("free_completed", 1, 10),
            event("alloc", 1, 60),
            event("free_requested", 2, 100),
            event("alloc", 2, 5, "late.py"),
        ]
    )
    assert found["above"] == 160
    assert found["alive"] == [["b.py:7 forward < a.py:7 forward", 100, 1], ["", 60, 1]]


def test_a_row_is_one_of_data(catalog: Catalog, tmp_path: Path) -> None:
    """What is printed loads as a measurement, and says the error of the estimate."""
    asked = {"model": "resnet-50", "task": "inference", "micro_batch_size": 32, "board": "h200"}
    figures = {
        "peaks": [{"allocated": 600 * MIB, "reserved": 700 * MIB}] * 2,
        "trace": {"alive": [["conv.py:7 forward", 9 * MIB, 2]]},
    }
    row, error, tensor = report(asked, figures, 500 * MIB)
    assert "+20.0%" in error
    assert tensor == "  2 x 9,437,184 bytes: conv.py:7 forward"
    (tmp_path / "own.yml").write_text(
        "measurements: own\nname: own\nsources:\n  run:\n    kind: measured\n"
        "    url: https://example.org/\n    shows: Rows.\n    accessed: 2026-11-26\nruns:\n"
        "  - source: run\n    title: t\n    software: s\n    hardware: h\n    method: m\n"
        f"    unit: bytes\n    rows:\n      {row}\n",
        encoding="utf-8",
    )
    (loaded,) = load_measurements(catalog, tmp_path).rows
    assert loaded.row.value == 600 * MIB
    assert loaded.row.request == asked
    assert loaded.id == row_id(asked) == "resnet-50-inference-micro-batch-size-32"


def test_requests_are_read_before_a_gpu_is_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """A slip is named at once."""
    assert main([json.dumps({"model": "resnet-5000", "task": "inference"})]) == 2
    assert "resnet-50" in capsys.readouterr().err
    assert main(["{"]) == 2
