"""What is assumed where a question does not say: formats, runtimes, lengths."""

from functools import cache

from vram_atlas.catalog import BoardEntry, Catalog, ModelEntry
from vram_atlas.formulas import decoder, diffusion
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.formulas.weights import weight_bytes
from vram_atlas.obstacles import obstacle
from vram_atlas.schema.architecture import Decoder, Encoder, EncoderDecoder, VisionTransformer
from vram_atlas.schema.base import Precision, Sharding, Task
from vram_atlas.schema.layers import Convolutional, Diffusion, Recurrent
from vram_atlas.schema.method import Matrix, TaskMethod
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
EXPERTS_FORMAT = "mxfp4"
EXPERTS_FILE = "gguf-mxfp4"


NATIVE_BITS_TOLERANCE = 0.5
"""A published format with at most this many bits more than a matrix asks for stands in for it."""


def weight_format(
    entry: ModelEntry,
    task: Task,
    catalog: Catalog,
    runtime: str | None = None,
    board: BoardEntry | None = None,
) -> Format:
    """The publisher's format; NF4 for QLoRA; 16 bits where the publisher's cannot be trained.

    `runtime`: one that is asked for. Without one, or where it loads GGUF files, models that are run
    from such files are. `board`: one that is named; where nothing runs the publisher's on it, a
    file with as many bits.
    """
    native = catalog.formats[entry.native_format]
    named = None if runtime is None else catalog.find("runtimes", runtime)
    loads = named is None or FormatKind.GGUF in catalog.runtimes[named].formats
    if task is Task.INFERENCE and runs_from_file(entry) and loads:
        return catalog.formats[EXPERTS_FILE]
    if task is Task.QLORA:
        return catalog.formats[QLORA_FORMAT]
    if task is not Task.INFERENCE and not native.trainable:
        return catalog.formats[TRAINED_FORMAT]
    if task is Task.INFERENCE and loads and lacks_native(entry, board, catalog):
        return _file(entry, native, catalog)
    return native


def lacks_native(entry: ModelEntry, board: BoardEntry | None, catalog: Catalog) -> bool:
    """Whether nothing that is assumed runs a published, quantised format on a board."""
    native, architecture = catalog.formats[entry.native_format], entry.architecture
    if board is None or architecture is None or native.kind is not FormatKind.QUANTISED:
        return False
    method = catalog.tasks[Task.INFERENCE]
    found = runtime(architecture, method, native, catalog, board)
    return found is not None and obstacle(native, found, board, catalog) is not None


def as_many_bits(native: Format, matrix: Matrix) -> bool:
    """Whether a published format can stand in a matrix."""
    bits = (native.experts or native.linear).bits
    return abs(bits - matrix.bits) <= NATIVE_BITS_TOLERANCE and matrix.task is Task.INFERENCE


def of_kind(entry: ModelEntry, matrix: Matrix) -> str:
    """The format of a matrix for a kind of model."""
    return matrix.weights.get(entry.model.architecture.kind, matrix.weights["default"])


def _file(entry: ModelEntry, native: Format, catalog: Catalog) -> Format:
    """The format of the matrix in which the published one stands."""
    for matrix in catalog.matrices.values():
        if as_many_bits(native, matrix):
            return catalog.formats[of_kind(entry, matrix)]
    return native


def weights_alone(entry: ModelEntry, form: Format | None, boards: int | None) -> Bytes | None:
    """Bytes of the weights on each board, of a model of which nothing else is known."""
    parameters = entry.model.parameters
    if form is None or parameters is None:
        return None
    return _of_each(ParameterGroups(linear=parameters.counted), form, boards)


def lightest(entry: ModelEntry, form: Format, boards: int | None, catalog: Catalog) -> Bytes:
    """The same of any model whose shape is known: inference never needs less."""
    groups = entry.groups or ParameterGroups(linear=0)
    return _of_each(groups, as_published(entry, form, catalog), boards)


def _of_each(groups: ParameterGroups, form: Format, boards: int | None) -> Bytes:
    return Bytes(round(weight_bytes(groups, form).total / (boards or 1)))


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
    architecture: Disclosed,
    method: TaskMethod,
    weights: Format,
    catalog: Catalog,
    board: BoardEntry | None = None,
) -> Runtime | None:
    """The most used runtime for a task, kind and format; None where the task is not offered.

    On a board that it does not run on, the one for more kinds of weights or models, if that does.
    """
    found = [catalog.runtimes[name] for name in _choices(architecture, method, weights)]
    for one in found:
        if weights.kind in one.formats and obstacle(weights, one, board, catalog) is None:
            return one
    return found[0] if found else None


def replaced(
    entry: ModelEntry,
    method: TaskMethod,
    weights: Format,
    chosen: Runtime,
    board: BoardEntry | None,
    *,
    catalog: Catalog,
) -> str:
    """The software in whose place a runtime was chosen, because of the board; empty without any.

    `weights`: what would be assumed on no board in particular.
    """
    usual = None
    if board is not None and entry.architecture is not None:
        usual = runtime(entry.architecture, method, weights, catalog)
    if usual is None or usual is chosen:
        return ""
    need = obstacle(weights, usual, board, catalog)
    return "" if need is None else need.name


def _choices(architecture: Disclosed, method: TaskMethod, weights: Format) -> list[str]:
    """Runtimes that are assumed, the most particular first."""
    kinds: list[str] = [architecture.kind]
    if isinstance(architecture, Decoder):
        if weights.kind is FormatKind.GGUF:
            kinds = ["gguf", *kinds]
        elif decoder.is_latent(architecture):
            kinds = ["latent", *kinds]
        kinds = [weights.id, *kinds]
    return [method.runtimes[kind] for kind in kinds if kind in method.runtimes]


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


def checkpoints(architecture: Disclosed, method: TaskMethod, chosen: Runtime) -> bool:
    """Whether gradients are checkpointed: by default they are, where that is possible."""
    has_blocks = isinstance(
        architecture, Decoder | Encoder | EncoderDecoder | VisionTransformer | Diffusion
    )
    return has_blocks and bool(method.defaults.gradient_checkpointing) and not chosen.composed


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
