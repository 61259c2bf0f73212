"""What other public calculators answer for the measured runs. Our words of their formulas.

Each function takes one run and gives bytes, comparable with the peak of PyTorch's allocator: what
a calculator adds for the CUDA context is taken off. None where it does not offer the run. Where
each formula was read, and what it assumes, is in data/calculators.yml.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from vram_atlas import accuracy
from vram_atlas.accuracy import Comparison, Residual, percentile
from vram_atlas.catalog import DATA
from vram_atlas.formulas.numerics import FP32, HALF
from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.schema.architecture import Decoder, GatedMlp, GroupedAttention
from vram_atlas.schema.base import Precision, Task
from vram_atlas.schema.calculator import Calculator, CalculatorFile
from vram_atlas.schema.software import FormatKind
from vram_atlas.strict_yaml import read
from vram_atlas.units import BITS_PER_BYTE
from vram_atlas.validation import validate

HALF_BITS: Final = HALF * BITS_PER_BYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRun:
    """A run of a dense decoder on one board, in the quantities that calculators ask for.

    parameters  all of the model; `head` of them are an output matrix of its own
    tokens      sequence length in training, tokens held at the end in inference
    bits        of a weight: 16, 8 or 4
    nf4         the 4 bits are bitsandbytes' NF4
    """

    task: Task
    parameters: int
    head: int
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_size: int
    width: int
    vocabulary: int
    batch: int
    tokens: int
    bits: int
    nf4: bool
    checkpointing: bool


def accelerate(run: PlainRun) -> float | None:
    """Inference: weights without the output matrix. Training with Adam: 2 x fp32 weights."""
    body = run.parameters - run.head
    if run.task is Task.INFERENCE:
        return body * run.bits / BITS_PER_BYTE
    return 2 * FP32 * body if run.task is Task.FULL else None


_CHECKPOINTED_SHARE: Final = 0.15  # gpu_poor: activations that gradient checkpointing keeps
_GPU_POOR_RANK: Final = 8


def gpu_poor(run: PlainRun) -> float | None:
    """Weights, a cache of full heads or activations with scores, adapters' or Adam's states."""
    weights = _gpu_poor_weights(run)
    if weights is None:
        return None
    if run.task is Task.INFERENCE:
        cache = 8 * run.tokens * run.hidden * run.layers
        held = 10 * run.tokens * run.hidden + 2 * run.tokens**2 * run.heads
        return weights + run.batch * (cache + held)
    scores = 8 * run.tokens**2 * run.heads
    attention = 16 * run.tokens * run.hidden + scores
    mlp = 4 * run.tokens * run.hidden + 12 * run.tokens * run.width
    norms = 8 * run.tokens + 12 * run.tokens * run.hidden
    share = _CHECKPOINTED_SHARE if run.checkpointing else 1
    activations = share * run.batch * run.layers * (attention + mlp + norms)
    adapters = run.layers * _GPU_POOR_RANK * run.hidden
    match run.task:
        case Task.FULL:
            return weights + activations + 6 * _gpu_poor_parameters(run)
        case Task.LORA:
            return weights + activations + 48 * adapters
        case Task.QLORA:
            extra = 0.75 * run.layers * (15 * run.hidden + 6 * run.width)
            length = 50 * max(1.0, math.sqrt(run.tokens / 50))
            return weights + activations + 6 * adapters + run.batch * extra * length


def _gpu_poor_parameters(run: PlainRun) -> int:
    block = 4 * run.hidden * run.hidden + 3 * run.hidden * run.width
    return 2 * run.vocabulary * run.hidden + run.layers * block


def _gpu_poor_weights(run: PlainRun) -> float | None:
    """16 bits; bitsandbytes with 6 % of the 16-bit size on top. GPTQ and AWQ are not offered."""
    whole = HALF * _gpu_poor_parameters(run)
    if run.bits == HALF_BITS:
        return whole
    if not run.nf4:
        return None
    saved = whole / 64 if run.task is Task.QLORA else 0
    return whole / 4 - saved + 0.06 * whole


def cookbook(run: PlainRun) -> float | None:
    """18 bytes a parameter, and 34 h per token and layer; without recomputation 5 a s on top."""
    if run.task not in {Task.INFERENCE, Task.FULL} or run.bits != HALF_BITS:
        return None
    hidden, layers = run.hidden, run.layers
    parameters = (
        2 * run.vocabulary * hidden
        + hidden * run.tokens
        + 8 * hidden * layers
        + 2 * hidden
        + layers * (4 * hidden * hidden + 2 * hidden * run.width)
    )
    tokens = run.batch * run.tokens
    if run.task is Task.INFERENCE:
        cache = HALF * hidden * layers * (run.tokens + 1) * run.batch
        return HALF * parameters + 34 * tokens * hidden + cache
    per_token = 34 * hidden + (0 if run.checkpointing else 5 * run.heads * run.tokens)
    return 18 * parameters + tokens * layers * per_token


def vram_calculator(run: PlainRun) -> float | None:
    """18 bytes a parameter, two fp32 copies of the logits, and every layer's scores."""
    if run.task not in {Task.INFERENCE, Task.FULL} or run.bits != HALF_BITS:
        return None
    training = run.task is Task.FULL
    tokens = run.batch * run.tokens
    keys = run.hidden // run.heads * run.kv_heads
    linear = HALF * (6 * run.hidden + 2 * keys + 2 * run.width) + 2 * run.hidden
    layer = tokens * linear + 5 * run.batch * run.heads * run.tokens**2
    activations = layer * (run.layers if training else 1)
    logits = FP32 * tokens * run.vocabulary * (2 if training else 1)
    return (18 if training else HALF) * run.parameters + logits + activations


def hf_mem(run: PlainRun) -> float | None:
    """The weight files, and keys and values of every token."""
    if run.task is not Task.INFERENCE or run.bits != HALF_BITS:
        return None
    cache = 2 * run.layers * run.kv_heads * run.head_size * run.tokens * run.batch
    return HALF * (run.parameters + cache)


FORMULAS: Final[dict[str, Callable[[PlainRun], float | None]]] = {
    "accelerate": accelerate,
    "gpu-poor": gpu_poor,
    "cookbook": cookbook,
    "vram-calculator": vram_calculator,
    "hf-mem": hf_mem,
}
"""By the id of data/calculators.yml."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A calculator on the runs of one task that it offers. Shares of the measured peak.

    median  of the absolute error; `ours` is that of this site on the same runs
    lowest, highest  the extreme errors, with their sign
    """

    calculator: Calculator
    task: Task
    runs: int
    median: float
    lowest: float
    highest: float
    ours: float


@cache
def load_calculators(path: Path = DATA / "calculators.yml") -> CalculatorFile:
    """Read and check the file; every calculator has its formula. Raises ProblemsError."""
    document = read(path, f"data/{path.name}")
    entry, problems = validate(document, CalculatorFile)
    if entry is None or problems:
        raise ProblemsError(problems)
    faults: list[Problem] = [
        document.problem(
            ("calculators", index, "id"),
            f"'{one.id}'",
            f"the id of a formula: {', '.join(FORMULAS)}",
            "Write its formula into vram_atlas/calculators.py.",
        )
        for index, one in enumerate(entry.calculators)
        if one.id not in FORMULAS
    ]
    if faults:
        raise ProblemsError(faults)
    return entry


def standings(comparison: Comparison) -> list[Standing]:
    """Every calculator on every task that it offers, in the order of the file."""
    rows = [(plain(row), row) for row in accuracy.peaks(comparison)]
    found: list[Standing] = []
    for calculator in load_calculators().calculators:
        for task in calculator.tasks:
            errors = [
                (answer / row.measured - 1, abs(row.error))
                for run, row in rows
                if run is not None and run.task is task
                if (answer := FORMULAS[calculator.id](run)) is not None
            ]
            own = [error for error, _ in errors]
            found.append(
                Standing(
                    calculator=calculator,
                    task=task,
                    runs=len(errors),
                    median=percentile(map(abs, own), 0.5),
                    lowest=min(own),
                    highest=max(own),
                    ours=percentile((error for _, error in errors), 0.5),
                )
            )
    return found


def plain(row: Residual) -> PlainRun | None:
    """A row as calculators ask for it; None for experts, several boards, and mixed precision."""
    workload = row.measurement.question.workload
    if workload is None or workload.boards > 1 or row.measurement.row.devices > 1:
        return None
    entry, shape, form = workload.entry, workload.entry.architecture, workload.weights
    if not isinstance(shape, Decoder) or entry.groups is None:
        return None
    attention, mlp = shape.attention[0], shape.mlp[0]
    if not isinstance(attention, GroupedAttention) or not isinstance(mlp, GatedMlp):
        return None
    if workload.task is Task.FULL and workload.precision is not Precision.BF16:
        return None
    training = workload.task is not Task.INFERENCE
    return PlainRun(
        task=workload.task,
        parameters=entry.groups.total,
        head=entry.groups.head,
        layers=shape.layers,
        hidden=shape.hidden_size,
        heads=attention.heads,
        kv_heads=attention.kv_heads,
        head_size=attention.head_size,
        width=mlp.width,
        vocabulary=shape.vocabulary,
        batch=workload.micro_batch_size,
        tokens=workload.sequence_length if training else workload.context_length,
        bits=HALF_BITS if form.kind is FormatKind.FLOAT else int(form.linear.element_bits),
        nf4=form.id.startswith("nf4"),
        checkpointing=workload.gradient_checkpointing,
    )
