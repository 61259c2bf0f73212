"""What one training step of a listed denoiser keeps for the backward pass.

The bytes per token of each kind of block come from the class itself (tracing/); what is written
here is how they add up. Symbols of the docstrings: `n` tokens of the image or video, `t` of text.
"""

from vram_atlas.adding import add_up
from vram_atlas.formulas import ledger, listed
from vram_atlas.formulas.numerics import FP32, Numerics
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import TrainingActivations
from vram_atlas.schema.listed import Blocks, DiffusionTransformer, PerToken, Step, Steps


def training(
    shape: DiffusionTransformer,
    steps: Steps,
    numerics: Numerics,
    *,
    micro_batch_size: float,
    image_size: float,
    latent_frames: float,
    ops: Ops,
) -> TrainingActivations:
    """Saved activations of one step on cached latents and text embeddings. Unit: bytes.

    A block keeps `n a + t b`, and `r` elements for each adapter and token that passes it; eager
    attention its softmax besides. Recomputed blocks keep their input, `h` per token of the stream:
    text is part of it where both pass attention together.
    """
    step = _step(steps, numerics)
    side = image_size / shape.token_pixels
    tokens = latent_frames * side * side
    text = shape.context_tokens
    stream = tokens + (text if shape.joined else 0)
    scores = shape.heads * stream * stream * numerics.element_bytes if numerics.scores else 0
    blocks = [
        _each(kept, tokens, text) + _middles(group, numerics, tokens, text) + scores
        for group, kept in zip(shape.blocks, step.blocks, strict=True)
    ]
    layers = add_up(group.layers for group in shape.blocks)
    groups = listed.count_transformer(shape)
    rank = 0 if numerics.adapters is None else numerics.adapters.rank
    adapters = adapter_elements(shape, rank)
    return TrainingActivations(
        saved=micro_batch_size
        * add_up(group.layers * size for group, size in zip(shape.blocks, blocks, strict=True)),
        checkpoints=micro_batch_size * layers * stream * shape.hidden_size * numerics.element_bytes,
        recomputed=micro_batch_size * ops.maximum(*blocks),
        outside=micro_batch_size * _each(step.outside, tokens, text),
        transient=micro_batch_size * _each(step.transient, tokens, text),
        weight_copies=ledger.weight_copies(groups.linear, adapters, numerics),
        block_weight_copies=ledger.weight_copies(
            groups.block, _largest(shape, rank, ops), numerics
        ),
        cached_copies=ledger.cached_copies(groups.linear, adapters, numerics),
    )


def adapter_elements(shape: DiffusionTransformer, rank: float) -> float:
    """Parameters of LoRA where diffusers' training scripts put it. Unit: elements.

    `r (in + out)` per matrix.
    """
    return add_up(group.layers * _adapters(group, rank) for group in shape.blocks)


def _step(steps: Steps, numerics: Numerics) -> Step:
    """The figures for a way of computing. Autocast computes alike over 16-bit and fp32 weights."""
    adapters = numerics.adapters
    if adapters is None:
        if numerics.autocast:
            return steps.full_autocast
        return steps.full_32_bit if numerics.element_bytes == FP32 else steps.full_16_bit
    if numerics.autocast:
        return steps.adapters_autocast
    if numerics.element_bytes == FP32:
        return steps.adapters_32_bit
    return steps.adapters_wide if adapters.element_bytes == FP32 else steps.adapters_16_bit


def _each(kept: PerToken, tokens: float, text: float) -> float:
    return tokens * kept.image + text * kept.text


def _middles(group: Blocks, numerics: Numerics, tokens: float, text: float) -> float:
    """The rank-wide tensor that each adapter keeps of every token that passes it."""
    passing = add_up(
        each.count * ((tokens if each.image else 0) + (text if each.text else 0))
        for each in group.adapted
    )
    return ledger.middle_bytes(numerics) * passing


def _adapters(group: Blocks, rank: float) -> float:
    return rank * add_up(each.count * (each.inputs + each.outputs) for each in group.adapted)


def _largest(shape: DiffusionTransformer, rank: float, ops: Ops) -> float:
    return ops.maximum(*[_adapters(group, rank) for group in shape.blocks])
