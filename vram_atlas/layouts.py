"""How the boards of a request share its work, or what is wrong with the wish."""

from collections.abc import Iterator
from dataclasses import dataclass

from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.sharing import layers_held
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.request import Request
from vram_atlas.schema.architecture import Decoder, GroupedAttention, LatentAttention
from vram_atlas.schema.base import (
    AttentionKernel,
    Decoding,
    Offload,
    Precision,
    Sharding,
    Task,
)
from vram_atlas.schema.compressed import CompressedAttention
from vram_atlas.schema.layers import Diffusion
from vram_atlas.schema.listed import ListedAutoencoder
from vram_atlas.schema.model import Disclosed
from vram_atlas.schema.software import Format, Optimizer, Runtime
from vram_atlas.schema.software import Sharing as Engine
from vram_atlas.terms import layer_count, transformer_blocks
from vram_atlas.workload import Layout

SUITABLE: dict[Task, str] = {
    Task.INFERENCE: "the id of a weight format",
    Task.LORA: "a format that adapters can be trained on, such as bf16",
    Task.QLORA: "a quantised format that adapters can be trained on, such as nf4-dq",
    Task.FULL: "a format that can be trained: fp32, bf16 or fp16",
}
"""Weights that a task takes, in words."""


@dataclass(frozen=True, slots=True)
class Objection:
    """A field of the request that cannot be as asked, and what could be."""

    path: str
    saw: object
    expected: str


def make_layout(
    request: Request, runtime: Runtime, architecture: Disclosed, groups: ParameterGroups
) -> tuple[Layout, list[Objection]]:
    """The layout that a request means, and everything that is wrong with it."""
    boards = request.boards
    tensor, pipeline = request.tensor_parallel, request.pipeline_parallel
    if request.task is Task.INFERENCE:
        tensor, pipeline = _inference(boards, tensor, pipeline, runtime, architecture)
    stages = pipeline or 1
    layers = layers_held(layers=layer_count(architecture), pipeline=stages, ops=NUMBERS)
    layout = Layout(
        boards=boards,
        tensor=tensor or 1,
        pipeline=stages,
        layers=int(layers),
        expert=request.expert_parallel or 1,
        sequence=bool(request.sequence_parallel),
        sharding=_sharding(request, runtime),
        offload=request.offload or Offload.NONE,
    )
    objections = [
        *_divisors(request, layout, architecture, groups),
        *_training_only(request, layout),
        *_offloaded(request, layout, architecture),
    ]
    return layout, objections


def _sharding(request: Request, runtime: Runtime) -> Sharding:
    """As asked, as the runtime does it, or FSDP; one board has nothing to divide."""
    if request.sharding is not None:
        return request.sharding
    if request.boards == 1 and request.offload is not Offload.PARAMETERS:
        return Sharding.NONE
    return runtime.sharding or Sharding.FSDP


def unsuited(
    request: Request,
    runtime: Runtime,
    architecture: Disclosed,
    *,
    optimizer: Optimizer,
    cache: Format,
    groups: ParameterGroups,
) -> Iterator[Objection]:
    """A cache format that the runtime does not offer; a projection of what has no matrices."""
    if request.kv_cache is not None and runtime.caches and cache.id not in runtime.caches:
        offered = ", ".join(runtime.caches)
        yield Objection("kv_cache", cache.id, f"a format that {runtime.name} offers: {offered}")
    yield from _elsewhere(request, architecture)
    if runtime.composed:
        yield from _composed(request, runtime)
    if optimizer.projected_rank and (request.task is not Task.FULL or not groups.longer):
        expected = "another optimizer: GaLore projects the matrices of transformer blocks"
        yield Objection("optimizer", optimizer.id, expected)


def _composed(request: Request, runtime: Runtime) -> Iterator[Objection]:
    """What code of TensorFlow 1 cannot do: other precisions, checkpoints, fused attention."""
    if request.precision not in {None, Precision.FP32}:
        yield Objection("precision", str(request.precision), f"fp32: all that {runtime.name} does")
    if request.gradient_checkpointing:
        yield Objection("gradient_checkpointing", "true", f"false: {runtime.name} has none")
    if request.attention not in {None, AttentionKernel.EAGER}:
        yield Objection("attention", str(request.attention), f"eager: all that {runtime.name} has")


def _elsewhere(request: Request, architecture: Disclosed) -> Iterator[Objection]:
    """Switches of one task or kind of model, turned on where nothing depends on them."""
    if request.lora_dropout and request.task not in {Task.LORA, Task.QLORA}:
        yield Objection("lora_dropout", "true", "false: only LoRA and QLoRA have adapters")
    steps = request.gradient_accumulation_steps or 1
    if steps > 1 and request.task is Task.INFERENCE:
        yield Objection("gradient_accumulation_steps", steps, "1: only training has gradients")
    if request.padded and (request.task is Task.INFERENCE or not transformer_blocks(architecture)):
        yield Objection("padded", "true", "false: only training of transformers depends on it")
    if request.image_decoding is not None and not isinstance(architecture, Diffusion):
        expected = "nothing: only image generation decodes"
        yield Objection("image_decoding", request.image_decoding.value, expected)
    pipeline = isinstance(architecture, Diffusion)
    if request.image_decoding is Decoding.TILED and not _tiles_known(architecture):
        expected = "whole or sliced: what a tile needs is not known for this model"
        yield Objection("image_decoding", request.image_decoding.value, expected)
    if request.encoders is not None and (request.task is Task.INFERENCE or not pipeline):
        expected = "nothing: only training of a diffusion model has encoders beside it"
        yield Objection("encoders", request.encoders.value, expected)
    if request.lora_targets not in {None, "all-linear"} and pipeline:
        expected = '"all-linear" or nothing: adapters of a denoiser are on its attention'
        yield Objection("lora_targets", "a list", expected)


def _tiles_known(architecture: Disclosed) -> bool:
    """Whether it is known what decoding by tiles needs, where a model decodes."""
    if not isinstance(architecture, Diffusion):
        return True
    shapes = [part.shape for part in architecture.components]
    return all(one.tiled is not None for one in shapes if isinstance(one, ListedAutoencoder))


def _inference(
    boards: int,
    tensor: int | None,
    pipeline: int | None,
    runtime: Runtime,
    architecture: Disclosed,
) -> tuple[int, int]:
    """What is not asked for is as the runtime does it: layers, or as much as it can of matrices.

    What the heads do not allow to divide is left to the layers: 28 heads on 8 boards are 4 times 2.
    """
    if tensor is None and pipeline is None:
        if runtime.sharing is not Engine.TENSOR:
            return 1, boards
        held = max(
            ways
            for ways in range(1, boards + 1)
            if boards % ways == 0 and _divides_heads(architecture, ways)
        )
        return held, boards // held
    if tensor is None:
        return boards // (pipeline or 1), pipeline or 1
    return tensor, boards // tensor if pipeline is None else pipeline


def _divides_heads(architecture: Disclosed, ways: int) -> bool:
    """Whether so many boards can share every layer's heads: whole ones, the same number on each.

    Keys and values that heads share may be on several boards, each as often as the others.
    Source: vLLM, verify_with_parallel_config and QKVParallelLinear (its issues 2652 and 11797).
    """
    if not isinstance(architecture, Decoder):
        return True
    for group in architecture.attention:
        if isinstance(group, GroupedAttention):
            if group.heads % ways or (group.kv_heads % ways and ways % group.kv_heads):
                return False
        elif isinstance(group, LatentAttention | CompressedAttention) and group.heads % ways:
            return False
    return True


def _divisors(
    request: Request, layout: Layout, architecture: Disclosed, groups: ParameterGroups
) -> Iterator[Objection]:
    boards, held = layout.boards, layout.tensor * layout.pipeline
    divided = request.tensor_parallel or request.pipeline_parallel
    if divided and not transformer_blocks(architecture):
        path = "tensor_parallel" if request.tensor_parallel else "pipeline_parallel"
        yield Objection(path, divided, "nothing: the model is no stack of transformer blocks")
    elif held == 0 or boards % held or (request.task is Task.INFERENCE and held != boards):
        asked = layout.tensor if request.tensor_parallel else layout.pipeline
        path = "tensor_parallel" if request.tensor_parallel else "pipeline_parallel"
        yield Objection(path, asked, f"a number that divides {boards} boards with the other one")
    elif request.tensor_parallel and not _divides_heads(architecture, request.tensor_parallel):
        expected = "a divisor of the attention heads, and a divisor or a multiple of the KV heads"
        yield Objection("tensor_parallel", request.tensor_parallel, expected)
    if layout.expert > 1 and not groups.experts:
        yield Objection("expert_parallel", layout.expert, "1: the model has no experts")
    elif boards % layout.expert:
        yield Objection("expert_parallel", layout.expert, f"a divisor of boards ({boards})")


def _training_only(request: Request, layout: Layout) -> Iterator[Objection]:
    inference = request.task is Task.INFERENCE
    if inference and request.sharding not in {None, Sharding.NONE}:
        yield Objection("sharding", layout.sharding.value, "nothing: only training shards")
    if layout.sequence and (inference or layout.tensor == 1):
        expected = "false: it needs training and tensor_parallel > 1"
        yield Objection("sequence_parallel", "true", expected)


def _offloaded(request: Request, layout: Layout, architecture: Disclosed) -> Iterator[Objection]:
    """Each kind of offloading belongs to a task, and to a model that can be taken apart."""
    inference, kind = request.task is Task.INFERENCE, layout.offload
    expected = ""
    if kind is Offload.OPTIMIZER and inference:
        expected = "none or parameters: inference has no optimizer"
    elif kind is Offload.COMPONENTS and not (inference and isinstance(architecture, Diffusion)):
        expected = "none, optimizer or parameters: components are those of a diffusion pipeline"
    elif kind is Offload.PARAMETERS and inference and not isinstance(architecture, Decoder):
        expected = "none, or components for a diffusion pipeline"
    elif kind is not Offload.NONE and inference and layout.boards > 1:
        expected = "none with several boards"
    elif (
        kind is Offload.PARAMETERS
        and not inference
        and layout.sharding not in {Sharding.ZERO_3, Sharding.FSDP}
    ):
        expected = "none or optimizer: weights move only with zero-3 or fsdp"
    if expected:
        yield Objection("offload", kind.value, expected)
