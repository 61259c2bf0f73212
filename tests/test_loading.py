"""Loading as a phase: where code holds some weights twice, that moment can be the peak."""

from conftest import Ask

from vram_atlas.catalog import Catalog
from vram_atlas.estimator import estimate
from vram_atlas.formulas.phases import Part, Phase
from vram_atlas.formulas.weights import weight_bytes
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.schema.software import FormatKind, Preparation, Unpacking


def test_tied_matrix_of_awq_files_is_loaded_twice(ask: Ask) -> None:
    """Qwen2.5 0.5B, AWQ, a prompt of one token: one copy of the matrix more than at rest."""
    found = ask(
        model="qwen2.5-0.5b",
        task="inference",
        weights="awq-int4",
        context_length=2,
        prompt_length=1,
    )
    assert found.phase is Phase.LOAD
    copy = 151_936 * 896 * 2
    assert found.allocated.expected - found.parts[Part.WEIGHTS] == 0
    once = ask(model="qwen2.5-0.5b", task="inference", weights="gptq-int4", context_length=2)
    assert abs(found.parts[Part.WEIGHTS] - once.parts[Part.WEIGHTS] - copy) < 0.02 * copy


def test_it_never_wins_with_a_long_prompt(ask: Ask) -> None:
    """The same model with a long prompt: reading it needs more."""
    found = ask(model="qwen2.5-0.5b", task="inference", weights="awq-int4", context_length=32768)
    assert found.phase is not Phase.LOAD


def test_stored_as_run_means_no_second_copy(catalog: Catalog) -> None:
    """16-bit, fp8, GGUF and GPTQ weights are loaded in place, whatever the model."""
    for form in catalog.formats.values():
        if form.unpacking is Unpacking.PRODUCT or form.stores_tied_twice:
            continue
        for entry in catalog.models.values():
            if entry.groups is not None:
                assert weight_bytes(entry.groups, form).loading == 0, (entry.id, form.id)


def test_quantising_while_loading_never_wins(catalog: Catalog) -> None:
    """Bitsandbytes holds one 16-bit matrix more while it loads, and again in every product.

    So the first pass needs more, even for one token. All language models, inference and QLoRA.
    """
    formats = [
        form.id
        for form in catalog.formats.values()
        if form.kind is FormatKind.QUANTISED and form.unpacking is Unpacking.PRODUCT
    ]
    assert formats
    for entry in catalog.models.values():
        if entry.architecture is None or entry.architecture.kind != "decoder":
            continue
        for form in formats:
            shortest = {"model": entry.id, "task": "inference", "weights": form}
            request = make_request({**shortest, "context_length": 1, "runtime": "transformers"})
            workload = resolve(request, catalog).workload
            assert workload is not None
            assert estimate(workload, catalog).phase is not Phase.LOAD, (entry.id, form)


def test_preparing_for_training_casts_the_largest_table(catalog: Catalog) -> None:
    """prepare_model_for_kbit_training: the 16-bit embedding lives until its fp32 copy is whole."""
    groups = catalog.models["llama-3-8b"].groups
    assert groups is not None
    form = catalog.formats["nf4-dq"]
    prepared = weight_bytes(groups, form, prepared=Preparation.EVERYTHING)
    assert prepared.loading == 128_256 * 4096 * 2
    assert weight_bytes(groups, form).loading == 0
