"""Which formulas come in scripts of their own: those that few questions need.

Most questions are about language decoders. What only other models need is loaded with them.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic import BaseModel

from vram_atlas.browser.names import Names
from vram_atlas.browser.source import PACKAGE, Definition

FIRST: Final = "formulas"
"""What every question needs."""

TRAINING: Final = "training"
"""What no question about inference needs."""

PLACES: Final[Mapping[str, Collection[str]]] = {
    FIRST: {
        "decoding.kv_heads",
        "decoding.rotary_tables",
        "formulas.ledger.Matrix",
        "formulas.sharing.by_engine",
        "formulas.sharing.layers_held",
        "own_model.OWN_ID",
        "own_model.OWN_NAME",
        "schema.layers.Undisclosed",
        "schema.layers.WeightsOnly",
    },
    TRAINING: {
        "formulas.blocks.training",
        "formulas.fused",
        "formulas.kept_inputs",
        "formulas.ledger",
        "formulas.optimizing",
        "formulas.saved",
        "formulas.saved_mlp",
        "formulas.sharing",
        "formulas.terms.TrainingActivations",
        "training",
    },
    "decoder": {
        "decoding",
        "formulas.decoder",
        "formulas.kv_cache",
        "formulas.planned",
        "formulas.row_kinds",
        "schema.architecture.Decoder",
    },
    "layers": {
        "formulas.convolutional._block_tensors",
        "formulas.feature_maps._convolution",
        "formulas.feature_maps._layer",
        "formulas.feature_maps._residual_stage",
        "schema.layers",
    },
    "diffusion": {
        "formulas.autoencoder",
        "formulas.components",
        "formulas.diffusion",
        "formulas.joint_transformer",
        "schema.layers.Autoencoder",
        "schema.layers.Component",
        "schema.layers.CountOnly",
        "schema.layers.Diffusion",
        "schema.layers.JointTransformer",
    },
    "listed": {
        "formulas.convolutional",
        "formulas.feature_maps",
        "formulas.listed",
        "formulas.listed_training",
        "schema.layers.Convolutional",
        "schema.listed",
    },
    "unet": {
        "formulas.control_net",
        "formulas.unet",
        "formulas.unet_training",
        "schema.layers.ControlNet",
        "schema.layers.UNet",
    },
    "mixers": {
        "formulas.compressed.matrices",
        "formulas.compressed.other_parameters",
        "formulas.mixer_activations",
        "formulas.mixers",
        "schema.compressed.CompressedAttention",
        "schema.mixers",
    },
    "sequences": {
        "formulas.encoder",
        "formulas.encoder_decoder",
        "formulas.recurrent",
        "formulas.vision_transformer",
        "schema.architecture.Encoder",
        "schema.architecture.EncoderDecoder",
        "schema.architecture.VisionTransformer",
        "schema.audio",
        "schema.layers.Cell",
        "schema.layers.Recurrent",
    },
    "ladder": {"answers.answer_ladder", "ladder"},
    "inverse": {"answers.answer_inverse", "inverse"},
    "unequal": {"answers.answer_division", "unequal"},
    "own-shapes": {"crosschecks", "own_model"},
}
"""Modules and single definitions by script. What only they use goes with them."""
LATER: Final = tuple(script for script in PLACES if script != FIRST)


def placed(names: Names) -> dict[str, str]:
    """The script of every definition by its printed name."""
    listed = {name: _listed(item) for name, item in names.definitions().items()}
    found = {name: script or FIRST for name, script in listed.items()}
    free = {name for name, script in listed.items() if script is None}
    while moved := _moved(free, found, names.users):
        found |= moved
        free -= {*moved}
    return found


def _listed(found: Definition) -> str | None:
    module = found.module.removeprefix(f"{PACKAGE}.")
    for spelling in (f"{module}.{found.name}", module):
        for script, listed in PLACES.items():
            if spelling in listed:
                return script
    return None


def _moved(
    free: Collection[str], found: Mapping[str, str], users: Mapping[str, Collection[str]]
) -> dict[str, str]:
    """Definitions that are listed nowhere, and that one of the later scripts alone uses."""
    moved = {}
    for name in free:
        wanted = {found.get(user, FIRST) for user in users[name] if user != name}
        if len(wanted) == 1 and FIRST not in wanted:
            moved[name] = wanted.pop()
    return moved


def scripts_of(
    shape: Any,  # noqa: ANN401 - any value
    places: Mapping[type, str],
) -> set[str]:
    """The scripts of the classes in an architecture, beside the first one."""
    match shape:
        case BaseModel():
            members = (getattr(shape, name) for name in type(shape).model_fields)
            inside = set[str]().union(*(scripts_of(one, places) for one in members))
            return inside | ({places[type(shape)]} & {*LATER})
        case tuple():
            return set[str]().union(*(scripts_of(one, places) for one in shape))
        case _:
            return set()
