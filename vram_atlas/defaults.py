"""What is assumed where a question does not say: formats, runtimes, lengths."""

from functools import cache

from vram_atlas.catalog import Catalog, ModelEntry
from vram_atlas.formulas import decoder, diffusion
from vram_atlas.schema.architecture import Decoder, Encoder, EncoderDecoder, VisionTransformer
from vram_atlas.schema.base import Precision, Sharding, Task
from vram_atlas.schema.board import Board
from vram_atlas.schema.layers import Convolutional, Diffusion, Recurrent
from vram_atlas.schema.method import TaskMethod
from vram_atlas.schema.model import Disclosed
from vram_atlas.schema.software import Format, FormatKind, Runtime
from vram_atlas.units import Bytes, from_gib
from vram_atlas.workload import Layout

CACHE_FORMAT = "bf16"
WIDE_CACHE_FORMAT = "fp32"
OPTIMIZER = "adamw"
ADAPTER_FORMAT = "fp32"
QLORA_FORMAT = "nf4-dq"
TRAINED_FORMAT = "bf16"
NARROW_FORMAT = "fp8"
EXPERTS_FORMAT = "mxfp4"
EXPERTS_FILE = "gguf-mxfp4"


def weight_format(
    entry: ModelEntry, task: Task, catalog: Catalog, runtime: str | None = None
) -> Format:
    """The publisher's format; NF4 for QLoRA; 16 bits where the publisher's cannot be trained.

    `runtime`: one that is asked for. Without one, or where it loads GGUF files, models that are run
    from such files are.
    """
    native = catalog.formats[entry.native_format]
    named = catalog.find("runtimes", runtime or "")
    loads = named is None or FormatKind.GGUF in catalog.runtimes[named].formats
    if task is Task.INFERENCE and runs_from_file(entry) and loads:
        return catalog.formats[EXPERTS_FILE]
    if task is Task.QLORA:
        return catalog.formats[QLORA_FORMAT]
    if task is not Task.INFERENCE and not native.trainable:
        return catalog.formats[TRAINED_FORMAT]
    return native


def runs_from_file(entry: ModelEntry) -> bool:
    """Whether most readers run the model from a GGUF file that holds the weights as published.

    So it is with MXFP4 for one GPU (gpt-oss). Transformers has no fused kernel for its attention:
    a prompt of 4,096 tokens takes 6 GiB there. Larger models with latent attention run in engines.
    """
    architecture = entry.architecture
    mxfp4 = entry.native_format == EXPERTS_FORMAT
    return mxfp4 and isinstance(architecture, Decoder) and not decoder.is_latent(architecture)


def cache_format(chosen: Runtime | None, weights: Format | None) -> str:
    """16 bits; fp32 beside fp32 weights where keys and values are kept as they are made."""
    if chosen is None or weights is None or chosen.cache_as_computed is None:
        return CACHE_FORMAT
    return WIDE_CACHE_FORMAT if weights.id == WIDE_CACHE_FORMAT else CACHE_FORMAT


def as_published(entry: ModelEntry, form: Format, catalog: Catalog) -> Format:
    """A GGUF file of a model published in MXFP4 keeps its experts so, whatever its name says."""
    if form.kind is FormatKind.GGUF and entry.native_format == EXPERTS_FORMAT:
        return catalog.formats[EXPERTS_FILE]
    return form


def runtime(
    architecture: Disclosed, method: TaskMethod, weights: Format, catalog: Catalog
) -> Runtime | None:
    """The most used runtime for a task, kind and format; None where the task is not offered."""
    choices = method.runtimes
    name = choices.get(architecture.kind)
    if isinstance(architecture, Decoder):
        if weights.kind is FormatKind.GGUF:
            name = choices.get("gguf", name)
        elif decoder.is_latent(architecture):
            name = choices.get("latent", name)
        name = choices.get(weights.id, name)
    return None if name is None else catalog.runtimes[name]


def widened(weights: Format, chosen: Runtime, board: Board) -> bool:
    """Whether a runtime turns these weights into bf16: fp8, in which the board cannot compute."""
    return weights.id == NARROW_FORMAT and chosen.widens_fp8 is not None and not board.fp8


def sampled_sequences(chosen: Runtime, have: Bytes | None) -> int:
    """Sequences an engine reserves its sampler for; the larger number where no board is named."""
    sampler = chosen.sampler
    if sampler is None:
        return 0
    small = have is not None and have < from_gib(sampler.small_below_gib)
    return sampler.small_sequences if small else sampler.sequences


def precision(entry: ModelEntry, chosen: Runtime, layout: Layout) -> Precision:
    """Pure 16 bits for models published in at most 16 bits, autocast for those in fp32.

    With an fp32 copy of the weights where the software always makes one: DeepSpeed in all stages of
    ZeRO, Megatron, and Accelerate where it shards with FSDP.
    """
    if chosen.composed:
        return Precision.FP32
    if chosen.keeps_master is not None or layout.uses_zero:
        return Precision.MIXED
    if entry.native_format == WIDE_CACHE_FORMAT:
        return Precision.AMP
    sharded = layout.sharding is Sharding.FSDP and layout.data > 1
    return Precision.MIXED if sharded and chosen.widens_shards is not None else Precision.BF16


def autocast(asked: Precision | None, chosen: Runtime) -> bool:
    """Adapters: as the runtime does it, unless a precision is asked for."""
    if asked is None:
        return chosen.adapters is not None and chosen.adapters.autocast
    return asked is Precision.AMP


def length(default: int | None, longest: int | None) -> int:
    """The stated default, or what the model supports where that is less."""
    if default is None:
        return 1
    return default if longest is None else min(default, longest)


@cache
def has_blocks(architecture: Disclosed) -> bool:
    """Whether gradient checkpointing has blocks to work on; it is on by default then."""
    return isinstance(
        architecture, Decoder | Encoder | EncoderDecoder | VisionTransformer | Diffusion
    )


@cache
def why_untrainable(architecture: Disclosed) -> str:
    """What makes the memory of training unknown; empty where it can be computed."""
    match architecture:
        case Decoder():
            return decoder.why_untrainable(architecture)
        case Diffusion():
            return diffusion.why_untrainable(architecture)
        case _:
            return ""


def learned_positions(architecture: Disclosed) -> bool:
    """Whether a longer input is impossible, not only beyond what was trained."""
    match architecture:
        case Decoder() | Encoder():
            return architecture.position_embeddings > 0
        case EncoderDecoder():
            return architecture.decoder_positions > 0
        case VisionTransformer() | Convolutional() | Recurrent() | Diffusion():
            return False
