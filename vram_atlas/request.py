"""A question as JSON: fields, defaults and messages. Names are looked up in resolve.py."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from vram_atlas.problems import Problem, ProblemsError, nearest
from vram_atlas.schema.base import (
    AttentionKernel,
    Decoding,
    Encoders,
    Offload,
    Precision,
    Sharding,
    Strict,
    Task,
)
from vram_atlas.units import GIGA

LARGEST = GIGA
"""No number of a request is larger: a billion tokens or images is a slip of the keyboard."""

Whole = Annotated[int, Field(gt=0, le=LARGEST)]


class OwnBoard(Strict):
    """A board that is only a memory size."""

    memory_gib: Annotated[float, Field(gt=0, le=LARGEST, strict=False, allow_inf_nan=False)]


class Request(Strict):
    """One question. Everything but `model` and `task` has a default."""

    id: str | int | None = Field(default=None, description="returned with the answer")
    model: str | dict[str, Any] = Field(
        description="id or any alias of a model, or the shape of an architecture as in data/models"
    )
    task: Task = Field(strict=False, description="inference, lora, qlora or full")
    weights: str | None = Field(
        default=None, description="format id; default: the publisher's, nf4-dq for qlora"
    )
    precision: Precision | None = Field(
        default=None,
        strict=False,
        description="training: fp32, amp, bf16 or mixed; default bf16, amp for fp32 models",
    )
    optimizer: str | None = Field(default=None, description="default: the runtime's")
    runtime: str | None = Field(
        default=None, description="default: the most used for this task and kind"
    )
    micro_batch_size: Whole | None = Field(
        default=None, description="sequences or images in one pass; default 1"
    )
    gradient_accumulation_steps: Whole | None = Field(
        default=None, description="training, micro-batches whose gradients are added up; default 1"
    )
    sequence_length: Whole | None = Field(
        default=None, description="training, tokens; default 1,024"
    )
    context_length: Whole | None = Field(
        default=None, description="inference, tokens held; default 4,096"
    )
    prompt_length: Whole | None = Field(
        default=None, description="inference, tokens at once; default: the context"
    )
    image_size: Whole | None = Field(
        default=None, description="pixels along one side; default: the model's"
    )
    gradient_checkpointing: bool | None = Field(
        default=None, description="default true for transformers"
    )
    attention: AttentionKernel | None = Field(
        default=None, strict=False, description="default: the runtime's"
    )
    lora_rank: Whole | None = Field(default=None, description="default 16")
    lora_targets: Literal["all-linear"] | Annotated[tuple[str, ...], Field(min_length=1)] | None = (
        Field(default=None, description="'all-linear' (default) or names of projections")
    )
    lora_dropout: bool | None = Field(
        default=None, description="dropout before each adapter; default false"
    )
    padded: bool | None = Field(
        default=None, description="training: sequences are padded to one length; default false"
    )
    image_decoding: Decoding | None = Field(
        default=None,
        strict=False,
        description="diffusion: whole (default), sliced or tiled",
    )
    encoders: Encoders | None = Field(
        default=None,
        strict=False,
        description="diffusion training: text embeddings and latents cached (default), "
        "or text encoders and autoencoder resident",
    )
    adapter_dtype: str | None = Field(
        default=None, description="fp32, bf16 or fp16; default: the runtime's"
    )
    kv_cache: str | None = Field(
        default=None,
        description="format of keys and values; default 16 bits, fp32 where the weights are",
    )
    board: str | OwnBoard | None = Field(
        default=None, description="id or alias, or {'memory_gib': 24}"
    )
    boards: Whole = Field(default=1, description="equal boards")
    sharding: Sharding | None = Field(
        default=None,
        strict=False,
        description="training on several boards: none, zero-1, zero-2, zero-3 or fsdp (default)",
    )
    tensor_parallel: Whole | None = Field(
        default=None, description="boards that divide each matrix; default: the runtime's"
    )
    pipeline_parallel: Whole | None = Field(
        default=None, description="boards that hold different layers; default: the runtime's"
    )
    expert_parallel: Whole | None = Field(
        default=None, description="boards that divide the experts; default 1"
    )
    sequence_parallel: bool | None = Field(
        default=None, description="with tensor_parallel: norms and dropout divided; default false"
    )
    offload: Offload | None = Field(
        default=None,
        strict=False,
        description="to the host's memory: none (default), optimizer, parameters or components",
    )


_ADAPTER: TypeAdapter[Request] = TypeAdapter(Request)


class Form(StrEnum):
    """What a field of a request may hold."""

    TEXT = "text"
    WHOLE_NUMBER = "whole-number"
    WORD = "word"
    SWITCH = "switch"
    IDENTITY = "id"
    BOARD = "board"
    TARGETS = "targets"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A field: what it may hold, the closed set of a word, and what to say where it is not.

    `description` is what it means, where a problem says so: it is in every browser's script.
    """

    form: Form
    words: tuple[str, ...] = ()
    required: bool
    default: object
    expected: str
    description: str


_BOARD = 'the id or an alias of a board, or a size such as {"memory_gib": 24}'
_SPECIAL = {
    "id": (Form.IDENTITY, "text or a whole number"),
    "model": (
        Form.MODEL,
        "the id or an alias of a model, as text, or the shape of an architecture",
    ),
    "board": (Form.BOARD, _BOARD),
    "lora_targets": (
        Form.TARGETS,
        '"all-linear", or a list of projections such as ["q_proj", "v_proj"]',
    ),
}


def _rule(name: str, field: FieldInfo) -> Rule:
    """The rule that a field's type stands for."""
    words: tuple[str, ...] = ()
    kinds = {field.annotation, *get_args(field.annotation)}
    enum = next((kind for kind in kinds if isinstance(kind, type(StrEnum))), None)
    if name in _SPECIAL:
        form, expected = _SPECIAL[name]
    elif enum is not None:
        words = tuple(str(member.value) for member in enum)
        form, expected = Form.WORD, f"one of {', '.join(words)}"
    elif bool in kinds:
        form, expected = Form.SWITCH, "true or false"
    elif int in kinds or Whole in kinds:
        form, expected = Form.WHOLE_NUMBER, f"a whole number from 1 to {LARGEST:,}"
    else:
        form, expected = Form.TEXT, "text"
    described = field.is_required() or form in {Form.WHOLE_NUMBER, Form.TEXT}
    return Rule(
        form=form,
        words=words,
        required=field.is_required(),
        default=None if field.is_required() else field.default,
        expected=expected,
        description=(field.description or "") if described else "",
    )


FIELDS: dict[str, Rule] = {name: _rule(name, field) for name, field in Request.model_fields.items()}
"""Every field of a request."""


def read_request(text: str | bytes) -> Request:
    """One JSON line as a request. Raises ProblemsError with everything wrong in it."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        details = error.errors(include_url=False)
        if details[0]["type"] == "json_invalid":
            reason = str(details[0].get("ctx", {}).get("error", ""))
            expected = "one JSON object per line"
            problem = Problem("", 0, "(request)", "text that is not JSON", expected, reason)
            raise ProblemsError([problem]) from None
        raise ProblemsError(_problems(details, json.loads(text))) from None


def make_request(fields: Mapping[str, object]) -> Request:
    """The same from parsed command-line options. The same fields give the same request again."""
    return _remembered(json.dumps(fields))


@lru_cache(maxsize=64)
def _remembered(text: str) -> Request:
    return read_request(text)


@lru_cache(maxsize=1)  # one request is changed many times before the next
def given_fields(request: Request) -> Mapping[str, object]:
    """The fields that were given, as JSON has them; the others have their defaults."""
    return request.model_dump(mode="json", exclude_unset=True)


def _problems(details: Sequence[ErrorDetails], given: object) -> Iterator[Problem]:
    """One problem per field, whatever number of alternatives the field has."""
    if not isinstance(given, dict):
        yield not_an_object(given)
        return
    for name in dict.fromkeys(str(detail["loc"][0]) for detail in details):
        yield field_problem(name, given)


def not_an_object(given: object) -> Problem:
    """What is wrong with a request that has no fields."""
    return Problem("", 0, "(request)", _shown(given), "a JSON object with `model` and `task`")


def field_problem(name: str, given: Mapping[str, object]) -> Problem:
    """What is wrong with a field that is unknown, absent, or does not hold what it may."""
    if name not in FIELDS:
        tip = nearest(name, FIELDS)
        return Problem("", 0, name, "an unknown field", "a field of a request", tip)
    rule = FIELDS[name]
    if name not in given:
        tip = "Only `model` and `task` are required."
        return Problem("", 0, name, "nothing", rule.description, tip)
    tip = ""
    if rule.form is Form.WORD:
        tip = nearest(str(given[name]), rule.words)
    elif rule.form in {Form.WHOLE_NUMBER, Form.TEXT}:
        tip = f"{name}: {rule.description}."
    return Problem("", 0, name, _shown(given[name]), rule.expected, tip)


_LONGEST_SHOWN = 60


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
