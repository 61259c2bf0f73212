"""Words of the question box: what English and Chinese call tasks, quantities and questions."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from vram_atlas.schema.base import Count, Identifier, Source, SourceKey, Strict, Task, Text
from vram_atlas.schema.board import Vendor
from vram_atlas.schema.software import FormatId

Words = Annotated[tuple[Text, ...], Field(strict=False, min_length=1)]


Tasks = Annotated[
    tuple[Annotated[Task, Field(strict=False)], ...], Field(strict=False, min_length=1)
]


class Unit(Strict):
    """A letter behind a number of tokens: `k` times 1,024."""

    unit: Text
    times: Count


class Multipliers(Strict):
    """What the letters behind a length mean."""

    source: SourceKey
    units: tuple[Unit, ...] = Field(strict=False)


class Number(Strict):
    """Words that stand for a number of boards."""

    number: Count
    words: Words


class Numbers(Strict):
    """Number words."""

    source: SourceKey
    words: tuple[Number, ...] = Field(strict=False)


class Strength(StrEnum):
    """How far a task word decides: see data/language.yml."""

    EXACT = "exact"
    GENERAL = "general"
    TUNE = "tune"
    WEAK = "weak"
    OUTPUT = "output"


class TaskWords(Strict):
    """Words that name a task, and how far they decide."""

    task: Task = Field(strict=False)
    strength: Strength = Field(strict=False)
    words: Words


class SmallTuning(Strict):
    """Models that nearly everybody trains whole: their kinds, and their size."""

    source: SourceKey
    kinds: Words = Field(description="architecture kinds")
    most_parameters: Count
    tasks: Tasks


class Tuning(Strict):
    """What "fine-tune" means where nothing says how: the first task that a model has."""

    tasks: Tasks
    small: SmallTuning


class Ask(StrEnum):
    """What a question word asks for."""

    LEAST = "least"
    MOST = "most"
    HOW_MANY = "how-many"
    HOW_MUCH = "how-much"
    HOW_LARGE = "how-large"
    WHICH = "which"
    NEED = "need"


class AskWords(Strict):
    """Question words."""

    ask: Ask = Field(strict=False)
    words: Words


class Noun(StrEnum):
    """What a question can be about, beside the quantities."""

    BOARD = "board"
    MEMORY = "memory"
    MODEL = "model"


class NounWords(Strict):
    """Words for what a question can be about."""

    noun: Noun = Field(strict=False)
    words: Words


class Quantity(StrEnum):
    """A number of a request; `tokens` is the length that the task has."""

    CONTEXT_LENGTH = "context_length"
    SEQUENCE_LENGTH = "sequence_length"
    TOKENS = "tokens"
    MICRO_BATCH_SIZE = "micro_batch_size"
    GRADIENT_ACCUMULATION_STEPS = "gradient_accumulation_steps"
    LORA_RANK = "lora_rank"
    IMAGE_SIZE = "image_size"
    TENSOR_PARALLEL = "tensor_parallel"
    PIPELINE_PARALLEL = "pipeline_parallel"
    EXPERT_PARALLEL = "expert_parallel"
    FRAMES = "frames"
    IGNORED = "ignored"


class QuantityWords(Strict):
    """Words beside a number that say what it counts."""

    field: Quantity = Field(strict=False)
    words: Words


class Setting(StrEnum):
    """A field of a request that a word switches."""

    GRADIENT_CHECKPOINTING = "gradient_checkpointing"
    ATTENTION = "attention"
    PRECISION = "precision"
    SHARDING = "sharding"
    OFFLOAD = "offload"
    LORA_TARGETS = "lora_targets"


class SettingWords(Strict):
    """Words that set a field to a value."""

    field: Setting = Field(strict=False)
    value: Text
    words: Words


class FormatWords(Strict):
    """What a format is called beside its names in data/formats.yml."""

    format: FormatId
    words: Words


class Width(Strict):
    """A number of bits without a type: the format that stands for it."""

    bits: Count
    default: FormatId
    gguf: FormatId = Field(description="in llama.cpp and its relatives")
    training: FormatId | None = Field(default=None, description="under adapters")
    cache: FormatId | None = Field(default=None, description="for keys and values")
    gguf_cache: FormatId | None = Field(default=None, description="the same in llama.cpp")
    words: Words


class Widths(Strict):
    """Widths, and words for a quantisation that say no width."""

    source: SourceKey
    widths: tuple[Width, ...] = Field(strict=False)
    quantised: Words


class VendorWords(Strict):
    """Words that stand in front of a board's number."""

    vendor: Vendor = Field(strict=False)
    words: Words


class UnifiedWords(Strict):
    """A machine that is known by its memory size: the line of its boards."""

    line: Identifier
    words: Words


class Translation(Strict):
    """A name in another script or spelling, as a token of the catalog's names."""

    word: Text
    words: Words


class Reason(StrEnum):
    """Why something that was understood has no influence on the answer."""

    SYSTEM_MEMORY = "system-memory"
    SPEED = "speed"
    PRICE = "price"
    SYSTEM = "system"
    OFFLOAD = "offload"
    PARALLELISM = "parallelism"
    METHOD = "method"


class UnusedWords(Strict):
    """Words that are understood and not computed with."""

    reason: Reason = Field(strict=False)
    changes: bool = Field(description="whether the answer would be another one")
    trains: bool = Field(default=False, description="whether the words are about training")
    words: Words


class Language(Strict):
    """data/language.yml."""

    sources: dict[str, Source]
    multipliers: Multipliers
    numbers: Numbers
    tasks: tuple[TaskWords, ...] = Field(strict=False)
    tuning: Tuning
    asks: tuple[AskWords, ...] = Field(strict=False)
    nouns: tuple[NounWords, ...] = Field(strict=False)
    quantities: tuple[QuantityWords, ...] = Field(strict=False)
    connectors: Words = Field(description="between a quantity and its number")
    less: Words = Field(description="negations in front of a setting")
    settings: tuple[SettingWords, ...] = Field(strict=False)
    size_words: Words = Field(description="words for sizes of models")
    purposes: Words = Field(description="words for what a model is for")
    formats: tuple[FormatWords, ...] = Field(strict=False)
    widths: Widths
    key_value_cache: Words
    joining: Words = Field(description="between boards of one machine")
    choosing: Words = Field(description="between things to choose from")
    classifiers: Words = Field(description="Chinese measure words")
    vendors: tuple[VendorWords, ...] = Field(strict=False)
    board_suffixes: Words = Field(description="after a board's name, without influence")
    model_suffixes: Words = Field(description="after a model's name, without influence")
    unified: tuple[UnifiedWords, ...] = Field(strict=False)
    translations: tuple[Translation, ...] = Field(strict=False)
    misspellings: tuple[Translation, ...] = Field(strict=False)
    plain: Words = Field(description="English words that are also names")
    strangers: Words = Field(description="models and boards that are not in the catalog")
    absent: Words = Field(description="models that are asked for and are not in the catalog")
    never: Words = Field(description="names that are never read")
    unused: tuple[UnusedWords, ...] = Field(strict=False)
    stop: Words = Field(description="blocks of words without meaning for the answer")
