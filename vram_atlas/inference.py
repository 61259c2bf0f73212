"""Inference: from a workload to the byte terms of its phases, kind by kind."""

from dataclasses import replace
from typing import assert_never

from vram_atlas import decoding
from vram_atlas.adding import add_up
from vram_atlas.formulas import (
    blocks,
    components,
    convolutional,
    diffusion,
    encoder,
    encoder_decoder,
    phases,
    recurrent,
    uneven,
    vision_transformer,
)
from vram_atlas.formulas.block import Block
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.terms import InferenceActivations, ParameterGroups
from vram_atlas.formulas.weights import WeightBytes, weight_bytes
from vram_atlas.kernels import element_bytes, score_element, scored
from vram_atlas.parallel import loads_whole, on_one_engine_board
from vram_atlas.schema.architecture import (
    Decoder,
    Encoder,
    EncoderDecoder,
    VisionTransformer,
)
from vram_atlas.schema.base import AttentionKernel, Offload
from vram_atlas.schema.layers import Convolutional, Diffusion, Recurrent, Role
from vram_atlas.schema.model import Disclosed
from vram_atlas.schema.software import Unpacking
from vram_atlas.terms import known, layer_order
from vram_atlas.units import from_kib
from vram_atlas.workload import Workload


def inference_phases(workload: Workload, copies: int) -> list[tuple[phases.Phase, phases.Parts]]:
    """Weights, prompt or single pass, and decoding.

    copies  of its maps that a convolution has in its workspace
    """
    architecture, groups = known(workload)
    weights = weight_bytes(
        groups,
        workload.weights,
        rounded=workload.runtime.rounds_tensors,
        fused_experts=workload.runtime.fused_experts is not None,
    )
    if workload.runtime.inputs_on_host:
        weights = replace(weights, input=0)
    prompt, decode = _passes(workload, architecture, copies)
    fixed = from_kib(workload.runtime.workspace_kib) + decoding.rotary_tables(
        workload, architecture
    )
    always = workload.weights.unpacking is Unpacking.ALWAYS
    prompt = replace(prompt, transient=prompt.transient + fixed + weights.unpacked)
    if decode is not None:
        buffer = weights.unpacked if always else 0
        decode = replace(decode, transient=decode.transient + fixed + buffer)
    listed = _kept(workload, groups, weights, prompt=prompt, decode=decode, copies=copies)
    if loads_whole(workload):
        listed = [*listed, phases.load(weights.total, weights.loading)]
    if workload.boards == 1:
        return listed
    return on_one_engine_board(
        workload,
        listed,
        weights,
        kv_heads=decoding.kv_heads(architecture),
        cache=_cache_share(workload, architecture),
    )


def bytes_on_host(workload: Workload) -> float:
    """Input tables that the runtime leaves in the host's memory: part of a file, not of a board."""
    _, groups = known(workload)
    whole = weight_bytes(groups, workload.weights)
    return whole.input if workload.runtime.inputs_on_host else 0


def _cache_share(workload: Workload, architecture: Disclosed) -> float:
    """The most that the layers of a board can keep of the whole cache."""
    order, held = layer_order(architecture), workload.layout.layers
    match architecture:
        case Decoder():
            values = decoding.kept_by_layers(workload, architecture, order.blocks)
        case EncoderDecoder():
            values = [0 if block.cross is None else 1 for block in order.blocks]
        case _:
            return 1
    return uneven.share(order, values, held)


def _kept(
    workload: Workload,
    groups: ParameterGroups,
    weights: WeightBytes,
    *,
    prompt: InferenceActivations,
    decode: InferenceActivations | None,
    copies: int,
) -> list[tuple[phases.Phase, phases.Parts]]:
    """The phases, with the weights that stay on the board while others are in the host's memory.

    Components: one at a time, with what its own pass needs; a ControlNet stays beside the denoiser.
    Parameters: the largest block, or input tables and output matrix.
    """
    offload, architecture = workload.layout.offload, workload.entry.architecture
    if offload is Offload.COMPONENTS and isinstance(architecture, Diffusion):
        step, images = _pipeline(workload, architecture, element_bytes(workload), copies)
        fixed = from_kib(workload.runtime.workspace_kib)
        beside = add_up(
            weight_bytes(part, workload.weights).total
            for part in components.component_parameters(architecture, Role.CONTROL)
        )
        return [
            (
                phases.Phase.FORWARD,
                {
                    phases.Part.WEIGHTS: weight_bytes(part, workload.weights).total + more,
                    phases.Part.ACTIVATIONS: needed + fixed,
                },
            )
            for role, needed, more in (
                (Role.TEXT_ENCODER, 0, 0),
                (Role.IMAGE_ENCODER, 0, 0),
                (Role.DENOISER, step, beside),
                (Role.AUTOENCODER, images, 0),
            )
            for part in components.component_parameters(architecture, role)
        ]
    held = weights.total
    if offload is Offload.PARAMETERS:
        block = weights.blocks * groups.block / groups.inside
        held = NUMBERS.maximum(block, weights.input + weights.output)
    return phases.inference(held, prompt, decode)


def _passes(
    workload: Workload, architecture: Disclosed, copies: int
) -> tuple[InferenceActivations, InferenceActivations | None]:
    size = element_bytes(workload)
    images = workload.micro_batch_size
    match architecture:
        case Decoder():
            return decoding.passes(workload, architecture)
        case EncoderDecoder():
            return _encoder_decoder_passes(workload, architecture, size)
        case Encoder():
            return _encoder_pass(workload, architecture, size), None
        case VisionTransformer():
            tokens = vision_transformer.tokens_per_image(architecture, workload.image_size, NUMBERS)
            inside = _one_pass(workload, vision_transformer.stack(architecture), tokens)
            kept = images * vision_transformer.image_bytes(architecture, workload.image_size, size)
            return InferenceActivations(transient=inside.transient + kept), None
        case Convolutional():
            return convolutional.inference(
                architecture,
                micro_batch_size=images,
                image_size=workload.image_size,
                element_bytes=size,
                ops=NUMBERS,
                copied=copies,
            ), None
        case Recurrent():
            return recurrent.inference(
                architecture, micro_batch_size=images, element_bytes=size, ops=NUMBERS
            ), None
        case Diffusion():
            transient = NUMBERS.maximum(*_pipeline(workload, architecture, size, copies))
            return InferenceActivations(transient=transient), None
        case _:
            assert_never(architecture)


def _pipeline(
    workload: Workload, architecture: Diffusion, size: int, copies: int
) -> tuple[float, float]:
    """What a denoising step and decoding need above the weights. Bytes."""
    return diffusion.inference(
        architecture,
        micro_batch_size=workload.micro_batch_size,
        image_size=workload.image_size,
        element_bytes=size,
        attention_scores=workload.attention is AttentionKernel.EAGER,
        decoding=workload.decoding,
        ops=NUMBERS,
        copied=copies,
    )


def _encoder_pass(workload: Workload, architecture: Encoder, size: int) -> InferenceActivations:
    """The blocks; or what comes before them: convolutions, or the mask of a window."""
    batch, length = workload.micro_batch_size, workload.context_length
    inside = _one_pass(workload, encoder.stack(architecture), length)
    sound = batch * length * encoder.sound_live(architecture, size, NUMBERS)
    embedded = batch * length * architecture.hidden_size * size
    mask = encoder.mask_bytes(architecture, length)
    masking = embedded + encoder.mask_making_bytes(architecture, length)
    return InferenceActivations(transient=NUMBERS.maximum(inside.transient + mask, sound, masking))


def _one_pass(workload: Workload, stack: tuple[Block, ...], tokens: float) -> InferenceActivations:
    return InferenceActivations(
        transient=blocks.transient(
            stack,
            tokens=workload.micro_batch_size * tokens,
            keys=tokens,
            element_bytes=element_bytes(workload),
            score_element=score_element(workload),
            scores=scored(workload, stack),
            ops=NUMBERS,
        )
    )


def _encoder_decoder_passes(
    workload: Workload, architecture: EncoderDecoder, size: int
) -> tuple[InferenceActivations, InferenceActivations]:
    sequences = workload.micro_batch_size
    first, second = encoder_decoder.stacks(architecture)
    source = encoder_decoder.encoder_tokens(architecture, workload.prompt_length)
    encode = _one_pass(workload, first, source)
    encoded = size * sequences * source * architecture.hidden_size
    cache = encoder_decoder.cache_bytes(
        architecture,
        source_tokens=source,
        target_tokens=workload.context_length,
        sequences=sequences,
        cache_bits=workload.cache_bits,
    )
    step = _one_pass(workload, second, 1)
    logits = sequences * architecture.vocabulary * workload.runtime.prompt_logit_bytes
    growth = cache / architecture.decoder_layers
    return encode, InferenceActivations(
        transient=encoded + max(step.transient, logits), cache=cache, cache_step=growth
    )
