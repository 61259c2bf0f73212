"""Layers that differ: no board is counted with less than its layers can need."""

from itertools import accumulate, pairwise

import pytest
from conftest import Ask

from vram_atlas.catalog import Catalog
from vram_atlas.formulas import uneven
from vram_atlas.formulas.phases import Part
from vram_atlas.schema.architecture import Decoder
from vram_atlas.terms import layer_order

ORDERS = {
    # The kind of every layer, by its place in the file, as the published configurations have them.
    "deepseek-v3": ([0] * 61, [0] * 3 + [1] * 58),
    "gemma-3-27b": ([0 if layer % 6 == 5 else 1 for layer in range(62)], [0] * 62),
    "gemma-3-4b": ([0 if layer % 6 == 5 else 1 for layer in range(34)], [0] * 34),
    "gpt-oss-20b": ([1, 0] * 12, [0] * 24),
    "llama-4-maverick": ([0, 0, 0, 1] * 12, [0, 1] * 24),
    "jamba-v0.1": ([1 if layer % 8 == 4 else 0 for layer in range(32)], [0, 1] * 16),
    "qwen3-next-80b-a3b": ([0, 0, 0, 1] * 12, [0] * 48),
    "nemotron-nano-9b-v2": (
        ["M*-".index(one) for one in "M-M-M-MM-M-M-M*-M-M-M*-M-M-M-M*-M-M-M-M*-M-MM-M-M-M-M-M-"],
        [int(one == "-") for one in "M-M-M-MM-M-M-M*-M-M-M*-M-M-M-M*-M-M-M-M*-M-MM-M-M-M-M-M-"],
    ),
}


def runs(values: list[float], held: int) -> list[float]:
    """What each run of so many layers has."""
    sums = [0.0, *accumulate(values)]
    return [sums[end] - sums[end - held] for end in range(held, len(sums))]


@pytest.mark.parametrize("model", ORDERS)
@pytest.mark.parametrize("part", ["attention", "mlp"])
def test_no_run_has_more(catalog: Catalog, model: str, part: str) -> None:
    """Of no kind has a run of layers more than is counted, and one has as much but for one layer.

    The Mamba-2 layers of Nemotron Nano stand side by side here and there: one or two are missed.
    """
    architecture = catalog.models[model].architecture
    assert isinstance(architecture, Decoder)
    order = layer_order(architecture)
    kinds = getattr(order, part)
    places = ORDERS[model][part == "mlp"]
    if len(kinds) == 1:
        return
    missed = 2 if model.startswith("nemotron") else 0
    whole = uneven.Order(layers=order.layers, attention=kinds)
    for heavy in range(len(kinds)):
        values = [float(kind == heavy) for kind in range(len(kinds))]
        assert places.count(heavy) == kinds[heavy].layers
        for held in range(1, order.layers + 1):
            real = max(runs([values[kind] for kind in places], held))
            counted = uneven.most(whole, values, held)
            assert counted >= real - missed
            assert counted <= real + 1 + missed or kinds[heavy].apart == 1


@pytest.mark.parametrize("model", ORDERS)
def test_longer_runs_never_have_less(catalog: Catalog, model: str) -> None:
    """One layer more never takes anything away, and all layers are what all have."""
    architecture = catalog.models[model].architecture
    assert isinstance(architecture, Decoder)
    order = layer_order(architecture)
    values = [float(one.linear + one.experts) for one in uneven.counts(order)]
    found = [uneven.most(order, values, held) for held in range(order.layers + 1)]
    assert all(less <= more for less, more in pairwise(found))
    assert found[-1] == sum(
        kind.layers * value
        for kind, value in zip(order.attention, values[: len(order.attention)], strict=True)
    ) + sum(
        kind.layers * (value - values[len(order.attention)])
        for kind, value in zip(order.mlp, values[len(order.attention) :], strict=True)
    )


def test_experts_behind_dense_layers(ask: Ask, catalog: Catalog) -> None:
    """11 of DeepSeek-V3's layers: all of them with experts, 11 of the 58 that have any."""
    fields = {"task": "inference", "runtime": "llama.cpp", "weights": "q4_k_m"}
    found = ask("deepseek-v3", boards=6, **fields).parts[Part.WEIGHTS]
    groups = catalog.models["deepseek-v3"].groups
    assert groups is not None
    whole = ask("deepseek-v3", **fields).parts[Part.WEIGHTS]
    experts = whole * groups.experts / groups.total
    assert found > experts * 11 / 58
    assert found > 1.03 * whole * 11 / 61


def test_full_attention_beside_windows(ask: Ask) -> None:
    """31 of Gemma 3 27B's layers have at most 6 of its 10 with full attention."""
    fields = {
        "task": "inference",
        "runtime": "llama.cpp",
        "weights": "q4_k_m",
        "context_length": 131072,
    }
    one, two = (
        ask("gemma-3-27b", boards=boards, **fields).parts[Part.KV_CACHE] for boards in (1, 2)
    )
    assert two / one == pytest.approx(0.6, abs=0.01)
