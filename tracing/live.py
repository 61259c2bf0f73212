"""Bytes that are alive at once while a network runs, storage by storage."""

import weakref
from collections.abc import Iterable
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode


class Live(TorchDispatchMode):
    """Counts every storage from its first use until nothing refers to it; weights are left out.

    `workspaces`: a convolution wider than 1x1 needs its input, kernel and output once more for a
    moment, as cuDNN takes them (vram_atlas/formulas/autoencoder.py says where that was seen).
    """

    def __init__(
        self, network: nn.Module, inputs: Iterable[Any] = (), *, workspaces: bool = False
    ) -> None:
        super().__init__()
        self._workspaces = workspaces
        self.bytes = 0
        self.peak = 0
        self._references: dict[int, int] = {}
        self._sizes: dict[int, int] = {}
        self._seen: set[int] = set()
        self._left_out = {
            identity(tensor) for tensor in (*network.parameters(), *network.buffers())
        }
        for tensor in inputs:
            self._add(tensor)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if self._workspaces:
            self.peak = max(self.peak, self.bytes + _workspace(func, args, result))
        for each in result if isinstance(result, list | tuple) else (result,):
            if isinstance(each, torch.Tensor):
                self._add(each)
        return result

    def _add(self, tensor: Any) -> None:
        storage = identity(tensor)
        if storage in self._left_out or id(tensor) in self._seen:
            return
        self._seen.add(id(tensor))
        if storage not in self._references:
            self._references[storage] = 0
            self._sizes[storage] = tensor.untyped_storage().nbytes()
            self.bytes += self._sizes[storage]
            self.peak = max(self.peak, self.bytes)
        self._references[storage] += 1
        weakref.finalize(tensor, self._drop, storage, id(tensor))

    def _drop(self, storage: int, tensor: int) -> None:
        self._seen.discard(tensor)
        self._references[storage] -= 1
        if not self._references[storage]:
            self.bytes -= self._sizes.pop(storage)
            del self._references[storage]


def _workspace(func: Any, args: Any, result: Any) -> int:
    """Bytes of a convolution's tensors, and of its result where that is counted afterwards."""
    name = func.overloadpacket.__name__
    if name == "convolution":
        kernel, others = args[1], [args[0], result, result]
    elif name == "convolution_backward":
        kernel, others = args[2], [args[0], args[1]]
    else:
        return 0
    if kernel.shape[-1] == 1 or kernel.shape[1] == 1:
        return 0
    return sum(int(each.nbytes) for each in (kernel, *others))


def identity(tensor: Any) -> int:
    """What tells storages apart, also those without data."""
    return int(tensor.untyped_storage()._cdata)  # noqa: SLF001
