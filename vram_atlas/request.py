"""A question as JSON: fields, defaults and messages. Names are looked up in resolve.py."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from vram_atlas.problems import Problem, ProblemsError, nearest
from vram_atlas.schema.base import (
    AttentionKernel,
    Decoding,
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
    model: str = Field(description="id or any alias of a model")
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
    adapter_dtype: str | None = Field(
        default=None, description="fp32, bf16 or fp16; default: the runtime's"
    )
    kv_cache: str | None = Field(
        default=None, description="format of keys and values; default 16 bits"
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


_EXPECTED = {
    "id": "text or a whole number",
    "model": "the id or an alias of a model, as text",
    "board": 'the id or an alias of a board, or a size such as {"memory_gib": 24}',
    "lora_targets": '"all-linear", or a list of projections such as ["q_proj", "v_proj"]',
    "gradient_checkpointing": "true or false",
    "sequence_parallel": "true or false",
    "lora_dropout": "true or false",
    "padded": "true or false",
}
_WHOLE_NUMBERS = frozenset(
    name for name, field in Request.model_fields.items() if field.annotation in {Whole | None, int}
)


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
    """The same from parsed command-line options."""
    return read_request(json.dumps(fields))


def _problems(details: Sequence[ErrorDetails], given: object) -> Iterator[Problem]:
    """One problem per field, whatever number of alternatives the field has."""
    if not isinstance(given, dict):
        yield Problem("", 0, "(request)", _shown(given), "a JSON object with `model` and `task`")
        return
    first = {str(detail["loc"][0]): detail for detail in reversed(details)}
    for name, detail in first.items():
        yield _problem(name, detail, given)


def _problem(name: str, detail: ErrorDetails, given: Mapping[str, object]) -> Problem:
    kind, context = detail["type"], detail.get("ctx", {})
    if name not in Request.model_fields:
        tip = nearest(name, Request.model_fields)
        return Problem("", 0, name, "an unknown field", "a field of a request", tip)
    description = Request.model_fields[name].description or ""
    if name not in given:
        tip = "Only `model` and `task` are required."
        return Problem("", 0, name, "nothing", description, tip)
    saw = _shown(given[name])
    if name in _EXPECTED:
        return Problem("", 0, name, saw, _EXPECTED[name])
    if kind == "enum":
        words = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        tip = nearest(str(given[name]), words)
        return Problem("", 0, name, saw, f"one of {', '.join(words)}", tip)
    expected = f"a whole number from 1 to {LARGEST:,}" if name in _WHOLE_NUMBERS else "text"
    return Problem("", 0, name, saw, expected, f"{name}: {description}.")


_LONGEST_SHOWN = 60


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
