"""What every architecture kind reports about itself, in elements and bytes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RowKinds:
    """Matrices that a GGUF file gives other blocks than the rest. Unit: elements.

    down     last matrices of MLPs, experts included
    values   matrices of values
    joined   one matrix for queries, keys and values
    uneven   matrices whose rows do not fill blocks of 256
    uneven_down  part of `uneven` and of `down`
    uneven_tables, uneven_outputs  the same of input tables and of the output matrix
    """

    down: int = 0
    values: int = 0
    joined: int = 0
    uneven: int = 0
    uneven_down: int = 0
    uneven_tables: int = 0
    uneven_outputs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterGroups:
    """Parameters by what a number format does with them. Unit: elements.

    linear     matrices inside the blocks: what GPTQ, AWQ and bitsandbytes quantise
    whole      part of `linear` that bitsandbytes leaves in 16 bits
    experts    matrices of routed experts
    embedding  input tables that are not tied to the output
    tied       one matrix that is both input embedding and output
    head       an output matrix of its own
    other      norms, biases, routers, convolutions, positions
    towers     encoders of images or sound beside a language model
    tables     tables of n-grams, of which a token reads a few rows
    table_block  elements of `tables` per scale, where quantised files keep them in fp8; else 0
    largest    elements of the largest single tensor (a subset of the above)
    largest_linear  elements of the largest matrix inside the blocks
    block      `linear` elements of the largest block (a subset of the above)
    inactive   elements that a token does not use: of `experts`, and `tables`
    tensors    matrices as (elements, how many), for the allocator's rounding
    margins    rows plus columns of all matrices: what a factored optimizer keeps
    shorter, longer  sums of the sides of the matrices inside transformer blocks
    rows       those that a GGUF file treats apart; None: a mean is good enough
    buffers    tables kept with the weights, in their format; no parameters, never trained
    wide       parameters that a library keeps in fp32 beside fp16 weights (a subset of the above)
    """

    linear: int
    whole: int = 0
    experts: int = 0
    embedding: int = 0
    tied: int = 0
    head: int = 0
    other: int = 0
    towers: int = 0
    tables: int = 0
    table_block: int = 0
    largest: int = 0
    largest_linear: int = 0
    block: int = 0
    inactive: int = 0
    margins: int = 0
    shorter: int = 0
    longer: int = 0
    buffers: int = 0
    wide: int = 0
    tensors: tuple[tuple[int, int], ...] = ()
    rows: RowKinds | None = None

    @property
    def total(self) -> int:
        """All parameters, tied matrices once."""
        return self.inside + self.embedding + self.tables + self.head

    @property
    def inside(self) -> int:
        """All but input tables and an output matrix of its own."""
        return self.linear + self.experts + self.other + self.towers + self.tied


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingActivations:
    """What the forward pass keeps for the backward pass. Unit: bytes, for the whole micro-batch.

    saved        every block's saved tensors, nothing recomputed
    checkpoints  what full gradient checkpointing keeps instead: each block's input
    recomputed   saved tensors of the largest block, live while that block is recomputed
    replicated   part of `saved` as wide as the stream: norms, their outputs, dropout masks
    block_replicated  the same of `recomputed`
    outside      saved outside the blocks: embedding, final norm, head input
    transient    gradients of activations live at once in the backward pass of the largest block
    weight_copies        16-bit copies of weights that autocast keeps, all blocks
    block_weight_copies  the same for the largest block
    cached_copies        those that stay until the forward pass ends though blocks are recomputed
    head_copies          part of `cached_copies` that the graph keeps after it
    logits       number of logits the loss sees (tokens x vocabulary); 0 without a large head
    """

    saved: float
    checkpoints: float
    recomputed: float
    replicated: float = 0
    block_replicated: float = 0
    outside: float = 0
    transient: float = 0
    weight_copies: float = 0
    block_weight_copies: float = 0
    cached_copies: float = 0
    head_copies: float = 0
    logits: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceActivations:
    """What a forward pass without gradients needs above the weights. Unit: bytes.

    transient  largest set of tensors live at once (prefill, denoising step, decode of an image)
    cache      keys and values, or recurrent state, kept between tokens
    cache_step largest temporary copy while the cache grows by one token
    """

    transient: float
    cache: float = 0
    cache_step: float = 0
