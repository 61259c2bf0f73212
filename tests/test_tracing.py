"""Formulas can be traced: called with symbols they record what they do, and never branch on a value.

What decides in a formula is a kind, never a value, so that an answer is one smooth expression for
each kind and cannot jump where nobody looks. So formulas may use `+ - * /` and the helpers of
`ops`: a `Symbol` that is compared, rounded or asked for its truth raises at once. The printed
script does not depend on it: it is translated from the source, where a choice stays a choice.
"""

# ruff: noqa: ANN401, E501 - a symbol stands where a formula wants a number; a row is one line

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, NoReturn

import pytest

from vram_atlas.catalog import Catalog
from vram_atlas.formulas import (
    blocks,
    convolutional,
    decoder,
    diffusion,
    encoder,
    encoder_decoder,
    kv_cache,
    optimizing,
    phases,
    recurrent,
    sharing,
    vision_transformer,
    weights,
)
from vram_atlas.formulas.numerics import Adapters, Numerics, Projection
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.phases import Part
from vram_atlas.formulas.terms import InferenceActivations, ParameterGroups, TrainingActivations
from vram_atlas.schema.base import Decoding, Offload, Sharding


class BranchOnValueError(TypeError):
    """A formula asked a symbol for a concrete answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """A recorded operation, or a named value without arguments."""

    operation: str
    arguments: tuple[Any, ...] = ()

    def __add__(self, other: Any) -> "Symbol":
        return Symbol("+", (self, other))

    def __radd__(self, other: Any) -> "Symbol":
        return Symbol("+", (other, self))

    def __sub__(self, other: Any) -> "Symbol":
        return Symbol("-", (self, other))

    def __rsub__(self, other: Any) -> "Symbol":
        return Symbol("-", (other, self))

    def __mul__(self, other: Any) -> "Symbol":
        return Symbol("*", (self, other))

    def __rmul__(self, other: Any) -> "Symbol":
        return Symbol("*", (other, self))

    def __truediv__(self, other: Any) -> "Symbol":
        return Symbol("/", (self, other))

    def __rtruediv__(self, other: Any) -> "Symbol":
        return Symbol("/", (other, self))

    def __neg__(self) -> "Symbol":
        return Symbol("-", (0, self))

    def _refuse(self, *_: object) -> NoReturn:
        raise BranchOnValueError(f"a formula needs the value of {self.operation}")

    __bool__ = __int__ = __float__ = __index__ = __round__ = __ceil__ = __floor__ = __trunc__ = (
        _refuse
    )
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _refuse
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __abs__ = _refuse
    __hash__ = object.__hash__


class SymbolOps:
    """The four helpers, recorded."""

    def maximum(self, *values: Any) -> Any:
        """Largest of the values."""
        return Symbol("maximum", values)

    def minimum(self, *values: Any) -> Any:
        """Smallest of the values."""
        return Symbol("minimum", values)

    def ceil(self, value: Any) -> Any:
        """Smallest whole number that is not below the value."""
        return Symbol("ceil", (value,))

    def where(self, condition: Any, positive: Any, otherwise: Any) -> Any:
        """`positive` where `condition` > 0, else `otherwise`."""
        return Symbol("where", (condition, positive, otherwise))


OPERATIONS: dict[str, Callable[..., float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "maximum": max,
    "minimum": min,
    "ceil": math.ceil,
    "where": NUMBERS.where,
}


def evaluate(expression: Any, values: Mapping[str, float], known: dict[int, float]) -> Any:
    """The value of a recorded expression; dataclasses, mappings and tuples member by member."""
    if isinstance(expression, Symbol):
        if id(expression) not in known:
            known[id(expression)] = (
                OPERATIONS[expression.operation](
                    *(evaluate(part, values, known) for part in expression.arguments)
                )
                if expression.arguments
                else values[expression.operation]
            )
        return known[id(expression)]
    if is_dataclass(expression) and not isinstance(expression, type):
        return {
            field.name: evaluate(getattr(expression, field.name), values, known)
            for field in fields(expression)
        }
    if isinstance(expression, dict):
        return {key: evaluate(value, values, known) for key, value in expression.items()}
    if isinstance(expression, list | tuple):
        return [evaluate(value, values, known) for value in expression]
    return expression


def assert_traceable(formula: Callable[..., Any], *samples: Mapping[str, float]) -> None:
    """Evaluating what `formula` records gives what it gives with numbers. Called as formula(ops, **values)."""
    recorded = formula(SymbolOps(), **{name: Symbol(name) for name in samples[0]})
    for values in samples:
        assert evaluate(recorded, values, {}) == evaluate(formula(NUMBERS, **values), {}, {}), (
            values
        )


TEXT = [
    {"micro_batch_size": 1, "sequence_length": 1},
    {"micro_batch_size": 3, "sequence_length": 517},
    {"micro_batch_size": 16, "sequence_length": 8192},
]
IMAGES = [
    {"micro_batch_size": 1, "image_size": 224},
    {"micro_batch_size": 7, "image_size": 512},
    {"micro_batch_size": 2, "image_size": 1000},
]

FULL = Numerics(element_bytes=2, residual_bytes=2, autocast=False, trains_base=True, scores=False)
RECIPES = [
    pytest.param(FULL, id="pure bf16"),
    pytest.param(replace(FULL, element_bytes=4, residual_bytes=4), id="fp32"),
    pytest.param(replace(FULL, residual_bytes=4, autocast=True), id="autocast"),
    pytest.param(replace(FULL, scores=True), id="eager"),
    pytest.param(
        replace(FULL, trains_base=False, autocast=True, adapters=Adapters(rank=16, targets=frozenset(Projection), element_bytes=4)),
        id="lora",
    ),
    pytest.param(
        replace(FULL, trains_base=False, residual_bytes=4, autocast=True, quantised_base=True, adapters=Adapters(rank=8, targets=frozenset({Projection.QUERY}), element_bytes=2)),
        id="qlora",
    ),
]  # fmt: skip

BLOCKS = {
    "decoder": decoder, "encoder": encoder, "encoder-decoder": encoder_decoder,
    "vision-transformer": vision_transformer,
}  # fmt: skip

MODELS = [
    pytest.param("llama-3.1-8b", id="decoder, grouped"),
    pytest.param("gemma-3-4b", id="decoder, windows and head norms"),
    pytest.param("gpt-oss-20b", id="decoder, experts"),
    pytest.param("deepseek-v3", id="decoder, latent attention"),
    pytest.param("gpt-2", id="decoder, dropout"),
    pytest.param("falcon-7b", id="decoder, parallel block"),
    pytest.param("bert-base-uncased", id="encoder"),
    pytest.param("t5-base", id="encoder-decoder"),
    pytest.param("whisper-large-v3", id="audio"),
    pytest.param("vit-b-16", id="vision transformer"),
]


@pytest.mark.parametrize("numerics", RECIPES)
@pytest.mark.parametrize("model", MODELS)
def test_training_of_transformers(catalog: Catalog, model: str, numerics: Numerics) -> None:
    """Micro-batch and length (or image size) are values."""
    architecture: Any = catalog.models[model].architecture
    module: Any = BLOCKS[architecture.kind]
    samples = IMAGES if architecture.kind == "vision-transformer" else TEXT
    assert_traceable(
        lambda ops, **values: module.training(architecture, numerics, **values, ops=ops), *samples
    )


@pytest.mark.parametrize("model", ["llama-3.1-8b", "deepseek-v3", "bert-base-uncased"])
def test_the_rank_is_a_value(catalog: Catalog, model: str) -> None:
    """LoRA's rank too."""
    architecture: Any = catalog.models[model].architecture
    module: Any = BLOCKS[architecture.kind]

    def formula(ops: Any, rank: float) -> TrainingActivations:
        adapters = Adapters(rank=rank, targets=frozenset(Projection), element_bytes=4)
        numerics = replace(FULL, trains_base=False, adapters=adapters)
        found: TrainingActivations = module.training(
            architecture, numerics, micro_batch_size=2, sequence_length=3, ops=ops
        )
        return found

    def elements(_: Any, rank: float) -> float:
        adapters = Adapters(rank=rank, targets=frozenset(Projection), element_bytes=4)
        return blocks.adapter_elements(
            module.stack(architecture), replace(FULL, trains_base=False, adapters=adapters)
        )

    assert_traceable(formula, {"rank": 1}, {"rank": 64})
    assert_traceable(elements, {"rank": 1}, {"rank": 64})


@pytest.mark.parametrize("scores", [False, True])
@pytest.mark.parametrize("element_bytes", [2, 4])
@pytest.mark.parametrize("model", MODELS[:7])
def test_inference_transient_of_transformers(
    catalog: Catalog, model: str, element_bytes: int, *, scores: bool
) -> None:
    """Tokens in the pass and keys that they attend to are values."""
    architecture: Any = catalog.models[model].architecture
    stack = BLOCKS[architecture.kind].stack(architecture)
    assert_traceable(
        lambda ops, **values: blocks.transient(stack, **values, element_bytes=element_bytes, score_element=element_bytes, scores=(scores,) * len(stack), ops=ops),
        {"tokens": 1, "keys": 1}, {"tokens": 512, "keys": 8192},
    )  # fmt: skip


@pytest.mark.parametrize("limits_windows", [False, True])
@pytest.mark.parametrize("absorbs_latent", [False, True])
@pytest.mark.parametrize("model", MODELS[:4])
def test_kv_cache(
    catalog: Catalog, model: str, *, limits_windows: bool, absorbs_latent: bool
) -> None:
    """Tokens, sequences and bits are values; windows go through `minimum`."""
    architecture: Any = catalog.models[model].architecture
    assert_traceable(
        lambda ops, **values: kv_cache.cache_bytes(
            architecture, **values, limits_windows=limits_windows, absorbs_latent=absorbs_latent, ops=ops
        ),
        {"tokens": 7, "sequences": 1, "cache_bits": 16}, {"tokens": 100_000, "sequences": 3, "cache_bits": 8.5},
    )  # fmt: skip


def test_kv_cache_of_encoder_decoders(catalog: Catalog) -> None:
    """Source and target tokens are values."""
    architecture: Any = catalog.models["t5-base"].architecture
    assert_traceable(
        lambda _, **values: encoder_decoder.cache_bytes(architecture, **values),
        {"source_tokens": 5, "target_tokens": 3, "sequences": 2, "cache_bits": 16},
        {"source_tokens": 512, "target_tokens": 1, "sequences": 1, "cache_bits": 4.5},
    )


@pytest.mark.parametrize("autocast", [False, True])
@pytest.mark.parametrize("model", ["resnet-18", "resnet-50", "vgg-16", "mobilenet-v2", "alexnet"])
def test_convolutional(catalog: Catalog, model: str, *, autocast: bool) -> None:
    """Images and their size are values: sides of feature maps go through `ceil`."""
    architecture: Any = catalog.models[model].architecture
    samples = [{**one, "element_bytes": size} for one in IMAGES for size in (2, 4)]
    assert_traceable(
        lambda ops, **values: convolutional.training(
            architecture, **values, autocast=autocast, ops=ops
        ),
        *samples,
    )
    assert_traceable(
        lambda ops, **values: convolutional.inference(architecture, **values, ops=ops), *samples
    )


@pytest.mark.parametrize("autocast", [False, True])
@pytest.mark.parametrize("model", ["lstm-wikitext-2", "gru-wikitext-2", "awd-lstm-wikitext-2"])
def test_recurrent(catalog: Catalog, model: str, *, autocast: bool) -> None:
    """Sequences and their length are values."""
    architecture: Any = catalog.models[model].architecture
    samples = [{**one, "element_bytes": size} for one in TEXT for size in (2, 4)]
    assert_traceable(
        lambda ops, **values: recurrent.training(
            architecture, **values, autocast=autocast, ops=ops
        ),
        *samples,
    )
    states = [
        {"micro_batch_size": 3, "element_bytes": 4},
        {"micro_batch_size": 1, "element_bytes": 2},
    ]
    assert_traceable(
        lambda ops, **values: recurrent.inference(architecture, **values, ops=ops), *states
    )


PIPELINES = ["stable-diffusion-1.5", "stable-diffusion-xl-1.0", "flux.1-dev"]


@pytest.mark.parametrize("numerics", RECIPES)
@pytest.mark.parametrize("model", PIPELINES)
def test_training_of_pipelines(catalog: Catalog, model: str, numerics: Numerics) -> None:
    """Images and their size are values."""
    architecture: Any = catalog.models[model].architecture
    assert_traceable(
        lambda ops, **values: diffusion.training(architecture, numerics, **values, ops=ops), *IMAGES
    )


@pytest.mark.parametrize("decoding", list(Decoding))
@pytest.mark.parametrize("scores", [False, True])
@pytest.mark.parametrize("model", PIPELINES)
def test_inference_of_pipelines(
    catalog: Catalog, model: str, *, scores: bool, decoding: Decoding
) -> None:
    """Denoising and decoding, whichever way images are decoded."""
    architecture: Any = catalog.models[model].architecture
    samples = [{**one, "element_bytes": size} for one in IMAGES for size in (2, 4)]
    assert_traceable(
        lambda ops, **values: diffusion.inference(
            architecture, **values, attention_scores=scores, decoding=decoding, ops=ops
        ),
        *samples,
    )


ACTIVATIONS = tuple(field.name for field in fields(TrainingActivations))
TERMS = tuple(
    field.name
    for field in fields(phases.Training)
    if field.name not in {"activations", "checkpointing", "drops_copies", "accumulates"}
)


@pytest.mark.parametrize("accumulates", [False, True])
@pytest.mark.parametrize("drops_copies", [False, True])
@pytest.mark.parametrize("checkpointing", [False, True])
def test_phases_of_training(*, checkpointing: bool, drops_copies: bool, accumulates: bool) -> None:
    """Every term is a value; checkpointing, accumulation and when casts are dropped are choices."""

    def formula(ops: Any, **values: float) -> Any:
        kept = TrainingActivations(**{name: values[name] for name in ACTIVATIONS})
        others: dict[str, Any] = {name: values[name] for name in TERMS}
        return phases.training(
            phases.Training(
                activations=kept,
                checkpointing=checkpointing,
                drops_copies=drops_copies,
                accumulates=accumulates,
                **others,
            ),
            ops,
        )

    names = (*ACTIVATIONS, *TERMS)
    assert_traceable(
        formula,
        {name: 3 + 7 * index for index, name in enumerate(names)},
        {name: 1000 - 11 * index for index, name in enumerate(names)},
    )


def test_phases_of_inference() -> None:
    """Weights, transients and caches are values."""

    def formula(_: Any, weights_: float, prompt: float, cache: float, step: float) -> Any:
        first = InferenceActivations(transient=prompt, cache=cache)
        return [
            phases.inference(weights_, first, None),
            phases.inference(
                weights_, first, InferenceActivations(transient=step, cache=cache, cache_step=step)
            ),
        ]

    assert_traceable(
        formula,
        {"weights_": 1, "prompt": 2, "cache": 3, "step": 4},
        {"weights_": 9.5, "prompt": 0, "cache": 0, "step": 1},
    )


def test_sharing() -> None:
    """The number of boards is a value, as are the parts."""

    def formula(ops: Any, boards: float, layers: float, **values: float) -> Any:
        parts = {part: values[part.value] for part in Part}
        gathered = sharing.Gathered(root=values["weights"], block=boards, inputs=layers)
        shared = weights.WeightBytes(
            blocks=values["weights"], input=values["gradients"], output=values["kv_cache"]
        )
        held = sharing.layers_held(layers=layers, pipeline=boards, ops=ops)
        engine = {"kv_heads": values["kv_cache"], "ops": ops}
        return [
            sharing.by_engine(parts, shared, tensor=boards, pipeline=1, cache=1, **engine),
            sharing.by_engine(
                parts, shared, tensor=1, pipeline=boards, cache=held / layers, **engine
            ),
            *(
                sharing.by_copies(phase, parts, gathered, how, ranks=boards, ops=ops)
                for phase in phases.Phase
                for how in Sharding
            ),
            *(
                sharing.offloaded(phase, parts, gathered, what, how, ops=ops)
                for phase in phases.Phase
                for what in Offload
                for how in Sharding
            ),
        ]

    sizes = {part.value: 100.0 + index for index, part in enumerate(Part)}
    assert_traceable(
        formula, {"boards": 2, "layers": 33, **sizes}, {"boards": 8, "layers": 32, **sizes}
    )


OPTIMIZERS = (
    "adamw", "adamw-fused", "adamw-8bit", "adamw-torchao-8bit", "adamw-4bit", "adafactor", "sgd", "sgd-momentum", "lion",
    "lion-8bit", "muon", "galore-adamw", "galore-adamw-8bit",
)  # fmt: skip


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("master", [0, 4])
def test_optimizers(catalog: Catalog, optimizer: str, master: int) -> None:
    """How many parameters there are is a value; their format is a choice."""
    choices: dict[str, Any] = {"element_bytes": 2, "master_bytes": master}
    names = [field.name for field in fields(optimizing.Trainable) if field.name not in choices]

    def formula(_: Any, **values: Any) -> Any:
        trained = optimizing.Trainable(**values, **choices)
        chosen = catalog.optimizers[optimizer]
        return [
            optimizing.gradients(trained),
            optimizing.states(trained, chosen),
            optimizing.step_temporaries(trained, chosen),
        ]

    assert_traceable(
        formula,
        {name: 1000 - 70 * index for index, name in enumerate(names)},
        {name: 7 * index for index, name in enumerate(names)},
    )


@pytest.mark.parametrize("form", ["fp32", "bf16", "nf4-dq", "mxfp4", "q4_k_m"])
def test_weights(catalog: Catalog, form: str) -> None:
    """Parameters by group are values; the format is a choice."""
    names = ("linear", "experts", "embedding", "tied", "head", "other", "largest_linear")

    def formula(_: Any, **values: Any) -> Any:
        groups = ParameterGroups(**values)
        return [
            weights.weight_bytes(groups, catalog.formats[form]),
            weights.plain_weight_bytes(groups, 4),
        ]

    assert_traceable(
        formula, dict(zip(names, range(7, 14), strict=True)), dict.fromkeys(names, 1_000_003)
    )


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(bool, id="truth"),
        pytest.param(int, id="int"),
        pytest.param(float, id="float"),
        pytest.param(round, id="round"),
        pytest.param(math.ceil, id="ceil"),
        pytest.param(lambda x: x > 0, id="greater"),
        pytest.param(lambda x: x == 0, id="equal"),
        pytest.param(lambda x: max(x, 1), id="max"),
        pytest.param(lambda x: min(1, x), id="min"),
        pytest.param(lambda x: x // 2, id="whole division"),
        pytest.param(lambda x: x % 2, id="remainder"),
        pytest.param(lambda x: x**2, id="power"),
        pytest.param(lambda x: [*range(x)], id="range"),
        pytest.param(lambda x: 1 if x else 0, id="if"),
    ],
)
def test_a_symbol_refuses_to_decide(use: Callable[[Any], object]) -> None:
    """The test of the test: whatever needs a concrete value raises."""
    with pytest.raises(BranchOnValueError):
        use(Symbol("x"))
