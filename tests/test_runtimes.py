"""Runtimes as data: every stack that readers name is an entry, or says of which it is a part."""

import pytest
from conftest import Ask, Plan

from vram_atlas.catalog import Catalog
from vram_atlas.formulas.phases import Part
from vram_atlas.problems import ProblemsError
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.sentences import EXPERTS_WHY, assumed_facts

NAMES = {
    "transformers-4.35": "inference",
    "transformers-4.3x": "lora",
    "transformers-4.45": "lora",
    "transformers-4.48": "qlora",
    "transformers-5": "inference",
    "trainer": "full",
    "peft": "lora",
    "bitsandbytes": "qlora",
    "torchtune": "lora",
    "unsloth": "qlora",
    "liger": "full",
    "transformers-4.48-fused": "full",
    "megatron": "full",
    "vllm": "inference",
    "llama.cpp": "inference",
    "autogptq": "inference",
    "autoawq": "inference",
    "autoawq-fused": "inference",
}
"""Names of stacks for language models, and a task that each runs."""

OTHERS = {
    "diffusers": ("stable-diffusion-1.5", "inference"),
    "torchvision": ("resnet-50", "full"),
    "tensorflow": ("bert-base-uncased", "full"),
}
OWN_ENTRIES = {"autogptq", "autoawq", "autoawq-fused", "tensorflow-1", "torchtune", "unsloth"}
FORMATS = {"autogptq": "gptq-int4", "autoawq": "awq-int4", "autoawq-fused": "awq-int4"}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_a_runtime(catalog: Catalog, name: str) -> None:
    """A language model runs in it."""
    formats = {"weights": FORMATS.get(name, "q4_k_m" if name == "llama.cpp" else None)}
    request = {"model": "llama-2-7b", "task": NAMES[name], "runtime": name, **formats}
    given = {key: value for key, value in request.items() if value is not None}
    assert resolve(make_request(given), catalog).workload is not None


@pytest.mark.parametrize("name", OTHERS)
def test_other_kinds_have_theirs(catalog: Catalog, name: str) -> None:
    """Images and text encoders."""
    model, task = OTHERS[name]
    request = make_request({"model": model, "task": task, "runtime": name})
    assert resolve(request, catalog).workload is not None


def test_stacks_that_differ_are_entries(catalog: Catalog) -> None:
    """Not an alias of another, with a source of their own."""
    for name in OWN_ENTRIES:
        own = catalog.runtimes[name]
        others = {item.source for item in catalog.runtimes.values() if item is not own}
        assert own.source not in others, name


def test_parts_of_a_stack_say_so(catalog: Catalog) -> None:
    """PEFT, bitsandbytes and GPTQModel are libraries inside Transformers; its note names them."""
    stack = catalog.runtimes["transformers"]
    for name in ("PEFT", "bitsandbytes", "GPTQModel"):
        assert catalog.find("runtimes", name) == stack.id
        assert name in (stack.note or "")


@pytest.mark.parametrize("model", ["bert-base-uncased"])
@pytest.mark.parametrize(
    ("field", "value"),
    [("precision", "bf16"), ("gradient_checkpointing", True), ("attention", "sdpa")],
)
def test_tensorflow_refuses_what_it_lacks(
    catalog: Catalog, model: str, field: str, value: object
) -> None:
    """Code of 2018 trains in fp32, keeps everything, and has plain attention."""
    request = {"model": model, "task": "full", "runtime": "tensorflow-1"}
    workload = resolve(make_request(request), catalog).workload
    assert workload is not None
    assert workload.precision == "fp32"
    assert not workload.gradient_checkpointing
    with pytest.raises(ProblemsError, match=field):
        resolve(make_request({**request, field: value}), catalog)


@pytest.mark.parametrize(
    ("model", "experts"), [("mixtral-8x7b", 45_097_156_608), ("qwen3-30b-a3b", 28_991_029_248)]
)
def test_bitsandbytes_does_not_reach_the_experts_of_transformers_5(
    ask: Ask, model: str, experts: int
) -> None:
    """One parameter holds them all; in 4.48 each is a linear module, and Unsloth quantises them."""
    targets = ("q_proj", "v_proj")  # no adapters beside the experts
    found = {
        name: ask(model, "qlora", runtime=name, lora_targets=targets).parts[Part.WEIGHTS]
        for name in ("transformers", "trl", "transformers-4.48", "unsloth", "transformers-kbit")
    }
    saved = experts * (16 - 4.127) / 8
    assert found["trl"] == pytest.approx(found["transformers"], rel=0.01)
    assert found["transformers"] - found["unsloth"] == pytest.approx(saved, rel=0.001)
    assert found["transformers-4.48"] == pytest.approx(found["unsloth"], rel=0.01)
    assert found["transformers-kbit"] - found["transformers"] > 2 * experts


def test_an_answer_says_that_experts_stay(plan: Plan) -> None:
    """Only where there are experts, and where quantising leaves them out."""
    said = {
        (model, name): EXPERTS_WHY in ", ".join(assumed_facts(plan(model, "qlora", runtime=name)))
        for model in ("mixtral-8x7b", "llama-2-7b")
        for name in ("transformers", "unsloth")
    }
    assert [key for key, value in said.items() if value] == [("mixtral-8x7b", "transformers")]


def test_an_answer_says_how_trl_loads(plan: Plan) -> None:
    """A model given by its name is fp32 there: create_model_from_path in trl/trainer/utils.py."""
    said = ", ".join(assumed_facts(plan("llama-3.1-8b", "lora", runtime="trl")))
    assert "a model loaded in 16 bits (by its name alone, TRL loads fp32" in said
    assert "loads fp32" not in ", ".join(assumed_facts(plan("llama-3.1-8b", "lora")))


@pytest.mark.parametrize(
    ("model", "bytes_per_score"),
    [("gpt-oss-20b", 6), ("bloom-7.1b", 10), ("mpt-7b", 10)],
)
def test_without_a_fused_kernel_a_prompt_has_all_scores(
    ask: Ask, model: str, bytes_per_score: int
) -> None:
    """Transformers falls back to eager attention: sinks and ALiBi have no sdpa kernel.

    gpt-oss under 5.24 on the CPU: scores, a copy with the sinks, the softmax, in 16 bits.
    """
    run = {"runtime": "transformers", "context_length": 2048}
    plain = ask(model, "inference", **run)
    asked = ask(model, "inference", **run, attention="eager")
    flash = ask(model, "inference", **run, attention="flash")
    heads = {"gpt-oss-20b": 64, "bloom-7.1b": 32, "mpt-7b": 32}[model]
    assert plain.parts == asked.parts
    assert plain.parts[Part.ACTIVATIONS] >= heads * bytes_per_score * 2048 * 2048
    assert flash.parts[Part.ACTIVATIONS] < plain.parts[Part.ACTIVATIONS]
