"""Peaks of PyTorch's allocator on a GPU, and what was alive at a peak."""

import gc
from collections.abc import Callable, Mapping
from typing import Any

import torch

from tracing.alive import at_peak

HISTORY = 400_000
"""Allocations that are recorded of one pass."""


def start() -> int:
    """Free everything, cuBLAS's workspaces too; what is still allocated."""
    gc.collect()
    if not torch.cuda.is_available():
        return 0
    torch.cuda.synchronize()
    torch._C._cuda_clearCublasWorkspaces()  # noqa: SLF001 - there is no public name
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    return int(torch.cuda.memory_allocated())


def reset() -> None:
    """Forget the peaks so far."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()


def peaks() -> dict[str, int]:
    """Most bytes that were allocated, asked for, and reserved since the last reset."""
    if not torch.cuda.is_available():
        return {"allocated": 0, "requested": 0, "reserved": 0}
    torch.cuda.synchronize()
    stats: Mapping[str, int] = torch.cuda.memory_stats()
    return {
        "allocated": int(stats["allocated_bytes.all.peak"]),
        "requested": int(stats["requested_bytes.all.peak"]),
        "reserved": int(stats["reserved_bytes.all.peak"]),
    }


def allocated() -> int:
    """Bytes that are allocated now."""
    return int(torch.cuda.memory_allocated()) if torch.cuda.is_available() else 0


def traced(run: Callable[[], Any]) -> dict[str, Any]:
    """Run once more, and say what was allocated since its start and alive at its peak."""
    if not torch.cuda.is_available():
        run()
        return {}
    before = allocated()
    torch.cuda.memory._record_memory_history(  # noqa: SLF001 - there is no public name
        enabled="all", context="alloc", stacks="python", max_entries=HISTORY
    )
    try:
        run()
        torch.cuda.synchronize()
        events = torch.cuda.memory._snapshot()["device_traces"][0]  # noqa: SLF001
    finally:
        torch.cuda.memory._record_memory_history(enabled=None)  # noqa: SLF001
    return {"before": before, **at_peak(events)}
