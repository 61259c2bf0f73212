"""The catalog: every file is right, and what a contributor gets to read when one is not."""

# ruff: noqa: E501 - a row of a table is one line

import shutil
from pathlib import Path

import pytest

from vram_atlas.catalog import DATA, Catalog, load_catalog
from vram_atlas.formulas.counting import count
from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.schema.layers import Undisclosed
from vram_atlas.strict_yaml import read

TOTALS = [
    ("bloom-560m", 559_214_592),
    ("bloom-7.1b", 7_069_016_064),
    ("bloom-176b", 176_247_271_424),
    ("mpt-7b", 6_649_286_656),
    ("stablelm-3b", 2_795_443_200),
    ("llama-7b", 6_738_415_616),
    ("llama-65b", 65_285_660_672),
    ("llama-2-7b", 6_738_415_616),
    ("llama-2-13b", 13_015_864_320),
    ("llama-2-70b", 68_976_648_192),
    ("llama-3-8b", 8_030_261_248),
    ("llama-3.1-70b", 70_553_706_496),
    ("llama-3.1-405b", 405_853_388_800),
    ("llama-3.2-1b", 1_235_814_400),
    ("llama-3.2-3b", 3_212_749_824),
    ("llama-4-scout", 108_641_793_536),
    ("llama-4-maverick", 401_583_781_376),
    ("codellama-34b", 33_743_970_304),
    ("tinyllama-1.1b", 1_100_048_384),
    ("solar-10.7b", 10_731_524_096),
    ("mistral-7b-v0.1", 7_241_732_096),
    ("mistral-nemo-12b", 12_247_782_400),
    ("mixtral-8x7b", 46_702_792_704),
    ("mixtral-8x22b", 140_630_071_296),
    ("codestral-22b", 22_247_282_688),
    ("qwen1.5-moe-a2.7b", 14_315_784_192),
    ("qwen1.5-110b", 111_209_914_368),
    ("qwen2-57b-a14b", 57_408_658_944),
    ("qwen3-8b", 8_190_735_360),
    ("qwen3-32b", 32_762_123_264),
    ("qwen3-30b-a3b", 30_532_122_624),
    ("qwen3-235b-a22b", 235_093_634_560),
    ("qwen3-coder-480b-a35b", 480_154_875_392),
    ("qwen3-vl-8b", 8_767_123_696),
    ("gemma-2b", 2_506_172_416),
    ("gemma-7b", 8_537_680_896),
    ("gemma-2-2b", 2_614_341_888),
    ("gemma-2-27b", 27_227_128_320),
    ("gemma-3-270m", 268_098_176),
    ("gemma-3-4b", 4_300_079_472),
    ("gemma-3-27b", 27_432_406_640),
    ("phi-3-medium", 13_960_238_080),
    ("phi-4-mini", 3_836_021_760),
    ("phi-4", 14_659_507_200),
    ("falcon3-7b", 7_455_550_464),
    ("deepseek-v2-lite", 15_706_484_224),
    ("deepseek-coder-33b", 33_342_991_360),
    ("chatglm2-6b", 6_243_584_000),
    ("hunyuan-1.8b", 1_791_080_448),
    ("ernie-4.5-0.3b", 360_748_032),
    ("seed-oss-36b", 36_151_104_512),
    ("minicpm5-1b", 1_080_632_832),
    ("internlm3-8b", 8_804_241_408),
    ("gpt-oss-20b", 20_914_757_184),
    ("gpt-oss-120b", 116_829_156_672),
    ("granite-4.1-8b", 8_791_592_960),
    ("olmo-2-13b", 13_716_198_400),
    ("olmo-3-7b", 7_298_011_136),
    ("olmoe-1b-7b", 6_919_161_856),
    ("smollm2-135m", 134_515_008),
    ("smollm3-3b", 3_075_098_624),
    ("starcoder2-7b", 7_173_923_840),
    ("command-r-35b", 34_980_831_232),
    ("apertus-8b", 8_053_338_176),
    ("exaone-4.0-32b", 32_003_216_384),
    ("bert-base-uncased", 109_482_240),
    ("bert-large-uncased", 335_141_888),
    ("roberta-base", 124_645_632),
    ("xlm-roberta-base", 278_043_648),
    ("xlm-roberta-large", 559_890_432),
    ("modernbert-base", 149_014_272),
    ("nomic-embed-text-v1.5", 136_731_648),
    ("bart-base", 139_420_416),
    ("vit-b-16", 86_567_656),
    ("vit-l-16", 304_326_632),
    ("gpt-2", 124_439_808),
    ("qwen2.5-0.5b", 494_032_768),
    ("qwen2.5-7b", 7_615_616_512),
    ("qwen2.5-72b", 72_706_203_648),
    ("resnet-50", 25_557_032),
]
"""Totals of the safetensors files on the Hugging Face hub (torchvision's metadata for ResNet-50),
each confirmed by counting the model class of transformers 5.23; written down apart from data/."""


def test_size_of_the_catalog(catalog: Catalog) -> None:
    """At least 60 models and 60 boards, over every kind of architecture."""
    assert len(catalog.models) >= 60
    assert len(catalog.boards) >= 60
    kinds = {entry.model.architecture.kind for entry in catalog.models.values()}
    assert kinds == {
        "decoder", "encoder", "encoder-decoder", "vision-transformer", "convolutional", "recurrent",
        "diffusion", "weights-only", "undisclosed",
    }  # fmt: skip


@pytest.mark.parametrize(("model", "total"), [pytest.param(*row, id=row[0]) for row in TOTALS])
def test_totals(catalog: Catalog, model: str, total: int) -> None:
    """The count over the tensor shapes equals a total that comes from elsewhere."""
    entry = catalog.models[model]
    assert entry.groups is not None
    assert entry.groups.total == total
    assert entry.model.parameters is not None
    assert entry.model.parameters.counted == total


def test_every_count_is_recomputed(catalog: Catalog) -> None:
    """Stated totals and active parameters follow from the shapes, for every model of known size."""
    for entry in catalog.models.values():
        if entry.architecture is None:
            hidden = isinstance(entry.model.architecture, Undisclosed)
            assert (entry.groups is None) is hidden, entry.id
            continue
        groups = count(entry.architecture)
        parameters = entry.model.parameters
        assert parameters is not None, entry.id
        assert parameters.counted == groups.total, entry.id
        assert parameters.active == (groups.total - groups.inactive if groups.inactive else None), (
            entry.id
        )
        assert 0 < groups.largest_linear <= groups.largest <= groups.total, entry.id
        assert groups.block <= groups.linear + groups.experts, entry.id
        if parameters.file is not None:
            assert parameters.file.total != groups.total, entry.id


def test_undisclosed_models_say_why(catalog: Catalog) -> None:
    """GPT-4 and Claude 3 Opus have no size, and a sentence that says so."""
    for name in ("gpt-4", "claude-3-opus"):
        shape = catalog.models[name].model.architecture
        assert isinstance(shape, Undisclosed)
        assert len(shape.why.split()) > 3


@pytest.mark.parametrize(
    ("what", "word", "identity"),
    [
        pytest.param("models", "llama-2-7b", "llama-2-7b", id="id"),
        pytest.param("models", "Llama 2 7B", "llama-2-7b", id="name"),
        pytest.param("models", "13b llama 2", "llama-2-13b", id="the size first"),
        pytest.param("models", "meta-llama/Llama-2-7b-hf", "llama-2-7b", id="hub id"),
        pytest.param("models", "LLAMA_2_7B", "llama-2-7b", id="capitals and underscores"),
        pytest.param("models", "llama27b", "llama-2-7b", id="no separators"),
        pytest.param("models", "bert-base-uncased", "bert-base-uncased", id="bert"),
        pytest.param("models", "llama-2-8b", None, id="a model that does not exist"),
        pytest.param("boards", "4090", "rtx-4090", id="number of a board"),
        pytest.param("boards", "NVIDIA GeForce RTX 4090", "rtx-4090", id="as nvidia-smi writes it"),
        pytest.param("boards", "h100-80gb", "h100-80gb", id="board id"),
        pytest.param("boards", "rtx-3060-12gb", "rtx-3060-12gb", id="board id with memory"),
        pytest.param("boards", "gtx-1650", "gtx-1650", id="small board"),
        pytest.param("boards", "a100-40gb", "a100-40gb", id="data-centre board"),
        pytest.param("formats", "float16", "fp16", id="format alias"),
        pytest.param("formats", "q4km", "q4_k_m", id="format without separators"),
        pytest.param("optimizers", "paged_adamw_8bit", "adamw-8bit", id="optimizer as transformers names it"),
        pytest.param("runtimes", "hf", "transformers", id="runtime alias"),
    ],
)  # fmt: skip
def test_names(catalog: Catalog, what: str, word: str, identity: str | None) -> None:
    """Ids, names and aliases lead to one entry, however they are spelt."""
    assert catalog.find(what, word) == identity


def test_boards_offer_less_than_their_label(catalog: Catalog) -> None:
    """Visible memory is positive and below the driver's total, which is near the label.

    Error correction takes a sixteenth, and the firmware of an Atlas 300I Duo almost as much again.
    """
    for entry in catalog.boards.values():
        assert 0 < entry.visible <= entry.total, entry.id
        label = entry.board.memory.label_gb
        assert 0.88 < entry.total / (label * 1024**3) <= 1.01, entry.id


@pytest.mark.parametrize(
    ("board", "low", "high"),
    [
        pytest.param("rtx-4090", 23.5, 23.7, id="rtx 4090"),
        pytest.param("a10", 21.9, 22.1, id="a10"),
        pytest.param("t4", 14.5, 14.75, id="t4"),
        pytest.param("l40s", 44.3, 44.6, id="l40s"),
        pytest.param("a100-80gb", 79.1, 79.3, id="a100 80 gb"),
        pytest.param("h100-80gb", 79.0, 79.3, id="h100 80 gb"),
    ],
)
def test_memory_that_programs_see(catalog: Catalog, board: str, low: float, high: float) -> None:
    """What PyTorch says it has in out-of-memory messages that people posted. Unit: GiB."""
    assert low <= catalog.boards[board].visible / 1024**3 <= high


# --- what a contributor gets to read --------------------------------------------------------------

LLAMA, TINY, MIXTRAL, GPT4 = (
    "models/llama-2.yml",
    "models/tinyllama.yml",
    "models/mistral.yml",
    "models/openai-gpt.yml",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of data/ to make mistakes in."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def problems_with(data: Path) -> list[Problem]:
    """Everything that the loader says about a folder."""
    try:
        load_catalog(data)
    except ProblemsError as error:
        return error.problems
    return []


MISTAKES = [
    pytest.param(
        LLAMA, "kv_heads: 40", "kv_heads: 12",
        "models[1].architecture.attention[0].kv_heads: saw 12, expected a divisor of heads (40)",
        id="kv heads do not divide heads",
    ),
    pytest.param(
        LLAMA, "counted: 13015864320", "counted: 13015864321",
        "models[1].parameters.counted: saw 13,015,864,321, expected 13,015,864,320, the sum over the tensor shapes",
        id="count is off by one",
    ),
    pytest.param(
        LLAMA, "llama2-13b-chat", "llama2-7b-chat",
        "models[1].aliases[0]: saw 'llama2-7b-chat', expected a name of one model only",
        id="alias of another model",
    ),
    pytest.param(
        LLAMA, "- id: llama-2-13b", "- id: llama-2-7b",
        "models[1].id: saw 'llama-2-7b', expected a name of one model only",
        id="an id twice",
    ),
    pytest.param(
        LLAMA, "26857050fe3ff627cd714fe92f5838f51a3d5efa", "main",
        "sources.litgpt.url: saw 'https://github.com/Lightning-AI/litgpt/blob/main/litgpt/config.py', "
        "expected a link that names the 40-digit commit instead of a branch",
        id="link to a branch",
    ),
    pytest.param(
        LLAMA, "/litgpt/blob/26857050fe3ff627cd714fe92f5838f51a3d5efa/litgpt/config.py", "/litgpt",
        "sources.litgpt.url: saw 'https://github.com/Lightning-AI/litgpt', "
        "expected a link that names the 40-digit commit instead of a branch",
        id="link to the front page of a repository",
    ),
    pytest.param(
        TINY, "    source: litgpt\n    context_length: 2048\n", "    context_length: 2048\n",
        "models[0].context_length: saw 2048 and 9 more in models[0] without a source, expected a `source` beside the number or on a block around it",
        id="number without a source",
    ),
    pytest.param(
        TINY, "parameters: {counted: 1100048384, source: llmfit}", "parameters: {counted: 1100048384, source: lmfit}",
        "models[0].parameters.source: saw the source 'lmfit', expected a key of this file's `sources`",
        id="unknown source",
    ),
    pytest.param(
        LLAMA, "mlp:\n        - {kind: gated, layers: 40", "mlp:\n        - {kind: gated, layers: 39",
        "models[1].architecture.mlp: saw 39 layers in all, expected the 40 layers of the model",
        id="layers do not add up",
    ),
    pytest.param(
        MIXTRAL, "active: 12879925248", "active: 12879925247",
        "parameters.active: saw 12,879,925,247, expected 12,879,925,248",
        id="active parameters are off",
    ),
    pytest.param(
        TINY, "counted: 1100048384, source", "counted: 1100048384, active: 100, source",
        "models[0].parameters.active: saw 100, expected nothing: only mixtures of experts have it",
        id="active parameters of a dense model",
    ),
    pytest.param(
        TINY, "context_length: 2048", "unlimited_context: true\n    context_length: 2048",
        "models[0].unlimited_context: saw true, expected nothing beside a `context_length`",
        id="a limit that is none",
    ),
    pytest.param(
        "models/gpt-2.yml", "context_length: 1024", "context_length: 4096",
        "models[0].context_length: saw 4,096, expected at most the 1,024 position embeddings",
        id="a text longer than the learned positions",
    ),
    pytest.param(
        TINY, "family: tinyllama", "family: tiny-llama",
        "family: saw 'tiny-llama', expected 'tinyllama', the name of the file",
        id="file has another name",
    ),
    pytest.param(
        TINY, "hidden_size: 2048", "hiden_size: 2048",
        "models[0].architecture.hiden_size: saw the unknown key 'hiden_size', expected a key of the schema",
        id="misspelt key",
    ),
    pytest.param(
        TINY, "native_format: bf16", "native_format: bf15",
        "models[0].native_format: saw 'bf15', expected the id of a format",
        id="unknown format",
    ),
    pytest.param(
        TINY, "tied_embeddings: false", "tied_embeddings: no",
        "models[0].architecture.tied_embeddings: saw the bare word no, "
        "expected a value that reads the same to people and to YAML",
        id="yaml 1.1 word",
    ),
    pytest.param(
        "optimizers.yml", "state_elements: 1, source: lion", "state_elements: -1, source: lion",
        "state_elements: saw -1, expected a number not below 0",
        id="negative number",
    ),
    pytest.param(
        "runtimes.yml", "optimizer: adamw-fused", "optimizer: adamw-fast",
        "optimizer: saw 'adamw-fast', expected the id of an optimizer",
        id="runtime names an unknown optimizer",
    ),
    pytest.param(
        "methods.yml", "runtimes: {decoder: transformers, latent: vllm", "runtimes: {decoder: transformer, latent: vllm",
        "tasks[0].runtimes.decoder: saw 'transformer', expected the id of a runtime",
        id="task names an unknown runtime",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "right", "wrong", "message"), MISTAKES)
def test_mistakes(data: Path, name: str, right: str, wrong: str, message: str) -> None:
    """One mistake in a copy of the catalog gives the expected problem, at the line of the mistake."""
    file = data / name
    text = file.read_text(encoding="utf-8")
    assert right in text
    line = text[: text.index(right)].count("\n") + 1
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    found = [str(problem).splitlines()[0] for problem in problems_with(data)]
    place = f"data/{name}:"
    assert any(one.startswith(place) and one.endswith(message) for one in found), found
    shown = next(int(one.split(":")[1]) for one in found if one.endswith(message))
    assert shown == line, found


def test_a_text_model_without_a_word_on_its_context(data: Path) -> None:
    """The problem stands at the entry, and names both ways out."""
    file = data / TINY
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("    context_length: 2048\n", ""), encoding="utf-8")
    (found,) = problems_with(data)
    assert found.path == "models[0].context_length"
    assert "tokens, or `unlimited_context: true`" in found.expected


def test_a_source_that_nothing_uses(data: Path) -> None:
    """Sources that no block names are removed or used."""
    file = data / TINY
    extra = "sources:\n  blog: {kind: third-party, url: 'https://example.org/', shows: Nothing., accessed: 2026-11-22}\n"
    file.write_text(
        file.read_text(encoding="utf-8").replace("sources:\n", extra, 1), encoding="utf-8"
    )
    fault = "sources.blog: saw a source that nothing uses"
    expected = "expected a source that at least one block names"
    found = [str(problem).splitlines()[0] for problem in problems_with(data)]
    assert found == [f"data/models/tinyllama.yml:5: {fault}, {expected}"]


def test_parameters_of_an_undisclosed_model(data: Path) -> None:
    """A size that is not published is not written down as if it were."""
    file = data / GPT4
    text = file.read_text(encoding="utf-8")
    entry = text.index("- id: gpt-4\n")
    at = text.index("    architecture:", entry)
    source = next(iter(load_catalog(data).sources["data/" + GPT4]))
    stated = f"    parameters: {{counted: 1760000000000, source: {source}}}\n"
    file.write_text(text[:at] + stated + text[at:], encoding="utf-8")
    found = problems_with(data)
    assert [problem.saw for problem in found] == ["parameters"]
    assert found[0].expected == "none: the size is not published"
    assert found[0].line == text[:at].count("\n") + 1


def test_an_unreadable_file_does_not_hide_the_others(data: Path) -> None:
    """All problems at once, over all files."""
    (data / TINY).write_text("models: [\n", encoding="utf-8")
    (data / LLAMA).write_text(
        (data / LLAMA).read_text(encoding="utf-8").replace("kv_heads: 40", "kv_heads: 12"),
        encoding="utf-8",
    )
    (data / "gpus" / "intel-arc.yml").write_bytes(b"\xff")
    files = {problem.file for problem in problems_with(data)}
    assert {
        "data/models/tinyllama.yml",
        "data/models/llama-2.yml",
        "data/gpus/intel-arc.yml",
    } <= files


@pytest.mark.parametrize(
    "name", ["formats.yml", "optimizers.yml", "runtimes.yml", "methods.yml", "platforms.yml"]
)
def test_a_missing_file(data: Path, name: str) -> None:
    """A file that is gone is named."""
    (data / name).unlink()
    assert f"data/{name}: (document): saw no file, expected this file" in [
        str(problem).splitlines()[0] for problem in problems_with(data)
    ]


def test_drafts_are_skipped(data: Path) -> None:
    """A file whose name begins with an underscore is a template, not an entry."""
    (data / "models" / "_template.yml").write_text("anything: [", encoding="utf-8")
    assert problems_with(data) == []


def test_every_file_is_read() -> None:
    """Every file below data/ is strict YAML, whoever reads it."""
    for file in sorted(DATA.rglob("*.yml")):
        assert read(file, file.name).problems == [], file.name
