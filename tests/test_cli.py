"""The commands as a contributor's shell runs them: exit status, output, and never a traceback."""

# ruff: noqa: E501 - a row of a table is one line

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vram_atlas.cli import main
from vram_atlas.request import FIELDS

FINE, PROBLEMS, USAGE = 0, 1, 2


class Finished:
    """A finished command."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        """Keep status and texts; a traceback is never acceptable."""
        self.status = done.returncode
        self.output = done.stdout.decode()
        self.errors = done.stderr.decode()
        assert "Traceback" not in self.output + self.errors, self.errors


def run(root: Path, *arguments: str, given: str | bytes = "") -> Finished:
    """Run build_tables.py, with standard input as strict as most locales make it."""
    sent = given.encode() if isinstance(given, str) else given
    command = [sys.executable, "build_tables.py", *arguments]
    return Finished(
        subprocess.run(
            command, cwd=root, input=sent, capture_output=True, check=False, timeout=60,
            env=os.environ | {"PYTHONIOENCODING": "utf-8:strict"},
        )
    )  # fmt: skip


def test_check(root: Path) -> None:
    """One line that counts what was read."""
    done = run(root, "check")
    assert done.status == FINE
    assert done.output.startswith("OK: ")
    assert done.output.count("\n") == 1
    assert done.errors == ""


def test_estimate_answers_in_order(root: Path) -> None:
    """One answer per request; a bad line does not stop the others; status 1 says that one was bad."""
    asked: list[Any] = [
        {"id": "first", "model": "llama-2-7b", "task": "inference"},
        {"id": "second", "model": "llama-2-7b", "task": "inferense"},
        {"id": 3, "model": "gpt-4", "task": "inference"},
        {"id": "fourth", "model": "bert-base-uncased", "task": "full", "board": "4090"},
    ]
    lines = [json.dumps(one) for one in asked]
    lines.insert(2, "this is not JSON")
    lines.insert(3, "")
    done = run(root, "estimate", given="\n".join(lines))
    answers = [json.loads(line) for line in done.output.splitlines()]
    assert done.status == PROBLEMS
    assert done.errors == ""
    assert [one["id"] for one in answers] == ["first", "second", None, 3, "fourth"]
    assert ["problems" in one for one in answers] == [False, True, True, False, False]
    assert answers[4]["verdict"] == "fits"


def test_estimate_all_good(root: Path) -> None:
    """Status 0 when every request was answered; an undisclosed size is an answer."""
    done = run(
        root,
        "estimate",
        given='{"model": "gpt-4", "task": "inference"}\n{"model": "t5-base", "task": "full"}\n',
    )
    assert done.status == FINE
    assert done.output.count("\n") == 2


def test_estimate_of_nothing(root: Path) -> None:
    """No request, no answer, no fault."""
    assert (run(root, "estimate").status, run(root, "estimate").output) == (FINE, "")


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(b"\xff\xfe\n", id="bytes that are not UTF-8"),
        pytest.param(b"[" * 50_000 + b"\n", id="deeply nested"),
        pytest.param(b'{"model": "llama-2-7b", "task": "inference", "micro_batch_size": 1' + b"0" * 400 + b"}\n", id="a batch of 401 digits"),
        pytest.param(b'{"model": "llama-2-7b", "task": "inference", "board": {"memory_gib": 1e999}}\n', id="infinite memory"),
        pytest.param(b"\x00\n", id="a zero byte"),
    ],
)  # fmt: skip
def test_hostile_lines(root: Path, given: bytes) -> None:
    """A line that nobody would write gets a problem; the next line is answered."""
    done = run(
        root,
        "estimate",
        given=given + b'{"id": "next", "model": "llama-2-7b", "task": "inference"}\n',
    )
    answers = [json.loads(line) for line in done.output.splitlines()]
    assert done.status == PROBLEMS
    assert len(answers) == 2
    assert "problems" in answers[0]
    assert answers[1]["id"] == "next"
    assert "problems" not in answers[1]


def test_windows_line_ends_and_a_byte_order_mark(root: Path) -> None:
    """Files written on Windows are read."""
    request = '{"model": "llama-2-7b", "task": "inference"}'
    assert run(root, "estimate", given=f"{request}\r\n{request}\r\n").status == FINE


def test_explain(root: Path) -> None:
    """The answer a person would want: verdict, need and offer, parts, what would help."""
    done = run(root, "explain", "--model", "llama-2-13b", "--board", "rtx-4090", "--task", "lora")
    assert done.status == FINE
    assert done.output.startswith("No. Llama 2 13B, LoRA in bf16, on GeForce RTX 4090:\nneeds ")
    for words in ("The peak is ", "weights", "in all", "Assumed: ", "What needs less:", "QLoRA"):
        assert words in done.output
    assert done.errors == ""


def test_explain_with_options(root: Path) -> None:
    """Every field of a request is an option; a number is a board of one's own."""
    done = run(
        root, "explain", "--model", "Llama 3.1 8B", "--board", "24", "--task", "inference", "--weights", "q4_k_m",
        "--context-length", "8192", "--micro-batch-size", "2", "--kv-cache", "q8_0",
    )  # fmt: skip
    assert done.status == FINE
    assert done.output.startswith(
        "Yes. Llama 3.1 8B, inference in GGUF Q4_K_M, on a board with 24.0 GiB"
    )
    assert "micro-batch 2, context length 8,192" in done.output
    off = run(
        root,
        "explain",
        "--model",
        "llama-2-7b",
        "--board",
        "4090",
        "--task",
        "lora",
        "--no-gradient-checkpointing",
    )
    assert "gradient checkpointing off" in off.output


def test_explain_an_undisclosed_model(root: Path) -> None:
    """Nothing is invented."""
    done = run(
        root, "explain", "--model", "claude-3-opus", "--board", "h100-80gb", "--task", "inference"
    )
    assert done.status == FINE
    assert done.output.startswith("Unknown: the size of Claude 3 Opus is not published.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("--model", "llama-2-8b", "--board", "rtx-4090", "--task", "lora"), "Did you mean 'llama-", id="unknown model"),
        pytest.param(("--model", "llama-2-7b", "--board", "rtx-4091", "--task", "lora"), "Did you mean 'rtx-4090'", id="unknown board"),
        pytest.param(("--model", "llama-2-7b", "--board", "0", "--task", "lora"), "board: saw", id="a board without memory"),
        pytest.param(("--model", "llama-2-7b", "--board", "rtx-4090", "--task", "lora", "--boards", "0"), "boards: saw 0", id="no boards"),
        pytest.param(("--model", "llama-2-7b", "--board", "rtx-4090", "--task", "full", "--weights", "nf4"), "a format that can be trained", id="format that cannot be trained"),
    ],
)  # fmt: skip
def test_problems_go_to_standard_error(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 1, nothing on standard output, and what to do on standard error."""
    assert main(("explain", *arguments)) == PROBLEMS
    output, errors = capsys.readouterr()
    assert output == ""
    assert words in errors
    assert errors.endswith("1 problem(s).\n")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((), id="no command"),
        pytest.param(("bild",), id="unknown command"),
        pytest.param(("check", "--fast"), id="unknown option"),
        pytest.param(("explain", "--model", "llama-2-7b", "--board", "rtx-4090"), id="a board without a task"),
        pytest.param(("explain", "--model", "a", "--board", "b", "--task", "tune"), id="task outside the set"),
        pytest.param(("explain", "--model", "a", "--board", "b", "--board", "c", "--boards", "2", "--task", "lora"), id="boards that differ, and how many"),
        pytest.param(("explain", "--model", "a", "--board", "b", "--task", "lora", "--lora-rank", "x"), id="text for a number"),
    ],
)  # fmt: skip
def test_wrong_usage(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2 and the usage on standard error."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    output, errors = capsys.readouterr()
    assert stopped.value.code == USAGE
    assert output == ""
    assert errors.startswith("usage: build_tables.py")


def test_help(root: Path) -> None:
    """The commands are listed with a sentence each."""
    done = run(root, "--help")
    assert done.status == FINE
    for command in ("check", "build", "estimate", "explain"):
        assert command in done.output


def test_every_field_of_a_request_is_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing can be asked in JSON only; the name of a request is its caller's."""
    with pytest.raises(SystemExit):
        main(("explain", "--help"))
    shown = capsys.readouterr().out
    for name in FIELDS.keys() - {"id"}:
        assert f" --{name.replace('_', '-')}" in shown, name


@pytest.mark.parametrize(
    ("targets", "size"),
    [
        pytest.param(("q_proj", "v_proj"), "17.4 GiB", id="names"),
        pytest.param(("all-linear",), "17.8 GiB", id="all"),
    ],
)
def test_targets(targets: tuple[str, ...], size: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Projections are a list of words; all of them is one word."""
    lora = ("--model", "llama-3-8b", "--board", "rtx-4090", "--task", "lora")
    assert main(("explain", *lora, "--lora-targets", *targets)) == FINE
    assert f"needs {size} " in capsys.readouterr().out


def test_a_closed_pipe(root: Path) -> None:
    """`estimate | head -1` ends quietly."""
    line = b'{"model": "llama-2-7b", "task": "inference"}\n'
    command = [sys.executable, "build_tables.py", "estimate"]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        try:
            process.stdin.write(line * 2000)
            process.stdin.close()
        except BrokenPipeError:
            pass
        errors = process.stderr.read().decode()
        process.wait(timeout=60)
    assert "Traceback" not in errors, errors
    assert "Exception ignored" not in errors, errors


def test_commands_run_from_anywhere(root: Path, tmp_path: Path) -> None:
    """data/ is found beside the package, whatever the working directory is."""
    done = subprocess.run(
        [sys.executable, str(root / "build_tables.py"), "check"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == FINE, done.stderr.decode()


def test_readme_shows_what_the_command_says(root: Path) -> None:
    """The example in README.md is the first lines of the command's answer."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    shown = readme.split("```console\n$ python build_tables.py ")[1].split("```")[0]
    command, *lines = shown.strip().splitlines()
    done = run(root, *command.split())
    assert done.output.splitlines()[: len(lines)] == lines


def test_reference_shows_a_request_that_works(root: Path) -> None:
    """The request on the JSON API page gets an answer with a verdict."""
    page = (root / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    line = page.split("echo '")[1].split("'")[0]
    done = run(root, "estimate", given=line)
    assert done.status == FINE
    assert json.loads(done.output)["verdict"] in {"fits", "tight", "no"}


def test_missing_packages_are_explained(root: Path) -> None:
    """Outside the environment the command says how to make it, without a traceback."""
    done = subprocess.run(
        [sys.executable, "-S", "-E", "build_tables.py", "check"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == PROBLEMS
    assert "make environment" in done.stderr
    assert "Traceback" not in done.stderr
