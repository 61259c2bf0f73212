"""Parameters of a model, whatever its kind, from its tensor shapes."""

from functools import cache
from typing import assert_never

from vram_atlas.formulas import (
    components,
    convolutional,
    decoder,
    encoder,
    encoder_decoder,
    recurrent,
    vision_transformer,
)
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.schema.architecture import Decoder, Encoder, EncoderDecoder, VisionTransformer
from vram_atlas.schema.layers import Convolutional, Diffusion, Recurrent
from vram_atlas.schema.model import Disclosed


@cache
def count(architecture: Disclosed) -> ParameterGroups:
    """Parameters by group. Unit: elements."""
    match architecture:
        case Decoder():
            return decoder.count(architecture)
        case Encoder():
            return encoder.count(architecture)
        case EncoderDecoder():
            return encoder_decoder.count(architecture)
        case VisionTransformer():
            return vision_transformer.count(architecture)
        case Convolutional():
            return convolutional.count(architecture)
        case Recurrent():
            return recurrent.count(architecture)
        case Diffusion():
            return components.count(architecture)
        case _:
            assert_never(architecture)
