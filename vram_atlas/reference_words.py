"""The words of the reference pages. To translate together with sentences.py and page_words.py."""

from collections.abc import Mapping
from typing import Final

from vram_atlas.schema.band import Band, Basis, Circumstance
from vram_atlas.schema.method import Defaults
from vram_atlas.schema.software import Format, Optimizer, Runtime
from vram_atlas.sentences import KIND_NAME
from vram_atlas.units import format_tokens

DASH: Final = "–"
FORMATS_CAPTION: Final = "Weight formats: effective bits per parameter, block constants included"
HEAD_FORMATS: Final = (
    "Format",
    "Matrices, bits",
    "Experts, bits",
    "Embedding, bits",
    "Output, bits",
    "Good for",
    "Source",
)
OPTIMIZERS_CAPTION: Final = "Optimizers: memory beside weights and gradients"
REQUEST_CAPTION: Final = "Fields of a request; only model and task are required"
HEAD_REQUEST: Final = ("Field", "Meaning and default")
HEAD_OPTIMIZERS: Final = ("Optimizer", "States", "For a moment in the step", "Source")
RUNTIMES_CAPTION: Final = "Software stacks: what differs in memory"
LICENCES_CAPTION: Final = "Licences that a model can name"
HEAD_LICENCES: Final = ("Licence", "Name", "SPDX id", "Models")
HEAD_RUNTIMES: Final = (
    "Runtime",
    "Tasks",
    "Attention",
    "Loss buffer, bytes per logit",
    "Outside the allocator",
    "Source",
)
DEFAULTS_CAPTION: Final = "What is assumed for each task unless a page says otherwise"
HEAD_DEFAULTS: Final = ("Task", "What it does", "Assumed", "Runtimes")
BANDS_CAPTION: Final = "The band: low and high end around the expected allocation"
HEAD_BANDS: Final = ("Task, runtime and kind of model", "Low", "High", "Rows", "What it rests on")
OTHER_BANDS: Final = "all others"
BASIS: Final = {
    Basis.PEAKS: "the spread of measured peaks",
    Basis.PARTS: "measured sizes of weights, files and caches; twice the least width",
    Basis.FEW: "few measurements; a margin that we chose",
}
PROVEN_CAPTION: Final = "The largest share of a board's memory at which runs finished"
HEAD_PROVEN: Final = ("When the peak happens", "Share", "Runs that finished", "Runs that failed")
CIRCUMSTANCE: Final = {
    Circumstance.INFERENCE: "inference",
    Circumstance.OPTIMIZER_STEP: "training, the optimizer's step",
    Circumstance.ONE_BOARD: "training on one board, the passes before the step",
    Circumstance.SEVERAL_BOARDS: "training on several boards, the passes before the step",
}
METHODS_CAPTION: Final = "What needs less memory, and what it costs"
HEAD_METHODS: Final = ("Trick", "What changes, and what it costs")
COSTS: Final = "Costs: "
COVERAGE_CAPTION: Final = "What the catalog holds"
OBSERVED_BOARDS: Final = "boards whose usable memory was seen on a machine"
DERIVED_BOARDS: Final = "boards whose usable memory is derived by a rule"


def coverage_kind(kind: str) -> str:
    """Plural of a kind of model."""
    return kind.replace("model of", "models of") if kind.startswith("model of") else f"{kind}s"


def format_uses(item: Format) -> list[str]:
    """What a format can be used for besides inference."""
    uses = (
        ("training", item.trainable),
        ("adapters", item.adapters),
        ("KV cache", item.cache_bits),
    )
    return ["inference", *(name for name, possible in uses if possible)]


def optimizer_states(item: Optimizer) -> str:
    """What an optimizer keeps."""
    if item.factored_states:
        return "one fp32 value per row and per column of a matrix"
    if not item.state_elements:
        return "none"
    if item.projected_rank:
        return f"{item.state_elements} values for {item.projected_rank} rows of each matrix"
    if item.rest_state_elements is not None:
        return (
            f"{item.state_elements} value per parameter of a matrix, "
            f"{item.rest_state_elements} for the rest"
        )
    count = "1 value" if item.state_elements == 1 else f"{item.state_elements} values"
    if item.state_blocks is not None:
        return f"{count} of {item.state_blocks.bits:.4g} bits per trained parameter"
    return f"{count} per trained parameter, in the format of the weight"


def optimizer_step(item: Optimizer) -> str:
    """What the step of an optimizer needs for a moment."""
    if item.step_elements:
        return f"{item.step_elements:g} value per trained parameter"
    if item.step_largest_16_bit:
        return f"{item.step_largest_16_bit} fp32 copies of the largest tensor"
    return "nothing"


def loss_buffer(item: Runtime) -> str:
    """Bytes per logit around the loss."""
    if item.loss is None:
        return DASH
    if not item.loss.bytes_16_bit and not item.loss.bytes_32_bit:
        return "none: the loss works in chunks"
    return f"{item.loss.bytes_16_bit:g} (16-bit), {item.loss.bytes_32_bit:g} (32-bit)"


def defaults(item: Defaults) -> str:
    """Defaults of a task as a list of facts."""
    facts = [f"micro-batch {item.micro_batch_size}"]
    if item.context_length:
        facts.append(
            f"context length {format_tokens(item.context_length)} tokens, all of it read at once"
        )
    if item.sequence_length:
        facts.append(f"sequence length {format_tokens(item.sequence_length)} tokens")
    if item.gradient_checkpointing:
        facts.append("gradient checkpointing on")
    if item.lora_rank:
        facts.append(f"rank {item.lora_rank} on all linear layers")
    elif item.sequence_length:
        facts.append("no gradient accumulation")
    return ", ".join(facts)


def default_runtimes(names: Mapping[str, str]) -> str:
    """'Transformers 5 (decoder, encoder), PyTorch (convolutional)'."""
    kinds: dict[str, list[str]] = {}
    for kind, name in names.items():
        kinds.setdefault(name, []).append(RUNTIME_KEY.get(kind, kind))
    return "; ".join(f"{name}: {', '.join(own)}" for name, own in kinds.items())


RUNTIME_KEY: Final = {
    "gguf": "GGUF files",
    "latent": "decoders with MLA",
    "fp8": "language models in fp8",
}


def band_of(band: Band) -> str:
    """The runtimes and the kind of model that a band is for."""
    kind = KIND_NAME.get(band.kind, band.kind)
    return f"{band.family}, {kind}"
