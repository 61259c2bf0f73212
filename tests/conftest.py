"""What several tests share: the real catalog and grid, read once, and a way to ask."""

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from vram_atlas.catalog import Catalog, load_catalog
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.grid import Grid, build_grid
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.workload import Workload

pytest_plugins = ("browsing", "cloning", "turns")

Ask = Callable[..., Estimate]
Plan = Callable[..., Workload]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Everything in data/."""
    found = load_catalog()
    gc.freeze()  # it stays to the end: looking for garbage in it takes a tenth of every test's time
    return found


@pytest.fixture(scope="session")
def grid(catalog: Catalog) -> Grid:
    """Every model in every matrix at the stated defaults."""
    found = build_grid(catalog)
    gc.freeze()  # as the catalog
    return found


GOLDEN_MODELS = (
    "bert-base-uncased", "gpt-2", "gpt-4", "gpt-oss-20b", "llama-2-7b", "llama-2-13b",
    "llama-2-70b", "llama-3.1-8b", "mixtral-8x7b", "qwen2.5-0.5b", "resnet-50",
    "stable-diffusion-1.5", "t5-base",
)  # fmt: skip
GOLDEN_BOARDS = (
    "gtx-1650", "rtx-3060-12gb", "rtx-4060-ti-16gb", "rtx-4090", "rtx-5090", "a100-80gb",
    "h100-80gb", "h200", "m3-max-64gb",
)  # fmt: skip


@pytest.fixture(scope="session")
def few_boards(grid: Grid) -> Grid:
    """All models on a few boards, so that a new board changes no golden file."""
    found = Grid(grid.catalog, grid.cells)
    found.__dict__["boards"] = tuple(b for b in grid.boards if b.id in GOLDEN_BOARDS)
    return found


@pytest.fixture(scope="session")
def few_models(catalog: Catalog, few_boards: Grid) -> Grid:
    """A few models on a few boards, so that a new model does not either."""
    few = replace(catalog, models={name: catalog.models[name] for name in GOLDEN_MODELS})
    found = Grid(few, few_boards.cells)
    found.__dict__["boards"] = few_boards.boards
    return found


@pytest.fixture(scope="session")
def plan(catalog: Catalog) -> Plan:
    """What a request means, as `plan("llama-2-7b", "lora", lora_rank=8)`."""

    def planned(model: str, task: str, **fields: object) -> Workload:
        workload = resolve(make_request({"model": model, "task": task, **fields}), catalog).workload
        assert workload is not None, model
        return workload

    return planned


@pytest.fixture(scope="session")
def ask(catalog: Catalog, plan: Plan) -> Ask:
    """What a request needs, as `ask("llama-2-7b", "inference", context_length=4096)`."""

    def asked(model: str, task: str, **fields: object) -> Estimate:
        return estimate(plan(model, task, **fields), catalog)

    return asked
