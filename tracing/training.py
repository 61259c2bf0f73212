"""What one training step of a denoiser keeps, by the way it computes."""

import contextlib
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from peft import LoraConfig, inject_adapter_in_model
from torch import nn
from torch.utils.checkpoint import checkpoint

from tracing.denoisers import Denoiser, Size
from tracing.figures import Adapted, Figures, PerToken, through
from tracing.kept import kept
from tracing.kernels import HALF, OnCuda
from tracing.live import Live

WIDE = torch.float32
RANK = 16


@dataclass(frozen=True)
class Way:
    """Formats of the weights and of the adapters, and whether autocast is on."""

    weights: Any
    autocast: bool = False
    adapters: Any = None


WAYS = {
    "full_16_bit": Way(HALF),
    "full_32_bit": Way(WIDE),
    "full_autocast": Way(WIDE, autocast=True),
    "adapters_16_bit": Way(HALF, adapters=HALF),
    "adapters_32_bit": Way(WIDE, adapters=WIDE),
    "adapters_wide": Way(HALF, adapters=WIDE),
    "adapters_autocast": Way(HALF, autocast=True, adapters=WIDE),
}
"""By the names of schema/listed.py."""


SIZES = ((64, 512), (96, 512), (96, 1024))
"""Tokens along a side, tokens of text: so many that weights are never the peak."""


def figures(denoiser: Denoiser, way: Way, frames: int, *, width: int, joined: bool) -> Figures:
    """Trace a few blocks of each kind at three sizes."""
    samples = [_sample(denoiser, way, side, text, frames) for side, text in SIZES]
    numbers = [group[-1] for group in samples[-1].groups]
    matrices = [samples[-1].matrices[number] for number in numbers]
    blocks_ = [
        through([(each.tokens, each.text, each.saved[number]) for each in samples])
        for number in numbers
    ]
    stream = width * (WIDE if way.weights is WIDE and not way.autocast else HALF).itemsize
    entries = stream * sum(len(group) for group in samples[-1].groups)
    held = through([(each.tokens, each.text, each.after) for each in samples])
    most = through([(each.tokens, each.text, each.peak) for each in samples])
    middle = _middle(way)
    image = max(each.image for each in blocks_) + middle * max(
        sum(each.image for each in group) for group in matrices
    )
    text = max(each.text for each in blocks_) + middle * max(
        sum(each.text for each in group) for group in matrices
    )
    return Figures(
        blocks=blocks_,
        adapted=matrices,
        outside=PerToken(held.image - entries, held.text - (entries if joined else 0)),
        transient=PerToken(
            max(0, most.image - held.image - image), max(0, most.text - held.text - text)
        ),
    )


@dataclass(frozen=True)
class _Sample:
    """One size: what each block keeps without adapters' middles, and a step's memory, in bytes."""

    tokens: int
    text: int
    saved: list[int]
    matrices: list[list[Adapted]]
    groups: list[list[int]]
    after: int
    peak: int


def _sample(denoiser: Denoiser, way: Way, side: int, text: int, frames: int) -> _Sample:
    network, inputs = _prepared(denoiser, way, side, text, frames)
    tokens = frames * side * side
    matrices = adapted(network, inputs, way, tokens, text)
    found = _kept(network, inputs, way)
    middle = _middle(way)
    saved = [
        found.by_block.get(number, 0)
        - middle * sum(tokens * each.image + text * each.text for each in own)
        for number, own in enumerate(matrices)
    ]
    after, peak = step(network, inputs, way)
    return _Sample(tokens, text, saved, matrices, groups(network), after, peak)


def _middle(way: Way) -> int:
    """What an adapter keeps between its two matrices, in bytes per token."""
    return int(RANK * (HALF if way.autocast else way.adapters or HALF).itemsize)


def _kept(network: Any, inputs: dict[str, Any], way: Way) -> Any:
    with OnCuda(autocast=way.autocast):
        return kept(
            network,
            lambda: network(**inputs, return_dict=False),
            blocks(network),
            _tensors(inputs),
        )


def adapted(
    network: nn.Module, inputs: Mapping[str, Any], way: Way, tokens: int, text: int
) -> list[list[Adapted]]:
    """The matrices with adapters, block by block."""
    found: list[list[Adapted]] = []
    hooks = []

    def note(module: Any, given: Any, _: Any, into: list[Adapted]) -> None:
        passing = given[0].numel() // given[0].shape[-1]
        image, words = passing in {tokens, tokens + text}, passing in {text, tokens + text}
        into.append(Adapted(module.in_features, module.out_features, image, words))

    for block in blocks(network):
        found.append([])
        hooks += [
            module.register_forward_hook(functools.partial(note, into=found[-1]))
            for module in block.modules()
            if hasattr(module, "lora_A")
        ]
    with torch.no_grad(), OnCuda(autocast=way.autocast):
        network(**inputs, return_dict=False)
    for hook in hooks:
        hook.remove()
    return found


def parameters(denoiser: Denoiser) -> int:
    """Parameters of the whole network."""
    network = denoiser.build(HALF, SIZES[0][1], whole=True)
    return sum(int(each.numel()) for each in network.parameters())


def step(network: Any, inputs: dict[str, Any], way: Way) -> tuple[int, int]:
    """Bytes alive after the forward pass, and at most, with every block recomputed."""
    network.enable_gradient_checkpointing(
        gradient_checkpointing_func=functools.partial(
            checkpoint,
            use_reentrant=False,
            context_fn=lambda: (contextlib.nullcontext(), OnCuda(autocast=way.autocast)),
        )
    )
    for parameter in network.parameters():
        if parameter.requires_grad:
            parameter.register_post_accumulate_grad_hook(_forget)
    live = Live(network)
    with live, OnCuda(autocast=way.autocast):
        result = network(**inputs, return_dict=False)[0]
        result = result[0] if isinstance(result, list) else result
        after = live.bytes
        loss = result.float().sum()
        del result
        loss.backward()
    return after, live.peak


def _forget(parameter: Any) -> None:
    """Gradients of weights are counted elsewhere."""
    parameter.grad = None


def blocks(network: nn.Module) -> Iterator[nn.Module]:
    """Every block, in the order of the class."""
    for _, listed in _lists(network):
        yield from listed


def _lists(network: nn.Module) -> Iterator[tuple[str, nn.ModuleList]]:
    for name, child in network.named_children():
        if isinstance(child, nn.ModuleList) and len(child) > 1:
            yield name, child


def groups(network: nn.Module) -> list[list[int]]:
    """Numbers of the blocks that have equal tensors, as data/ groups them.

    Of each group the last one counts: the very first block keeps less, as nothing before it is
    trained.
    """
    found: list[list[int]] = []
    number = 0
    for _, listed in _lists(network):
        own: dict[tuple[int, ...], list[int]] = {}
        for block in listed:
            sizes = (p.numel() for name, p in block.named_parameters() if "lora_" not in name)
            own.setdefault(tuple(sorted(sizes)), []).append(number)
            number += 1
        found += own.values()
    return found


def _prepared(
    denoiser: Denoiser, way: Way, side: int, text: int, frames: int
) -> tuple[Any, dict[str, Any]]:
    network = denoiser.build(way.weights, text, whole=False)
    if way.adapters is not None:
        network.requires_grad_(requires_grad=False)
        recipe = LoraConfig(r=RANK, lora_alpha=RANK, target_modules=denoiser.targets)
        inject_adapter_in_model(recipe, network, low_cpu_mem_usage=True)
        for name, parameter in network.named_parameters():
            if "lora_" in name:
                parameter.data = torch.empty(parameter.shape, device="meta", dtype=way.adapters)
                parameter.requires_grad_(requires_grad=True)
    network.train()
    form = HALF if way.autocast else way.weights
    return network, denoiser.inputs(Size(side, text, frames, form))


def _tensors(given: Any) -> Iterator[Any]:
    for each in given.values() if isinstance(given, dict) else given:
        if isinstance(each, torch.Tensor):
            yield each
        elif isinstance(each, dict | list | tuple):
            yield from _tensors(each)
