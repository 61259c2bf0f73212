"""The question box is fast: each key is answered in time on a phone."""

import json
from statistics import median

import pytest
from browsing import open_page
from playwright.sync_api import Browser, Page
from test_answer_views import COMMON, OPEN
from test_question_box import CONFIGS, attributes, paste, until

pytestmark = [pytest.mark.browser, pytest.mark.timed]

FAST = """
async ({field, text, times, before}) => {
  const box = document.querySelector(field);
  const type = (value) => {
    box.value = value;
    box.dispatchEvent(new Event("input", {bubbles: true}));
    document.getElementById("answer").getBoundingClientRect();
  };
  const timed = (work) => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };
  const fixed = () => {
    let text = "";
    for (let i = 0; i < 90000; i += 1) text += [...String(i)].reverse().join("");
    return text;
  };
  const found = {keys: [], fixed: []};
  for (let i = 0; i < times; i += 1) {
    for (const earlier of before) {
      type(earlier);
      await new Promise(requestAnimationFrame);
    }
    found.keys.push(timed(() => type(text)));
    await new Promise(requestAnimationFrame);
    found.fixed.push(timed(fixed));
    await new Promise(requestAnimationFrame);
  }
  return found;
}
"""


KINDS = (
    *(question for question, _ in (*COMMON, *OPEN)),
    "can a 4090 lora a 13b",
    "a 7b on 8 GB",
    "3090 and 3060 7b",
    "llama 3.3 70b q4_k_m on a 3090 and a 3060",
    "max context for llama 3.1 8b q4 on 12gb",
    "how many 4090 for a 70b",
    "4090 微调 13B",
    "sdxl on a 3060",
    "bert base uncased full fine-tuning on a 3060",
)
"""Every kind of question: about models of all kinds, a size, one board, several, unequal ones,
memory, what is open, in Chinese."""


@pytest.mark.parametrize("question", KINDS)
def test_answer_within_50_milliseconds(browser: Browser, address: str, question: str) -> None:
    """From the last key to the whole answer, laid out, at a quarter of the processor's speed.

    The median of nine keys. Fixed work between them takes 20 ms on the machine that the budget was
    set on, when nothing else runs there: where it takes longer, others use the processor too, and
    the budget is as many times longer.
    """
    with open_page(browser, address, 360) as (page, _):
        ready(page, address)
        assert_fast(page, "#ask-text", question)


def test_own_model_within_50_milliseconds(browser: Browser, address: str) -> None:
    """The same from pasting a configuration."""
    document = json.loads((CONFIGS / "llama-3.1-8b.json").read_text(encoding="utf-8"))
    with open_page(browser, address, 360) as (page, _):
        ready(page, address)
        page.locator("#ask-text").fill("lora on a 4090")
        paste(page, json.dumps(document["config"]))
        page.wait_for_url("**model=%7B**")
        assert_fast(page, ".ask-own textarea", json.dumps(document["config"]))


def ready(page: Page, address: str) -> None:
    """A reader is about to type, and everything is there."""
    page.goto(f"{address}index.html", wait_until="load")
    page.locator("#ask-text").focus()
    until(page, "Boolean(globalThis.vramAtlas?.warm)")
    page.wait_for_timeout(1500)  # a reader types for longer than this


def assert_fast(page: Page, field: str, text: str) -> None:
    """The last key of a text, or the paste that completes it, is answered in time."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    taken = page.evaluate(FAST, {"field": field, "text": text, "times": 9, "before": [text[:-1]]})
    slower = max(1, median(taken["fixed"]) / 20)
    assert attributes(page)["state"] in {"answered", "partial"}
    assert median(taken["keys"]) <= 50 * slower, (taken, slower)


@pytest.mark.parametrize(
    "question",
    [
        "what can 2x3090 run",
        "what can 4 h100 run",
        "what can a 3060 run in int4",
        "what can 24 GB run with 32k context",
        "largest model to full fine-tune on 8x h100",
        "largest model to qlora on 2x 16gb at 8k",
    ],
)
def test_own_setting_for_the_first_time(browser: Browser, address: str, question: str) -> None:
    """A list in a setting that nobody asked before, typed key by key: the last one is in time too.

    Asking all models in all matrices took 350 ms here. There is one such key in a page: the best
    of three pages counts, because the others waited for the machine.
    """
    taken: list[tuple[float, float]] = []
    while len(taken) < 3 and not any(key <= budget for key, budget in taken):
        taken.append(last_key(browser, address, question))
    assert any(key <= budget for key, budget in taken), taken


def last_key(browser: Browser, address: str, question: str) -> tuple[float, float]:
    """Milliseconds that it took in a new page, and those that it may take."""
    with open_page(browser, address, 360) as (page, _):
        ready(page, address)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        before = [question[:end] for end in range(1, len(question))]
        asked = {"field": "#ask-text", "text": question, "times": 1, "before": before}
        found = page.evaluate(FAST, asked)
        assert attributes(page)["state"] == "answered"
        return found["keys"][0], 50 * max(1, found["fixed"][0] / 20)
