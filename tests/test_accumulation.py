"""Gradients that stay from one micro-batch of a step to the next."""

import pytest
from conftest import Ask

from vram_atlas.catalog import Catalog
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.explain import explain
from vram_atlas.formulas.phases import Part, Phase
from vram_atlas.ladder import climb
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.schema.base import Task
from vram_atlas.units import GIB, Bytes

SHORT = {"sequence_length": 1}
WIDE = {**SHORT, "precision": "fp32"}
TABLES = [
    pytest.param("llama-3.2-1b", SHORT, 2 * 128_256 * 2048, id="tied: the first half waits"),
    pytest.param(
        "llama-3-8b", SHORT, 2 * 128_256 * 4096, id="untied: the table, while it is added"
    ),
    pytest.param("bert-large-uncased", WIDE, 4 * 30_522 * 1024, id="an encoder in fp32"),
    pytest.param("vgg-16", {"optimizer": "adamw-fused"}, 4 * 4096 * 25_088, id="a CNN"),
]


@pytest.mark.parametrize(("model", "fields", "table"), TABLES)
def test_one_gradient_more(ask: Ask, model: str, fields: dict[str, object], table: int) -> None:
    """With short inputs the end of the backward pass is the peak: all gradients, and a new one.

    Source: PyTorch 2.13 on small models of the same classes, every storage counted; the tied ones
    hold three times the table beside all gradients, the others the largest tensor.
    """
    one = ask(model, "full", **fields)
    several = ask(model, "full", gradient_accumulation_steps=2, **fields)
    assert one.phase is several.phase is Phase.BACKWARD
    assert several.parts[Part.GRADIENTS] - one.parts[Part.GRADIENTS] == table


def test_all_gradients_beside_all_activations(ask: Ask) -> None:
    """Long inputs: the same phase, and every gradient in it: 8,030,261,248 of 2 bytes."""
    fields: dict[str, object] = {"sequence_length": 8192, "gradient_checkpointing": False}
    one = ask("llama-3-8b", "full", **fields)
    several = ask("llama-3-8b", "full", gradient_accumulation_steps=8, **fields)
    rounding = 291 * 2 * 2**20
    """The allocator rounds each of 291 tensors up."""
    more = several.allocated.expected - one.allocated.expected
    output = 2 * 128_256 * 4096
    assert 2 * 8_030_261_248 - output <= more <= 2 * 8_030_261_248 + rounding
    assert several.parts[Part.ACTIVATIONS] == one.parts[Part.ACTIVATIONS]


@pytest.mark.parametrize("task", ["lora", "qlora"])
def test_adapters_are_small(ask: Ask, task: str) -> None:
    """At most the adapters' own gradients: 39,976,960 of 4 bytes, as peft counts them."""
    one = ask("llama-2-7b", task, lora_rank=16)
    several = ask("llama-2-7b", task, lora_rank=16, gradient_accumulation_steps=64)
    assert 0 <= several.allocated.expected - one.allocated.expected <= 4 * 39_976_960


def test_never_less_and_how_many_is_all_the_same(catalog: Catalog, ask: Ask) -> None:
    """Every model and way to train."""
    asked = 0
    for entry in catalog.models.values():
        if entry.architecture is None:
            continue
        for task in (Task.LORA, Task.QLORA, Task.FULL):
            if entry.architecture.kind not in catalog.tasks[task].runtimes:
                continue
            found = [_try(ask, entry.id, task, steps) for steps in (1, 2, 16)]
            if found[0] is None:
                continue
            one, two, many = (each.allocated.expected for each in found if each is not None)
            assert one <= two == many, (entry.id, task)
            asked += 1
    assert asked > len(catalog.models)


def _try(ask: Ask, model: str, task: Task, steps: int) -> Estimate | None:
    try:
        return ask(model, task.value, gradient_accumulation_steps=steps)
    except Exception as error:  # noqa: BLE001 - refused for any reason: the same for all steps
        assert "gradient_accumulation_steps" not in str(error)  # noqa: PT017
        return None


def test_fully_sharded(ask: Ask) -> None:
    """Accelerate divides gradients after the last micro-batch; torchtune after each.

    Source: Accelerate's guide to gradient synchronisation, measured with Mixtral on 8 A100.
    """
    fields: dict[str, object] = {"boards": 8, "sharding": "fsdp"}
    whole = 2 * 8_030_261_248
    for runtime, least, most in (("transformers", 0.7, 1.1), ("torchtune", 0, 0.2)):
        one, several = (
            ask("llama-3-8b", "full", runtime=runtime, gradient_accumulation_steps=steps, **fields)
            for steps in (1, 4)
        )
        more = several.allocated.expected - one.allocated.expected
        assert least * whole <= more <= most * whole, runtime


def test_the_answer_says_where_it_changes_the_verdict(catalog: Catalog) -> None:
    """It fits as one micro-batch; who accumulates, as most people do, has little left."""
    said = {
        steps: explain(
            {
                "model": "llama-3.2-1b",
                "task": "full",
                "board": {"memory_gib": 11.9},
                "gradient_accumulation_steps": steps,
            },
            catalog,
        )
        for steps in (1, 8)
    }
    assert "With gradient accumulation: 11.4 GiB, tight." in said[1]
    assert "With gradient accumulation" not in said[8]
    assert "no gradient accumulation" in said[1]
    assert "8 steps of gradient accumulation" in said[8]


def test_a_smaller_micro_batch_keeps_the_batch(catalog: Catalog) -> None:
    """The ladder counts the gradients that stay: the optimizer sees as many sequences as before."""
    fields = {"model": "llama-3.2-1b", "task": "full", "board": "rtx-3060-12gb"}
    asked = {**fields, "micro_batch_size": 4, "gradient_accumulation_steps": 2}
    question = resolve(make_request(asked), catalog)
    assert question.workload is not None
    found = estimate(question.workload, catalog)
    rung = next(iter(climb(question, found, Bytes(12 * GIB), catalog)))
    assert rung.change == {"micro_batch_size": 1, "gradient_accumulation_steps": 8}
    alone = resolve(make_request({**fields, **rung.change}), catalog).workload
    assert alone is not None
    assert rung.estimate.peak == estimate(alone, catalog).peak
