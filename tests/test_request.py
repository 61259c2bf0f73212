"""A question as JSON: fields, names, defaults, and what is said about a bad one."""

# ruff: noqa: E501 - a row of a table is one line

import json
from typing import Any

import pytest
from conftest import Plan

from vram_atlas.answers import answer_line
from vram_atlas.catalog import Catalog
from vram_atlas.formulas.numerics import Projection
from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.request import Request, make_request, read_request
from vram_atlas.resolve import resolve
from vram_atlas.schema.base import AttentionKernel, Precision
from vram_atlas.units import from_gib

LLAMA = {"model": "llama-2-7b"}


def problems_with(catalog: Catalog, request: dict[str, Any] | str) -> list[Problem]:
    """Everything that is said about a request."""
    try:
        resolve(read_request(request if isinstance(request, str) else json.dumps(request)), catalog)
    except ProblemsError as error:
        return error.problems
    return []


# --- defaults -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "task", "expected"),
    [
        pytest.param("llama-2-7b", "inference", {"weights": "bf16", "runtime": "transformers", "attention": AttentionKernel.SDPA, "micro_batch_size": 1, "context_length": 4096, "prompt_length": 4096, "cache": "bf16", "boards": 1}, id="inference"),
        pytest.param("llama-2-7b", "lora", {"weights": "bf16", "sequence_length": 1024, "micro_batch_size": 1, "gradient_checkpointing": True, "optimizer": "adamw-fused"}, id="lora"),
        pytest.param("llama-2-7b", "qlora", {"weights": "nf4-dq", "sequence_length": 1024, "gradient_checkpointing": True}, id="qlora"),
        pytest.param("llama-2-7b", "full", {"weights": "bf16", "precision": Precision.BF16, "adapters": None}, id="full"),
        pytest.param("gpt-oss-20b", "inference", {"weights": "gguf-mxfp4", "runtime": "llama.cpp"}, id="published in mxfp4: the file with the same experts"),
        pytest.param("gpt-oss-20b", "lora", {"weights": "bf16"}, id="mxfp4 cannot be trained"),
        pytest.param("bert-base-uncased", "full", {"precision": Precision.AMP, "sequence_length": 512}, id="published in fp32: autocast, and at most 512 tokens"),
        pytest.param("bert-base-uncased", "inference", {"context_length": 512}, id="no more than the model supports"),
        pytest.param("deepseek-v3", "inference", {"runtime": "vllm", "weights": "fp8"}, id="latent attention runs in vllm"),
        pytest.param("resnet-50", "full", {"runtime": "pytorch", "image_size": 224, "gradient_checkpointing": False}, id="convolutional"),
        pytest.param("stable-diffusion-1.5", "inference", {"runtime": "diffusers", "image_size": 512}, id="diffusion"),
    ],
)  # fmt: skip
def test_defaults(plan: Plan, model: str, task: str, expected: dict[str, Any]) -> None:
    """What is assumed where a question does not say."""
    workload = plan(model, task)
    for field, value in expected.items():
        found = getattr(workload, field)
        assert getattr(found, "id", found) == value, field


def test_the_published_format_by_its_name(plan: Plan) -> None:
    """gpt-oss "in MXFP4" is what is assumed for gpt-oss; fp8 of DeepSeek-V3 is its own."""
    assert plan("gpt-oss-20b", "inference", weights="mxfp4") == plan("gpt-oss-20b", "inference")
    assert plan("deepseek-v3", "inference", weights="fp8") == plan("deepseek-v3", "inference")


def test_default_runtime_of_gguf(plan: Plan) -> None:
    """GGUF files run in llama.cpp."""
    assert plan("llama-3.1-8b", "inference", weights="q4_k_m").runtime.id == "llama.cpp"


def test_default_adapters(plan: Plan) -> None:
    """Rank 16 on every matrix, in fp32 as peft keeps them."""
    adapters = plan("llama-2-7b", "lora").adapters
    assert adapters is not None
    assert (adapters.rank, adapters.targets, adapters.element_bytes) == (
        16,
        frozenset(Projection),
        4,
    )


# --- fields ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "attribute", "value"),
    [
        pytest.param({"weights": "fp16"}, "weights", "fp16", id="weights"),
        pytest.param({"precision": "mixed", "task": "full"}, "precision", Precision.MIXED, id="precision"),
        pytest.param({"precision": "amp", "task": "lora"}, "autocast", True, id="autocast over adapters"),
        pytest.param({"precision": "bf16", "task": "lora"}, "autocast", False, id="no autocast over adapters"),
        pytest.param({"optimizer": "lion", "task": "full"}, "optimizer", "lion", id="optimizer"),
        pytest.param({"runtime": "vllm"}, "runtime", "vllm", id="runtime"),
        pytest.param({"micro_batch_size": 7}, "micro_batch_size", 7, id="micro_batch_size"),
        pytest.param({"sequence_length": 333, "task": "full"}, "sequence_length", 333, id="sequence_length"),
        pytest.param({"context_length": 333}, "context_length", 333, id="context_length"),
        pytest.param({"context_length": 333, "prompt_length": 33}, "prompt_length", 33, id="prompt_length"),
        pytest.param({"context_length": 333}, "prompt_length", 333, id="the prompt fills the context"),
        pytest.param({"model": "vit-b-16", "image_size": 384}, "image_size", 384, id="image_size"),
        pytest.param({"gradient_checkpointing": False, "task": "full"}, "gradient_checkpointing", False, id="gradient_checkpointing"),
        pytest.param({"attention": "eager"}, "attention", AttentionKernel.EAGER, id="attention"),
        pytest.param({"kv_cache": "fp8"}, "cache", "fp8", id="kv_cache"),
        pytest.param({"boards": 4}, "boards", 4, id="boards"),
        pytest.param({"context_length": 200_000}, "context_length", 200_000, id="rotary positions may be stretched"),
    ],
)  # fmt: skip
def test_fields(plan: Plan, fields: dict[str, Any], attribute: str, value: object) -> None:
    """Every field changes what it names."""
    asked = {"model": "llama-2-7b", "task": "inference", **fields}
    found = getattr(plan(asked.pop("model"), asked.pop("task"), **asked), attribute)
    assert getattr(found, "id", found) == value


@pytest.mark.parametrize(
    ("fields", "rank", "targets", "size"),
    [
        pytest.param({"lora_rank": 64}, 64, set(Projection), 4, id="lora_rank"),
        pytest.param({"lora_targets": "all-linear"}, 16, set(Projection), 4, id="all-linear"),
        pytest.param({"lora_targets": ["q_proj", "v_proj"]}, 16, {Projection.QUERY, Projection.VALUE}, 4, id="two projections"),
        pytest.param({"lora_targets": ["c_attn"]}, 16, {Projection.QUERY, Projection.KEY, Projection.VALUE}, 4, id="one fused matrix is three"),
        pytest.param({"lora_targets": ["gate_up_proj", "W2"]}, 16, {Projection.GATE, Projection.UP, Projection.DOWN}, 4, id="other spellings"),
        pytest.param({"adapter_dtype": "bf16"}, 16, set(Projection), 2, id="adapter_dtype"),
    ],
)  # fmt: skip
def test_adapter_fields(
    plan: Plan, fields: dict[str, Any], rank: int, targets: set[Projection], size: int
) -> None:
    """Rank, targets and format of adapters."""
    adapters = plan("llama-2-7b", "lora", **fields).adapters
    assert adapters is not None
    assert (adapters.rank, set(adapters.targets), adapters.element_bytes) == (rank, targets, size)


@pytest.mark.parametrize(
    "word",
    ["llama-2-7b", "Llama-2-7B", "LLAMA 2 7B", "llama2-7b", "7b llama 2", "meta-llama/Llama-2-7b-hf", "someone/Llama-2-7b", "llama_2_7b"],
)  # fmt: skip
def test_names_of_models(catalog: Catalog, word: str) -> None:
    """Ids, names, hub ids of anybody's copy, spacing and case."""
    assert (
        resolve(make_request({"model": word, "task": "inference"}), catalog).entry.id
        == "llama-2-7b"
    )


@pytest.mark.parametrize(
    ("board", "gib"),
    [
        pytest.param({"memory_gib": 24}, 24, id="a whole number of GiB"),
        pytest.param({"memory_gib": 23.52}, 23.52, id="a decimal number of GiB"),
    ],
)
def test_boards_of_ones_own(catalog: Catalog, board: dict[str, float], gib: float) -> None:
    """A board may be only a memory size; that is taken as usable memory."""
    asked = make_request({**LLAMA, "task": "inference", "board": board})
    assert resolve(asked, catalog).have == from_gib(gib)


@pytest.mark.parametrize("word", ["rtx-4090", "RTX 4090", "4090", "NVIDIA GeForce RTX 4090"])
def test_names_of_boards(catalog: Catalog, word: str) -> None:
    """Ids, names and numbers of boards."""
    asked = make_request({**LLAMA, "task": "inference", "board": word})
    assert resolve(asked, catalog).have == catalog.boards["rtx-4090"].visible


def test_every_field_is_described() -> None:
    """The field reference has a sentence for each, and only model and task are required."""
    assert all(field.description for field in Request.model_fields.values())
    required = {name for name, field in Request.model_fields.items() if field.is_required()}
    assert required == {"model", "task"}


# --- bad requests ---------------------------------------------------------------------------------

GOOD: dict[str, Any] = {"model": "llama-2-7b", "task": "inference"}

BAD = [
    pytest.param({"task": "inference"}, "model", ("nothing", "id or any alias of a model, or the shape of an architecture as in data/models", "Only `model` and `task` are required."), id="no model"),
    pytest.param({"model": "llama-2-7b"}, "task", ("nothing", "inference, lora, qlora or full", "Only `model` and `task` are required."), id="no task"),
    pytest.param({**GOOD, "model": "llama-2-8b"}, "model", ("'llama-2-8b'", "the id or an alias of a model", "Did you mean 'llama-"), id="unknown model"),
    pytest.param({**GOOD, "task": "finetune"}, "task", ('"finetune"', "one of inference, lora, qlora, full", ""), id="unknown task"),
    pytest.param({**GOOD, "task": "qlore"}, "task", ('"qlore"', "one of inference, lora, qlora, full", "Did you mean 'qlora'"), id="misspelt task"),
    pytest.param({**GOOD, "weights": "fp15"}, "weights", ("'fp15'", "the id of a weight format", "Did you mean 'fp16'"), id="unknown format"),
    pytest.param({**GOOD, "task": "qlora", "weights": "bf16"}, "weights", ("'bf16'", "a quantised format that adapters can be trained on, such as nf4-dq", ""), id="qlora on 16 bits"),
    pytest.param({**GOOD, "task": "full", "weights": "nf4"}, "weights", ("'nf4'", "a format that can be trained: fp32, bf16 or fp16", ""), id="full fine-tuning on 4 bits"),
    pytest.param({**GOOD, "task": "lora", "weights": "q4_k_m"}, "weights", ("'q4_k_m'", "a format that adapters can be trained on, such as bf16", ""), id="lora on a gguf file"),
    pytest.param({**GOOD, "weights": "q4_k_m", "runtime": "vllm"}, "weights", ("'q4_k_m'", "a format that vLLM loads", "It runs in: llama.cpp"), id="gguf in vllm"),
    pytest.param({**GOOD, "task": "full", "precision": "fp8"}, "precision", ('"fp8"', "one of fp32, amp, bf16, mixed", ""), id="unknown precision"),
    pytest.param({**GOOD, "task": "full", "optimizer": "adamx"}, "optimizer", ("'adamx'", "the id of an optimizer", "Did you mean"), id="unknown optimizer"),
    pytest.param({**GOOD, "runtime": "vlm"}, "runtime", ("'vlm'", "a runtime for inference with decoder models", "Did you mean 'vllm'"), id="unknown runtime"),
    pytest.param({**GOOD, "task": "full", "runtime": "vllm"}, "runtime", ("'vllm'", "a runtime for full with decoder models", ""), id="runtime that does not train"),
    pytest.param({**GOOD, "micro_batch_size": 0}, "micro_batch_size", ("0", "a whole number from 1 to 1,000,000,000", "micro_batch_size: sequences or images in one pass"), id="batch of nothing"),
    pytest.param({**GOOD, "micro_batch_size": "4"}, "micro_batch_size", ('"4"', "a whole number from 1 to 1,000,000,000", ""), id="text for a number"),
    pytest.param({**GOOD, "micro_batch_size": 1.5}, "micro_batch_size", ("1.5", "a whole number from 1 to 1,000,000,000", ""), id="half a sequence"),
    pytest.param({**GOOD, "context_length": -5}, "context_length", ("-5", "a whole number from 1 to 1,000,000,000", ""), id="negative length"),
    pytest.param({**GOOD, "context_length": 10, "prompt_length": 11}, "prompt_length", ("11", "at most the context_length (10)", ""), id="prompt longer than context"),
    pytest.param({**GOOD, "model": "bert-base-uncased", "context_length": 513}, "context_length", ("513", "at most 512, all that bert-base-uncased has positions for", ""), id="longer than learned positions"),
    pytest.param({**GOOD, "image_size": 224}, "image_size", ("224", "nothing: pictures are not counted here", ""), id="image for a language model"),
    pytest.param({**GOOD, "gradient_checkpointing": "yes"}, "gradient_checkpointing", ('"yes"', "true or false", ""), id="word for a truth value"),
    pytest.param({**GOOD, "attention": "flashy"}, "attention", ('"flashy"', "one of eager, sdpa, flash", "Did you mean 'flash'"), id="unknown kernel"),
    pytest.param({**GOOD, "task": "lora", "lora_rank": 0}, "lora_rank", ("0", "a whole number from 1 to 1,000,000,000", ""), id="rank of nothing"),
    pytest.param({**GOOD, "task": "lora", "lora_targets": ["q_prj"]}, "lora_targets", ("'q_prj'", 'the name of a projection, or "all-linear" instead of the list', "Did you mean 'qproj'"), id="unknown target"),
    pytest.param({**GOOD, "task": "lora", "adapter_dtype": "int8"}, "adapter_dtype", ("'int8'", "fp32, bf16 or fp16", ""), id="adapters in int8"),
    pytest.param({**GOOD, "kv_cache": "nf4"}, "kv_cache", ("'nf4'", "the id of a KV cache format", ""), id="cache in nf4"),
    pytest.param({**GOOD, "board": "rtx-4091"}, "board", ("'rtx-4091'", 'the id or an alias of a board, or a size such as {"memory_gib": 24}', "Did you mean 'rtx-4090'"), id="unknown board"),
    pytest.param({**GOOD, "boards": 0}, "boards", ("0", "a whole number from 1 to 1,000,000,000", "boards: equal boards."), id="no boards"),
    pytest.param({**GOOD, "model": "resnet-50", "task": "qlora"}, "task", ("'qlora'", "a task for convolutional models: inference or full", ""), id="task that the kind does not have"),
    pytest.param({**GOOD, "modle": "x"}, "modle", ("an unknown field", "a field of a request", "Did you mean 'model'"), id="unknown field"),
    pytest.param("{broken", "(request)", ("text that is not JSON", "one JSON object per line", ""), id="not json"),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "path", "fault"), BAD)
def test_bad_requests(
    catalog: Catalog, request_: dict[str, Any] | str, path: str, fault: tuple[str, str, str]
) -> None:
    """One fault: its field, what was seen, what was expected, and how the tip begins."""
    saw, expected, tip = fault
    found = problems_with(catalog, request_)
    assert [(problem.path, problem.saw, problem.expected) for problem in found] == [
        (path, saw, expected)
    ]
    assert found[0].tip.startswith(tip)


@pytest.mark.parametrize("line", ["[1, 2]", "null", "7", '"text"'])
def test_json_that_is_not_an_object(catalog: Catalog, line: str) -> None:
    """A request is an object."""
    found = problems_with(catalog, line)
    assert [(problem.path, problem.expected) for problem in found] == [
        ("(request)", "a JSON object with `model` and `task`")
    ]


@pytest.mark.parametrize(
    "board",
    [
        pytest.param({"memory_gib": 0}, id="no memory"),
        pytest.param({"memory_gib": -1}, id="negative memory"),
        pytest.param({"memory": 24}, id="unknown key"),
        pytest.param(24, id="a bare number"),
        pytest.param({}, id="an empty object"),
    ],
)
def test_bad_boards(catalog: Catalog, board: object) -> None:
    """A board that is neither a name nor a memory size is one problem of the field `board`."""
    found = problems_with(catalog, {**GOOD, "board": board})
    assert {problem.path for problem in found} == {"board"}
    assert len(found) == 1, [str(problem) for problem in found]


@pytest.mark.parametrize("targets", [pytest.param("q_proj", id="text"), pytest.param(7, id="number"), pytest.param([1], id="list of numbers")])  # fmt: skip
def test_bad_targets(catalog: Catalog, targets: object) -> None:
    """Targets that are neither "all-linear" nor a list of names are one problem of that field."""
    found = problems_with(catalog, {**GOOD, "task": "lora", "lora_targets": targets})
    assert {problem.path for problem in found} == {"lora_targets"}
    assert len(found) == 1, [str(problem) for problem in found]


def test_an_empty_list_of_targets(catalog: Catalog) -> None:
    """LoRA on nothing is not a request."""
    assert [
        problem.path
        for problem in problems_with(catalog, {**GOOD, "task": "lora", "lora_targets": []})
    ] == ["lora_targets"]


def test_all_faults_at_once(catalog: Catalog) -> None:
    """Shape faults come together; so do the faults of names and values."""
    shapes = problems_with(catalog, {"task": "tune", "boards": 0, "modle": 1})
    assert {problem.path for problem in shapes} == {"model", "task", "boards", "modle"}
    names = problems_with(
        catalog,
        {**GOOD, "task": "lora", "weights": "x", "optimizer": "x", "board": "x", "kv_cache": "x", "lora_targets": ["x", "y"], "image_size": 3},
    )  # fmt: skip
    assert [problem.path for problem in names] == [
        "board", "image_size", "kv_cache", "lora_targets", "lora_targets", "optimizer", "weights",
    ]  # fmt: skip
    both = problems_with(
        catalog, {"model": "no such model", "task": "inference", "board": "no such board"}
    )
    assert [problem.path for problem in both] == ["board", "model"]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(json.dumps({**GOOD, "micro_batch_size": 10**400}), id="a batch of 401 digits"),
        pytest.param(json.dumps({**GOOD, "context_length": 10**30}), id="a context of 31 digits"),
        pytest.param('{"model": "llama-2-7b", "task": "inference", "board": {"memory_gib": 1e400}}', id="infinite memory"),
        pytest.param('{"model": "llama-2-7b", "task": "inference", "board": {"memory_gib": NaN}}', id="memory that is not a number"),
        pytest.param("[" * 100_000, id="deeply nested"),
        pytest.param('{"model": "\\ud800", "task": "inference"}', id="half a character"),
        pytest.param('{"model": "", "task": "inference"}', id="an empty name"),
        pytest.param("null", id="null"),
        pytest.param('""', id="text"),
    ],
)  # fmt: skip
def test_hostile_requests(catalog: Catalog, line: str) -> None:
    """Whatever is sent, the answer is a list of problems or an estimate, never a crash."""
    answer, good = answer_line(line, catalog)
    assert good is ("problems" not in answer)
    json.dumps(answer, allow_nan=False).encode()


@pytest.mark.parametrize(
    ("runtime", "weights"),
    [
        pytest.param("vllm", "mxfp4", id="does not load files"),
        pytest.param("transformers", "mxfp4", id="nor does this"),
        pytest.param("ollama", "gguf-mxfp4", id="an alias of one that does"),
    ],
)
@pytest.mark.parametrize("named", [{}, {"weights": "mxfp4"}], ids=["unnamed", "named"])
def test_a_named_runtime_decides_the_published_format(
    catalog: Catalog, runtime: str, weights: str, named: dict[str, str]
) -> None:
    """gpt-oss is run from a GGUF file where nothing else is asked for, its format named or not."""
    asked = {"model": "gpt-oss-20b", "task": "inference", "runtime": runtime, **named}
    workload = resolve(make_request(asked), catalog).workload
    assert workload is not None
    assert workload.weights.id == weights
