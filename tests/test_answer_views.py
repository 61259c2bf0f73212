"""What the question box says, without a page: questions in Node against the estimator in Python."""

# ruff: noqa: E501 - a row of a table is one line

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from javascript import in_node, write_box

from vram_atlas.answers import answer_division, answer_line
from vram_atlas.badges import badges
from vram_atlas.catalog import Catalog
from vram_atlas.grid import Grid
from vram_atlas.note_words import NOT_COMPUTED
from vram_atlas.schema.base import Task
from vram_atlas.units import GIB

View = dict[str, Any]
State = dict[str, Any]
Compose = Callable[[Iterable[str | State]], list[View]]

COMMON: Final = (
    ("llama 2 13b lora on a 4090", {"model": "llama-2-13b", "task": "lora", "board": "rtx-4090"}),
    ("qlora llama 2 13b on 4090", {"model": "llama-2-13b", "task": "qlora", "board": "rtx-4090"}),
    ("llama 3.1 8b q4_k_m on a 3060", {"model": "llama-3.1-8b", "task": "inference", "weights": "q4_k_m", "board": "rtx-3060-12gb"}),
    ("run llama 3.1 8b on a 3090", {"model": "llama-3.1-8b", "task": "inference", "board": "rtx-3090"}),
    ("2x3090 llama 3.3 70b q4_k_m", {"model": "llama-3.3-70b", "task": "inference", "weights": "q4_k_m", "board": "rtx-3090", "boards": 2}),
    ("full fine-tune llama 2 7b on an a100 80gb", {"model": "llama-2-7b", "task": "full", "board": "a100-80gb"}),
    ("qlora llama 2 70b on h100", {"model": "llama-2-70b", "task": "qlora", "board": "h100-80gb"}),
    ("flux dev on a 4090", {"model": "flux.1-dev", "task": "inference", "board": "rtx-4090"}),
    ("gpt-oss 20b on 16gb", {"model": "gpt-oss-20b", "task": "inference", "board": {"memory_gib": 16}}),
    ("llama 3.1 8b q4_k_m 32k context on 12 GB", {"model": "llama-3.1-8b", "task": "inference", "weights": "q4_k_m", "context_length": 32768, "board": {"memory_gib": 12}}),
)  # fmt: skip
"""The ten most common forms of question, and the request that each stands for."""


@pytest.fixture(scope="module")
def scripts(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The scripts of the question box."""
    return write_box(catalog, tmp_path_factory.mktemp("box"))


@pytest.fixture(scope="module")
def call(scripts: list[Path]) -> Callable[[str, Iterable[object]], Iterator[Any]]:
    """What a function of the script gives for each argument."""

    def work(function: str, arguments: Iterable[object]) -> Iterator[Any]:
        code = f"text => JSON.stringify(({function})(JSON.parse(text)))"
        lines = (json.dumps(argument, ensure_ascii=False) for argument in arguments)
        return map(json.loads, in_node(scripts, lines, code))

    return work


@pytest.fixture(scope="module")
def compose(call: Callable[[str, Iterable[object]], Iterator[Any]]) -> Compose:
    """Views of texts, or of states."""

    def views(asked: Iterable[str | State]) -> list[View]:
        states = [{"q": one, "fields": {}} if isinstance(one, str) else one for one in asked]
        return list(call("vramAtlas.compose", states))

    return views


def contract(view: View) -> dict[str, str]:
    """The attributes of #answer."""
    found: dict[str, str] = view["contract"]
    return found


def estimate(request: object, catalog: Catalog) -> dict[str, Any]:
    """What the command says."""
    found, good = answer_line(json.dumps(request), catalog)
    assert good, found
    return found


def test_common_questions(compose: Compose, catalog: Catalog) -> None:
    """Verdict, format, need and offer are those of `estimate` for the same request."""
    views = compose([question for question, _ in COMMON])
    for (question, request), view in zip(COMMON, views, strict=True):
        expected = estimate(request, catalog)
        said = contract(view)
        assert said["state"] == "answered", question
        assert said["verdict"] == expected["verdict"], question
        assert said["format"] == expected["settings"]["weights"], question
        assert said["needGib"] == f"{expected['peak_bytes']['expected'] / GIB:.3f}", question
        assert said["haveGib"] == f"{expected['have_bytes'] / GIB:.3f}", question


def test_a_size_covers_its_models(compose: Compose, catalog: Catalog) -> None:
    """Every model of a size has a row; the verdict is shared, or mixed."""
    (view,) = compose(["can a 4090 lora a 13b?"])
    verdicts = set()
    rows = next(one for one in view["sections"] if one["id"] == "members")["rows"]
    for model, _, verdict in rows:
        request = {"model": model["text"], "task": "lora", "board": "rtx-4090"}
        assert estimate(request, catalog)["verdict"] == verdict["verdict"]
        verdicts.add(verdict["verdict"])
    assert len(rows) > 3
    assert contract(view)["model"] == "class:13b"
    assert contract(view)["verdict"] == (verdicts.pop() if len(verdicts) == 1 else "mixed")


@pytest.mark.parametrize(
    ("question", "matrix"),
    [
        pytest.param("largest model to lora on a 3060", "lora", id="lora"),
        pytest.param("largest model to qlora on a 3060", "qlora", id="qlora"),
    ],
)
def test_the_largest_has_the_most_parameters(
    compose: Compose, grid: Grid, question: str, matrix: str
) -> None:
    """Whatever fits and needs more memory with fewer parameters stands below."""
    board = grid.catalog.boards["rtx-3060-12gb"]
    found = grid.models_that_fit(board, grid.catalog.matrices[matrix])
    fitting = [cell.entry for cell in found.fits]
    most = max(entry.model.parameters.counted for entry in fitting if entry.model.parameters)
    (view,) = compose([question])
    largest = grid.catalog.models[contract(view)["model"]].model.parameters
    assert largest is not None
    assert largest.counted == most


WAYS: Final[tuple[tuple[str, State, str], ...]] = (
    ("codellama 34b on 24gb", {"weights": "q4_k_m"}, "Use GGUF Q4_K_M weights in llama.cpp"),
    ("can a 4090 lora llama 2 13b", {"task": "qlora"}, "Use QLoRA"),
    ("can a 4090 lora a 13b", {"task": "qlora"}, "Use QLoRA"),
    ("how many h100 for llama 3.1 405b", {"weights": "q4_k_m", "boards": 4}, "4x H100 80 GB are enough"),
    ("how many 4090 for llama 70b", {"weights": "q4_k_m", "boards": 2}, "2x GeForce RTX 4090 are enough"),
    ("how many 3090 for 13b", {"weights": "q4_k_m", "boards": 1}, "GeForce RTX 3090 is enough"),
    ("minimum gpu for qwen3 32b", {"weights": "q4_k_m", "board": "rtx-3090"}, "GeForce RTX 3090 is enough"),
    ("minimum gpu for a 70b", {"weights": "q4_k_m"}, "is enough"),
)  # fmt: skip
"""Questions that leave the format open, or that do not fit, and what their second line offers."""


def test_the_way_out(compose: Compose) -> None:
    """The line under the headline says what fits; its link asks exactly that, and it does fit."""
    views = compose([question for question, _, _ in WAYS])
    for (question, changes, text), view in zip(WAYS, views, strict=True):
        way = view["way"]
        assert text in way["text"], question
        assert changes.items() <= way["state"]["fields"].items(), question
    followed = compose([view["way"]["state"] for view in views])
    for (question, _, _), view in zip(WAYS, followed, strict=True):
        assert contract(view)["verdict"] == "fits", question
        assert contract(view)["board"], question
        assert contract(view)["model"], question


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("llama 3.1 8b q4_k_m on a 3060", id="it fits"),
        pytest.param("minimum gpu for qwen3 32b q4_k_m", id="the format is named"),
        pytest.param("how many h100 for llama 3.1 405b q4_k_m", id="how many, the format is named"),
    ],
)
def test_no_way_out(compose: Compose, question: str) -> None:
    """Nothing is offered where it fits, or where the reader chose the format."""
    (view,) = compose([question])
    assert contract(view)["verdict"] == "fits"
    assert view["way"] is None


def test_layers_where_only_more_boards_would_help(compose: Compose) -> None:
    """With GGUF weights the processor can run the rest; asked for offload, that is the answer."""
    plain, offload, small = compose(
        [
            "llama 3.3 70b q4_k_m on a 4090",
            "llama 3.3 70b q4_k_m on a 4090 with cpu offload",
            "llama 3.1 8b q4_k_m on a 3060 with cpu offload",
        ]
    )
    for view in (plain, offload):
        assert contract(view)["verdict"] == "no"
        assert "40 of 80" in view["way"]["text"]
        assert view["way"]["state"] is None
        assert view["warnings"] == []
    assert contract(small)["verdict"] == "fits"


def test_how_many_for_a_size(compose: Compose, catalog: Catalog) -> None:
    """The number is enough for each model of the size, and one step fewer is not."""
    (view,) = compose(["how many 4090 for a 70b"])
    said = contract(view)
    boards = int(said["boards"])
    asked = {"task": "inference", "board": "rtx-4090"}
    rows = next(one for one in view["sections"] if one["id"] == "members")["rows"]
    for model, *_ in rows:
        found = estimate({**asked, "model": model["text"], "boards": boards}, catalog)
        assert found["verdict"] == "fits", model
    last = rows[-1][0]["text"]
    assert estimate({**asked, "model": last, "boards": boards // 2}, catalog)["verdict"] != "fits"
    assert said["model"] == "class:70b"
    assert len(rows) > 3


def test_mixed_size(compose: Compose, root: Path) -> None:
    """A size whose models differ has the verdict "mixed", and an icon as every verdict has."""
    (view,) = compose(["run a 7b on a 16 gb gpu"])
    assert contract(view)["verdict"] == "mixed"
    style = (root / "docs/assets/stylesheets/atlas.css").read_text(encoding="utf-8")
    assert ".v-mixed { --icon: var(--v-mixed);" in style
    assert "--v-mixed: url(" in style


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        pytest.param("4090 ti llama 3 8b", "board", id="a board that does not exist"),
        pytest.param("llama 5 on a 4090", "model", id="a model that does not exist"),
    ],
)
def test_no_answer_about_another(compose: Compose, question: str, missing: str) -> None:
    """A name that does not exist gets no verdict on something else, and is named."""
    (view,) = compose([question])
    assert contract(view)["verdict"] == "unknown"
    assert contract(view)["state"] == "partial"
    assert contract(view)[missing] == ""
    assert "not in the catalog" in view["line"]


@pytest.mark.parametrize(
    ("question", "without"),
    [
        pytest.param("70b exl2 on 2x3090", "No: none of", id="a format"),
        pytest.param("llama 3.3 70b iq2_xxs on a 4090", "No: needs", id="a format of few bits"),
        pytest.param("llama 3 8b ud-q4_k_xl on a 4090", "Yes: needs 5", id="a format like one"),
        pytest.param("llama 3 8b exl2 4.0bpw on a 4090", "Yes: needs", id="a format and its width"),
        pytest.param("dpo llama 3 8b lora 4090", "Yes: needs 17.8 GiB", id="a way of training"),
        pytest.param("llama 3 70b cpu offload 4090", "No: needs", id="layers elsewhere"),
        pytest.param("minimum gpu for grpo on qwen2.5 7b", "is enough", id="which board"),
    ],
)
def test_what_is_not_computed_gets_no_verdict(
    compose: Compose, question: str, without: str
) -> None:
    """The answer without the word is told as such; it is no answer to the question."""
    (view,) = compose([question])
    assert contract(view)["verdict"] == "unknown"
    assert contract(view)["needGib"] == ""
    assert "is not computed. Without it: " in view["line"]
    assert without in view["line"]
    assert view["warnings"] == []


@pytest.mark.parametrize(
    ("question", "board", "count", "others"),
    [
        ("v100 fine tune llama 2 7b", "v100-16gb", "1", ["v100-32gb"]),
        ("what can two v100 run", "v100-16gb", "2", ["v100-32gb"]),
        ("2x 3060 or 2x 3090 for llama 3 8b", "rtx-3060-12gb", "2", ["rtx-3090"]),
        ("p4d.24xlarge or p4de.24xlarge for llama 3 70b", "a100-40gb", "8", ["a100-80gb"]),
    ],
)
def test_of_several_boards_the_one_with_the_least_memory(
    compose: Compose, question: str, board: str, count: str, others: list[str]
) -> None:
    """Where a name can mean several, the answer is about the smallest, says so, and offers the others."""
    (view,) = compose([question])
    said = contract(view)
    assert (said["board"], said["boards"], said["state"]) == (board, count, "partial")
    assert "least memory" in view["warnings"][-1]
    assert not any("named." in text for text in view["warnings"])
    offered = [one["state"]["fields"]["board"] for one in view["alternatives"]]
    assert offered[: len(others)] == others


def test_boards_of_different_numbers_are_not_chosen_between(compose: Compose) -> None:
    """One 5090 or two 3090s: neither is the smaller, and both are named as they were."""
    (view,) = compose(["5090 vs dual 3090 for qwen2.5 72b q4_k_m"])
    assert contract(view)["board"] not in {"rtx-5090", "rtx-3090"}
    assert view["warnings"][0] == "Several GPUs are named: 5090, dual 3090."


def test_unpublished_size(compose: Compose) -> None:
    """Unknown, and why."""
    (view,) = compose(["gpt-4 on a 4090"])
    assert contract(view)["verdict"] == "unknown"
    assert "not published" in view["line"]


def test_words_without_meaning_for_us_are_named(compose: Compose) -> None:
    """What was not understood is said."""
    view, nothing = compose(["llama 3 8b on a 4090 with frobnication", "xyzzy"])
    assert contract(view)["state"] == "partial"
    assert "frobnication" in view["warnings"][0]
    assert contract(nothing)["state"] == "not-understood"
    assert contract(nothing)["verdict"] == ""


OPEN: Final = (
    ("minimum gpu for mixtral", "smallest-board"),
    ("what can a 3060 run", "what-runs"),
    ("how many h100 for deepseek v3", "how-many-boards"),
    ("largest model to qlora on 16gb", "largest-model"),
    ("minimum gpu for a 70b", "smallest-board"),
)


def test_open_questions(compose: Compose, catalog: Catalog) -> None:
    """The board, model or number that answers an open question fits; `estimate` agrees."""
    for (question, kind), view in zip(OPEN, compose([one for one, _ in OPEN]), strict=True):
        said = contract(view)
        assert (said["question"], said["verdict"]) == (kind, "fits"), question
        if said["model"].startswith("class:") or not said["format"]:
            continue
        request = {"model": said["model"], "board": said["board"], "task": said["task"]}
        found = estimate({**request, "boards": int(said["boards"])}, catalog)
        assert found["verdict"] == "fits", question
        assert f"{found['peak_bytes']['expected'] / GIB:.3f}" == said["needGib"]


def test_unequal_boards(compose: Compose, catalog: Catalog) -> None:
    """The plan by layers; the smallest where work is equal; each as `answer_division` has it."""
    inference, planned, training = compose(
        [
            "a 3090 and a 3060 llama 3.3 70b q4_k_m",
            "two 3090 and a 3060 llama 3.3 70b q4_k_m",
            "a 3090 and a 3060 qlora llama 3 8b",
        ]
    )
    assert contract(inference)["board"] == "rtx-3090,rtx-3060-12gb"
    assert contract(inference)["boards"] == "2"
    assert contract(inference)["verdict"] == "no"
    assert float(contract(inference)["haveGib"]) > 30
    assert "Together they hold 64 of its 80 layers." in inference["details"]
    boards = [("rtx-3090", 2), ("rtx-3060-12gb", 1)]
    asked = {"model": "llama-3.3-70b", "task": "inference", "weights": "q4_k_m"}
    found = answer_division(asked, boards, catalog)
    shares: list[dict[str, Any]] = list(found["shares"])  # type: ignore[call-overload]
    assert contract(planned)["verdict"] == found["verdict"] == "fits"
    need = sum(share["peak_bytes"]["expected"] for share in shares)
    assert contract(planned)["needGib"] == f"{need / GIB:.3f}"
    assert planned["details"][0].startswith(
        "33 layers on each of 2x GeForce RTX 3090, 14 layers on "
    )
    assert contract(training)["verdict"] == "fits"
    assert float(contract(training)["haveGib"]) < 12


def test_reserve_is_kept_free(compose: Compose, catalog: Catalog) -> None:
    """Memory for the display is taken off what the board offers."""
    fields = {"model": "llama-2-7b", "board": "rtx-4090", "task": "inference", "reserve": 2}
    (view,) = compose([{"q": "", "fields": fields}])
    offered = catalog.boards["rtx-4090"].visible / GIB - 2
    assert float(contract(view)["haveGib"]) == pytest.approx(offered, abs=0.001)


UNREAD: Final = {
    "command-r-plus-104b",
    "distil-whisper-large-v3",
    "resnext-50-32x4d",
    "shufflenet-v2-1.0x",
    "dgx-spark",
}
"""Names in which the parser sees something else ("2x DGX", "32x", "1.0x", "R+"). A choice is not read from text, so
it is answered; only after an edit of its sentence does the reader see the difference."""


def test_choices_can_be_read_back(
    call: Callable[[str, Iterable[object]], Iterator[Any]], catalog: Catalog
) -> None:
    """The sentence for what was chosen is understood as exactly that: every model, every board."""
    tasks = ["inference", "lora", "qlora", "full"]
    chosen: list[dict[str, object]] = [
        {"model": model, "board": "rtx-3090", "task": tasks[index % 4]}
        for index, model in enumerate(catalog.models)
    ]
    chosen += [
        {"model": "llama-2-7b", "board": board, "task": tasks[index % 4], "boards": 2}
        for index, board in enumerate(catalog.boards)
    ]
    chosen += [
        {"model": "llama-2-7b", "board": {"memory_gib": 24}, "task": "lora", "lora_rank": 64},
        {"board": "rtx-4090", "task": "qlora"},
        {"model": "llama-2-7b", "task": "full"},
        {"model": "llama-2-7b", "board": "rtx-4090", "task": "inference", "context_length": 32768},
    ]
    readings = call("fields => vramAtlas.understand(vramAtlas.sentence(fields)).request", chosen)
    wrong = [(one, read) for one, read in zip(chosen, readings, strict=True) if one != read]
    assert [pair for pair in wrong if not UNREAD & set(map(str, pair[0].values()))] == []


def test_phrasings_are_answered_as_the_estimator_does(
    call: Callable[[str, Iterable[object]], Iterator[Any]], catalog: Catalog, root: Path
) -> None:
    """From the typed text to the verdict, in one go: as a reviewer says, and as Python says."""
    groups = yaml.safe_load((root / "tests" / "phrasings.yml").read_text(encoding="utf-8"))
    cases = [case for group in groups for case in group["cases"]]
    ask = "q => [vramAtlas.compose({q, fields: {}}).contract, vramAtlas.understand(q)]"
    answered = 0
    for case, (said, reading) in zip(
        cases, call(ask, (case["ask"] for case in cases)), strict=True
    ):
        if "verdict" in case:
            assert said["verdict"] == case["verdict"], case["ask"]
        left_out = {note.get("reason") for note in reading["notes"] if note["kind"] == "not-used"}
        if "method" in left_out:
            assert said["verdict"] in {"", "unknown"}, case["ask"]
        if left_out & set(NOT_COMPUTED) and said["verdict"] in {"", "unknown"}:
            continue
        request = {**reading["request"], "task": said["task"]}
        if not {"model", "board"} <= set(request) or reading["question"] != "fits":
            continue
        found, good = answer_line(json.dumps(request), catalog)
        if good and found["peak_bytes"] is not None:
            answered += 1
            assert said["verdict"] == found["verdict"], case["ask"]
            peak: Any = found["peak_bytes"]
            assert said["needGib"] == f"{peak['expected'] / GIB:.3f}", case["ask"]
    assert answered >= 289


def test_every_badge_that_is_offered_exists(
    call: Callable[[str, Iterable[object]], Iterator[Any]], catalog: Catalog, grid: Grid
) -> None:
    """Every model and task at the defaults, and in every format of a matrix."""
    files = {name for name, _ in badges(grid)}
    formats = [
        None,
        *sorted({one for m in catalog.matrices.values() for one in m.weights.values()}),
    ]
    asked = [
        {"model": model, "task": task.value} | ({} if weights is None else {"weights": weights})
        for model in catalog.models
        for task in Task
        for weights in formats
    ]
    offered = """fields => {
      const answer = vramAtlas.answer(fields);
      return answer.settings?.weights ? (vramAtlas.matrixOf(answer) ?? null) : null;
    }"""
    named = {
        f"badges/{fields['model']}/{matrix}.svg"
        for fields, matrix in zip(asked, call(offered, asked), strict=True)
        if matrix is not None
    }
    assert len(named) > len(catalog.models)
    assert named <= files, sorted(named - files)


def test_addresses_hold_states(call: Callable[[str, Iterable[object]], Iterator[Any]]) -> None:
    """A state survives its address."""
    states: list[State] = [
        {"q": "can a 4090 lora a 13b? 微调 & more + 50% #1", "fields": {}},
        {"q": "", "fields": {"model": "class:13b", "board": {"memory_gib": 11.5}, "task": "lora"}},
        {
            "q": "",
            "fields": {
                "board": [{"id": "rtx-3090", "count": 1}, {"id": "rtx-3060-12gb", "count": 2}],
                "gradient_checkpointing": False,
                "lora_rank": 8,
                "reserve": 1.5,
            },
        },
    ]
    same = "state => vramAtlas.state.fromAddress(vramAtlas.state.toAddress(state))"
    assert list(call(same, states)) == states


def texts(value: object) -> Iterator[str]:
    """All texts in a view."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in {"found", "state"}:
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def test_no_phrasing_breaks_a_view(compose: Compose, root: Path) -> None:
    """Every reviewed phrasing, while it is typed too, and hostile text, gives a whole view."""
    groups: Sequence[dict[str, Any]] = yaml.safe_load(
        (root / "tests" / "phrasings.yml").read_text(encoding="utf-8")
    )
    asked = [str(case["ask"]) for group in groups for case in group["cases"]]
    asked += [text[: text.rfind(" ", 0, n)] for text in asked for n in range(8, len(text), 8)]
    asked += ["", " ", "<img src=x onerror=alert(1)>", "4090" * 100, "\u202e 13b", "'; drop"]
    for question, view in zip(asked, compose(asked), strict=True):
        for text in texts(view):
            assert not {"undefined", "NaN", "[object"} & set(text.split()), (question, text)
            assert "{" not in text, (question, text)
        said = contract(view)
        assert said["state"] in {"answered", "partial", "not-understood"}
        assert said["verdict"] in {"", "fits", "tight", "no", "unknown", "mixed"}
