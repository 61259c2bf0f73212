"""Laws that hold for every model of the catalog, whatever the numbers are."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import pytest
from conftest import Ask

from vram_atlas.catalog import Catalog, ModelEntry
from vram_atlas.cells import Cell
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.formulas.numerics import HALF
from vram_atlas.formulas.phases import Part
from vram_atlas.formulas.weights import weight_bytes
from vram_atlas.grid import Grid
from vram_atlas.judged import by_kind
from vram_atlas.problems import ProblemsError
from vram_atlas.recipe import numerics_of
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.schema.bits import Mix
from vram_atlas.schema.layers import WeightsOnly
from vram_atlas.schema.software import Format, FormatKind
from vram_atlas.trained import adapter_elements
from vram_atlas.training import training_activations
from vram_atlas.verdict import Verdict, judge

KINDS_WITH_TEXT = {"decoder", "encoder", "encoder-decoder"}
KINDS_WITH_IMAGES = {"vision-transformer", "convolutional", "diffusion"}
ORDER = {Verdict.FITS: 0, Verdict.TIGHT: 1, Verdict.NO: 2}

Try = Callable[..., Estimate | None]


@pytest.fixture(scope="module")
def attempt(catalog: Catalog) -> Try:
    """An estimate, or None for a combination that no runtime offers."""

    def attempted(model: str, task: str, **fields: object) -> Estimate | None:
        try:
            workload = resolve(
                make_request({"model": model, "task": task, **fields}), catalog
            ).workload
        except ProblemsError:
            return None
        return None if workload is None else estimate(workload, catalog)

    return attempted


def known(catalog: Catalog, kinds: Iterable[str] | None = None) -> Iterator[ModelEntry]:
    """Models of known size, of some kinds."""
    for entry in catalog.models.values():
        if entry.architecture is not None and (kinds is None or entry.architecture.kind in kinds):
            yield entry


def never_less(found: list[tuple[str, Estimate | None]]) -> Iterator[str]:
    """Neighbours of which the second needs less than the first."""
    given = [(name, one) for name, one in found if one is not None]
    for (small, first), (large, second) in pairwise(given):
        if first.allocated.expected > second.allocated.expected:
            yield f"{small} {first.allocated.expected:,} > {large} {second.allocated.expected:,}"


def assert_none(violations: Iterable[str]) -> None:
    """No model breaks the law."""
    found = list(violations)
    assert not found, f"{len(found)} violations:\n" + "\n".join(found[:20])


TASKS = ["inference", "lora", "qlora", "full"]


@pytest.mark.parametrize("task", TASKS)
def test_longer_never_needs_less(catalog: Catalog, attempt: Try, task: str) -> None:
    """More context, or longer sequences, never need less."""
    field = "context_length" if task == "inference" else "sequence_length"
    assert_none(
        f"{entry.id}: {fault}"
        for entry in known(catalog)
        for fault in never_less(
            [
                (str(length), attempt(entry.id, task, **{field: length}))
                for length in (1, 64, 512, 2048, 2049, 16384)
            ]
        )
    )


@pytest.mark.parametrize("task", TASKS)
def test_larger_batches_never_need_less(catalog: Catalog, attempt: Try, task: str) -> None:
    """A larger micro-batch never needs less."""
    assert_none(
        f"{entry.id}: {fault}"
        for entry in known(catalog)
        for fault in never_less(
            [
                (str(size), attempt(entry.id, task, micro_batch_size=size))
                for size in (1, 2, 3, 8, 64)
            ]
        )
    )


@pytest.mark.parametrize("task", ["inference", "lora", "full"])
def test_larger_images_never_need_less(catalog: Catalog, attempt: Try, task: str) -> None:
    """More pixels never need less, multiples of the patch or not."""
    assert_none(
        f"{entry.id}: {fault}"
        for entry in known(catalog, KINDS_WITH_IMAGES)
        for fault in never_less(
            [
                (str(size), attempt(entry.id, task, image_size=size))
                for size in (128, 224, 225, 256, 512, 1024, 1040)
            ]
        )
    )


@pytest.mark.parametrize("task", ["lora", "qlora"])
def test_higher_ranks_never_need_less(catalog: Catalog, attempt: Try, task: str) -> None:
    """A higher rank never needs less."""
    assert_none(
        f"{entry.id}: {fault}"
        for entry in known(catalog)
        for fault in never_less(
            [(str(rank), attempt(entry.id, task, lora_rank=rank)) for rank in (1, 8, 64, 256)]
        )
    )


@pytest.mark.parametrize(
    "runtime", ["transformers", "trl", "torchtune", "unsloth", "liger", "transformers-4.48"]
)
def test_qlora_lora_full(catalog: Catalog, attempt: Try, runtime: str) -> None:
    """QLoRA <= LoRA <= full fine-tuning, on the same runtime and inputs."""

    def violations() -> Iterator[str]:
        for entry in known(catalog, {"decoder"}):
            same = {
                "runtime": runtime,
                "sequence_length": 512,
                "adapter_dtype": "bf16",
                "precision": "bf16",
            }
            yield from (
                f"{entry.id}: {fault}"
                for fault in never_less(
                    [
                        ("qlora", attempt(entry.id, "qlora", **same)),
                        ("lora", attempt(entry.id, "lora", weights="bf16", **same)),
                        ("full", attempt(entry.id, "full", **same)),
                    ]
                )
            )

    assert_none(violations())


def test_fewer_bits_never_weigh_more(catalog: Catalog) -> None:
    """Weights in a format with fewer bits everywhere are never larger.

    But for T5: Transformers keeps some of its matrices in fp32 beside fp16 weights.
    """
    forms = [form for form in catalog.formats.values() if form.weights]

    def smaller(one: Format, other: Format) -> bool:
        def bits(form: Format) -> tuple[float, ...]:
            experts = (form.experts or form.linear).bits
            mix = form.mix or Mix(source="none")
            uneven = mix.uneven + max(mix.uneven_down, 0)
            return (
                form.linear.bits,
                form.linear.bits + uneven,
                experts,
                experts + uneven,
                form.embedding_bits,
                form.embedding_bits + mix.uneven_tables,
                form.tied_bits,
                form.tied_bits + mix.uneven_outputs,
                form.head_bits,
                form.head_bits + mix.uneven_outputs,
                form.other_bits,
                form.tower_bits or form.other_bits,
                form.other_bits if form.modules_only else form.linear.bits,  # T5's last matrices
            )

        return all(a <= b for a, b in zip(bits(one), bits(other), strict=True))

    pairs = [
        (one, other) for one in forms for other in forms if one is not other and smaller(one, other)
    ]
    assert len(pairs) > 50
    assert_none(
        f"{entry.id}: {one.id} > {other.id}"
        for entry in known(catalog)
        if entry.groups is not None
        for one, other in pairs
        if not (one.id == "fp16" and entry.groups.wide)
        if weight_bytes(entry.groups, one).total > weight_bytes(entry.groups, other).total
    )


LADDERS = [
    pytest.param(["fp32", "bf16", "int8", "nf4", "nf4-dq"], id="quantisers"),
    pytest.param(["gguf-f16", "q8_0", "q6_k", "q5_k_m", "q4_k_m", "q3_k_m", "q2_k"], id="gguf"),
]


@pytest.mark.parametrize("ladder", LADDERS)
def test_fewer_bits_never_need_more_weights(
    catalog: Catalog, attempt: Try, ladder: list[str]
) -> None:
    """The weights part of an inference answer shrinks down the usual ladder of formats."""

    def violations() -> Iterator[str]:
        for entry in known(catalog, {"decoder"}):
            found = [(form, attempt(entry.id, "inference", weights=form)) for form in ladder]
            given = [(form, one.parts[Part.WEIGHTS]) for form, one in found if one is not None]
            yield from (f"{entry.id}: {a} < {b}" for (a, x), (b, y) in pairwise(given) if x < y)

    assert_none(violations())


def test_eager_attention_never_needs_less(catalog: Catalog, attempt: Try) -> None:
    """The score matrix costs memory; fused kernels never need more."""
    kinds = {"decoder", "encoder", "encoder-decoder", "vision-transformer"}
    assert_none(
        f"{entry.id} {task}: {fault}"
        for entry in known(catalog, kinds)
        for task in TASKS
        for fault in never_less(
            [
                (kernel, attempt(entry.id, task, attention=kernel, context_length=2048, sequence_length=2048, gradient_checkpointing=False) if task != "inference" else attempt(entry.id, task, attention=kernel, context_length=512))
                for kernel in ("sdpa", "eager")
            ]
        )
    )  # fmt: skip


@pytest.mark.parametrize("task", ["lora", "qlora", "full"])
def test_checkpointing_never_needs_more(catalog: Catalog, attempt: Try, task: str) -> None:
    """Keeping only block inputs never needs more than keeping everything."""
    assert_none(
        f"{entry.id} {length}: {fault}"
        for entry in known(catalog)
        for length in (16, 1024, 4096)
        for fault in never_less(
            [
                (name, attempt(entry.id, task, gradient_checkpointing=on, sequence_length=length))
                for name, on in (("on", True), ("off", False))
            ]
        )
    )


def cells(grid: Grid) -> Iterator[tuple[Cell, Estimate]]:
    """Cells with an estimate."""
    for cell in grid.cells.values():
        if cell.estimate is not None:
            yield cell, cell.estimate


def name(cell: Cell) -> str:
    """A cell, for a message."""
    return f"{cell.entry.id} in {cell.matrix.id}"


def test_parts_add_up(grid: Grid) -> None:
    """The named parts sum to the allocated peak exactly, and none is negative or zero."""
    assert_none(
        name(cell)
        for cell, found in cells(grid)
        if sum(found.parts.values()) != found.allocated.expected or min(found.parts.values()) <= 0
    )


def test_bands_enclose(grid: Grid) -> None:
    """Low <= expected <= high, for the allocated memory and for the peak; the peak is larger."""
    assert_none(
        name(cell)
        for cell, found in cells(grid)
        for spread in (found.allocated, found.peak)
        if not (0 < spread.low <= spread.expected <= spread.high)
        or found.peak.low <= found.allocated.low
    )


def test_weights_are_always_there(grid: Grid) -> None:
    """Every workload holds weights; training holds gradients or activations besides."""
    assert_none(name(cell) for cell, found in cells(grid) if found.parts[Part.WEIGHTS] <= 0)
    assert_none(name(cell) for cell, found in cells(grid) if len(found.parts) < 2)


def test_larger_boards_never_have_a_worse_verdict(grid: Grid) -> None:
    """With more usable memory a verdict stays or improves, where the same software runs."""
    assert_none(
        f"{name(cell)}: {small.id} {cell.verdict(small)}, {large.id} {cell.verdict(large)}"
        for boards in by_kind(grid.boards)
        for cell, _ in cells(grid)
        for small, large in pairwise(boards)
        if cell.on(small) is not None and ORDER[cell.verdict(small)] < ORDER[cell.verdict(large)]
    )


def test_without_flash_attention_no_less_is_needed(grid: Grid) -> None:
    """On boards before Ampere prompts of models whose heads share keys need their scores."""
    older = [(cell, cell.older) for cell, _ in cells(grid) if cell.older is not None]
    assert len(older) > 100
    assert_none(
        name(cell)
        for cell, found in older
        if cell.estimate is None or found.allocated.expected < cell.estimate.allocated.expected
    )


def test_where_only_weights_are_known_nothing_fits(catalog: Catalog, grid: Grid) -> None:
    """Unknown, or too small a board for the weights alone; each precision less than the former."""
    alone = [e for e in catalog.models.values() if isinstance(e.model.architecture, WeightsOnly)]
    assert {"kokoro-82m", "inkling-small"} <= {entry.id for entry in alone}
    for entry in alone:
        cells = grid.of_model(entry)
        weights = [cell.weights or 0 for cell in cells[:3]]
        assert weights == sorted(weights, reverse=True)
        assert min(weights) > 0
        for cell in cells:
            assert cell.estimate is None
            for board in grid.boards:
                small = cell.weights is not None and cell.weights > board.visible
                assert cell.verdict(board) is (Verdict.NO if small else Verdict.UNKNOWN)


def test_undisclosed_models_are_unknown_everywhere(catalog: Catalog, grid: Grid) -> None:
    """No verdict, no estimate, no workload for a model of unpublished size; and for no other."""
    for cell in grid.cells.values():
        hidden = cell.entry.model.architecture.kind == "undisclosed"
        if hidden:
            assert cell.estimate is None
            assert cell.workload is None
            assert cell.offered
            assert {cell.verdict(board) for board in grid.boards} == {Verdict.UNKNOWN}
        elif cell.weights is None:
            assert (cell.estimate is None) is not cell.offered, name(cell)
    hidden_ids = {entry.id for entry in catalog.models.values() if entry.architecture is None}
    assert {"gpt-4", "claude-3-opus"} <= hidden_ids


def test_published_models_have_answers(grid: Grid) -> None:
    """Inference in 16 bits is answered for every model of known size."""
    matrix = grid.catalog.matrices["inference-16-bit"]
    assert_none(
        name(cell)
        for cell in grid.of_matrix(matrix)
        if cell.entry.architecture is not None and cell.estimate is None
    )


@pytest.mark.parametrize("task", TASKS)
def test_more_boards_never_hold_more_each(catalog: Catalog, attempt: Try, task: str) -> None:
    """Of several equal boards each holds at most the weights that fewer boards would hold.

    In one precision; and where an engine divides heads, which three boards cannot share.
    """
    counts = (1, 2, 4, 8) if task == "inference" else (1, 2, 3, 4, 8)
    precision = "bf16" if task == "full" else None

    def violations() -> Iterator[str]:
        for entry in known(catalog, {"decoder", "encoder-decoder", "diffusion"}):
            found = [
                (count, attempt(entry.id, task, boards=count, precision=precision))
                for count in counts
            ]
            given = [(count, one.parts[Part.WEIGHTS]) for count, one in found if one is not None]
            yield from (
                f"{entry.id}: {a} boards {x:,} < {b} boards {y:,}"
                for (a, x), (b, y) in pairwise(given)
                if x < y
            )

    assert_none(violations())


@pytest.mark.parametrize(
    ("runtime", "weights", "counts"),
    [
        ("llama.cpp", "q4_k_m", (8, 4, 3, 2)),
        ("vllm", None, (8, 4, 2)),  # three boards share no heads
        ("transformers", None, (8, 4, 3, 2)),
    ],
)
def test_more_boards_never_need_more_each(
    catalog: Catalog, attempt: Try, runtime: str, weights: str | None, counts: tuple[int, ...]
) -> None:
    """Nor does the whole of a board's need grow, from two boards on."""
    assert_none(
        f"{entry.id}: {fault}"
        for entry in known(catalog, {"decoder"})
        for fault in never_less(
            [
                (str(count), attempt(entry.id, "inference", runtime=runtime, weights=weights, context_length=16384, boards=count))
                for count in counts
            ]
        )
    )  # fmt: skip


@pytest.mark.parametrize("sharding", ["zero-3", "fsdp", "zero-2", "zero-1", "none"])
def test_more_boards_never_train_with_more_each(
    catalog: Catalog, attempt: Try, sharding: str
) -> None:
    """However the copies share; and a pipeline with more stages never holds more in one."""

    def violations() -> Iterator[str]:
        for entry in known(catalog, {"decoder"}):
            copies = [
                (str(count), attempt(entry.id, "full", boards=count, sharding=sharding))
                for count in (8, 4, 2)
            ]
            stages = [
                (str(count), attempt(entry.id, "full", boards=count, pipeline_parallel=count, runtime="megatron"))
                for count in (8, 4, 2)
            ]  # fmt: skip
            yield from (f"{entry.id}: {fault}" for fault in never_less(copies))
            yield from (f"{entry.id}, stages: {fault}" for fault in never_less(stages))

    assert_none(violations())


def test_wider_caches_never_need_less(catalog: Catalog, attempt: Try) -> None:
    """fp8, 16 bits, fp32."""
    assert_none(
        f"{entry.id}: {fault}"
        for entry in known(catalog, {"decoder"})
        for fault in never_less(
            [
                (form, attempt(entry.id, "inference", runtime="vllm", kv_cache=form))
                for form in ("fp8", "bf16", "fp32")
            ]
        )
    )


def test_verdict_thresholds(ask: Ask) -> None:
    """`fits` when the high end fits, `tight` when the expected peak does, else `no`."""
    found = ask("llama-2-7b", "inference")
    peak = found.peak
    rows = [
        (peak.high, Verdict.FITS), (peak.high - 1, Verdict.TIGHT), (peak.expected, Verdict.TIGHT),
        (peak.expected - 1, Verdict.NO), (0, Verdict.NO),
    ]  # fmt: skip
    for have, verdict in rows:
        assert judge(found, type(peak.high)(have)) is verdict
    assert judge(None, peak.high) is Verdict.UNKNOWN


def test_llama_cpp_runs_what_it_can_load(catalog: Catalog) -> None:
    """Every GGUF format has a runtime that loads it, and every weight format has one."""
    for form in catalog.formats.values():
        if form.weights:
            assert any(form.kind in runtime.formats for runtime in catalog.runtimes.values()), (
                form.id
            )
    assert {form.kind for form in catalog.formats.values()} == set(FormatKind)


def test_adapters_copy_only_themselves(catalog: Catalog) -> None:
    """LoRA on 16-bit weights under autocast: 16-bit copies exist of the fp32 adapters alone."""

    def violations() -> Iterator[str]:
        for entry in known(catalog):
            if entry.architecture is None:
                continue
            fields = {"model": entry.id, "task": "lora", "weights": "bf16", "precision": "amp"}
            for form in ("fp32", "bf16"):
                try:
                    asked = resolve(make_request({**fields, "adapter_dtype": form}), catalog)
                except ProblemsError:
                    continue
                assert asked.workload is not None
                numerics = numerics_of(asked.workload)
                if entry.groups is not None and entry.groups.experts and numerics.adapts_experts:
                    continue  # their adapters are added to a copy of the experts
                kept = training_activations(asked.workload, entry.architecture, numerics, 0)
                most = HALF * adapter_elements(asked.workload, numerics) if form == "fp32" else 0
                copies = (kept.weight_copies, kept.block_weight_copies, kept.cached_copies)
                if max(copies) > most:
                    yield f"{entry.id}, {form} adapters: {max(copies):,.0f} > {most:,.0f}"

    assert_none(violations())


def test_recomputed_blocks_keep_no_copies_of_frozen_weights(ask: Ask) -> None:
    """LoRA on fp32 weights: the copies go with the graph; autocast caches trained weights only."""
    asked = {"weights": "fp32", "precision": "amp", "adapter_dtype": "bf16"}
    kept, recomputed = (
        ask("bert-large-uncased", "lora", gradient_checkpointing=on, sequence_length=1, **asked)
        for on in (False, True)
    )
    encoder = 24 * 12 * 1024 * 1024 * HALF
    saved = kept.parts[Part.ACTIVATIONS] - recomputed.parts[Part.ACTIVATIONS]
    assert saved == pytest.approx(encoder * 23 / 24, rel=0.02)
