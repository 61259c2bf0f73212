"""Rules of thumb: every number that the guide has to check has its row, and each ruling is counted."""

# ruff: noqa: E501 - a row of a table is one line

import shutil
from functools import partial
from pathlib import Path

import pytest
from breaking import assert_told
from conftest import Ask

from vram_atlas import claim_tables, claim_words
from vram_atlas.catalog import Catalog
from vram_atlas.claims import CLAIMS, TOLERANCE, Checked, load_claims
from vram_atlas.schema.claim import ClaimGroup, Quantity, Ruling
from vram_atlas.units import to_gib
from vram_atlas.verdict import Verdict

ARTICLE = {
    "BERT base 110 million, GPT-3 175 billion": ["named-sizes"],
    "fp32 4 bytes, fp16 2, also bf16 and int8": ["bytes-per-format"],
    "one billion: 4 GB in fp32, 2 GB in fp16": ["one-billion"],
    "transformer activations with the square of the length": ["square-of-the-length"],
    "recurrent networks linear in the length": ["rnn-is-linear"],
    "optimizer states 2 to 3 times the parameters": ["states-2-to-3"],
    "full training 4 to 5 times the parameters, a 7B 28 GB or more": ["full-4-to-5"],
    "LoRA a third or less of full training": ["lora-a-third"],
    "10B and more on one RTX 4090": ["ten-billion-on-a-4090"],
    "Llama 2 7B chats in 4 GB": ["chats-in-4-gb"],
    "fine-tuning Llama 2 7B tight in 16 GB": ["tight-in-16-gb"],
    "light: inference below 1 GB": ["light-inference"],
    "light: training 2 to 4 GB": ["light-training"],
    "light: GTX 1650": ["light-cards"],
    "medium: int4 4 to 6 GB": ["medium-int4"],
    "medium: fp16 about 14 GB": ["medium-fp16"],
    "medium: LoRA of a 7B 16 to 20 GB": ["lora-7b"],
    "medium: RTX 3060 for int4, RTX 3090 and 4090 for fp16 and LoRA": ["medium-cards"],
    "large: int4 about 40 GB": ["large-int4"],
    "large: fp16 140 GB or more": ["large-fp16"],
    "large: full 70B over 1 TB, over tens of cards": [
        "full-70b-terabyte",
        "full-70b-tens-of-cards",
    ],
    "large: 2 x RTX 3090, A100 40 and 80; several A100 or H100": [
        "large-cards",
        "large-cards-fp16",
    ],
    "frontier: trillions of parameters, terabytes": ["frontier"],
    "gradient accumulation: memory follows the micro-batch only": ["accumulation"],
    "gradient checkpointing: about 20 % more time": ["checkpointing-time"],
    "GPTQ, int4 and int3 shrink weights several times": ["shrinks-several-times"],
    "Adafactor needs less than Adam": ["adafactor-needs-less"],
    "24 GB: RTX 3090, 4090, 5090": ["twenty-four-gb-named"],
    "24 GB: LoRA and quantised inference from 7B to 13B": ["twenty-four-gb-sweet-spot"],
    "12 GB: RTX 3060, 4060": ["twelve-gb-named"],
    "12 GB: inference and light fine-tuning under 7B": ["twelve-gb-enough"],
}
"""Every number of the article that the guide grew out of, and the rows that check it."""
OTHERS = 10
"""Rules that circulate elsewhere: at least so many more."""


@pytest.fixture(scope="module")
def checked(catalog: Catalog) -> dict[str, Checked]:
    """Every rule by its id."""
    return {item.claim.id: item for item in load_claims(catalog)}


def test_every_number_of_the_article_has_its_row(checked: dict[str, Checked]) -> None:
    """And at least ten more rules that circulate, of which most name a place that repeats them."""
    named = {name for names in ARTICLE.values() for name in names}
    assert named <= set(checked)
    assert len(set(checked) - named) >= OTHERS


RULINGS = [
    pytest.param("twenty-four-gb-named", "RTX 5090", False, id="an RTX 5090 has 32 GB"),
    pytest.param("twenty-four-gb-named", "RTX 4090", True, id="an RTX 4090 has 24 GB"),
    pytest.param("twelve-gb-named", "RTX 4060", False, id="an RTX 4060 has 8 GB"),
    pytest.param("ten-billion-on-a-4090", "LoRA, Llama 2 13B", False, id="LoRA of a 13B does not fit 24 GB"),
    pytest.param("ten-billion-on-a-4090", "QLoRA, Llama 2 13B", True, id="QLoRA of a 13B fits 24 GB"),
    pytest.param("large-cards", "A100 40 GB", False, id="a 70B in Q4_K_M does not fit 40 GB"),
    pytest.param("square-of-the-length", "fused attention, 8,192 tokens over 4,096", False, id="fused attention is not quadratic"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "label", "agrees"), RULINGS)
def test_what_we_put_right(
    checked: dict[str, Checked], name: str, label: str, *, agrees: bool
) -> None:
    """Cases whose answer is known from the boards' makers or from measured runs."""
    (found,) = (one for one in checked[name].outcomes if one.compared.label == label)
    assert found.agrees is agrees


def test_rulings_are_counted(checked: dict[str, Checked]) -> None:
    """All cases right: holds. Some: with conditions. None: does not hold."""
    for item in checked.values():
        right = [outcome.agrees for outcome in item.outcomes]
        if right:
            expected = (
                Ruling.HOLDS if all(right) else Ruling.CONDITIONS if any(right) else Ruling.FAILS
            )
            assert item.ruling is expected
        else:
            assert item.claim.judged is not None
            assert item.ruling is item.claim.judged.ruling
    assert {item.ruling for item in checked.values()} == set(Ruling)


def test_figures_are_those_of_the_estimator(checked: dict[str, Checked], ask: Ask) -> None:
    """A figure in GiB is the peak that a request with the same fields has; the mark is a tenth."""
    compared = 0
    for item in checked.values():
        for outcome in item.outcomes:
            case, figure = outcome.compared, outcome.compared.figure
            if figure.quantity is not Quantity.NEED or case.over is not None:
                continue
            fields = dict(figure.request)
            model, task = str(fields.pop("model")), str(fields.pop("task"))
            assert outcome.value == to_gib(ask(model, task, **fields).peak.expected)
            low = (case.least or 0) * (1 - TOLERANCE)
            high = (case.most or float("inf")) * (1 + TOLERANCE)
            assert outcome.agrees is (low <= outcome.value <= high)
            compared += 1
    assert compared > 30


def test_boards_are_judged_as_everywhere(checked: dict[str, Checked]) -> None:
    """A verdict in a rule is the verdict of the board's page: tight counts as running."""
    for item in checked.values():
        for outcome in item.outcomes:
            if outcome.compared.figure.quantity is Quantity.FITS:
                assert outcome.board is not None
                assert outcome.verdict in set(Verdict)
                runs = outcome.verdict in {Verdict.FITS, Verdict.TIGHT}
                assert outcome.agrees is (runs is outcome.compared.fits)


def test_every_rule_is_on_the_page(checked: dict[str, Checked]) -> None:
    """With its words, its ruling, its better rule and the case behind each figure."""
    html = claim_tables.claims(list(checked.values()))
    for item in checked.values():
        assert item.claim.says.replace("&", "&amp;") in html
        assert item.claim.better.replace("&", "&amp;").replace("<", "&lt;") in html
        for outcome in item.outcomes:
            assert claim_words.case(outcome) in html
    for group in ClaimGroup:
        assert f"## {claim_words.GROUP_TITLE[group]}" in html
    assert html.count('scope="row"') == len(checked)


BROKEN = [
    pytest.param("model: bert-base-uncased, task: inference", "model: bert-bas, task: inference", "bert-base", id="an unknown model"),
    pytest.param("board: rtx-3090", "board: rtx-3091", "rtx-3090", id="an unknown board"),
    pytest.param("id: one-billion\n", "id: named-sizes\n", "an id of one claim only", id="an id twice"),
    pytest.param("}, fits: true}", "}}", "`fits: true` or `false`", id="a verdict without a claim"),
    pytest.param("least: 0.11, most: 0.11", "fits: true", "`fits: true` or `false`", id="a figure against a verdict"),
    pytest.param("    judged: {ruling: unknown,", "    cases: []\n    judgement: {ruling: unknown,", "judged", id="neither cases nor judgement"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "said"), BROKEN)
def test_a_wrong_rule_is_a_problem(
    catalog: Catalog, tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    """The file, the line and what is wrong."""
    copy = Path(shutil.copy(CLAIMS, tmp_path))
    assert_told(partial(load_claims, catalog), copy, right, wrong, said)
