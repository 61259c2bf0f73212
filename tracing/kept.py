"""What a forward pass keeps for the backward pass, storage by storage."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn


@dataclass
class Kept:
    """Bytes of storages that autograd keeps: in all, and by the block that kept them first."""

    total: int = 0
    by_block: dict[int, int] = field(default_factory=dict)


def kept(
    network: nn.Module, run: Callable[[], Any], blocks: Iterable[nn.Module], ignored: Iterable[Any]
) -> Kept:
    """Run a network once and count every storage that is kept, weights and inputs left out.

    A storage belongs to the block during whose forward pass it is kept for the first time.
    """
    found = Kept()
    seen = {
        tensor.untyped_storage()._cdata  # noqa: SLF001 - its identity, also without data
        for tensor in (*network.parameters(), *network.buffers(), *ignored)
    }
    held: list[Any] = []
    current: list[int] = []

    def pack(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        held.append(storage)  # an identity may be given again once its storage is gone
        if storage._cdata not in seen:  # noqa: SLF001
            seen.add(storage._cdata)  # noqa: SLF001
            found.total += storage.nbytes()
            if current:
                found.by_block[current[-1]] = found.by_block.get(current[-1], 0) + storage.nbytes()
        return tensor

    def leave(*_: Any) -> None:
        current.pop()

    hooks = []
    for number, block in enumerate(blocks):
        hooks.append(block.register_forward_pre_hook(lambda *_, n=number: current.append(n)))
        hooks.append(block.register_forward_hook(leave))
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = run()
    for hook in hooks:
        hook.remove()
    del result
    return found
