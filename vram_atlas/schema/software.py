"""Number formats, optimizers and runtimes as data."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from vram_atlas.schema.base import (
    AttentionKernel,
    Count,
    Identifier,
    Natural,
    NonNegative,
    Positive,
    Source,
    SourceKey,
    Strict,
    Task,
    Text,
)
from vram_atlas.schema.base import Sharding as Sharded
from vram_atlas.schema.bits import BlockBits, Mix
from vram_atlas.schema.engine import (
    FusedExperts,
    LossBuffer,
    Mebibytes,
    PromptLogits,
    Sampler,
    Trait,
    WindowLimits,
)

FormatId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[._-][a-z0-9]+)*$")]


class FormatKind(StrEnum):
    """Who reads a format: PyTorch, a quantiser's kernels, or llama.cpp as a file."""

    FLOAT = "float"
    QUANTISED = "quantised"
    GGUF = "gguf"


class Unpacking(StrEnum):
    """When a matrix exists a second time, unpacked to 16 bits.

    `product`: while many tokens pass it (bitsandbytes); `always`: a buffer is kept (GPTQ kernels).
    """

    NEVER = "never"
    PRODUCT = "product"
    ALWAYS = "always"


class Format(Strict):
    """A weight or cache format: bits per element for each group of parameters."""

    id: FormatId
    name: Text
    aliases: tuple[Text, ...] = Field(default=(), strict=False)
    kind: FormatKind = Field(strict=False)
    linear: BlockBits = Field(description="matrices inside the blocks")
    experts: BlockBits | None = Field(default=None, description="expert matrices where they differ")
    mix: Mix | None = Field(default=None, description="matrices that a file gives other blocks")
    embedding_bits: Positive
    tied_bits: Positive
    head_bits: Positive
    other_bits: Positive
    tower_bits: Positive | None = Field(
        default=None, description="encoders of images or sound, where they differ from other_bits"
    )
    weights: bool = Field(default=True, description="offered as a weight format")
    trainable: bool = Field(default=False, description="weights in this format can be trained")
    adapters: bool = Field(
        default=False, description="LoRA adapters can be trained on a base in this format"
    )
    cache_bits: Positive | None = Field(
        default=None,
        description="bits of a cached element; absent: not offered as a KV cache format",
    )
    unpacking: Unpacking = Field(default=Unpacking.NEVER, strict=False)
    modules_only: bool = Field(
        default=False,
        description="quantises linear modules, so no experts that a runtime keeps as one parameter",
    )
    keeps_inputs: bool = Field(default=False, description="layers keep inputs outside autograd")
    stores_tied_twice: bool = Field(default=False, description="files hold a tied matrix twice")
    source: SourceKey
    note: Text | None = None

    def suits(self, task: Task) -> bool:
        """Whether a task can work on weights in this format."""
        match task:
            case Task.INFERENCE:
                return True
            case Task.LORA:
                return self.adapters
            case Task.QLORA:
                return self.adapters and self.kind is not FormatKind.FLOAT
            case Task.FULL:
                return self.trainable


class FormatFile(Strict):
    """data/formats.yml."""

    sources: dict[str, Source]
    formats: tuple[Format, ...] = Field(strict=False, min_length=1)


class Optimizer(Strict):
    """What an optimizer keeps per trainable parameter, and what its step needs for a moment."""

    id: Identifier
    name: Text
    aliases: tuple[Text, ...] = Field(default=(), strict=False)
    state_elements: Natural = Field(description="states per trainable parameter")
    rest_state_elements: Natural | None = Field(
        default=None, description="states of what is no matrix of a block, where they differ"
    )
    projected_rank: Natural = Field(
        default=0, description="rows that gradients of block matrices are projected to; 0: none"
    )
    state_blocks: BlockBits | None = Field(
        default=None, description="absent: states have the format of the weight"
    )
    embedding_states_fp32: bool = Field(
        default=False, description="states of embeddings stay fp32 (bitsandbytes)"
    )
    factored_states: Natural = Field(
        default=0, description="fp32 elements per row and per column of a matrix"
    )
    step_elements: NonNegative = Field(
        default=0, description="temporaries per trainable parameter, in its format"
    )
    step_largest_16_bit: Natural = Field(
        default=0, description="fp32 copies of the largest tensor, 16-bit weights"
    )
    step_largest_32_bit: Natural = Field(
        default=0, description="fp32 copies of the largest tensor, fp32 weights"
    )
    source: SourceKey
    note: Text | None = None


class OptimizerFile(Strict):
    """data/optimizers.yml."""

    sources: dict[str, Source]
    optimizers: tuple[Optimizer, ...] = Field(strict=False, min_length=1)


class CacheGrowth(StrEnum):
    """How a KV cache grows with each token.

    `concatenated`: one layer at a time is copied into a longer tensor; `rebuilt`: the old cache
    lives until the new one of all layers is complete; `reserved`: full length from the start.
    """

    CONCATENATED = "concatenated"
    REBUILT = "rebuilt"
    RESERVED = "reserved"


class Preparation(StrEnum):
    """What becomes fp32 on a quantised base before training, and with it the residual stream.

    `everything` that is not quantised (prepare_model_for_kbit_training), or the `norms` only.
    """

    NOTHING = "nothing"
    NORMS = "norms"
    EVERYTHING = "everything"


class AdapterRecipe(Strict):
    """How a runtime trains LoRA adapters."""

    lora_format: FormatId = Field(description="adapter weights on a 16-bit base")
    qlora_format: FormatId = Field(description="adapter weights on a quantised base")
    autocast: bool = Field(description="the step runs under 16-bit autocast")
    prepares: Preparation = Field(default=Preparation.NOTHING, strict=False)


class Sharing(StrEnum):
    """How several equal boards divide the work."""

    LAYERS = "layers"
    TENSOR = "tensor"
    SHARDED = "sharded"


class Runtime(Strict):
    """A software stack. Anything that differs between stacks or versions is here, not in code."""

    id: Identifier
    name: Text
    version: Text
    family: Identifier = Field(description="runtimes whose measured rows are judged together")
    aliases: tuple[Text, ...] = Field(default=(), strict=False)
    tasks: tuple[Annotated[Task, Field(strict=False)], ...] = Field(strict=False, min_length=1)
    kinds: tuple[Text, ...] = Field(
        strict=False, min_length=1, description="architecture kinds it runs"
    )
    formats: tuple[Annotated[FormatKind, Field(strict=False)], ...] = Field(
        strict=False, min_length=1, description="kinds of weight format it loads"
    )
    attention: AttentionKernel = Field(
        strict=False, description="what it uses unless told otherwise"
    )
    optimizer: Identifier | None = None
    loss: LossBuffer | None = None
    adapters: AdapterRecipe | None = None
    prompt_logits: PromptLogits = Field(default=PromptLogits.LAST, strict=False)
    prompt_logit_bytes: NonNegative = Field(default=6, description="16 bits and an fp32 copy")
    caches: tuple[FormatId, ...] = Field(
        default=(), strict=False, description="formats of keys and values that it offers"
    )
    cache_as_computed: Trait | None = Field(
        default=None, description="keys and values are kept in the format in which they are made"
    )
    cache_growth: CacheGrowth = Field(default=CacheGrowth.CONCATENATED, strict=False)
    prompt_chunk: Natural = Field(
        default=0, description="tokens per prefill pass; 0: the whole prompt at once"
    )
    limits_windows: WindowLimits = Field(
        default=WindowLimits.ALWAYS,
        strict=False,
        description="when sliding-window layers keep only their window",
    )
    plans_graph: bool = Field(
        default=False,
        description="the memory of a pass is planned ahead, in fp32: a tensor takes the place of "
        "one that is read for the last time (ggml)",
    )
    inputs_on_host: bool = Field(default=False, description="untied input tables stay on the host")
    tied_gradients: Count = Field(
        default=1, description="gradients of a tied matrix beside the first, before they are added"
    )
    drops_copies: bool = Field(default=False, description="autocast ends before the backward pass")
    rounds_tensors: bool = Field(default=False, description="each tensor is rounded up by itself")
    fused_norms: bool = Field(default=False, description="RMS norms are one kernel each")
    composed: bool = Field(default=False, description="no element-wise operations are fused")
    fused_experts: FusedExperts | None = None
    repeats_keys: bool = Field(default=False, description="sdpa gets keys once per query head")
    groups_keys: Trait | None = Field(
        default=None, description="PyTorch's sdpa shares keys between heads: not fused in fp32"
    )
    offloads_checkpoints: bool = Field(
        default=False, description="inputs of blocks wait in the host's memory until recomputed"
    )
    gradients_fp32: bool = Field(
        default=False, description="mixed precision accumulates gradients in fp32"
    )
    keeps_master: Trait | None = Field(
        default=None, description="16-bit weights always have an fp32 copy that is trained"
    )
    widens_shards: Trait | None = Field(
        default=None, description="fully sharded, 16-bit weights become fp32 before training"
    )
    whole_gradients: Trait | None = Field(default=None, description="FSDP divides gradients last")
    sharding: Sharded | None = Field(
        default=None, strict=False, description="how copies are sharded unless told otherwise"
    )
    rotary_tables: bool = Field(
        default=False, description="every layer keeps 16-bit rotary tables for the longest context"
    )
    workspace_kib: Natural = Field(default=0, description="cuBLAS workspace per thread, in KiB")
    convolution_copies: Natural = Field(default=0, description="copies of maps in a workspace: 1")
    host_layers: bool = Field(default=False, description="the processor runs what does not fit")
    absorbs_latent: bool = Field(default=False, description="MLA keeps the latent vector alone")
    full_heads: tuple[Identifier, ...] = Field(
        default=(), strict=False, description="models whose MLA it does not absorb"
    )
    unfused: tuple[Identifier, ...] = Field(
        default=(), strict=False, description="models whose attention has no fused kernel there"
    )
    compute_bytes: Count | None = Field(
        default=None, description="bytes of an activation; absent: as the weights"
    )
    sampler: Sampler | None = None
    sharing: Sharing = Field(strict=False)
    context: Mebibytes = Field(
        description="driver context, kernels and libraries outside the allocator"
    )
    source: SourceKey
    assumes: Text | None = Field(default=None, description="what training takes for granted")
    note: Text | None = None


class RuntimeFile(Strict):
    """data/runtimes.yml."""

    sources: dict[str, Source]
    communication: Mebibytes = Field(
        description="taken on each board by the libraries that connect them"
    )
    runtimes: tuple[Runtime, ...] = Field(strict=False, min_length=1)
