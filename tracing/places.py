"""Where networks are built and what autocast does there: a GPU, or the CPU to try a run."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import torch

FORMS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def device() -> str:
    """The GPU where there is one; TRACING_DEVICE names another, as to try a run without data."""
    return os.environ.get("TRACING_DEVICE") or ("cuda" if torch.cuda.is_available() else "cpu")


@contextlib.contextmanager
def building(form: str) -> Iterator[None]:
    """New tensors are made on the device, in a number format."""
    torch.set_default_dtype(FORMS[form])
    try:
        with torch.device(device()):
            yield
    finally:
        torch.set_default_dtype(torch.float32)


def half(form: str) -> Any:
    """The 16-bit format that autocast computes in beside weights of a format."""
    return torch.bfloat16 if form == "fp32" else FORMS[form]


def autocast(form: str, *, on: bool) -> Any:
    """The context of a forward pass."""
    kind = "cpu" if device() == "meta" else device()
    return torch.autocast(kind, dtype=half(form), enabled=on)


def some(*shape: int, form: str = "fp32") -> Any:
    """Random values."""
    return torch.randn(*shape, device=device(), dtype=FORMS[form])


def ids(*shape: int, below: int) -> Any:
    """Random whole numbers from 1."""
    return torch.randint(1, below, shape, device=device())
