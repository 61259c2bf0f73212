"""What a schema cannot see: shapes that do not add up, counts that disagree, unknown ids."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from vram_atlas.adding import add_up
from vram_atlas.count_hints import by_group, hints
from vram_atlas.formulas.counting import count
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.problems import nearest
from vram_atlas.schema.architecture import Decoder, ExpertsMlp
from vram_atlas.schema.board import Board
from vram_atlas.schema.layers import Diffusion, Undisclosed, WeightsOnly
from vram_atlas.schema.listed import DiffusionTransformer, Step
from vram_atlas.schema.method import Matrix, TaskMethod
from vram_atlas.schema.model import Disclosed, Model
from vram_atlas.schema.software import Runtime
from vram_atlas.schema.support import Need
from vram_atlas.strict_yaml import Place
from vram_atlas.units import from_gb, from_gib, to_mib

LEAST_SHARE, LARGEST_SHARE = 0.85, 1.05
"""Between these shares of the label every driver total lies: firmware and ECC take some of it."""


_OF_TEXTS = frozenset({"decoder", "encoder", "encoder-decoder", "recurrent"})
"""Kinds of models that read a text or a sound of any length."""


class Fault(NamedTuple):
    """A problem without its file: the place below the entry, what was seen, what was expected."""

    place: Place
    saw: str
    expected: str
    tip: str = ""


def undisclosed_faults(model: Model) -> Iterator[Fault]:
    """A model of unpublished size has no numbers of ours."""
    if model.parameters is not None:
        yield Fault(
            ("parameters",),
            "parameters",
            "none: the size is not published",
            "Quote what others say under `estimates`.",
        )


def board_faults(board: Board) -> Iterator[Fault]:
    """A driver's total that cannot be the memory on the label, programs that see more than all."""
    memory, label = board.memory, to_mib(from_gib(board.memory.label_gb))
    total = memory.total.mib if memory.total is not None else label
    if not LEAST_SHARE < total / label < LARGEST_SHARE:
        yield Fault(
            ("memory", "total", "mib"),
            f"{total:,}",
            f"MiB as the driver reports them, near {label:,.0f} for {memory.label_gb} GB",
            "1 GiB is 1,024 MiB. nvidia-smi and rocm-smi print MiB.",
        )
    elif abs(total - to_mib(from_gb(memory.label_gb))) <= 1:
        yield Fault(
            ("memory", "total", "mib"),
            f"{total:,}",
            f"MiB as the driver reports them, not {memory.label_gb} decimal GB in MiB",
            "APIs of clouds convert the label. Read the total in nvidia-smi or rocm-smi.",
        )
    seen = {
        ("visible", "linux_mib"): memory.visible.linux_mib if memory.visible is not None else 0,
        ("windows", "mib"): memory.windows.mib if memory.windows is not None else 0,
    }
    for place, mib in seen.items():
        if mib > total:
            yield Fault(("memory", *place), f"{mib:,}", f"at most the {total:,.0f} MiB in all")


def shape_faults(architecture: Disclosed) -> Iterator[Fault]:
    """What makes counting meaningless: layers that do not add up, heads that do not divide."""
    for name in ("attention", "mlp"):
        groups = getattr(architecture, name, None)
        if isinstance(groups, tuple):
            yield from _layer_faults(name, add_up(group.layers for group in groups), architecture)
        elif groups is not None:
            yield from _layer_faults(name, groups.layers, architecture)
    if isinstance(architecture, Decoder):
        yield from _empty_layer_faults(architecture)
    for index, group in enumerate(getattr(architecture, "attention", ())):
        kv_heads = getattr(group, "kv_heads", None)
        if kv_heads and group.heads % kv_heads:
            place = ("architecture", "attention", index, "kv_heads")
            divisors = [n for n in range(1, group.heads + 1) if group.heads % n == 0]
            yield Fault(
                place,
                str(kv_heads),
                f"a divisor of heads ({group.heads})",
                f"Each key-value head serves equally many heads: {', '.join(map(str, divisors))}. "
                "`num_key_value_heads` of config.json; equal to `heads` where it is absent.",
            )
    if isinstance(architecture, Decoder):
        yield from _expert_faults(architecture)
    if isinstance(architecture, Diffusion):
        yield from _step_faults(architecture)


def _step_faults(architecture: Diffusion) -> Iterator[Fault]:
    """What a training step keeps is said for each group of blocks."""
    for index, component in enumerate(architecture.components):
        shape = component.shape
        if not isinstance(shape, DiffusionTransformer) or shape.training is None:
            continue
        for way, step in shape.training:
            found = len(step.blocks) if isinstance(step, Step) else len(shape.blocks)
            if found != len(shape.blocks):
                place = ("architecture", "components", index, "shape", "training", way, "blocks")
                wanted = f"{len(shape.blocks)}, one for each group of blocks"
                yield Fault(place, f"{found} figures", wanted)


def _expert_faults(architecture: Decoder) -> Iterator[Fault]:
    """A token cannot use more experts than there are."""
    for index, group in enumerate(architecture.mlp):
        if isinstance(group, ExpertsMlp) and group.experts_per_token > group.experts:
            place = ("architecture", "mlp", index, "experts_per_token")
            yield Fault(place, str(group.experts_per_token), f"at most the {group.experts} experts")


def _empty_layer_faults(architecture: Decoder) -> Iterator[Fault]:
    """Groups are laid side by side: no layer may come out with neither attention nor MLP."""
    attention = [group.kind for group in architecture.attention for _ in range(group.layers)]
    mlp = [group.kind for group in architecture.mlp for _ in range(group.layers)]
    empty = add_up(one == other == "none" for one, other in zip(attention, mlp, strict=False))
    if empty:
        yield Fault(
            ("architecture", "mlp"),
            f"{empty} layers with neither attention nor MLP",
            "at most one `none` in every layer",
            "Groups are laid side by side in the order of the file: change their order.",
        )


def _layer_faults(name: str, found: int, architecture: Disclosed) -> Iterator[Fault]:
    if architecture.kind == "encoder-decoder":
        layers = architecture.encoder_layers + architecture.decoder_layers
    else:
        layers = getattr(architecture, "layers", found)
    if found != layers:
        yield Fault(
            ("architecture", name), f"{found} layers in all", f"the {layers} layers of the model"
        )


def count_faults(model: Model, architecture: Disclosed, groups: ParameterGroups) -> Iterator[Fault]:
    """Stated counts against the sums over the tensor shapes."""
    stated = model.parameters
    if stated is None:
        yield Fault(("parameters",), "nothing", f"`counted: {groups.total}`, the sum of the shapes")
        return
    if stated.counted != groups.total:
        yield Fault(
            ("parameters", "counted"),
            f"{stated.counted:,}",
            f"{groups.total:,}, the sum over the tensor shapes",
            _count_tip(architecture, groups, stated.counted),
        )
    active = groups.total - groups.inactive if groups.inactive else None
    if stated.active != active:
        yield Fault(
            ("parameters", "active"),
            "nothing" if stated.active is None else f"{stated.active:,}",
            "nothing: only mixtures of experts have it" if active is None else f"{active:,}",
            "The total less the experts that a token does not use.",
        )


def context_faults(model: Model) -> Iterator[Fault]:
    """A model of texts says how long they may be, and no longer than its learned positions."""
    stated = model.context_length is not None
    positions = getattr(model.architecture, "position_embeddings", 0)
    if model.context_length is not None and 0 < positions < model.context_length:
        yield Fault(
            ("context_length",),
            f"{model.context_length:,}",
            f"at most the {positions:,} position embeddings",
            "Leave `position_embeddings` out where positions are not learned (rotary, ALiBi).",
        )
    limit = "the longest context in tokens, or `unlimited_context: true` where nothing ends a text"
    if stated and model.unlimited_context:
        yield Fault(("unlimited_context",), "true", "nothing beside a `context_length`")
    elif not stated and not model.unlimited_context and model.architecture.kind in _OF_TEXTS:
        yield Fault(
            ("context_length",), "nothing", limit, "max_position_embeddings in config.json."
        )


def counted(model: Model) -> tuple[ParameterGroups | None, list[Fault]]:
    """Recounted parameters, and what disagrees with them."""
    architecture = model.architecture
    if isinstance(architecture, Undisclosed):
        return None, [*undisclosed_faults(model)]
    if isinstance(architecture, WeightsOnly):
        if model.parameters is None:
            fault = Fault(("parameters",), "nothing", "the parameters, of which weights are made")
            return None, [fault]
        return ParameterGroups(linear=model.parameters.counted), []
    faults = [*shape_faults(architecture)]
    if faults:
        return None, faults
    groups = count(architecture)
    return groups, [*count_faults(model, architecture, groups), *context_faults(model)]


def _count_tip(architecture: Disclosed, groups: ParameterGroups, stated: int) -> str:
    """Both sums, and the one change that would make them agree where there is one."""
    more = "more" if stated > groups.total else "less"
    tips = (
        f"The shapes: {by_group(groups)}. Yours is {abs(stated - groups.total):,} {more}.",
        hints(architecture, groups, stated),
        "Correct the shape or the count; a published total that differs belongs under `file`.",
    )
    return " ".join(filter(None, tips))


class Reference(NamedTuple):
    """A word in the data that must be the id of something else in the data."""

    file: str
    place: Place
    word: str
    what: str


def software_references(
    runtimes: Iterable[Runtime],
    tasks: Iterable[TaskMethod],
    matrices: Iterable[Matrix],
    needs: Iterable[Need],
) -> Iterator[Reference]:
    """Ids that runtimes, tasks, matrices and the needs of software name."""
    for index, need in enumerate(needs):
        for key, what, words in (
            ("runtimes", "runtime", need.runtimes),
            ("formats", "format", need.formats),
            ("optimizers", "optimizer", need.optimizers),
        ):
            for position, word in enumerate(words):
                place = ("needs", index, key, position)
                yield Reference("data/support.yml", place, word, what)
    for index, runtime in enumerate(runtimes):
        yield from _runtime_references(("runtimes", index), runtime)
    for index, task in enumerate(tasks):
        for kind, word in task.runtimes.items():
            yield Reference("data/methods.yml", ("tasks", index, "runtimes", kind), word, "runtime")
    for index, matrix in enumerate(matrices):
        for kind, word in matrix.weights.items():
            yield Reference(
                "data/methods.yml", ("matrices", index, "weights", kind), word, "format"
            )


def _runtime_references(place: Place, runtime: Runtime) -> Iterator[Reference]:
    """Models, formats and the optimizer that a runtime names."""
    file = "data/runtimes.yml"
    for key in ("full_heads", "unfused"):
        for position, word in enumerate(getattr(runtime, key)):
            yield Reference(file, (*place, key, position), word, "model")
    if runtime.optimizer is not None:
        yield Reference(file, (*place, "optimizer"), runtime.optimizer, "optimizer")
    if runtime.adapters is not None:
        for key in ("lora_format", "qlora_format"):
            word = getattr(runtime.adapters, key)
            yield Reference(file, (*place, "adapters", key), word, "format")


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
