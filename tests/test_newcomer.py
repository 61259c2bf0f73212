"""A newcomer adds a family: twelve typical mistakes, each with its message, then green."""

# ruff: noqa: E501 - a message is one line, and a row of a table is one line

import re
import shutil
from pathlib import Path

import pytest
from cloning import Clone
from workflow_steps import run_step

FINE, PROBLEMS = 0, 1
FILE = "data/models/open-llama.yml"
CI = Path(__file__).resolve().parent.parent / ".github" / "workflows" / "ci.yml"
CONFIG = Path(__file__).resolve().parent / "newcomer" / "open-llama-3b.json"
"""The configuration that OpenLLaMA 3B was published with: a family that is not in the catalog."""

FILLED = [
    ("family: FILL-IN", "family: open-llama"),
    ("name: FILL-IN", "name: OpenLLaMA"),
    ("developer: FILL-IN", "developer: OpenLM Research"),
    ("huggingface.co/FILL-IN/blob/FILL-IN/config.json", f"huggingface.co/openlm-research/open_llama_3b/blob/{'0' * 40}/config.json"),
    ("accessed: FILL-IN", "accessed: 2026-11-25"),
    ("huggingface.co/FILL-IN/blob/FILL-IN/LICENSE", f"huggingface.co/openlm-research/open_llama_3b/blob/{'0' * 40}/README.md"),
    ("shows: FILL-IN", "shows: The model card names the licence."),
    ("accessed: FILL-IN", "accessed: 2026-11-25"),
    ("id: FILL-IN", "id: open-llama-3b"),
    ("name: FILL-IN", "name: OpenLLaMA 3B"),
    ("aliases: [FILL-IN]", "aliases: [openlm-research/open_llama_3b]"),
    ("released: FILL-IN", "released: '2023-06'"),
    ("{name: FILL-IN, source: licence}", "{name: apache-2.0, source: licence}"),
]  # fmt: skip
"""What a person adds to what the importer printed, in the order of the file."""

MISTAKES = [
    pytest.param(
        "    name: OpenLLaMA 3B", "\tname: OpenLLaMA 3B",
        f"{FILE}:19: (document): saw found character that cannot start any token, expected valid YAML\n"
        "    Indent with spaces, not tabs.",
        id="tab",
    ),
    pytest.param(
        "hidden_size:", "hiden_size:",
        f"{FILE}:27: models[0].architecture.hidden_size: saw nothing, expected this key\n"
        f"{FILE}:30: models[0].architecture.hiden_size: saw the unknown key 'hiden_size', expected a key of the schema\n"
        "    Did you mean 'hidden_size'?",
        id="typo in a key",
    ),
    pytest.param(
        "context_length: 2048", "context_length: 2k",
        f"{FILE}:25: models[0].context_length: saw '2k', expected a whole number\n"
        "    Write the number in full and without a unit; the key says what it counts.",
        id="wrong unit",
    ),
    pytest.param(
        "    source: config\n", "",
        f"{FILE}:7: sources.config: saw a source that nothing uses, expected a source that at least one block names\n"
        "    Name it beside the number it proves, or remove it.\n"
        f"{FILE}:24: models[0].context_length: saw 2048 and 10 more in models[0] without a source, expected a `source` beside the number or on a block around it\n"
        "    Add `source: <key>` and describe the key under `sources` at the top of the file.",
        id="missing source",
    ),
    pytest.param(
        "id: open-llama-3b", "id: llama-2-7b",
        f"{FILE}:18: models[0].id: saw 'llama-2-7b', expected a name of one model only\n"
        "    It already belongs to 'llama-2-7b' (data/models/llama-2.yml:21). Case, spaces, hyphens and underscores do not count.",
        id="duplicate id",
    ),
    pytest.param(
        "kv_heads: 32", "kv_heads: 12",
        f"{FILE}:34: models[0].architecture.attention[0].kv_heads: saw 12, expected a divisor of heads (32)\n"
        "    Each key-value head serves equally many heads: 1, 2, 4, 8, 16, 32. `num_key_value_heads` of config.json; equal to `heads` where it is absent.",
        id="kv heads",
    ),
    pytest.param(
        "counted: 3426473600", "counted: 3324073600",
        f"{FILE}:26: models[0].parameters.counted: saw 3,324,073,600, expected 3,426,473,600, the sum over the tensor shapes\n"
        "    The shapes: linear 3,221,504,000 + embedding 102,400,000 + head 102,400,000 + other 169,600 = 3,426,473,600. Yours is 102,400,000 less. The sum would be yours with `tied_embeddings: true`.",
        id="count off",
    ),
    pytest.param(
        "accessed: 2026-11-25", "accessed: 25.11.2026",
        f"{FILE}:11: sources.config.accessed: saw '25.11.2026', expected a day as YYYY-MM-DD, for example 2026-11-22",
        id="bad date",
    ),
    pytest.param(
        "name: apache-2.0", "name: apache2",
        f"{FILE}:22: models[0].licence.name: saw 'apache2', expected the id of a licence\n"
        "    Did you mean 'apache-2.0'?",
        id="unknown licence",
    ),
    pytest.param(
        f"/blob/{'0' * 40}/config.json", "/blob/main/config.json",
        f"{FILE}:9: sources.config.url: saw 'https://huggingface.co/openlm-research/open_llama_3b/blob/main/config.json', expected a link that names the 40-digit commit instead of a branch\n"
        "    On GitHub press y on the file's page; on Hugging Face open the file from History.",
        id="link without hash",
    ),
    pytest.param(
        "aliases: [openlm", "aliases: [tiny_llama 1.1B, openlm",
        f"{FILE}:20: models[0].aliases[0]: saw 'tiny_llama 1.1B', expected a name of one model only\n"
        "    It already belongs to 'tinyllama-1.1b' (data/models/tinyllama.yml:",
        id="alias taken",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def entry(cloned: Clone) -> str:
    """What `import` prints for the published configuration, filled in."""
    cloned.reset()
    shutil.copy(CONFIG, cloned.path / "config.json")
    done = cloned.run("import", "config.json")
    (cloned.path / "config.json").unlink()
    text = done.stdout
    for gap, value in FILLED:
        assert gap in text, gap
        text = text.replace(gap, value, 1)
    assert "FILL-IN" not in text.split("\n", 1)[1]
    return text


def test_is_it_wanted(clone: Clone) -> None:
    """Before any work: it is not there, and nothing in its name speaks against it."""
    done = clone.run("explain", "--model", "openlm-research/open_llama_3b")
    assert done.returncode == PROBLEMS
    assert "is not in the catalog" in done.stdout, "choose another family for this test"
    assert "[missed: " not in done.stdout


def test_an_empty_file_is_no_obstacle(clone: Clone) -> None:
    """`import config.json > data/models/x.yml`: the shell makes the empty file first."""
    shutil.copy(CONFIG, clone.path / "config.json")
    (clone.path / FILE).touch()
    done = clone.run("import", "config.json")
    assert done.returncode == FINE, done.stderr
    (clone.path / FILE).write_text(done.stdout, encoding="utf-8")
    left = clone.run("check", "--changed", clone.base)
    assert left.returncode == PROBLEMS
    assert f"{FILE}:3: family: saw " in left.stderr


@pytest.mark.parametrize(("right", "wrong", "message"), MISTAKES)
def test_mistakes(clone: Clone, entry: str, right: str, wrong: str, message: str) -> None:
    """Each mistake gets its message, with file, line, and what to do; nothing else is reported."""
    (clone.path / FILE).write_text(entry, encoding="utf-8")
    clone.replace(FILE, right, wrong)
    done = clone.run("check", "--changed", clone.base)
    assert done.returncode == PROBLEMS
    assert done.stderr.startswith(message), done.stderr
    places = [line for line in done.stderr.splitlines() if line.startswith("data/")]
    assert all(line.startswith(FILE) for line in places), done.stderr


def test_wrong_folder(clone: Clone, entry: str) -> None:
    """The twelfth mistake: a place that nothing reads."""
    (clone.path / "data" / "model").mkdir()
    (clone.path / "data" / "model" / "open-llama.yml").write_text(entry, encoding="utf-8")
    done = clone.run("check", "--changed", clone.base)
    assert done.returncode == PROBLEMS
    assert done.stderr == (
        "data/model/open-llama.yml: (document): saw a file that nothing reads, "
        "expected data/models/open-llama.yml\n    Move the file there.\n\n1 problem(s).\n"
    )


def test_a_fault_of_the_main_branch_fails_nobody_else(clone: Clone, entry: str) -> None:
    """What was wrong before is told, and does not count."""
    clone.replace("data/models/vgg.yml", "kind: convolutional", "kind: convolutinal")
    clone.git("commit", "--quiet", "--all", "--message", "A fault on main")
    broken = clone.git("rev-parse", "HEAD").strip()
    (clone.path / FILE).write_text(entry, encoding="utf-8")
    name = "What this pull request changed (a fault that was there before does not fail it)"
    done = run_step(CI, "check", name, clone.path, {"BASE": broken})
    assert done.returncode == FINE, done.stdout
    assert "::warning file=data/models/vgg.yml,line=" in done.stdout
    assert "::error" not in done.stdout
    assert clone.run("check").returncode == PROBLEMS


def test_green(clone: Clone, entry: str) -> None:
    """Right at last: the check passes, the page is there, and only new cells appear."""
    (clone.path / FILE).write_text(entry, encoding="utf-8")
    assert clone.run("check", "--changed", clone.base).stdout.startswith("OK: ")
    built = clone.run("build", "--only", "open-llama-3b")
    assert built.returncode == FINE, built.stderr
    page = (clone.path / "docs" / "models" / "open-llama-3b.md").read_text(encoding="utf-8")
    assert "OpenLLaMA 3B is a" in page
    assert "3.43 billion parameters" in page
    clone.preview("open-llama")
    html = (clone.path / ".cache" / "serve-site" / "models" / "open-llama-3b.html").read_text(
        encoding="utf-8"
    )
    assert re.search(r"Inference in bf16 of OpenLLaMA 3B needs [\d.]+ GiB \(", html)
    assert "https://github.com/vram-atlas/vram-atlas/edit/main/data/models/open-llama.yml" in html
    summary = compared(clone)
    assert re.search(r"\*\*\+[\d,]+ cells; no existing verdict changed\.\*\*", summary)
    assert "- New models: open-llama-3b\n" in summary
    assert "|" not in summary, "a table of verdicts or needs that moved"


def compared(clone: Clone) -> str:
    """The job summary that the step of the pull request's workflow writes."""
    summary, file = clone.path / ".cache" / "summary.md", clone.path / ".cache" / "env"
    variables = {"BASE": clone.base, "NUMBER": "7"}
    variables |= {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_ENV": str(file)}
    done = run_step(CI, "diff", "Compare the published answers", clone.path, variables)
    assert done.returncode == FINE, done.stderr
    assert not file.exists(), "the step found verdicts that need a reason"
    assert (clone.path / "diff" / "number.txt").read_text(encoding="utf-8") == "7\n"
    return summary.read_text(encoding="utf-8")
