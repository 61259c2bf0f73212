"""What CUDA's kernels keep for the backward pass, on a machine without a GPU.

Tensors are on PyTorch's meta device: they have shapes and formats, and no data. There attention and
RMS norm would be made of many operations that each keep their own tensors, and autocast does
nothing. `OnCuda` puts CUDA's rules in their place: fused kernels, and autocast's lists of
operations, read from the header that PyTorch itself is compiled with.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

HALF = torch.bfloat16
_HEADER = Path(torch.__file__).parent / "include" / "ATen" / "autocast_mode.h"
_OPERATORS = {"__matmul__": "matmul", "__rmatmul__": "matmul", "__pow__": "pow"}


def _listed(macro: str) -> frozenset[str]:
    """Names in one of autocast's lists, from PyTorch's header."""
    text = _HEADER.read_text(encoding="utf-8")
    found = re.search(rf"#define {macro}\(_\)((?:.*\\\n)+.*\n)", text)
    if found is None:
        raise SystemExit(f"{_HEADER}: no list {macro}; this script knows the header of torch 2.13.")
    return frozenset(re.findall(r"_\((\w+)", found[1]))


class _Attention(torch.autograd.Function):
    """Fused attention: keeps its inputs, its output, and one fp32 value per query and head."""

    @staticmethod
    def forward(ctx: Any, query: Any, key: Any, value: Any, mask: Any) -> Any:
        output = query.new_empty(query.transpose(1, 2).shape).transpose(1, 2)
        statistics = query.new_empty(query.shape[:-1], dtype=torch.float32)
        kept = [query, key, value, output, statistics]
        ctx.save_for_backward(*kept, *([] if mask is None else [mask]))
        return output

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> Any:
        query, key, value, output, statistics, *_ = ctx.saved_tensors
        sums, summed = torch.empty_like(statistics), torch.empty_like(output, dtype=torch.float32)
        found = tuple(torch.empty_like(each) for each in (query, key, value))
        del sums, summed, gradient
        return *found, None


class _RmsNorm(torch.autograd.Function):
    """The fused RMS norm: keeps its input, and one fp32 value per row."""

    @staticmethod
    def forward(ctx: Any, values: Any, weight: Any) -> Any:
        ctx.save_for_backward(values, values.new_empty(values.shape[:-1], dtype=torch.float32))
        ctx.weight = weight
        return torch.empty_like(values)

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> Any:
        trained = ctx.weight is not None and ctx.needs_input_grad[1]
        return torch.empty_like(gradient), torch.empty_like(ctx.weight) if trained else None


class OnCuda(TorchFunctionMode):
    """Fused kernels, and autocast where it is asked for."""

    def __init__(self, *, autocast: bool) -> None:
        super().__init__()
        self.narrow = _listed("AT_FORALL_LOWER_PRECISION_FP") if autocast else frozenset()
        self.narrow |= {"scaled_dot_product_attention"} if autocast else frozenset()
        self.wide = frozenset[str]()
        if autocast:
            self.wide = _listed("AT_FORALL_FP32") | _listed("AT_FORALL_FP32_SET_OPT_DTYPE")
        self.copies: dict[int, Any] = {}

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        given = dict(kwargs or {})
        name = _OPERATORS.get(getattr(func, "__name__", ""), getattr(func, "__name__", ""))
        if name in self.narrow:
            args, given = self._cast(args, HALF), self._cast(given, HALF)
        elif name in self.wide and given.get("dtype") is None:
            args, given = self._cast(args, torch.float32), self._cast(given, torch.float32)
        if name == "scaled_dot_product_attention":
            return _attention(*args, **given)
        if name == "rms_norm":
            return _rms_norm(*args, **given)
        return func(*args, **given)

    def _cast(self, given: Any, form: Any) -> Any:
        """Arguments in another format; a trained fp32 weight is copied once and for all."""
        if isinstance(given, torch.Tensor):
            if not given.is_floating_point() or given.dtype is form:
                return given
            if form is HALF and given.is_leaf and given.requires_grad:
                return self.copies.setdefault(id(given), given.to(form))
            return given.to(form)
        if isinstance(given, dict):
            return {key: self._cast(value, form) for key, value in given.items()}
        if isinstance(given, list | tuple):
            return type(given)([self._cast(each, form) for each in given])
        return given


def _attention(query: Any, key: Any, value: Any, attn_mask: Any = None, *_: Any, **__: Any) -> Any:
    return _Attention.apply(query, key, value, attn_mask)


def _rms_norm(input: Any, normalized_shape: Any, weight: Any = None, eps: Any = None) -> Any:  # noqa: A002, ARG001
    return _RmsNorm.apply(input, weight)
