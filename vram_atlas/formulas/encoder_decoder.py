"""T5, BART and Whisper: an encoder stack, and a decoder stack that also attends to the encoder."""

from dataclasses import replace
from functools import cache

from vram_atlas.adding import add_up
from vram_atlas.formulas import blocks, ledger, shapes
from vram_atlas.formulas.block import Block, full_attention
from vram_atlas.formulas.numerics import Numerics
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import ParameterGroups, TrainingActivations
from vram_atlas.schema.architecture import EncoderDecoder
from vram_atlas.units import BITS_PER_BYTE

_AUDIO_STRIDE = 2
"""Whisper's second convolution halves the number of spectrogram frames."""


@cache
def stacks(architecture: EncoderDecoder) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Encoder blocks (two norms) and decoder blocks (three norms, cross-attention)."""
    attention = full_attention(
        heads=architecture.heads, head_size=architecture.head_size, bias=architecture.attention_bias
    )
    relative = architecture.relative_buckets > 0
    encoder = Block(
        layers=architecture.encoder_layers,
        hidden=architecture.hidden_size,
        attention=attention,
        mlp=architecture.mlp,
        normalisation=architecture.normalisation,
        dropout=architecture.dropout,
        mlp_dropout=architecture.dropout and relative,
        score_bias=relative,
    )
    decoder = replace(encoder, layers=architecture.decoder_layers, norms=3, cross=attention)
    return (encoder,), (decoder,)


def count(architecture: EncoderDecoder) -> ParameterGroups:
    """Parameters from tensor shapes, the shared embedding once. Unit: elements."""
    hidden = architecture.hidden_size
    encoder, decoder = stacks(architecture)
    inside = blocks.count((*encoder, *decoder))
    matrix = architecture.vocabulary * hidden
    tied = architecture.tied_embeddings
    positions = (architecture.encoder_positions + architecture.decoder_positions) * hidden
    norm = shapes.norm_parameters(hidden, architecture.normalisation)
    norms = 2 * norm * (int(architecture.final_norm) + int(architecture.embedding_norm))
    buckets = 2 * architecture.relative_buckets * architecture.heads
    extra = add_up(part.count for part in architecture.other_parameters)
    return ParameterGroups(
        linear=inside.linear,
        whole=_whole(architecture),
        embedding=positions + (0 if tied else matrix),
        tied=matrix if tied else 0,
        head=0 if tied else matrix,
        other=inside.other + norms + buckets + _audio_parameters(architecture) + extra,
        largest=max(inside.largest, matrix),
        largest_linear=inside.largest_linear,
        block=inside.block,
        shorter=inside.shorter,
        longer=inside.margins - inside.shorter,
        tensors=(*inside.tensors, (matrix, 1 if tied else 2)),
        margins=inside.margins + architecture.vocabulary + hidden,
    )


def _whole(architecture: EncoderDecoder) -> int:
    """T5's last matrix of every MLP, which Transformers exempts from 4 and 8 bits."""
    if not architecture.relative_buckets:
        return 0
    return architecture.mlp.layers * architecture.mlp.width * architecture.hidden_size


def _audio_parameters(architecture: EncoderDecoder) -> int:
    audio = architecture.audio
    if audio is None:
        return 0
    hidden = architecture.hidden_size
    return audio.kernel * hidden * (audio.mel_bins + hidden) + 2 * hidden


def encoder_tokens(architecture: EncoderDecoder, sequence_length: float) -> float:
    """Tokens of the encoder: the text, or half the frames of a fixed audio window."""
    if architecture.audio is None:
        return sequence_length
    return architecture.audio.frames / _AUDIO_STRIDE


def training(
    architecture: EncoderDecoder,
    numerics: Numerics,
    *,
    micro_batch_size: float,
    sequence_length: float,
    ops: Ops,
) -> TrainingActivations:
    """Both stacks; `sequence_length` tokens each, audio a window. Bytes."""
    encoder, decoder = stacks(architecture)
    source = encoder_tokens(architecture, sequence_length)
    first = blocks.training(
        encoder, numerics, micro_batch_size=micro_batch_size, sequence_length=source, ops=ops
    )
    second = blocks.training(
        decoder,
        numerics,
        micro_batch_size=micro_batch_size,
        sequence_length=sequence_length,
        cross_length=source,
        ops=ops,
    )
    hidden = architecture.hidden_size
    norm = ledger.norm(hidden, architecture.normalisation, numerics)
    last_hidden = numerics.element_bytes * hidden
    target_tokens = micro_batch_size * sequence_length
    head = 0.0
    if numerics.casts_weights:  # autocast's 16-bit copy of the output matrix
        head = numerics.element_bytes * architecture.vocabulary * hidden
    return TrainingActivations(
        saved=first.saved + second.saved,
        checkpoints=first.checkpoints + second.checkpoints,
        recomputed=ops.maximum(first.recomputed, second.recomputed),
        replicated=first.replicated + second.replicated,
        block_replicated=ops.maximum(first.block_replicated, second.block_replicated),
        outside=micro_batch_size * source * norm + target_tokens * (norm + last_hidden),
        transient=ops.maximum(first.transient, second.transient),
        weight_copies=first.weight_copies + second.weight_copies + head,
        block_weight_copies=ops.maximum(first.block_weight_copies, second.block_weight_copies),
        cached_copies=first.cached_copies + second.cached_copies + head,
        head_copies=head,
        logits=target_tokens * architecture.vocabulary,
    )


def cache_bytes(
    architecture: EncoderDecoder,
    *,
    source_tokens: float,
    target_tokens: float,
    sequences: float,
    cache_bits: float,
) -> float:
    """Keys and values of the decoder: its own tokens and the encoder's. Bytes."""
    width = 2 * architecture.heads * architecture.head_size
    held = architecture.decoder_layers * width * (target_tokens + source_tokens)
    return sequences * held * cache_bits / BITS_PER_BYTE
