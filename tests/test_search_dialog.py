"""The search dialog: the answer first, and the right page near the top."""

# ruff: noqa: E501 - a row of a table is one line

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from browsing import open_page
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ANSWER = "?q="
QUERIES: Final = (
    *((query, ANSWER) for query in (
        "can a 4090 LoRA a 13B?", "llama 2 13b lora 4090", "4090 llama 3 8b", "qlora 70b on h100",
        "2x3090 llama 3.3 70b q4", "minimum gpu for mixtral", "what can a 3060 run", "24gb qlora",
        "how many h100 for deepseek v3", "largest model to qlora on 16gb", "4090 微调 13B", "3060 跑 7B int4",
        "max context llama 3.1 8b q4 on 12gb", "full finetune llama 2 7b a100 80gb", "gpt-4 on a 4090",
        "run flux dev on 12gb", "whisper large on a 1650", "qwen 2.5 7b on 8gb", "gpt-oss 20b on 16gb",
        "a 3090 and a 3060 llama 3.3 70b q4", "best gpu for llama 3 8b", "mistral 7b 4bit on 6gb",
        "sdxl 8gb", "fine-tune gemma 2 9b on 24gb", "can i run deepseek r1 on 8xh100",
    )),
    ("rtx 4090", "gpus/rtx-4090.html"), ("4090", "gpus/rtx-4090.html"), ("rtx 3090", "gpus/rtx-3090.html"),
    ("a100 80gb", "gpus/a100-80gb.html"), ("h100", "gpus/h100-80gb.html"), ("gtx 1650", "gpus/gtx-1650.html"),
    ("rtx 5090", "gpus/rtx-5090.html"), ("4060 ti 16gb", "gpus/rtx-4060-ti-16gb.html"), ("mi300x", "gpus/mi300x.html"),
    ("llama 2 13b", "models/llama-2-13b.html"), ("llama 3.1 8b", "models/llama-3.1-8b.html"),
    ("mixtral 8x7b", "models/mixtral-8x7b.html"), ("qwen2.5 7b", "models/qwen2.5-7b.html"),
    ("deepseek v3", "models/deepseek-v3.html"), ("phi-4", "models/phi-4.html"), ("sdxl", "models/stable-diffusion-xl-1.0.html"),
    ("flux dev", "models/flux.1-dev.html"), ("bert base uncased", "models/bert-base-uncased.html"),
    ("whisper large v3", "models/whisper-large-v3.html"), ("gpt-oss 120b", "models/gpt-oss-120b.html"),
    ("gpt-4", "models/gpt-4.html"), ("gemma 3 27b", "models/gemma-3-27b.html"), ("resnet 50", "models/resnet-50.html"),
    ("4bit", "fit/inference-4-bit.html"), ("8bit", "fit/inference-8-bit.html"),
    ("gradient checkpointing", "tricks/gradient-checkpointing.html"),
    ("gradient accumulation", "tricks/gradient-accumulation.html"), ("mixed precision", "tricks/mixed-precision.html"),
    ("kv cache quantisation", "tricks/kv-cache-quantisation.html"), ("cpu offload", "tricks/cpu-offload.html"),
    ("small optimizers", "tricks/small-optimizers.html"), ("fused loss", "tricks/fused-loss.html"),
    ("accuracy", "reference/accuracy.html"), ("json api", "reference/api.html"), ("glossary", "guide/glossary.html"),
    ("rules of thumb", "guide/rules-of-thumb.html"), ("which card", "guide/which-card.html"),
    ("data quality", "reference/data-quality.html"),
)  # fmt: skip
"""What a reader types, and what has to come up: the answer, or a page."""


LINKS: Final = """
[...document.querySelectorAll(".md-search-result :is(.ans-search a, a.md-search-result__link)")]
  .map(link => link.href)
"""


def found(page: Page, query: str) -> list[str]:
    """Where the entries of the dialog lead, in order; sections of one page count once."""
    box = page.locator(".md-search__input")
    box.fill("")
    box.press_sequentially(query)
    shown = page.locator(".ans-search")
    for _ in range(100):
        if shown.get_attribute("data-query") == query:
            break
        page.wait_for_timeout(50)
    before: list[str] = []
    for _ in range(100):  # the theme's worker answers when it can: until nothing changes any more
        page.wait_for_timeout(150)
        addresses: list[str] = page.evaluate(LINKS)
        if addresses and addresses == before:
            break
        before = addresses
    places = [
        ANSWER if ANSWER in address and "index.html" in address else urlsplit(address).path
        for address in before
    ]
    return list(dict.fromkeys(places))


def place_of(wanted: str, places: list[str]) -> int:
    """1 for the first; 99 where it is not there."""
    return next((n for n, place in enumerate(places, 1) if place.endswith(wanted)), 99)


def test_right_entry_first(browser: Browser, address: str) -> None:
    """At least 60 queries: nine of ten have the right entry first, all among the first three."""
    assert len(QUERIES) >= 60
    with open_page(browser, address) as (page, wrong):
        page.goto(f"{address}reference/index.html", wait_until="networkidle")
        page.locator(".md-search__input").focus()
        page.locator(".ans-search").wait_for(state="attached")
        places = {query: found(page, query) for query, _ in QUERIES}
        ranks = {query: place_of(wanted, places[query]) for query, wanted in QUERIES}
        later = {query: (rank, places[query][:3]) for query, rank in ranks.items() if rank > 1}
        assert {query: seen for query, seen in later.items() if ranks[query] > 3} == {}
        assert len(later) <= len(QUERIES) / 10, later
        assert wrong == []


def test_enter_opens_the_answer(browser: Browser, address: str) -> None:
    """The dialog's own Enter key leads to the answer."""
    with open_page(browser, address) as (page, wrong):
        page.goto(f"{address}models/llama-2-13b.html", wait_until="networkidle")
        page.locator(".md-search__input").press_sequentially("can a 4090 lora a 13b")
        page.locator(".ans-search .v-no").wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url("**/index.html?q=can**")
        page.locator("#answer:not([hidden]) .v-no").first.wait_for()
        assert not page.locator("#__search").is_checked()
        assert wrong == []


INDEX: Final = "search/search_index.json"


@pytest.mark.parametrize(
    ("width", "opened"),
    [
        pytest.param(1280, "key", id="a key"),
        pytest.param(1280, "pointer", id="the pointer comes near"),
        pytest.param(360, "tap", id="the sign on a phone"),
    ],
)
def test_the_search_waits_for_a_reader(
    browser: Browser, address: str, width: int, opened: str
) -> None:
    """A page fetches neither index nor worker; whoever opens the search has both, and finds."""
    with open_page(browser, address, width=width) as (page, wrong):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}models/llama-2-13b.html", wait_until="networkidle")
        assert not [url for url in asked if url.endswith(INDEX) or "/workers/" in url]
        with page.expect_response(f"**/{INDEX}"):
            if opened == "key":
                page.keyboard.press("/")
            elif opened == "pointer":
                page.locator(".md-search__form").hover()
            else:
                page.locator("label.md-header__button[for=__search]").click()
        page.locator(".md-search__input").press_sequentially("gradient checkpointing")
        page.locator(".md-search-result__link").first.wait_for()
        assert len([url for url in asked if url.endswith(INDEX)]) == 1
        assert wrong == []


def test_search_works_from_a_folder(browser: Browser, site: Path) -> None:
    """Opened as a file, a page finds words too: the index is a script, the worker runs in a frame."""
    with open_page(browser, "file:///") as (page, wrong):
        page.goto((site / "guide" / "precision.html").as_uri())
        page.keyboard.press("/")
        page.locator(".md-search__input").press_sequentially("gradient checkpointing")
        found = page.locator(".md-search-result__link").first
        found.wait_for()
        assert "tricks/gradient-checkpointing.html" in str(found.get_attribute("href"))
        assert wrong == []
