"""The script that asks llama.cpp: what it runs, reads and hands in."""

import subprocess
import sys
from pathlib import Path

import pytest

from vram_atlas.catalog import Catalog
from vram_atlas.measurements import load_measurements
from vram_atlas.schema.measurement import Metric
from vram_atlas.units import MIB

SCRIPT = Path(__file__).resolve().parent.parent / "docs" / "assets" / "measure_llama_cpp.py"
PRINTED = "CUDA0 4403 512 258\nHost 281 0 20\n"
"""Llama 3.1 8B in Q4_K_M at 4,096 tokens, as llama.cpp 0.5 prints it."""


def run(
    folder: Path, printed: str, *arguments: str, model: str = "llama-3.1-8b"
) -> subprocess.CompletedProcess[str]:
    """Run the script with a program that keeps its arguments and prints what it is told."""
    program = folder / "llama-fit-params"
    program.write_text(
        f"#!{sys.executable}\nimport sys, pathlib\n"
        f"if '--version' in sys.argv: sys.exit('version: 0.5.0')\n"
        f"pathlib.Path({str(folder / 'asked')!r}).write_text(' '.join(sys.argv[1:]))\n"
        f"sys.stdout.write({printed!r})\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return subprocess.run(
        [sys.executable, SCRIPT, "--model", "x.gguf", "--atlas-id", model, "--weights", "q4_k_m",
         "--program", str(program), *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_what_it_prints_is_a_measurement(catalog: Catalog, tmp_path: Path) -> None:
    """The file loads as it is, and our estimate of the three parts is near."""
    done = run(tmp_path, PRINTED)
    assert done.returncode == 0, done.stderr
    (tmp_path / "llama-cpp-llama-3.1-8b-q4-k-m-4096.yml").write_text(done.stdout, encoding="utf-8")
    found = load_measurements(catalog, tmp_path).rows
    assert {one.row.metric: one.row.value for one in found} == {
        Metric.WEIGHTS_ONLY: 4403 * MIB,
        Metric.KV_CACHE_ONLY: 512 * MIB,
        Metric.ACTIVATIONS_ONLY: 258 * MIB,
    }
    assert {one.run.software for one in found} == {"version: 0.5.0"}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "-m x.gguf -c 4096 -b 2048 -ub 512 -ngl 999 -fa on -fitp on"),
        (
            ["--context-length", "8192", "--attention", "eager"],
            "-m x.gguf -c 8192 -b 2048 -ub 512 -ngl 999 -fa off -fitp on",
        ),
        (
            ["--kv-cache", "q8_0"],
            "-m x.gguf -c 4096 -b 2048 -ub 512 -ngl 999 -fa on -fitp on -ctk q8_0 -ctv q8_0",
        ),
    ],
    ids=["plain", "eager", "small cache"],
)
def test_what_it_asks(tmp_path: Path, arguments: list[str], expected: str) -> None:
    """The request becomes the options of the program."""
    assert run(tmp_path, PRINTED, *arguments).returncode == 0
    assert (tmp_path / "asked").read_text(encoding="utf-8") == expected


def test_without_a_board(tmp_path: Path) -> None:
    """A build for the processor alone is said to be one; nothing is printed as measured."""
    done = run(tmp_path, "Host 281 512 20\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert "named no board" in done.stderr


def test_without_the_program(tmp_path: Path) -> None:
    """What to do is said."""
    done = subprocess.run(
        [sys.executable, SCRIPT, "--model", "x", "--atlas-id", "x", "--weights", "q4_k_m",
         "--program", str(tmp_path / "missing")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "--program" in done.stderr
