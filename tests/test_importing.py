"""The importer: real configurations against the catalog, and what it says when it cannot read."""

# ruff: noqa: E501 - a row of a table is one line

import io
import json
import shutil
from pathlib import Path

import pytest
from pydantic import BaseModel

from vram_atlas.catalog import DATA, Catalog, load_catalog
from vram_atlas.cli import main
from vram_atlas.entry_text import entry_text
from vram_atlas.expressions import Config, Value
from vram_atlas.formulas.counting import count
from vram_atlas.importing import import_config, known_types
from vram_atlas.problems import ProblemsError
from vram_atlas.schema import importing
from vram_atlas.schema.importing import OPERATORS
from vram_atlas.schema.model import Family
from vram_atlas.strict_yaml import read
from vram_atlas.validation import OPEN, validate

CONFIGS = Path(__file__).resolve().parent / "configs"
FILES = [pytest.param(path, id=path.stem) for path in sorted(CONFIGS.glob("*.json"))]
"""Numbers and flags of published configurations, each with its source."""


def configuration(name: str) -> dict[str, Value]:
    """The part of a file that the publisher wrote."""
    document = json.loads((CONFIGS / f"{name}.json").read_text(encoding="utf-8"))
    found: dict[str, Value] = document["config"]
    return found


def plain(value: object) -> object:
    """A shape without sources and names; groups of layers in no order."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key not in {"source", "name"}}
    if isinstance(value, list | tuple):
        return sorted((plain(item) for item in value), key=str)
    return value


def test_there_are_enough() -> None:
    """At least 40 real configurations."""
    assert len(FILES) >= 40


@pytest.mark.parametrize("path", FILES)
def test_a_real_configuration_gives_the_catalogs_entry(path: Path, catalog: Catalog) -> None:
    """Same architecture, same count; a tower that the configuration does not size is named."""
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["source"].startswith("https://")
    entry = catalog.models[document["model"]]
    found = import_config(document["config"], catalog.importing, path.name)
    expected = entry.model.architecture.model_dump(mode="json")
    total = entry.groups.total if entry.groups is not None else 0
    if found.uncounted is not None:
        towers = "vision tower"
        left_out = [
            part for part in expected["other_parameters"] if part["name"].startswith(towers)
        ]
        total -= sum(part["count"] for part in left_out)
        expected["other_parameters"] = [
            part for part in expected["other_parameters"] if part not in left_out
        ]
    assert plain(found.architecture.model_dump(mode="json")) == plain(expected)
    assert found.native_format in {None, entry.model.native_format, STORED_AS.get(path.stem)}
    assert count(found.architecture).total == total


STORED_AS = {"tinyllama-1.1b": "fp32"}
"""The configuration is that of a checkpoint from the middle of the training."""

UNTESTED = {
    # No public copy with a commit was found. Most read like one that has a file: qwen2 like qwen3,
    # granite like llama. A type leaves this list when tests/configs/ gets a file of it.
    "RefinedWeb", "RefinedWebModel", "apertus", "baichuan", "camembert", "cohere2", "deit",
    "deepseek_v2", "dinov2", "exaone4", "gemma3", "gemma3_text", "glm4_moe", "gpt_bigcode",
    "bloom", "mpt", "granite", "hunyuan_v1_dense", "internlm2", "minicpm",
    "ministral3", "mt5", "olmo2", "olmo3", "olmoe", "phimoe", "qwen",
    "qwen2", "qwen2_5_vl_text", "qwen2_vl_text", "roberta", "seed_oss", "stablelm_epoch",
    "starcoder2", "xlm-roberta",
}  # fmt: skip


def test_every_rule_has_a_configuration_or_is_listed(catalog: Catalog) -> None:
    """The list of untested model types is exact, so that it can only be shortened."""
    seen: set[object] = set()
    for path in CONFIGS.glob("*.json"):
        found = configuration(path.stem)
        inner = found.get("text_config")
        seen |= {found["model_type"], inner.get("model_type") if isinstance(inner, dict) else None}
    seen |= {each.inner for each in catalog.importing.wrappers if each.model_type in seen}
    assert set(known_types(catalog.importing)) - seen == UNTESTED


def packed(bits: int, *ignored: str) -> dict[str, Value]:
    """What compressed-tensors writes of whole numbers in groups."""
    return {
        "quant_method": "compressed-tensors",
        "format": "pack-quantized",
        "config_groups": {"group_0": {"weights": {"num_bits": bits, "type": "int"}}},
        "ignore": ["lm_head", *ignored],
    }


NATIVE = [
    pytest.param({"dtype": "bfloat16"}, "bf16", id="dtype"),
    pytest.param({"torch_dtype": "float16"}, "fp16", id="its old name"),
    pytest.param({}, None, id="nothing said"),
    pytest.param({"quantization_config": {"quant_method": "fp8"}}, "fp8", id="fp8"),
    pytest.param({"quantization_config": {"quant_method": "awq", "bits": 4}}, "awq-int4", id="awq"),
    pytest.param(
        {"quantization_config": {"quant_method": "gptq", "bits": 4}}, "gptq-int4", id="gptq"
    ),
    pytest.param(
        {"quantization_config": {"quant_method": "gptq", "bits": 8}}, "gptq-int8", id="gptq 8"
    ),
    pytest.param({"quantization_config": {"quant_method": "gptq", "bits": 2}}, None, id="gptq 2"),
    pytest.param(
        {"quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": True}},
        "nf4",
        id="bnb 4-bit",
    ),
    pytest.param(
        {
            "quantization_config": {
                "quant_method": "bitsandbytes",
                "load_in_4bit": True,
                "bnb_4bit_use_double_quant": True,
            }
        },
        "nf4-dq",
        id="bnb twice",
    ),
    pytest.param(
        {"quantization_config": {"quant_method": "bitsandbytes", "load_in_8bit": True}},
        "int8",
        id="bnb 8-bit",
    ),
    pytest.param({"quantization_config": packed(4)}, "gptq-int4", id="packed"),
    pytest.param(
        {"quantization_config": packed(4, "re:.*self_attn.*")}, "int4-experts", id="packed experts"
    ),
    pytest.param(
        {
            "quantization_config": {
                "quant_method": "compressed-tensors",
                "format": "float-quantized",
            }
        },
        "fp8",
        id="compressed fp8",
    ),
    pytest.param(
        {"quantization_config": {"quant_method": "modelopt", "quant_algo": "NVFP4"}},
        "nvfp4",
        id="modelopt",
    ),
    pytest.param(
        {"quantization_config": {"quant_method": "modelopt", "quant_algo": "MIXED_PRECISION"}},
        None,
        id="mixed",
    ),
    pytest.param(
        {"quantization_config": {"quant_method": "quark"}, "dtype": "bfloat16"},
        None,
        id="unknown way",
    ),
    pytest.param(
        {"quantization": {"group_size": 64, "bits": 4}, "dtype": "bfloat16"}, None, id="MLX"
    ),
]


@pytest.mark.parametrize(("said", "native"), NATIVE)
def test_the_format_of_the_published_file(
    said: dict[str, Value], native: str | None, catalog: Catalog
) -> None:
    """A quantised copy is named as one; where no format of the catalog is meant, none is."""
    config: Config = {**configuration("llama-3.1-8b"), **dict.fromkeys(("dtype", "torch_dtype"))}
    found = import_config({**config, **said}, catalog.importing, "config.json")
    assert found.native_format == native


def test_operators_are_no_keys_of_an_architecture() -> None:
    """A mapping in a rule is either an expression or a block, never both."""
    keys: set[str] = set()
    pending: list[object] = [Family.model_json_schema()]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            keys |= set(node.get("properties", {}))
            pending += node.values()
        elif isinstance(node, list):
            pending += node
    assert not keys & set(OPERATORS)


def test_every_operator_is_a_class() -> None:
    """The list of operators is that of the classes."""
    first = {
        field.alias or name
        for item in vars(importing).values()
        if isinstance(item, type) and issubclass(item, BaseModel)
        for name, field in [*item.model_fields.items()][:1]
    }
    assert set(OPERATORS) <= first


def faults(config: Config, catalog: Catalog) -> dict[str, tuple[str, str, str]]:
    """Problems of a configuration by path."""
    with pytest.raises(ProblemsError) as caught:
        import_config(config, catalog.importing, "config.json")
    return {
        problem.path: (problem.saw, problem.expected, problem.tip)
        for problem in caught.value.problems
    }


def test_a_key_that_is_null_is_not_said_to_be_missing(catalog: Catalog) -> None:
    """It is there, and open."""
    config: Config = {**configuration("llama-3.1-8b"), "intermediate_size": None}
    saw, expected, tip = faults(config, catalog)["intermediate_size"]
    assert (saw, expected) == ("null", "a value")
    assert tip == "The configuration leaves it open."


def test_an_unknown_type_names_the_nearest_and_all(catalog: Catalog) -> None:
    """A reader learns what would have worked."""
    saw, expected, tip = faults({"model_type": "qwen9"}, catalog)["model_type"]
    assert saw == "'qwen9'"
    assert "rule" in expected
    assert tip.startswith("Did you mean 'qwen")
    assert "whisper" in tip


@pytest.mark.parametrize(
    ("config", "words"),
    [
        pytest.param({"_class_name": "UNet2DConditionModel"}, "diffusion", id="diffusers"),
        pytest.param({"hidden_size": 4096}, "beside the weights", id="no type"),
        pytest.param({"model_type": 7}, "beside the weights", id="a number"),
    ],
)
def test_no_type(config: Config, words: str, catalog: Catalog) -> None:
    """Files that are no configuration of a transformers model."""
    assert words in faults(config, catalog)["model_type"][2]


def test_everything_missing_is_named_at_once(catalog: Catalog) -> None:
    """All missing keys in one run; a key of a similar name is suggested."""
    config: Config = {"model_type": "llama", "hidden_size": 4096, "num_hidden_layer": 32}
    found = faults(config, catalog)
    assert {"num_hidden_layers", "vocab_size", "intermediate_size"} <= set(found)
    assert found["num_hidden_layers"][2] == "Did you mean 'num_hidden_layer'?"


@pytest.mark.parametrize(
    ("name", "change", "path", "saw"),
    [
        pytest.param("llama-3.1-8b", {"num_attention_heads": 0}, "num_attention_heads", "0", id="0"),
        pytest.param("gpt-2", {"n_inner": "wide"}, "architecture.mlp[0].width", "'wide'", id="text"),
        pytest.param("llama-3.1-8b", {"num_key_value_heads": 5}, "architecture.attention[0].kv_heads", "5", id="divisor"),
        pytest.param("t5-small", {"feed_forward_proj": "gated-silu"}, "feed_forward_proj", "'gated-silu'", id="word"),
        pytest.param("deepseek-v3", {"first_k_dense_replace": 62}, "architecture.mlp[1].layers", "-1", id="negative"),
        pytest.param("qwen3-8b", {"use_sliding_window": True}, "model_type", "a variant of 'qwen3'", id="refused"),
        pytest.param("gpt-oss-20b", {"layer_types": "full"}, "layer_types", "'full'", id="no list"),
    ],
)  # fmt: skip
def test_wrong_values(
    name: str, change: dict[str, object], path: str, saw: str, catalog: Catalog
) -> None:
    """A value that means nothing is refused with its place; nothing is guessed."""
    config = {**configuration(name), **change}
    assert faults(config, catalog)[path][0] == saw  # type: ignore[arg-type]


def test_a_part_that_is_missing(catalog: Catalog) -> None:
    """A wrapper without its language model."""
    assert "text_config" in faults({"model_type": "qwen3_vl", "vision_config": {}}, catalog)


def test_the_text_waits_for_a_person(tmp_path: Path, catalog: Catalog) -> None:
    """The printed entry is refused field by field, until all are filled in; then it is a model."""
    config = {
        **configuration("qwen3-0.6b"),
        "num_hidden_layers": 29,
    }  # like no model in the catalog
    found = import_config(config, catalog.importing, "config.json")
    text = entry_text(found, "config.json")
    file = tmp_path / "new.yml"
    file.write_text(text, encoding="utf-8")
    entry, problems = validate(read(file, "new.yml"), Family)
    assert entry is None
    assert {problem.path for problem in problems} >= {
        "family",
        "sources.config.url",
        "models[0].id",
        "models[0].aliases[0]",
        "models[0].released",
        "models[0].licence.name",
    }
    filled = (
        text.replace(f"huggingface.co/{OPEN}/blob/{OPEN}", f"huggingface.co/a/b/blob/{'0' * 40}")
        .replace(f"accessed: {OPEN}", "accessed: 2026-11-25")
        .replace(f"released: {OPEN}", "released: '2025-04'")
        .replace(f"id: {OPEN}", "id: an-import")
        .replace(f"family: {OPEN}", "family: an-import")
        .replace(f"aliases: [{OPEN}]", "aliases: []")
        .replace(f"licence: {{name: {OPEN}", "licence: {name: apache-2.0")
        .replace(f"name: {OPEN}", "name: An Import")
        .replace(f"shows: {OPEN}", "shows: The licence.")
        .replace(f"developer: {OPEN}", "developer: Nobody")
    )
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    (data / "models" / "an-import.yml").write_text(filled, encoding="utf-8")
    assert load_catalog(data).models["an-import"].groups == count(found.architecture)


def test_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file or standard input; problems are printed, never raised."""
    file = tmp_path / "config.json"
    file.write_text(json.dumps(configuration("bert-base-uncased")), encoding="utf-8")
    assert main(["import", str(file)]) == 0
    assert "parameters: {counted: 109482240}" in capsys.readouterr().out

    class Pasted:
        buffer = io.BytesIO(b'{"model_type": "bert"')

    monkeypatch.setattr("sys.stdin", Pasted)
    assert main(["import", "-"]) == 1
    assert "from the first { to the last }" in capsys.readouterr().err
    assert main(["import", str(tmp_path / "missing.json")]) == 1
    assert "No such file" in capsys.readouterr().err
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    assert main(["import", str(tmp_path / "list.json")]) == 1
    assert "an object" in capsys.readouterr().err
