"""Decoder-only models in inference: prompt, decoding, and what is held for them."""

from vram_atlas.adding import add_up
from vram_atlas.formulas import blocks, decoder, kv_cache, planned
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import HALF
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.terms import InferenceActivations
from vram_atlas.kernels import element_bytes, score_element, scored
from vram_atlas.schema.architecture import Decoder, GroupedAttention
from vram_atlas.schema.compressed import CompressedAttention
from vram_atlas.schema.engine import PromptLogits, WindowLimits
from vram_atlas.schema.model import Disclosed
from vram_atlas.schema.software import CacheGrowth
from vram_atlas.workload import Workload


def passes(
    workload: Workload, architecture: Decoder
) -> tuple[InferenceActivations, InferenceActivations]:
    """Prefill in chunks where the runtime does so; then decoding, one token a step."""
    runtime, ops, size = workload.runtime, NUMBERS, element_bytes(workload)
    sequences, prompt = workload.micro_batch_size, workload.prompt_length
    tokens: float = sequences * prompt
    keys = prompt
    if runtime.prompt_chunk:
        tokens = ops.minimum(tokens, runtime.prompt_chunk)
        keys = workload.context_length
    every = runtime.prompt_logits is PromptLogits.ALL
    logits = (tokens if every else sequences) * architecture.vocabulary * runtime.prompt_logit_bytes
    own = architecture.layer_embeddings
    own_inputs = 0 if own is None else size * tokens * architecture.layers * own.width
    sampler = runtime.sampler
    sampled = workload.sampled_sequences * architecture.vocabulary
    reserve = sampled * sampler.bytes_per_logit if sampler else 0
    if runtime.plans_graph:
        needed = own_inputs + _planned(
            workload, architecture, tokens=tokens, keys=keys, logits=logits
        )
    else:
        layer = _transient(workload, architecture, tokens=tokens, keys=keys)
        stream = size * tokens * architecture.hidden_size
        needed = ops.maximum(layer + own_inputs, logits + stream)
    transient = ops.maximum(needed, reserve)
    full = _held(workload, architecture, workload.context_length)
    if runtime.cache_growth is CacheGrowth.RESERVED:
        first = InferenceActivations(transient=transient, cache=full)
        return first, InferenceActivations(transient=reserve, cache=full)
    copies = 1 if runtime.cache_growth is CacheGrowth.REBUILT else architecture.layers
    single = _transient(workload, architecture, tokens=sequences, keys=workload.context_length)
    return (
        InferenceActivations(
            transient=transient + _window_mask(workload, architecture),
            cache=_held(workload, architecture, prompt, passing=True),
        ),
        InferenceActivations(transient=single, cache=full, cache_step=full / copies),
    )


def _transient(workload: Workload, architecture: Decoder, *, tokens: float, keys: float) -> float:
    """Live in one block while `tokens` tokens look at `keys` tokens. Bytes."""
    stack = decoder.stack(architecture)
    return blocks.transient(
        stack,
        tokens=tokens,
        keys=keys,
        element_bytes=element_bytes(workload),
        score_element=score_element(workload),
        scores=scored(workload, stack),
        ops=NUMBERS,
    )


def _planned(
    workload: Workload,
    architecture: Decoder,
    *,
    tokens: float,
    keys: float,
    logits: float,
) -> float:
    """The same, and the logits, where a graph is planned ahead. Bytes."""
    stack = decoder.stack(architecture)
    return planned.peak(
        stack,
        tokens=tokens,
        keys=keys,
        in_flight=workload.runtime.prompt_chunk,
        limits_windows=_limits_windows(workload, architecture),
        absorbs_latent=_absorbs_latent(workload),
        scores=any(scored(workload, stack)),
        logits=logits,
        ops=NUMBERS,
    )


def _limits_windows(workload: Workload, architecture: Decoder) -> bool:
    """Whether layers with a sliding window keep no more than it."""
    always = workload.runtime.limits_windows is not WindowLimits.MIXED
    return always or not kv_cache.only_windows(architecture)


def _absorbs_latent(workload: Workload) -> bool:
    """Whether the runtime keeps the latent of this model's MLA instead of full heads."""
    runtime = workload.runtime
    return runtime.absorbs_latent and workload.entry.model.id not in runtime.full_heads


def _window_mask(workload: Workload, architecture: Decoder) -> float:
    """One byte for each pair of tokens of a prompt that is no shorter than a window.

    Layers without a window share no mask: the kernel is told that attention is causal.
    """
    prompt = workload.prompt_length
    if workload.runtime.limits_windows is not WindowLimits.AFTER_PROMPT:
        return 0
    masked = [
        group
        for group in architecture.attention
        if isinstance(group, GroupedAttention)
        and group.window is not None
        and prompt >= group.window
    ]
    return prompt * prompt if masked else 0


def _held(
    workload: Workload, architecture: Decoder, tokens: int, *, passing: bool = False
) -> float:
    """KV cache of all sequences after `tokens` tokens, or while they pass. Bytes."""
    runtime = workload.runtime
    whole = passing and runtime.limits_windows is WindowLimits.AFTER_PROMPT
    return kv_cache.cache_bytes(
        architecture,
        tokens=tokens,
        sequences=workload.micro_batch_size,
        cache_bits=workload.cache_bits,
        limits_windows=not whole and _limits_windows(workload, architecture),
        in_flight=runtime.prompt_chunk,
        absorbs_latent=_absorbs_latent(workload),
        ops=NUMBERS,
    )


def kept_by_layers(
    workload: Workload, architecture: Decoder, layers: tuple[Block, ...]
) -> list[float]:
    """Keys, values and states of a whole sequence in each of these layers. Bytes."""
    return [
        kv_cache.layer_bytes(
            architecture,
            layer.attention,
            tokens=workload.context_length,
            cache_bits=workload.cache_bits,
            limits_windows=_limits_windows(workload, architecture),
            in_flight=workload.runtime.prompt_chunk,
            absorbs_latent=_absorbs_latent(workload),
            ops=NUMBERS,
        )
        for layer in layers
    ]


def kv_heads(architecture: Disclosed) -> int:
    """KV heads that boards can share; 1 for a latent cache or none."""
    if not isinstance(architecture, Decoder):
        return 1
    if any(isinstance(g, CompressedAttention) for g in architecture.attention):
        return 1
    heads = [
        g.kv_heads
        for g in architecture.attention
        if isinstance(g, GroupedAttention) and not g.reuses_keys
    ]
    return min(heads, default=1)


def rotary_tables(workload: Workload, architecture: Disclosed) -> float:
    """Sine and cosine of every position up to the longest context, in every layer. Bytes."""
    if not isinstance(architecture, Decoder) or architecture.position_embeddings:
        return 0
    longest = architecture.rotary_positions or workload.entry.model.context_length
    if not workload.runtime.rotary_tables or longest is None:
        return 0
    widths = [
        g.layers * g.head_size for g in architecture.attention if isinstance(g, GroupedAttention)
    ]
    return 2 * HALF * longest * add_up(widths)
