"""A question as JSON: fields, defaults and messages. Names are looked up in resolve.py."""

import json
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from vram_atlas.problems import Problem, ProblemsError, nearest
from vram_atlas.schema.base import AttentionKernel, Count, Precision, Strict, Task

Positive = Annotated[float, Field(gt=0, strict=False)]


class OwnBoard(Strict):
    """A board that is only a memory size."""

    memory_gib: Positive


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
    micro_batch_size: Count | None = Field(
        default=None, description="sequences or images in one pass; default 1"
    )
    sequence_length: Count | None = Field(
        default=None, description="training, tokens; default 1,024"
    )
    context_length: Count | None = Field(
        default=None, description="inference, tokens held; default 4,096"
    )
    prompt_length: Count | None = Field(
        default=None, description="inference, tokens at once; default: the context"
    )
    image_size: Count | None = Field(
        default=None, description="pixels along one side; default: the model's"
    )
    gradient_checkpointing: bool | None = Field(
        default=None, description="default true for transformers"
    )
    attention: AttentionKernel | None = Field(
        default=None, strict=False, description="default: the runtime's"
    )
    lora_rank: Count | None = Field(default=None, description="default 16")
    lora_targets: Literal["all-linear"] | tuple[str, ...] | None = Field(
        default=None, description="'all-linear' (default) or names of projections"
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
    boards: Count = Field(default=1, description="equal boards")


_ADAPTER: TypeAdapter[Request] = TypeAdapter(Request)


def read_request(text: str | bytes) -> Request:
    """One JSON line as a request. Raises ProblemsError with everything wrong in it."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        raise ProblemsError(
            _problem(detail) for detail in error.errors(include_url=False)
        ) from None


def make_request(fields: Mapping[str, object]) -> Request:
    """The same from parsed command-line options."""
    return read_request(json.dumps(fields))


def _problem(detail: ErrorDetails) -> Problem:
    path = ".".join(str(part) for part in detail["loc"][:1]) or "(request)"
    kind, context = detail["type"], detail.get("ctx", {})
    saw = "nothing" if kind == "missing" else repr(detail["input"])[:80]
    expected, tip = detail["msg"], ""
    if kind == "extra_forbidden":
        saw, expected, tip = (
            f"the unknown field '{path}'",
            "a field of a request",
            nearest(path, Request.model_fields),
        )
    elif kind == "missing":
        expected = Request.model_fields[path].description or "a value"
        tip = "Only `model` and `task` are required."
    elif kind in {"enum", "literal_error"}:
        expected = f"one of {context['expected']}"
        tip = nearest(
            str(detail["input"]),
            str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", "),
        )
    elif kind == "json_invalid":
        saw, expected, tip = (
            "text that is not JSON",
            "one JSON object per line",
            str(context.get("error", "")),
        )
    elif path in Request.model_fields:
        tip = Request.model_fields[path].description or ""
    return Problem("", 0, path, saw, expected, tip)
