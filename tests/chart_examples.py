"""One chart of each kind over the real catalog, for the tests of charts and of pictures."""

from functools import cache

from vram_atlas import cases, charts, memory_lines, overview
from vram_atlas.cases import Case
from vram_atlas.catalog import load_catalog
from vram_atlas.grid import Grid, build_grid
from vram_atlas.pictures import Chart

KINDS = (
    "breakdown",
    "parts",
    "cases",
    "with and without",
    "waterfall",
    "lines",
    "KV cache",
    "models",
)
MODEL = "llama-3-8b"
FULL = {"model": "llama-2-7b", "task": "full", "micro_batch_size": 4}


@cache
def grid() -> Grid:
    """Every model in every matrix."""
    return build_grid(load_catalog())


def case(**fields: object) -> Case:
    """One question of the catalog."""
    return cases.case(grid().catalog, fields)


@cache
def examples() -> dict[str, Chart]:
    """By kind."""
    catalog = grid().catalog
    sizes = memory_lines.common_sizes(grid().sizes)
    boards = [catalog.boards[name] for name in ("rtx-3060-12gb", "rtx-4060-ti-16gb", "rtx-4090")]
    breakdown = charts.breakdown(grid().of_model(catalog.models[MODEL]))
    assert breakdown is not None
    changes = (
        {"gradient_checkpointing": True},
        {"optimizer": "adamw-8bit"},
        {"task": "lora"},
        {"task": "qlora"},
    )
    start = {**FULL, "gradient_checkpointing": False}
    labels = ("start", "checkpointing", "8-bit AdamW", "LoRA", "QLoRA")
    steps = list(zip(labels, cases.staircase(catalog, start, changes), strict=True))
    pair = cases.pair(
        catalog, FULL, {"gradient_checkpointing": False}, {"gradient_checkpointing": True}
    )
    series = {
        task: [
            (value, found.need)
            for value, found in cases.series(
                catalog, {"model": MODEL, "task": task}, "micro_batch_size", (1, 4, 16)
            )
        ]
        for task in ("lora", "qlora")
    }
    caches = [
        case(model=model, task="inference", context_length=8192)
        for model in ("llama-2-13b", "deepseek-v3", "gemma-3-12b")
    ]
    found = {
        "breakdown": breakdown,
        "parts": charts.parts(case(model=MODEL, task="qlora"), boards[0]),
        "cases": charts.cases("T", [("a", case(**FULL)), ("b", case(model=MODEL, task="lora"))]),
        "with and without": charts.with_and_without("T", [pair], "without", "with"),
        "waterfall": charts.waterfall("T", steps, boards),
        "lines": charts.lines("T", series, "micro_batch_size", sizes),
        "KV cache": charts.kv_cache("T", caches, 8192),
        "models": overview.models(grid(), catalog.matrices["inference-4-bit"]),
    }
    assert tuple(found) == KINDS
    return found
