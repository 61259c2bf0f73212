"""What several tests share: the real catalog and grid, read once, and a way to ask."""

from collections.abc import Callable
from pathlib import Path

import pytest

from vram_atlas.catalog import Catalog, load_catalog
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.grid import Grid, build_grid
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.workload import Workload

pytest_plugins = ("browsing",)

Ask = Callable[..., Estimate]
Plan = Callable[..., Workload]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Everything in data/."""
    return load_catalog()


@pytest.fixture(scope="session")
def grid(catalog: Catalog) -> Grid:
    """Every model in every matrix at the stated defaults."""
    return build_grid(catalog)


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
