"""Why a stated parameter count is not the sum of the shapes: the one change that explains it."""

from collections.abc import Iterator

from vram_atlas.formulas.counting import count
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.schema.architecture import (
    AttentionBias,
    GatedMlp,
    GroupedAttention,
    LatentAttention,
    Normalisation,
    PlainMlp,
    QueryKeyNorm,
)
from vram_atlas.schema.model import Disclosed
from vram_atlas.units import GIGA, MEGA

GROUPS = ("linear", "experts", "embedding", "tied", "head", "other")
"""Groups that add up to the total, in the order in which they are printed."""

_SWITCHES = (
    "tied_embeddings",
    "final_norm",
    "embedding_norm",
    "head_bias",
    "pooler",
    "class_token",
)
_HINTS = 3


def by_group(groups: ParameterGroups) -> str:
    """The sum written out: 'linear 6,476,005,376 + embedding 131,072,000 + … = 6,738,415,616'."""
    parts = [(name, getattr(groups, name)) for name in GROUPS]
    terms = " + ".join(f"{name} {size:,}" for name, size in parts if size)
    return f"{terms} = {groups.total:,}"


def hints(architecture: Disclosed, groups: ParameterGroups, stated: int) -> str:
    """What would make the sum the stated count; empty when nothing simple does."""
    for unit, word in ((MEGA, "millions"), (GIGA, "billions")):
        if round(groups.total / unit) == stated:
            return f"{stated} looks like {word}. Write the number in full."
    found = [words for words, variant in _variants(architecture) if count(variant).total == stated]
    if found:
        return f"The sum would be yours with {' or with '.join(found[:_HINTS])}."
    for name in GROUPS:
        if stated == groups.total - getattr(groups, name):
            return f"Yours is the sum without {name} ({getattr(groups, name):,})."
    return ""


def _variants(shape: Disclosed) -> Iterator[tuple[str, Disclosed]]:
    """The shape with one thing changed, in the words of the file."""
    for name in _SWITCHES:
        value = getattr(shape, name, None)
        if isinstance(value, bool):
            yield f"`{name}: {str(not value).lower()}`", shape.model_copy(update={name: not value})
    for kind in Normalisation if hasattr(shape, "normalisation") else ():
        yield f"`normalisation: {kind}`", shape.model_copy(update={"normalisation": kind})
    for norms in (1, 2, 4) if hasattr(shape, "norms_per_layer") else ():
        yield f"`norms_per_layer: {norms}`", shape.model_copy(update={"norms_per_layer": norms})
    for bias in AttentionBias if hasattr(shape, "attention_bias") else ():
        yield f"`attention_bias: {bias}`", shape.model_copy(update={"attention_bias": bias})
    attention = getattr(shape, "attention", None)
    if isinstance(attention, tuple):
        yield from _attention_variants(shape, attention)
    yield from _mlp_variants(shape)


def _attention_variants(
    shape: Disclosed, groups: tuple[GroupedAttention | LatentAttention, ...]
) -> Iterator[tuple[str, Disclosed]]:
    """The same change in every group of layers."""
    own = [group for group in groups if isinstance(group, GroupedAttention)]
    if len(own) < len(groups):
        return
    words: list[tuple[str, str]] = [
        *(("bias", word) for word in AttentionBias),
        *(("query_key_norm", word) for word in QueryKeyNorm),
    ]
    for key, word in words:
        copies = tuple(group.model_copy(update={key: word}) for group in own)
        yield f"`{key}: {word}` in attention", shape.model_copy(update={"attention": copies})
    equal = tuple(group.model_copy(update={"kv_heads": group.heads}) for group in own)
    yield "`kv_heads` equal to `heads`", shape.model_copy(update={"attention": equal})


def _mlp_variants(shape: Disclosed) -> Iterator[tuple[str, Disclosed]]:
    """A bias more or less in every matrix of the MLP."""
    value: object = getattr(shape, "mlp", None)
    groups = value if isinstance(value, tuple) else (value,)
    own = [group for group in groups if isinstance(group, GatedMlp | PlainMlp)]
    if not own or len(own) < len(groups):
        return
    copies = tuple(group.model_copy(update={"bias": not group.bias}) for group in own)
    changed = copies if isinstance(value, tuple) else copies[0]
    flipped = str(copies[0].bias).lower()
    yield f"`bias: {flipped}` in mlp", shape.model_copy(update={"mlp": changed})
