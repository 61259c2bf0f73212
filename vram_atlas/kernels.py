"""Which attention runs, and where it makes the score matrix: for figures and for words."""

from dataclasses import replace

from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import FP32, HALF
from vram_atlas.formulas.saved import is_eager
from vram_atlas.recipe import numerics_of
from vram_atlas.schema.architecture import Decoder
from vram_atlas.schema.base import AttentionKernel, Task
from vram_atlas.schema.board import Board
from vram_atlas.schema.software import FormatKind
from vram_atlas.terms import known, transformer_blocks
from vram_atlas.workload import Workload


def element_bytes(workload: Workload) -> int:
    """Bytes of an activation in inference."""
    if workload.runtime.compute_bytes is not None:
        return workload.runtime.compute_bytes
    form = workload.weights
    return FP32 if form.kind is FormatKind.FLOAT and form.other_bits > 16 else HALF  # noqa: PLR2004 - bits of a half


def score_element(workload: Workload) -> int:
    """Bytes of a score in inference: PyTorch computes in fp32 what it has no fused kernel for."""
    return FP32 if workload.without_flash else element_bytes(workload)


def scored(workload: Workload, stack: tuple[Block, ...]) -> tuple[bool, ...]:
    """Of each block, whether its scores are a matrix in inference.

    Asked for; or PyTorch has no fused kernel. Other programs have kernels of their own for all
    models but those they name. Encoders run in PyTorch, whatever is asked for.
    """
    runtime = workload.runtime
    if workload.attention is AttentionKernel.EAGER or workload.entry.model.id in runtime.unfused:
        return tuple(True for _ in stack)
    encoder = not isinstance(workload.entry.architecture, Decoder)
    falls_back = workload.attention is AttentionKernel.SDPA and not runtime.plans_graph
    wide = runtime.groups_keys is not None and score_element(workload) == FP32
    return tuple((falls_back or encoder) and block.lacks_kernel(wide=wide) for block in stack)


def on_board(workload: Workload, board: Board) -> Workload:
    """A workload as it runs on a board."""
    return workload if board.bf16 else on_older_boards(workload) or workload


def on_older_boards(workload: Workload) -> Workload | None:
    """A workload as it runs on boards without bf16; None where that changes nothing.

    PyTorch shares 16-bit keys between heads in flash attention alone, which runs where bf16 does:
    on NVIDIA from Ampere on. Elsewhere Transformers 5 gets the score matrix (its issue 48633).
    """
    return replace(workload, without_flash=True) if shares_keys(workload) else None


def shares_keys(workload: Workload) -> bool:
    """Whether attention leaves it to PyTorch to share keys between heads, in a fused kernel."""
    if workload.attention is not AttentionKernel.SDPA or workload.padded:
        return False
    stack = transformer_blocks(known(workload)[0])
    if workload.runtime.groups_keys is None or any(one.lacks_kernel(wide=False) for one in stack):
        return False
    return any(block.lacks_kernel(wide=True) for block in stack)


def kernel(workload: Workload) -> AttentionKernel:
    """What runs: eager attention in place of what is asked for, where it has no fused kernel."""
    stack = transformer_blocks(known(workload)[0])
    if workload.task is Task.INFERENCE:
        eager = any(scored(workload, stack))
    else:
        numerics = numerics_of(workload)
        eager = any(is_eager(block, numerics) for block in stack)
    return AttentionKernel.EAGER if eager else workload.attention
