"""What a schema cannot see: shapes that do not add up, counts that disagree, names used twice."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from vram_atlas.formulas.counting import count
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.problems import nearest
from vram_atlas.schema.architecture import Decoder, EncoderDecoder
from vram_atlas.schema.layers import Undisclosed
from vram_atlas.schema.method import Matrix, TaskMethod
from vram_atlas.schema.model import Disclosed, Model
from vram_atlas.schema.software import Runtime
from vram_atlas.strict_yaml import Place


class Fault(NamedTuple):
    """A problem without its file: the place below the entry, what was seen, what was expected."""

    place: Place
    saw: str
    expected: str
    tip: str = ""


class Named(NamedTuple):
    """An entry that can be asked for by name, and where it is."""

    file: str
    line: int
    id: str
    names: tuple[str, ...]


def undisclosed_faults(model: Model) -> Iterator[Fault]:
    """A model of unpublished size has no numbers of ours."""
    if model.parameters is not None:
        yield Fault(
            ("parameters",),
            "parameters",
            "none: the size is not published",
            "Quote what others say under `estimates`.",
        )


def shape_faults(architecture: Disclosed) -> Iterator[Fault]:
    """What makes counting meaningless: layers that do not add up, heads that do not divide."""
    for name in ("attention", "mlp"):
        groups = getattr(architecture, name, None)
        if isinstance(groups, tuple):
            yield from _layer_faults(name, sum(group.layers for group in groups), architecture)
        elif groups is not None:
            yield from _layer_faults(name, groups.layers, architecture)
    if isinstance(architecture, Decoder):
        yield from _empty_layer_faults(architecture)
    for index, group in enumerate(getattr(architecture, "attention", ())):
        kv_heads = getattr(group, "kv_heads", None)
        if kv_heads and group.heads % kv_heads:
            place = ("architecture", "attention", index, "kv_heads")
            yield Fault(place, str(kv_heads), f"a divisor of heads ({group.heads})")


def _empty_layer_faults(architecture: Decoder) -> Iterator[Fault]:
    """Groups are laid side by side: no layer may come out with neither attention nor MLP."""
    attention = [group.kind for group in architecture.attention for _ in range(group.layers)]
    mlp = [group.kind for group in architecture.mlp for _ in range(group.layers)]
    empty = sum(both == ("none", "none") for both in zip(attention, mlp, strict=False))
    if empty:
        yield Fault(
            ("architecture", "mlp"),
            f"{empty} layers with neither attention nor MLP",
            "at most one `none` in every layer",
            "Groups are laid side by side in the order of the file: change their order.",
        )


def _layer_faults(name: str, found: int, architecture: Disclosed) -> Iterator[Fault]:
    if isinstance(architecture, EncoderDecoder):
        layers = architecture.encoder_layers + architecture.decoder_layers
    else:
        layers = getattr(architecture, "layers", found)
    if found != layers:
        yield Fault(
            ("architecture", name), f"{found} layers in all", f"the {layers} layers of the model"
        )


def count_faults(model: Model, groups: ParameterGroups) -> Iterator[Fault]:
    """Stated counts against the sums over the tensor shapes."""
    stated = model.parameters
    if stated is None:
        yield Fault(("parameters",), "nothing", f"`counted: {groups.total}`, the sum of the shapes")
        return
    if stated.counted != groups.total:
        parts = ", ".join(
            f"{name} {getattr(groups, name):,}"
            for name in ("linear", "experts", "embedding", "tied", "head", "other")
        )
        yield Fault(
            ("parameters", "counted"),
            f"{stated.counted:,}",
            f"{groups.total:,}, the sum over the tensor shapes",
            f"By group: {parts}. Correct the shape or the count; a published total that "
            "differs belongs under `file`.",
        )
    active = groups.total - groups.inactive if groups.inactive else None
    if stated.active != active:
        yield Fault(
            ("parameters", "active"),
            "nothing" if stated.active is None else f"{stated.active:,}",
            "nothing: only mixtures of experts have it" if active is None else f"{active:,}",
            "The total less the experts that a token does not use.",
        )


def counted(model: Model) -> tuple[ParameterGroups | None, list[Fault]]:
    """Recounted parameters, and what disagrees with them."""
    architecture = model.architecture
    if isinstance(architecture, Undisclosed):
        return None, [*undisclosed_faults(model)]
    faults = [*shape_faults(architecture)]
    if faults:
        return None, faults
    groups = count(architecture)
    return groups, [*count_faults(model, groups)]


class Reference(NamedTuple):
    """A word in the data that must be the id of something else in the data."""

    file: str
    place: Place
    word: str
    what: str


def software_references(
    runtimes: Iterable[Runtime], tasks: Iterable[TaskMethod], matrices: Iterable[Matrix]
) -> Iterator[Reference]:
    """Ids that runtimes, tasks and matrices name."""
    for index, runtime in enumerate(runtimes):
        place: Place = ("runtimes", index)
        if runtime.optimizer is not None:
            yield Reference(
                "data/runtimes.yml", (*place, "optimizer"), runtime.optimizer, "optimizer"
            )
        if runtime.adapters is not None:
            for key in ("lora_format", "qlora_format"):
                word = getattr(runtime.adapters, key)
                yield Reference("data/runtimes.yml", (*place, "adapters", key), word, "format")
    for index, task in enumerate(tasks):
        for kind, word in task.runtimes.items():
            yield Reference("data/methods.yml", ("tasks", index, "runtimes", kind), word, "runtime")
    for index, matrix in enumerate(matrices):
        for kind, word in matrix.weights.items():
            yield Reference(
                "data/methods.yml", ("matrices", index, "weights", kind), word, "format"
            )


def dangling(
    references: Iterable[Reference], known: Mapping[str, Iterable[str]]
) -> Iterator[tuple[str, Fault]]:
    """References to ids that do not exist, with their file."""
    for reference in references:
        ids = [*known[reference.what]]
        if reference.word not in ids:
            yield (
                reference.file,
                Fault(
                    reference.place,
                    f"'{reference.word}'",
                    f"the id of {'an' if reference.what[0] in 'aeiou' else 'a'} {reference.what}",
                    nearest(reference.word, ids),
                ),
            )


def ambiguous(
    what: str, entries: Iterable[Named], owners: dict[str, Named]
) -> Iterator[tuple[Named, Fault]]:
    """Names that two entries claim. Fills `owners` with the owner of every normalised name."""
    for entry in entries:
        for name in dict.fromkeys(entry.names):
            owner = owners.setdefault(name, entry)
            if owner is not entry:
                yield (
                    entry,
                    Fault(
                        (entry.id,),
                        f"the name '{name}'",
                        f"a name of one {what} only",
                        f"It already belongs to '{owner.id}' ({owner.file}:{owner.line}). "
                        "Case, spaces, hyphens and underscores do not count.",
                    ),
                )
