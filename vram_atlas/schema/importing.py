"""How a Hugging Face `config.json` reads as an architecture: rules in data, no code per model.

A rule is a template: the architecture's own YAML with expressions for values. An expression is

* a number, true or false: itself; `null`: the key is left out;
* a text: the value at that path of the configuration (`vision_config.patch_size`), which must be
  there and not null. A part of a path that is a number counts in a list;
* a mapping with one operator, and the other keys of that operator: the classes below.

In a block, a text as `kind` is a word of the schema, not a path. A block in a list is left out
where its `layers` or its `count` comes to 0. Whole numbers throughout: `quotient` rounds down.
"""

from typing import Annotated, Final, TypeAlias

from pydantic import Discriminator, Field, Tag

from vram_atlas.schema.base import Source, SourceKey, Strict, Text


class Word(Strict):
    """A word of the schema: `{word: rms}`."""

    word: Text


class Lookup(Strict):
    """The value at a path; `default` where it is absent or null; `null_is` where it is null."""

    path: Text
    default: "Expression" = None
    null_is: "Expression | None" = None


class Sum(Strict):
    """All added up: `{sum: [a, b]}`."""

    sum: tuple["Expression", ...] = Field(strict=False, min_length=1)


class Product(Strict):
    """All multiplied: `{product: [a, b]}`."""

    product: tuple["Expression", ...] = Field(strict=False, min_length=1)


class Difference(Strict):
    """The first less the second: `{difference: [a, b]}`."""

    difference: tuple["Expression", "Expression"] = Field(strict=False)


class Quotient(Strict):
    """The first by the second, rounded down: `{quotient: [a, b]}`."""

    quotient: tuple["Expression", "Expression"] = Field(strict=False)


class Entries(Strict):
    """How many entries of the list or mapping at a path equal one of some values; or all of them.

    Lists by layer: `{entries: layer_types, equal_to: [full_attention]}`. `default` without a list.
    """

    entries: Text
    equal_to: tuple[bool | int | str, ...] | None = Field(default=None, strict=False)
    default: "Expression" = None


class Letters(Strict):
    """How often a letter is in a text: `{letters: hybrid_override_pattern, equal_to: M}`.

    Layers written as one text, a letter each; without `equal_to` all of them.
    """

    letters: Text
    equal_to: Text | None = None


class Given(Strict):
    """Whether a path is there and not null: `{given: layer_types}`."""

    given: Text


class Equal(Strict):
    """Whether two values are the same: `{equal: [a, b]}`."""

    equal: tuple["Expression", "Expression"] = Field(strict=False)


class Less(Strict):
    """Whether the first is less than the second: `{less: [a, b]}`."""

    less: tuple["Expression", "Expression"] = Field(strict=False)


class If(Strict):
    """One of two values: `{if: condition, then: a, else: b}`; without `else`, the key is left out.

    False are: false, 0, an empty text or list, null. The condition may name an absent path.
    """

    condition: "Expression" = Field(alias="if")
    then: "Expression"
    otherwise: "Expression" = Field(alias="else", default=None)


class Choose(Strict):
    """A value by a word of the configuration: `{choose: hidden_act, cases: {relu: ...}}`.

    A word that is no case takes `default`; without one it is refused with the known words.
    """

    choose: "Expression"
    cases: dict[str, "Expression"]
    default: "Expression | None" = None


OPERATORS: Final = (
    "word",
    "path",
    "sum",
    "product",
    "difference",
    "quotient",
    "entries",
    "letters",
    "given",
    "equal",
    "less",
    "if",
    "choose",
)
"""The keys that make a mapping an expression. No key of an architecture has one of these names."""


def _form(value: object) -> str:
    """Which kind of expression or template a YAML value is."""
    if isinstance(value, dict):
        return next((word for word in OPERATORS if word in value), "block")
    if isinstance(value, list | tuple):
        return "blocks"
    return "plain"


Operator: TypeAlias = (
    Annotated[Word, Tag("word")]
    | Annotated[Lookup, Tag("path")]
    | Annotated[Sum, Tag("sum")]
    | Annotated[Product, Tag("product")]
    | Annotated[Difference, Tag("difference")]
    | Annotated[Quotient, Tag("quotient")]
    | Annotated[Entries, Tag("entries")]
    | Annotated[Letters, Tag("letters")]
    | Annotated[Given, Tag("given")]
    | Annotated[Equal, Tag("equal")]
    | Annotated[Less, Tag("less")]
    | Annotated[If, Tag("if")]
    | Annotated[Choose, Tag("choose")]
)
Plain: TypeAlias = bool | int | str | None
Expression = Annotated[Annotated[Plain, Tag("plain")] | Operator, Discriminator(_form)]
Block: TypeAlias = dict[
    str,
    Annotated[
        Annotated[Plain, Tag("plain")] | Operator | Annotated[dict[str, Expression], Tag("block")],
        Discriminator(_form),
    ],
]
Blocks = Annotated[tuple[Block, ...], Field(strict=False, min_length=1)]
Template: TypeAlias = dict[
    str,
    Annotated[
        Annotated[Plain, Tag("plain")]
        | Operator
        | Annotated[Block, Tag("block")]
        | Annotated[Blocks, Tag("blocks")],
        Discriminator(_form),
    ],
]
"""An architecture of the schema with expressions for values."""


class Refusal(Strict):
    """What the schema cannot express: refused with a reason instead of read wrongly."""

    when: Expression
    because: Text


class ImportRule(Strict):
    """How the configurations of one `model_type` read."""

    model_type: Text
    also: tuple[Text, ...] = Field(
        default=(), strict=False, description="other types that read the same"
    )
    refuse: tuple[Refusal, ...] = Field(default=(), strict=False)
    context_length: Expression = None
    architecture: Template
    source: SourceKey


class Wrapper(Strict):
    """A `model_type` with another model inside, such as a language model behind a vision tower.

    The rule of the inner `model_type` applies to the part at `inside`; a key that is missing there
    is looked up outside.
    """

    model_type: Text
    also: tuple[Text, ...] = Field(default=(), strict=False)
    inside: Text
    inner: Text | None = Field(default=None, description="model type of a part that names none")
    part: Text = Field(description="what the wrapper adds, in words")
    count: Expression = Field(
        default=None, description="its parameters; absent: a person has to add them"
    )
    source: SourceKey


class ImportFile(Strict):
    """data/importing.yml."""

    sources: dict[str, Source]
    native_format: Expression = Field(description="the id of a format, or nothing")
    rules: tuple[ImportRule, ...] = Field(strict=False, min_length=1)
    wrappers: tuple[Wrapper, ...] = Field(default=(), strict=False)
