"""The words: verdicts, answers, assumptions. The only module to translate."""

from collections.abc import Iterable, Iterator

from vram_atlas.catalog import BoardEntry
from vram_atlas.cells import Cell
from vram_atlas.estimator import Estimate, Spread
from vram_atlas.formulas.numerics import Projection
from vram_atlas.formulas.phases import Part, Phase
from vram_atlas.kernels import kernel
from vram_atlas.schema.band import Basis
from vram_atlas.schema.base import (
    Decoding,
    Encoders,
    Offload,
    Precision,
    Sharding,
    Task,
)
from vram_atlas.schema.layers import Diffusion
from vram_atlas.terms import keeps_experts
from vram_atlas.units import Bytes, format_size, format_tokens
from vram_atlas.unknown_words import unknown
from vram_atlas.verdict import Verdict
from vram_atlas.workload import Workload

VERDICT_WORD = {
    Verdict.FITS: "Fits",
    Verdict.TIGHT: "Tight",
    Verdict.NO: "No",
    Verdict.UNKNOWN: "Unknown",
}
VERDICT_ANSWER = {
    Verdict.FITS: "Yes",
    Verdict.TIGHT: "Perhaps, it is tight",
    Verdict.NO: "No",
    Verdict.UNKNOWN: "Unknown",
}
PART_NAME = {
    Part.WEIGHTS: "weights",
    Part.GRADIENTS: "gradients",
    Part.OPTIMIZER_STATES: "optimizer states",
    Part.ACTIVATIONS: "activations",
    Part.LOSS_BUFFER: "loss buffer",
    Part.KV_CACHE: "KV cache",
    Part.STEP_TEMPORARIES: "optimizer step temporaries",
}
OUTSIDE_NAME = "context and libraries"
PHASE_NAME = {
    Phase.LOAD: "while the weights are loaded",
    Phase.PREFILL: "while the prompt is read",
    Phase.DECODE: "while tokens are generated",
    Phase.FORWARD: "in the forward pass",
    Phase.LOSS: "around the loss, at the end of the forward pass",
    Phase.BACKWARD: "in the backward pass",
    Phase.OPTIMIZER_STEP: "in the optimizer step",
}
KIND_NAME = {
    "decoder": "decoder language model",
    "encoder": "encoder",
    "encoder-decoder": "encoder-decoder model",
    "vision-transformer": "vision transformer",
    "convolutional": "image network",
    "recurrent": "recurrent network",
    "diffusion": "diffusion pipeline",
    "undisclosed": "model of unpublished size",
    "weights-only": "model of which only the weights are counted",
}


def first_upper(words: str) -> str:
    """The words with a capital first letter, the others as they are."""
    return words[0].upper() + words[1:]


def range_words(spread: Spread) -> str:
    """'26.2 GiB (25.1 to 27.9)'."""
    return (
        f"{format_size(spread.expected)} ({format_size(spread.low)} to {format_size(spread.high)})"
    )


def task_words(workload: Workload) -> str:
    """'LoRA in bf16', 'inference in GGUF Q4_K_M'."""
    name = {
        Task.INFERENCE: "inference",
        Task.LORA: "LoRA",
        Task.QLORA: "QLoRA",
        Task.FULL: "full fine-tuning",
    }[workload.task]
    return f"{name} in {numbers_words(workload)}"


def numbers_words(workload: Workload) -> str:
    """'pure bf16', 'GGUF Q4_K_M': the recipe where all weights are trained, else their format."""
    if workload.task is not Task.FULL:
        return workload.weights.name
    return {
        Precision.FP32: "fp32",
        Precision.AMP: "16-bit autocast over fp32 weights",
        Precision.BF16: "pure bf16",
        Precision.MIXED: "mixed precision with an fp32 master copy",
    }[workload.precision]


def assumptions(workload: Workload) -> str:
    """What an answer assumes, in one sentence."""
    return ", ".join(assumed_facts(workload)) + "."


def assumed_facts(workload: Workload) -> list[str]:
    """What an answer assumes, one fact at a time."""
    kind = workload.entry.model.architecture.kind
    usual = workload.in_place_of
    why = f" (in place of {usual}, which needs another GPU)" if usual else ""
    facts = [f"{workload.runtime.name}{why}", *measure_facts(workload)]
    if workload.task is Task.INFERENCE and kind in {"decoder", "encoder-decoder"}:
        facts.append(f"{workload.cache.name} KV cache")
    if workload.task is not Task.INFERENCE:
        facts = [*facts, *_step_facts(workload)]
    if workload.adapters is not None:
        every = len(workload.adapters.targets) == len(Projection)
        where = "all linear layers" if every else "the named layers"
        if kind == "diffusion":
            where = "queries, keys, values and outputs of the attention"
        dropout = ", with dropout" if workload.adapters.dropout else ""
        facts.append(f"rank {workload.adapters.rank:.0f} on {where}{dropout}")
    if kind == "diffusion" and workload.task is not Task.INFERENCE:
        facts.append(ENCODERS_NAME[workload.encoders])
    if kind not in {"convolutional", "recurrent"}:
        reason = NO_FLASH if workload.without_flash else ""
        facts.append(f"{kernel(workload)} attention{reason}")
    if keeps_experts(workload):
        facts.append(f"experts in 16 bits, because {EXPERTS_WHY}")
    return [*facts, *_layout_facts(workload)]


def _step_facts(workload: Workload) -> Iterator[str]:
    """How a step of training runs."""
    yield f"gradient checkpointing {'on' if workload.gradient_checkpointing else 'off'}"
    yield workload.optimizer.name
    if workload.runtime.assumes is not None:
        yield workload.runtime.assumes
    if workload.gradient_accumulation_steps > 1:
        yield f"{workload.gradient_accumulation_steps} steps of gradient accumulation"
    elif workload.task is Task.FULL:
        yield "no gradient accumulation"


SHARDING_NAME = {
    Sharding.NONE: "a whole copy on each (DDP)",
    Sharding.ZERO_1: "ZeRO stage 1",
    Sharding.ZERO_2: "ZeRO stage 2",
    Sharding.ZERO_3: "ZeRO stage 3",
    Sharding.FSDP: "fully sharded (FSDP)",
}
OFFLOADED = {
    Offload.OPTIMIZER: "optimizer states",
    Offload.PARAMETERS: "weights that are not in use",
    Offload.COMPONENTS: "idle components",
}
ENCODERS_NAME = {
    Encoders.CACHED: "text embeddings and latents cached",
    Encoders.RESIDENT: "text encoders and autoencoder resident",
}
EXPERTS_WHY = (
    "bitsandbytes does not reach them in Transformers 5 (in Transformers 4 and Unsloth it does)"
)
DECODING_WAY = {Decoding.SLICED: "one by one", Decoding.TILED: "tile by tile"}


def decoded_words(workload: Workload) -> str:
    """'images tile by tile', 'frames one by one': what is decoded at a time."""
    architecture = workload.entry.architecture
    video = isinstance(architecture, Diffusion) and architecture.frames > 1
    what = "frames" if video and workload.decoding is Decoding.SLICED else "images"
    return f"{what} {DECODING_WAY.get(workload.decoding, 'together')}"


def _layout_facts(workload: Workload) -> Iterator[str]:
    """How several boards share the work, and what is in the host's memory."""
    layout = workload.layout
    if layout.boards > 1:
        yield f"{layout.boards} equal boards, figures for each"
    ways = ((layout.tensor, "tensor"), (layout.pipeline, "pipeline"), (layout.expert, "expert"))
    yield from (f"{name} parallelism over {boards}" for boards, name in ways if boards > 1)
    if layout.sequence:
        yield "sequence parallelism"
    if layout.data > 1 and workload.task is not Task.INFERENCE:
        yield SHARDING_NAME[layout.sharding]
    if layout.offload in OFFLOADED:
        yield f"{OFFLOADED[layout.offload]} in the host's memory"
    if workload.decoding in DECODING_WAY:
        yield f"decoding {decoded_words(workload)}"
    if workload.padded:
        yield "padded sequences"


def _pictures(workload: Workload) -> str:
    """What the pixels are: images, or the frames of a video."""
    architecture = workload.entry.architecture
    if isinstance(architecture, Diffusion) and architecture.frames > 1:
        return f"videos of {architecture.frames} frames"
    return "images"


def measure_facts(workload: Workload) -> list[str]:
    """How much passes at once: the micro-batch, and the length or the image size."""
    kind = workload.entry.model.architecture.kind
    facts = [f"micro-batch {workload.micro_batch_size}"]
    if kind in {"vision-transformer", "convolutional", "diffusion"}:
        facts.append(
            f"{_pictures(workload)} of {workload.image_size} x {workload.image_size} pixels"
        )
    elif workload.task is not Task.INFERENCE:
        facts.append(f"sequence length {format_tokens(workload.sequence_length)}")
    elif kind == "encoder":
        facts.append(f"sequence length {format_tokens(workload.context_length)}")
    elif kind != "recurrent":
        facts.append(f"context length {format_tokens(workload.context_length)}")
    return facts


TRUST = {
    Basis.PEAKS: "The band is the spread of {rows} measured runs around this estimate.",
    Basis.PARTS: "Few measurements: {rows} sizes of weights and caches, no whole runs.",
    Basis.FEW: "Measured runs of this kind: {rows}. The band is a margin that we chose.",
}
WORKSPACE = "Convolutions take {size} of it as workspace, and do with less where memory is short."


def trust(estimate: Estimate) -> str:
    """How far the band can be trusted."""
    said = TRUST[estimate.band.basis].format(rows=estimate.band.rows)
    size = format_size(estimate.peak.expected - estimate.least)
    return said if size == format_size(0) else f"{said} {WORKSPACE.format(size=size)}"


def answer(cell: Cell, board: BoardEntry, verdict: Verdict) -> str:
    """One sentence for a cell on a board."""
    name, gpu = cell.entry.model.name, board.board.name
    if cell.workload is None or cell.estimate is None:
        if cell.offered:
            return unknown(cell.entry, cell.weights)
        return f"{name} is not offered in this form: {cell.reason}."
    need, have = range_words(cell.estimate.peak), format_size(board.visible)
    task = task_words(cell.workload)
    return f"{VERDICT_ANSWER[verdict]}: {task} of {name} needs {need}; {gpu} offers {have}."


def parts_lines(estimate: Estimate) -> Iterable[tuple[str, Bytes]]:
    """Parts of the allocated peak, largest first, then what lies outside the allocator."""
    for part, size in sorted(estimate.parts.items(), key=lambda item: -item[1]):
        yield PART_NAME[part], size
    yield OUTSIDE_NAME, Bytes(estimate.peak.expected - estimate.allocated.expected)


NO_FLASH = " (this GPU has no flash attention for keys that heads share)"


def no_bf16(board: BoardEntry) -> str:
    """What to do on a board without bf16."""
    return (
        f"{board.board.name} does not compute in bf16; PyTorch imitates it there, slowly, in the "
        "same memory. fp16 takes the same for LoRA; to train all weights it needs fp32 copies."
    )
