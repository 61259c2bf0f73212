"""What `check` and `explain --model` tell a contributor: styles, hints, names, and the rules."""

# ruff: noqa: E501 - a row of a table is one line

import json
import shutil
from pathlib import Path

import pytest

from vram_atlas.catalog import DATA, Catalog, load_catalog
from vram_atlas.checking import Report, Style, check, rendered
from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.wanted import about

OWN = Problem("data/models/a.yml", 7, "models[0].id", "'A, 50%: x'", "an id", "Write\nit small.")
BEFORE = Problem("data/gpus/b.yml", 0, "(document)", "no file", "this file")


def test_text_style() -> None:
    """Own problems, their number, and apart from them those that were there before."""
    assert rendered(Report(own=(OWN,), before=(BEFORE,)), Style.TEXT) == (
        "data/models/a.yml:7: models[0].id: saw 'A, 50%: x', expected an id\n    Write\nit small.\n"
        "\n1 problem(s).\n\nNot from this change, and no reason to stop it:\n"
        "data/gpus/b.yml: (document): saw no file, expected this file\n"
    )


def test_json_style() -> None:
    """For programs: whether it is fine, and every field of every problem."""
    document = json.loads(rendered(Report(own=(OWN,), before=(BEFORE,)), Style.JSON))
    assert document["ok"] is False
    assert document["problems"] == [
        {
            "file": "data/models/a.yml",
            "line": 7,
            "path": "models[0].id",
            "saw": "'A, 50%: x'",
            "expected": "an id",
            "tip": "Write\nit small.",
        }
    ]
    assert [item["file"] for item in document["problems_before"]] == ["data/gpus/b.yml"]
    assert json.loads(rendered(check(), Style.JSON))["ok"] is True


def test_github_style() -> None:
    """Workflow commands: properties and message are escaped as GitHub asks; the text follows."""
    lines = rendered(Report(own=(OWN,), before=(BEFORE,)), Style.GITHUB).splitlines()
    assert lines[:2] == [
        "::error file=data/models/a.yml,line=7,title=models[0].id::saw 'A, 50%25: x', expected an id%0AWrite%0Ait small.",
        "::warning file=data/gpus/b.yml,line=1,title=(document)::saw no file, expected this file",
    ]
    assert "1 problem(s)." in lines


def problems_of(data: Path) -> list[Problem]:
    """What the loader says about a folder."""
    with pytest.raises(ProblemsError) as raised:
        load_catalog(data)
    return raised.value.problems


@pytest.mark.parametrize(
    ("name", "right", "wrong", "tip"),
    [
        pytest.param("tinyllama", "tied_embeddings: false", "tied_embeddings: true", "The sum would be yours with `tied_embeddings: false`.", id="tied or not"),
        pytest.param("tinyllama", "counted: 1100048384", "counted: 1100", "1100 looks like millions. Write the number in full.", id="millions"),
        pytest.param("mistral", "counted: 46702792704", "counted: 1605636096", "Yours is the sum without experts (45,097,156,608).", id="without the experts"),
        pytest.param("tinyllama", "kv_heads: 4", "kv_heads: 32", "The shapes: linear 1,130,364,928 + embedding 65,536,000 + head 65,536,000 + other 92,160 = 1,261,529,088. Yours is 161,480,704 less.", id="the sum written out"),
        pytest.param("powerlm", "bias: all}", "bias: none}", "The sum would be yours with `bias: all` in attention.", id="a bias left out"),
        pytest.param("qwen3", "query_key_norm: head", "query_key_norm: none", "The sum would be yours with `query_key_norm: head` in attention.", id="query and key norm left out"),
    ],
)  # fmt: skip
def test_count_hints(tmp_path: Path, name: str, right: str, wrong: str, tip: str) -> None:
    """A count that disagrees comes with both sums, and with the one change that explains it."""
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    file = data / "models" / f"{name}.yml"
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    fault = next(one for one in problems_of(data) if one.path.endswith("parameters.counted"))
    assert tip in fault.tip
    assert "more. " in fault.tip or "less. " in fault.tip


def test_a_taken_alias_is_told_to_the_newcomer(tmp_path: Path) -> None:
    """An alias that is another model's name is a fault of the alias, whichever file comes first."""
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    file = data / "models" / "alexnet.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("aliases: [", "aliases: [Llama 2 7B, ", 1), encoding="utf-8")
    (fault,) = problems_of(data)
    assert (fault.file, fault.path) == ("data/models/alexnet.yml", "models[0].aliases[0]")
    assert "It already belongs to 'llama-2-7b' (data/models/llama-2.yml:21)." in fault.tip


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        pytest.param("models/vgg.yml", "model/vgg2.yml", "data/model/vgg2.yml: (document): saw a file that nothing reads, expected data/models/vgg2.yml", id="misspelt folder"),
        pytest.param("models/vgg.yml", "vgg2.yml", "data/vgg2.yml: (document): saw a file that nothing reads, expected data/models/vgg2.yml", id="no folder"),
        pytest.param("models/vgg.yml", "models/vgg2.yaml", "data/models/vgg2.yaml: (document): saw a file that nothing reads, expected data/models/vgg2.yml", id="another suffix"),
        pytest.param("models/vgg.yml", "gpus/vgg2.yml", "data/gpus/vgg2.yml:1: (document): saw the key 'family', expected an entry of data/gpus/ (one file per product line)", id="a model among the boards"),
        pytest.param("gpus/nvidia-titan.yml", "models/titan.yml", "data/models/titan.yml:1: (document): saw the key 'line', expected an entry of data/models/ (one file per model family)", id="boards among the models"),
        pytest.param("formats.yml", "format.yml", "data/format.yml: (document): saw a file that nothing reads, expected a file in ", id="misspelt file"),
    ],
)  # fmt: skip
def test_files_in_the_wrong_place(tmp_path: Path, source: str, target: str, message: str) -> None:
    """A file that would silently not be read is a problem that names its place."""
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    (data / target).parent.mkdir(exist_ok=True)
    shutil.copy(data / source, data / target)
    (fault,) = problems_of(data)
    assert str(fault).startswith(message)


def test_a_driver_total_in_the_wrong_unit(tmp_path: Path) -> None:
    """24 GiB written where MiB are meant."""
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    file = data / "gpus" / "nvidia-titan.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("mib: 24576", "mib: 24"), encoding="utf-8")
    (fault,) = problems_of(data)
    assert fault.path == "boards[0].memory.total.mib"
    assert fault.expected == "MiB as the driver reports them, near 24,576 for 24 GB"


def test_a_driver_total_that_a_cloud_converted(tmp_path: Path) -> None:
    """EC2's API lists an A10G with 22888 MiB, which are 24 decimal GB; nvidia-smi lists 23028."""
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    file = data / "gpus" / "nvidia-data-centre-ampere.yml"
    text = file.read_text(encoding="utf-8")
    right = "total: {mib: 23028, source: smi-a10g}"
    assert right in text
    file.write_text(text.replace(right, right.replace("23028", "22888")), encoding="utf-8")
    (fault,) = problems_of(data)
    assert "saw 22,888, expected MiB as the driver reports them, not 24 decimal GB" in str(fault)


@pytest.mark.parametrize(
    ("file", "right", "wrong", "message"),
    [
        pytest.param(
            "huawei-ascend", "linux_mib: 62423", "linux_mib: 72423",
            "visible.linux_mib: saw 72,423, expected at most the 65,536 MiB in all", id="on Linux",
        ),
        pytest.param(
            "geforce-rtx-40", "windows: {mib: 6139", "windows: {mib: 61390",
            "windows.mib: saw 61,390, expected at most the 6,141 MiB in all", id="on Windows",
        ),
    ],
)  # fmt: skip
def test_a_program_sees_no_more_than_there_is(
    tmp_path: Path, file: str, right: str, wrong: str, message: str
) -> None:
    """A digit too many in what was seen on a machine."""
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    changed = data / "gpus" / f"{file}.yml"
    text = changed.read_text(encoding="utf-8")
    assert right in text
    changed.write_text(text.replace(right, wrong), encoding="utf-8")
    (fault,) = problems_of(data)
    assert message in str(fault)


def test_explain_a_model_that_is_there(catalog: Catalog) -> None:
    """Where it is, its page, what it needs."""
    text, there = about("meta-llama/Llama-2-7b-hf", catalog)
    assert there
    assert text.startswith("Llama 2 7B is in the catalog: data/models/llama-2.yml:")
    assert "/models/llama-2-7b.html" in text
    assert "It needs: inference in 16 bits " in text


def test_explain_an_undisclosed_model_alone(catalog: Catalog) -> None:
    """It is there, and its size is unknown."""
    text, there = about("gpt-4", catalog)
    assert there
    assert "Unknown: the size of GPT-4 is not published." in text


def test_explain_a_model_that_is_not_there(catalog: Catalog) -> None:
    """What is near it, and what decides about a new one."""
    text, there = about("llama-2-8b", catalog)
    assert not there
    assert "llama-2-7b (Llama 2 7B), data/models/llama-2.yml:" in text
    assert all(rule.title in text for rule in catalog.inclusion)
    assert "[missed: " not in text


def test_rules_that_a_name_decides(catalog: Catalog) -> None:
    """A quantised copy of a fine-tune misses two rules, and is told which words say so."""
    text, _ = about("Somebody/Newmodel-9B-Instruct-GGUF", catalog)
    assert "[missed: 'instruct'] It has a shape of its own." in text
    assert "[missed: 'gguf'] It is the publisher's own release." in text
