"""What a browser fetches for a page and an answer, and what a reader sees until all is there."""

import gzip
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from browsing import open_page
from playwright.sync_api import Browser, Page, Route
from test_answer_views import COMMON
from test_question_box import ASK_LORA, ask, attributes, until

pytestmark = pytest.mark.browser

KB = 1000
BUDGET = 150
"""KB of any first load."""
TYPED = 150
"""KB of what comes where a reader types: everything, 144, and the lists of a board and a size (3
KB) that a key on the way names before everything is there."""
RECORD = "**/models/llama-2-13b.js"


def fetched(page: Page, site: Path, address: str) -> tuple[int, list[str]]:
    """Bytes of all that the page has fetched, gzipped, and the files."""
    page.wait_for_load_state("networkidle")
    found: list[str] = page.evaluate(
        "[location.href, ...performance.getEntriesByType('resource').map(one => one.name)]"
    )
    here = (url for url in found if url.startswith(address))
    names = sorted({url.removeprefix(address).split("?")[0].split("#")[0] for url in here})
    files = [name or "index.html" for name in names]
    return sum(len(gzip.compress((site / name).read_bytes())) for name in files), files


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("index.html", 70),
        ("fit/lora.html", 92),
        ("models/llama-2-13b.html", 76),
        ("gpus/rtx-4090.html", 76),
        ("reference/index.html", 66),
    ],
)
def test_page(site: Path, browser: Browser, address: str, path: str, most: int) -> None:
    """Light until a reader asks."""
    with open_page(browser, address) as (page, _):
        page.goto(address + path)
        weight, files = fetched(page, site, address)
        assert weight <= most * KB, (weight, files)


@pytest.mark.parametrize(
    "question",
    [
        *(question for question, _ in COMMON),
        "minimum gpu for mixtral 8x7b",
        "how many h100 for deepseek v3",
        "llama 3.3 70b q4_k_m on a 3090 and a 3060",
        "can a 4090 lora a 13b",
        "how many 4090 for a 70b",
        "what can a 3060 run",
        "largest model to qlora on 16 GB",
        "bert base uncased full fine-tuning on a 3060",
        "whisper large v3 on 8 GB",
        "a 7b on 8 GB",
        "what can a 3060 run in int4",
        "4090 微调 13B",
        "sdxl on a 3060",
        "jamba mini on 2 a100",
        "hunyuanvideo on a 4090",
        "wav2vec2 base full fine-tuning on a 3060",
    ],
)
def test_shared_link(site: Path, browser: Browser, address: str, question: str) -> None:
    """A question in the address: the page, the answer's script, and what this question needs."""
    with open_page(browser, address) as (page, wrong):
        ask(page, address, question)
        weight, files = fetched(page, site, address)
        assert weight <= BUDGET * KB, (weight, files)
        assert wrong == []


@pytest.mark.parametrize("path", ["index.html", "models/llama-2-13b.html", "fit/lora.html"])
def test_typed_question(site: Path, browser: Browser, address: str, path: str) -> None:
    """Where a reader types, everything comes, so that every key is answered at once."""
    with open_page(browser, address) as (page, _):
        page.goto(address + path)
        before, _files = fetched(page, site, address)
        box = page.locator("#ask-text, #ask-small-text")
        box.press_sequentially(ASK_LORA)
        page.locator("#answer .v-no, .ask-brief .v-no").first.wait_for()
        until(page, "vramAtlas.arrived.has('models.js')")
        weight, files = fetched(page, site, address)
        assert weight - before <= TYPED * KB, (weight, files)


def test_no_answer_before_all_is_there(browser: Browser, address: str) -> None:
    """While a part is on its way there is no answer; after a while a word says why."""
    with open_page(browser, address) as (page, wrong):
        held: list[Route] = []
        page.route(RECORD, lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
        page.goto(f"{address}index.html?q={quote_plus(ASK_LORA)}", wait_until="commit")
        wait = page.locator("#ask .ask-wait")
        wait.wait_for()
        assert wait.inner_text() == "The answer is loading …"
        assert page.locator("#answer").is_hidden()
        held[0].continue_()
        assert attributes(page)["verdict"] == "no"
        assert wait.is_hidden()
        assert wrong == []


def test_an_older_answer_does_not_return(browser: Browser, address: str) -> None:
    """A script that comes late shows nothing of a question that is no longer asked."""
    with open_page(browser, address) as (page, wrong):
        held: list[Route] = []
        page.route(RECORD, lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
        page.goto(f"{address}index.html?q={quote_plus(ASK_LORA)}", wait_until="commit")
        page.locator("#ask .ask-wait").wait_for()
        page.locator("#ask-text").fill("llama 2 7b qlora on a 3090")
        assert attributes(page)["model"] == "llama-2-7b"
        held[0].continue_()
        page.wait_for_timeout(200)
        assert attributes(page)["model"] == "llama-2-7b"
        assert wrong == []


@pytest.mark.parametrize("script", ["**/generated/answer.js", RECORD])
def test_a_script_that_does_not_come(browser: Browser, address: str, script: str) -> None:
    """The page says what to do, and tries again when the reader asks again."""
    with open_page(browser, address) as (page, _):
        page.route(script, lambda route: route.abort())
        page.goto(f"{address}index.html?q={quote_plus(ASK_LORA)}", wait_until="commit")
        wait = page.locator("#ask .ask-wait")
        wait.filter(has_text="did not load").wait_for()
        assert page.locator("#answer").is_hidden()
        page.unroute(script)
        page.locator("#ask-text").fill(f"{ASK_LORA} please")
        assert attributes(page)["verdict"] == "no"
        assert wait.is_hidden()
