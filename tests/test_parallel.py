"""Several boards: ZeRO and FSDP, tensor and pipeline and expert parallel, offloading."""

from itertools import pairwise
from typing import Any

import pytest
from conftest import Ask, Plan

from vram_atlas.answers import answer_line
from vram_atlas.catalog import Catalog
from vram_atlas.formulas import dividing, encoder, sharing
from vram_atlas.formulas.dividing import Stage
from vram_atlas.formulas.numerics import Numerics
from vram_atlas.formulas.ops import NUMBERS
from vram_atlas.formulas.phases import Part, Phase
from vram_atlas.formulas.sharing import Gathered
from vram_atlas.formulas.weights import WeightBytes
from vram_atlas.problems import ProblemsError
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.schema.architecture import Encoder
from vram_atlas.schema.base import Sharding
from vram_atlas.units import GIGA

WHOLE = Stage(tensor=1, expert=1, flight=1, inputs=1, outputs=1, sequence=0)

ZERO_PAPER = {
    Sharding.NONE: 120.0,
    Sharding.ZERO_1: 31.4,
    Sharding.ZERO_2: 16.6,
    Sharding.ZERO_3: 1.9,
}
"""GB per device, 7.5 B parameters, mixed-precision Adam, 64 devices.

Source: Rajbhandari et al. 2020, figure 1 (https://arxiv.org/abs/1910.02054)."""


@pytest.mark.parametrize(("stage", "gigabytes"), ZERO_PAPER.items(), ids=ZERO_PAPER)
def test_zero_paper(stage: Sharding, gigabytes: float) -> None:
    """2 bytes of weights, 2 of gradients, 12 of states; the paper counts no gathered layer."""
    parameters = 7.5 * GIGA
    parts = {
        Part.WEIGHTS: 2 * parameters,
        Part.GRADIENTS: 2 * parameters,
        Part.OPTIMIZER_STATES: 12 * parameters,
        Part.ACTIVATIONS: 0,
    }
    found = sharing.by_copies(Phase.OPTIMIZER_STEP, parts, Gathered(), stage, ranks=64, ops=NUMBERS)
    # Without sharding PyTorch keeps buckets beside the gradients, which the paper does not count.
    buckets = 2 * parameters if stage is Sharding.NONE else 0
    assert (sum(found.values()) - buckets) / GIGA == pytest.approx(gigabytes, abs=0.05)


STAGES = (Sharding.NONE, Sharding.ZERO_1, Sharding.ZERO_2, Sharding.ZERO_3)
MODELS = ("llama-3.2-1b", "llama-3-8b", "mixtral-8x7b", "qwen3-30b-a3b", "bert-base-uncased")


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("precision", ["bf16", "mixed", "fp32"])
@pytest.mark.parametrize("checkpointing", [True, False])
@pytest.mark.parametrize("boards", [2, 8])
def test_a_higher_stage_never_needs_more(
    ask: Ask, model: str, precision: str, boards: int, *, checkpointing: bool
) -> None:
    """ZeRO stages 1, 2 and 3 in order, for full fine-tuning."""
    needs = [
        ask(
            model,
            "full",
            precision=precision,
            gradient_checkpointing=checkpointing,
            boards=boards,
            sharding=stage.value,
            sequence_length=512,
        ).allocated.expected
        for stage in STAGES
    ]
    assert all(low >= high for low, high in pairwise(needs)), needs


def test_one_board_is_not_sharded(ask: Ask) -> None:
    """On one board every kind of sharding is the same."""
    needs = {
        ask("llama-3-8b", "lora", sharding=stage.value).allocated.expected for stage in Sharding
    }
    assert len(needs) == 1


CLASSIC = Numerics(
    element_bytes=2, residual_bytes=2, autocast=False, trains_base=True, scores=False
)


@pytest.mark.parametrize("boards", [1, 2, 4, 8])
def test_tensor_parallel_of_a_classic_block(catalog: Catalog, boards: int) -> None:
    """34 h becomes 10 h + 24 h / T; all of it is divided with the sequence divided as well.

    Source: Korthikanti et al. 2022, equations 2 and 4 (https://arxiv.org/abs/2205.05198).
    """
    bert = catalog.models["bert-base-uncased"].architecture
    assert isinstance(bert, Encoder)
    whole = encoder.training(bert, CLASSIC, micro_batch_size=1, sequence_length=128, ops=NUMBERS)
    per_width = 128 * bert.layers * bert.hidden_size
    assert whole.replicated / per_width == pytest.approx(10, abs=0.1)
    for sequence in (0, 1):
        stage = Stage(**{**_fields(WHOLE), "tensor": boards, "sequence": sequence})
        found = dividing.activations(whole, stage, NUMBERS)
        kept = whole.saved / boards
        if not sequence:
            kept = whole.replicated + (whole.saved - whole.replicated) / boards
        assert found.saved == pytest.approx(kept)


def _fields(stage: Stage) -> dict[str, Any]:
    return {name: getattr(stage, name) for name in Stage.__slots__}


def test_weights_of_a_stage() -> None:
    """Matrices by tensor, experts by tensor and expert, the rest whole; ends at the ends."""
    whole = WeightBytes(blocks=1000, experts=800, replicated=8, input=50, output=70)
    first, last = dividing.stages(
        shares=dividing.alike(0.2), tensor=2, pipeline=5, expert=4, sequence=0, ops=NUMBERS
    )
    inside = 0.2 * ((1000 - 800 - 8) / 2 + 800 / 4 + 8)
    assert dividing.weights(whole, first).total == pytest.approx(inside + 25)
    assert dividing.weights(whole, last).total == pytest.approx(inside + 35)
    assert (first.flight, last.flight) == (5, 1)


def test_more_tensor_parallel_never_needs_more(ask: Ask) -> None:
    """Training and inference, one to eight boards that divide every matrix."""
    for task, more in (("full", {"sharding": "none"}), ("inference", {"runtime": "vllm"})):
        needs = [
            ask("llama-3-8b", task, boards=count, tensor_parallel=count, **more).allocated.expected
            for count in (1, 2, 4, 8)
        ]
        assert all(a > b for a, b in pairwise(needs)), (task, needs)


def test_pipeline_holds_micro_batches_in_flight(ask: Ask) -> None:
    """Four stages: a quarter of the weights, and on the first one four micro-batches."""
    plain, staged = (
        ask(
            "llama-3-8b",
            "full",
            boards=boards,
            pipeline_parallel=boards,
            micro_batch_size=8,
            sequence_length=4096,
            gradient_checkpointing=False,
            optimizer="sgd",
            sharding="none",
            runtime="liger",
        )
        for boards in (1, 4)
    )
    assert staged.parts[Part.WEIGHTS] < 0.4 * plain.parts[Part.WEIGHTS]
    assert staged.parts[Part.ACTIVATIONS] == pytest.approx(plain.parts[Part.ACTIVATIONS], rel=0.05)


def test_experts_are_divided(ask: Ask) -> None:
    """Mixtral on eight boards: with expert parallelism each holds an eighth of the experts."""
    without, with_experts = (
        ask("mixtral-8x7b", "lora", boards=8, sharding="none", **more).parts[Part.WEIGHTS]
        for more in ({}, {"expert_parallel": 8})
    )
    assert with_experts < 0.2 * without


def test_offloading(ask: Ask) -> None:
    """Optimizer: no states, no step. Parameters: a block at a time. Components: the largest."""
    kept, states, weights = (
        ask("llama-3-8b", "full", boards=2, sharding="zero-3", **more)
        for more in ({}, {"offload": "optimizer"}, {"offload": "parameters"})
    )
    assert Part.OPTIMIZER_STATES in kept.parts
    assert Part.OPTIMIZER_STATES not in states.parts
    assert states.allocated.expected < kept.allocated.expected
    assert weights.allocated.expected < states.allocated.expected
    whole = ask("flux.1-dev", "inference")
    moved = ask("flux.1-dev", "inference", offload="components")
    assert moved.parts[Part.WEIGHTS] < whole.parts[Part.WEIGHTS]
    streamed = ask("llama-2-70b", "inference", offload="parameters")
    assert streamed.parts[Part.WEIGHTS] < 0.05 * ask("llama-2-70b", "inference").parts[Part.WEIGHTS]


REFUSED = [
    ({"task": "full", "boards": 4, "tensor_parallel": 3}, "tensor_parallel"),
    ({"task": "inference", "boards": 4, "tensor_parallel": 8}, "tensor_parallel"),
    ({"task": "inference", "boards": 4, "pipeline_parallel": 3}, "pipeline_parallel"),
    ({"task": "full", "boards": 4, "expert_parallel": 4}, "expert_parallel"),
    ({"task": "inference", "boards": 4, "sharding": "zero-3"}, "sharding"),
    ({"task": "full", "boards": 4, "sequence_parallel": True}, "sequence_parallel"),
    ({"task": "inference", "offload": "optimizer"}, "offload"),
    ({"task": "inference", "offload": "components"}, "offload"),
    ({"task": "full", "sharding": "zero-1", "offload": "parameters"}, "offload"),
    ({"task": "full", "lora_dropout": True}, "lora_dropout"),
    ({"task": "inference", "padded": True}, "padded"),
    ({"task": "inference", "gradient_accumulation_steps": 2}, "gradient_accumulation_steps"),
    ({"task": "inference", "image_decoding": "tiled"}, "image_decoding"),
    ({"task": "lora", "encoders": "resident"}, "encoders"),
]


@pytest.mark.parametrize(("fields", "path"), REFUSED, ids=[str(row[0]) for row in REFUSED])
def test_what_cannot_be_is_refused(catalog: Catalog, fields: dict[str, object], path: str) -> None:
    """The message names the field and what would be possible."""
    with pytest.raises(ProblemsError) as raised:
        resolve(make_request({"model": "llama-3-8b", **fields}), catalog)
    assert [problem.path for problem in raised.value.problems] == [path]
    assert all(problem.expected for problem in raised.value.problems)


def test_networks_without_blocks_are_not_divided(catalog: Catalog) -> None:
    """A convolutional network has no heads and no pipeline."""
    request = {"model": "resnet-50", "task": "full", "boards": 2, "tensor_parallel": 2}
    with pytest.raises(ProblemsError):
        resolve(make_request(request), catalog)


def test_layout_is_a_setting(plan: Plan, catalog: Catalog) -> None:
    """What an answer was computed for names the layout."""
    line = (
        '{"model": "mixtral-8x7b", "task": "full", "boards": 8, "sharding": "zero-2", '
        '"tensor_parallel": 2, "expert_parallel": 4, "offload": "optimizer"}'
    )
    answer, good = answer_line(line, catalog)
    assert good
    settings = answer["settings"]
    assert isinstance(settings, dict)
    expected = {
        "sharding": "zero-2",
        "tensor_parallel": 2,
        "expert_parallel": 4,
        "offload": "optimizer",
    }
    assert expected.items() <= settings.items()
    assert plan("mixtral-8x7b", "full", boards=8, tensor_parallel=2).layout.data == 4


def test_megatron_figures(ask: Ask, catalog: Catalog) -> None:
    """18 bytes per parameter on one GPU, 6 + 12 / d with the distributed optimizer over d.

    Source: NVIDIA's page on Megatron-Core's distributed optimizer, bf16 weights and fp32 gradients.
    """
    groups = catalog.models["llama-3-8b"].groups
    assert groups is not None
    for boards in (1, 8):
        found = ask("llama-3-8b", "full", runtime="megatron", precision="mixed", boards=boards)
        fixed = (Part.WEIGHTS, Part.GRADIENTS, Part.OPTIMIZER_STATES)
        held = sum(found.parts.get(part, 0) for part in fixed)
        assert held / groups.total == pytest.approx(6 + 12 / boards)


def test_experts_have_fewer_copies(ask: Ask) -> None:
    """Eight boards, experts divided by eight: no copy of an expert is left to divide its states."""
    states = [
        ask(
            "mixtral-8x7b",
            "full",
            runtime="megatron",
            precision="mixed",
            boards=boards,
            tensor_parallel=2,
            expert_parallel=8,
        ).parts[Part.OPTIMIZER_STATES]
        for boards in (8, 16)
    ]
    assert 0.49 < states[1] / states[0] < 0.51


def test_checkpoints_in_the_hosts_memory(ask: Ask) -> None:
    """Unsloth keeps the inputs of two blocks of 32 on the board, Liger of all."""
    fields = {"sequence_length": 65536, "attention": "flash", "adapter_dtype": "fp32"}
    here, there = (
        ask("llama-3.1-8b", "qlora", runtime=runtime, **fields).parts[Part.ACTIVATIONS]
        for runtime in ("liger", "unsloth")
    )
    inputs = 32 * 65536 * 4096 * 2
    assert here - there == pytest.approx(inputs * 30 / 32, rel=0.01)
