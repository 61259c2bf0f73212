"""The catalog against lists that others wrote: totals of parameters, and what a reader may name."""

import csv
from pathlib import Path

import pytest

from vram_atlas.catalog import Catalog
from vram_atlas.schema.layers import Undisclosed

TABLE = Path(__file__).with_name("published_totals.csv")
ROWS = {row["model"]: row for row in csv.DictReader(TABLE.read_text("utf-8").splitlines())}
"""Totals of llmfit 1.1.17, which reads them off the safetensors files on the Hugging Face hub, and
of the metadata of torchvision 0.29.2; what openai/whisper and ultralytics print. `besides` is what
is counted here and not there. A row without a total, or with another one, says why."""

CLOSE = 0.00002
"""0.002 %: buffers, such as the 512 position numbers that files of BERT store."""

NEAR = 0.05
"""For a total that its developer rounds."""

EXACT = [
    name
    for name, row in ROWS.items()
    if row["parameters"] and (row["besides"] or not row["reason"])
]
ROUNDED = [name for name, row in ROWS.items() if row["list"] == "rounded"]
OTHER = [name for name in ROWS if name not in EXACT and name not in ROUNDED]


def totals(catalog: Catalog, name: str) -> list[int]:
    """The count of the shape and, where the published file holds more, the count of the file."""
    parameters = catalog.models[name].model.parameters
    assert parameters is not None
    assert parameters.counted is not None
    file = [] if parameters.file is None else [parameters.file.total]
    return [round(each) for each in (parameters.counted, *file)]


def test_every_model_is_compared_or_says_why_not(catalog: Catalog) -> None:
    """No model is left out in silence."""
    published = [
        name
        for name, entry in catalog.models.items()
        if not isinstance(entry.model.architecture, Undisclosed)
    ]
    assert sorted(ROWS) == sorted(published)
    assert len(EXACT) >= 400
    assert all(ROWS[name]["reason"] for name in OTHER)


@pytest.mark.parametrize("name", EXACT)
def test_equals_the_published_total(catalog: Catalog, name: str) -> None:
    """The count of the shape, or that of the file where the file holds more."""
    total = int(ROWS[name]["parameters"]) + int(ROWS[name]["besides"] or 0)
    assert any(abs(each - total) <= CLOSE * total for each in totals(catalog, name))


@pytest.mark.parametrize("name", ROUNDED)
def test_near_a_rounded_total(catalog: Catalog, name: str) -> None:
    """As near as a rounded number allows: the shape or, where it holds more, the file."""
    total = int(ROWS[name]["parameters"])
    assert totals(catalog, name)[-1] == pytest.approx(total, rel=NEAR)


@pytest.mark.parametrize("name", OTHER)
def test_a_reason_is_still_needed(catalog: Catalog, name: str) -> None:
    """A list that came to agree with us leaves no reason behind."""
    row = ROWS[name]
    if row["parameters"]:
        total = int(row["parameters"])
        assert all(abs(each - total) > CLOSE * total for each in totals(catalog, name))


CLAIMED = {
    "models": [
        "BERT base",
        "TinyBERT",
        "GPT-3 175B",
        "ResNet-50",
        "VGG-16",
        "GPT-2",
        "T5 base",
        "LSTM",
        "GRU",
        "LLaMA-2 7B",
        "LLaMA-2 13B",
        "LLaMA-2 70B",
        "ChatGLM2-6B",
        "Stable Diffusion 1.5",
        "Falcon 40B",
        "GPT-4",
        "Claude 3 Opus",
    ],
    "boards": [
        "GTX 1650",
        "RTX 3060 12 GB",
        "RTX 3090",
        "RTX 4090",
        "RTX 5090",
        "RTX 4060",
        "RTX 4060 Ti 8 GB",
        "RTX 4060 Ti 16 GB",
        "A100 40 GB",
        "A100 80 GB",
        "H100",
    ],
}
"""Every model and card that the article behind the guide names, by the name that it uses; of a
family that it names without a size (GPT, T5, ResNet, VGG), a member."""


@pytest.mark.parametrize(
    ("what", "word"), [(what, word) for what, words in CLAIMED.items() for word in words]
)
def test_what_the_guide_grew_from_is_there(catalog: Catalog, what: str, word: str) -> None:
    """The name leads to an entry."""
    assert catalog.find(what, word) is not None, word


@pytest.mark.parametrize("family", ["p4d", "p5"])
def test_the_instances_that_it_names(catalog: Catalog, family: str) -> None:
    """The families of AWS."""
    assert family in {each.id for each in catalog.clouds["aws"].families}


@pytest.mark.parametrize("provider", ["aws", "alibaba-cloud", "tencent-cloud"])
def test_the_clouds_that_it_names(catalog: Catalog, provider: str) -> None:
    """AWS and its two counterparts."""
    assert provider in catalog.clouds
