"""States and step temporaries of every optimizer, against papers, code and measured savings."""

import pytest
from conftest import Ask

from vram_atlas.catalog import Catalog
from vram_atlas.formulas.counting import count
from vram_atlas.formulas.phases import Part
from vram_atlas.problems import ProblemsError
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.schema.architecture import Decoder
from vram_atlas.units import GIB

SAVED = {
    "adamw-torchao-8bit": 12.4,  # 51.6 to 39.1 and 39.3
    "adamw-4bit": 18.4,
}
"""GiB that low-bit AdamW saves on Llama 2 7B in pure bf16.

Source: measured peaks in torchao's README (pytorch/ao, low-bit optimizers)."""


@pytest.mark.parametrize(("name", "saved"), SAVED.items(), ids=SAVED)
def test_measured_savings(ask: Ask, name: str, saved: float) -> None:
    """The difference between two peaks is a difference of states."""
    whole, small = (
        ask("llama-2-7b", "full", optimizer=optimizer).parts[Part.OPTIMIZER_STATES]
        for optimizer in ("adamw-fused", name)
    )
    assert (whole - small) / GIB == pytest.approx(saved, rel=0.02)


def states(ask: Ask, optimizer: str, precision: str = "fp32") -> float:
    """Bytes of states of Llama 3 8B under full fine-tuning."""
    found = ask("llama-3-8b", "full", optimizer=optimizer, precision=precision)
    return found.parts.get(Part.OPTIMIZER_STATES, 0)


PER_PARAMETER = [
    ("adamw", "fp32", 8.0),
    ("adamw", "bf16", 4.0),
    ("adamw", "mixed", 12.0),
    ("lion", "fp32", 4.0),
    ("lion", "bf16", 2.0),
    ("lion", "mixed", 8.0),
    ("sgd", "bf16", 0.0),
    ("sgd", "mixed", 4.0),
    ("adamw-4bit", "bf16", 2 * (4 + 32 / 128) / 8),
    ("adamw-4bit", "mixed", 4 + 2 * (4 + 32 / 128) / 8),
]


@pytest.mark.parametrize(("optimizer", "precision", "bytes_each"), PER_PARAMETER)
def test_bytes_per_parameter(
    ask: Ask, catalog: Catalog, optimizer: str, precision: str, bytes_each: float
) -> None:
    """States follow the weight's format; mixed precision keeps an fp32 master copy and states."""
    groups = catalog.models["llama-3-8b"].groups
    assert groups is not None
    assert states(ask, optimizer, precision) == pytest.approx(groups.total * bytes_each, rel=1e-6)


def llama_matrices(catalog: Catalog) -> list[tuple[int, int]]:
    """Every matrix inside the blocks of Llama 3 8B: rows and columns."""
    architecture = catalog.models["llama-3-8b"].architecture
    assert isinstance(architecture, Decoder)
    hidden, width = architecture.hidden_size, 14336
    block = (
        [(hidden, hidden)] * 2 + [(hidden, 1024)] * 2 + [(hidden, width)] * 2 + [(width, hidden)]
    )
    return block * architecture.layers


def test_muon(ask: Ask, catalog: Catalog) -> None:
    """One momentum for matrices, AdamW's two states for embeddings, output and norms."""
    groups = catalog.models["llama-3-8b"].groups
    assert groups is not None
    inside = sum(rows * columns for rows, columns in llama_matrices(catalog))
    expected = 2 * (inside + 2 * (groups.total - inside))
    assert states(ask, "muon", "bf16") == expected


def test_galore(ask: Ask, catalog: Catalog) -> None:
    """Per matrix a projection of its shorter side, and two states of its longer; rank 128.

    Source: galore_torch/galore_projector.py and adamw.py.
    """
    groups = catalog.models["llama-3-8b"].groups
    assert groups is not None
    matrices = llama_matrices(catalog)
    inside = sum(rows * columns for rows, columns in matrices)
    projected = sum(128 * min(m) + 2 * 128 * max(m) for m in matrices)
    expected = 2 * (projected + 2 * (groups.total - inside))
    assert states(ask, "galore-adamw", "bf16") == expected
    assert states(ask, "galore-adamw", "bf16") < 0.4 * states(ask, "adamw", "bf16")
    assert states(ask, "galore-adamw-8bit", "bf16") < states(ask, "galore-adamw", "bf16")


def test_shorter_sides(catalog: Catalog) -> None:
    """Counted for every transformer, experts included."""
    for entry in catalog.models.values():
        if entry.architecture is None or not count(entry.architecture).shorter:
            continue
        groups = count(entry.architecture)
        assert 0 < groups.shorter <= groups.longer, entry.id
        assert groups.shorter + groups.longer <= groups.margins, entry.id


@pytest.mark.parametrize(("model", "task"), [("llama-3-8b", "lora"), ("resnet-50", "full")])
def test_galore_needs_matrices_of_blocks(catalog: Catalog, model: str, task: str) -> None:
    """Adapters are thin already, and kernels are no matrices."""
    with pytest.raises(ProblemsError, match="GaLore projects"):
        resolve(make_request({"model": model, "task": task, "optimizer": "galore-adamw"}), catalog)


REFUSED = [("transformers", "q8_0"), ("vllm", "q4_0"), ("llama.cpp", "fp8")]


@pytest.mark.parametrize(("runtime", "cache"), REFUSED)
def test_caches_belong_to_runtimes(catalog: Catalog, runtime: str, cache: str) -> None:
    """Block formats of llama.cpp, fp8 of PyTorch's engines: each refuses the other's."""
    weights = "q4_k_m" if runtime == "llama.cpp" else "bf16"
    request = {
        "model": "llama-3-8b",
        "task": "inference",
        "weights": weights,
        "runtime": runtime,
        "kv_cache": cache,
    }
    with pytest.raises(ProblemsError, match=r"a format that .* offers: .*bf16"):
        resolve(make_request(request), catalog)
