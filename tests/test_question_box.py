"""The question box in a real browser: the answer, the address, keys, the reader's own model."""

import json
from pathlib import Path
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest
from browsing import open_page
from playwright.sync_api import Browser, Page, Route
from test_answer_views import COMMON, OPEN

from vram_atlas.answers import answer_line
from vram_atlas.catalog import Catalog
from vram_atlas.units import GIB

CONFIGS = Path(__file__).resolve().parent / "configs"
pytestmark = pytest.mark.browser

ASK_LORA = "llama 2 13b lora on a 4090"
ATTRIBUTES = (
    "verdict",
    "model",
    "board",
    "boards",
    "task",
    "format",
    "need-gib",
    "have-gib",
    "state",
)


def attributes(page: Page) -> dict[str, str]:
    """What the element #answer says."""
    section = page.locator("#answer:not([hidden])")
    section.wait_for()
    return {name: section.get_attribute(f"data-{name}") or "" for name in ATTRIBUTES}


def until(page: Page, expression: str) -> None:
    """Wait for a condition. Playwright's own way evaluates text: the page forbids that."""
    for _ in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {expression}")


def ask(page: Page, address: str, question: str) -> dict[str, str]:
    """Open a question by its address."""
    page.goto(f"{address}index.html?q={quote_plus(question)}", wait_until="load")
    return attributes(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_common_questions(browser: Browser, address: str, catalog: Catalog, width: int) -> None:
    """The ten most common questions: as `estimate` says, nothing wider than the window."""
    with open_page(browser, address, width) as (page, wrong):
        for question, request in COMMON:
            expected, good = answer_line(json.dumps(request), catalog)
            assert good
            said = ask(page, address, question)
            assert said["state"] == "answered", question
            assert said["verdict"] == expected["verdict"], question
            assert float(said["have-gib"]) == pytest.approx(
                int(str(expected["have_bytes"])) / GIB, abs=0.001
            )
            shown = page.locator("#answer .ans-verdict").inner_text()
            assert f"{float(said['need-gib']):.1f} GiB" in shown, (question, shown)
            assert page.evaluate("document.documentElement.scrollWidth") == width, question
        assert wrong == []


def test_a_mistake_is_reported_with_its_question(browser: Browser, address: str) -> None:
    """The link to the form carries model, board, task and what was said, with its address."""
    with open_page(browser, address) as (page, wrong):
        ask(page, address, "llama 2 13b lora on two 4090")
        link = page.locator("#answer .ans-report a").get_attribute("href") or ""
        fields = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        assert fields.pop("template") == "wrong-number.yml"
        says = fields.pop("says")
        assert fields == {"model": "Llama 2 13B", "board": "2 x GeForce RTX 4090", "task": "LoRA"}
        assert page.locator("#answer .ans-verdict").inner_text().split(":")[0] in says
        assert "index.html?q=" in says
        assert wrong == []


@pytest.mark.parametrize("width", [360, 1280])
def test_open_questions_fit_the_window(browser: Browser, address: str, width: int) -> None:
    """Open questions are answered, and their tables scroll inside themselves."""
    with open_page(browser, address, width) as (page, wrong):
        for question, _ in OPEN:
            said = ask(page, address, question)
            assert said["verdict"] == "fits", question
            assert page.evaluate("document.documentElement.scrollWidth") == width, question
        assert wrong == []


def test_text_and_pickers_stay_in_step(browser: Browser, address: str) -> None:
    """Typing sets the pickers, a picker rewrites the text, and every state has its address."""
    with open_page(browser, address) as (page, wrong):
        page.goto(f"{address}index.html", wait_until="load")
        box = page.locator("#ask-text")
        box.click()
        box.press_sequentially(ASK_LORA)
        assert attributes(page)["verdict"] == "no"
        picker = page.locator('#ask [data-field="model"]')
        assert picker.input_value() == "llama-2-13b"
        assert page.locator('#ask [data-field="board"]').input_value() == "rtx-4090"
        page.wait_for_url("**?q=llama*")
        picker.select_option("llama-2-7b")
        assert attributes(page)["model"] == "llama-2-7b"
        assert "Llama 2 7B" in box.input_value()
        assert "model=llama-2-7b" in page.url
        page.locator('#ask [data-field="task"]').select_option("qlora")
        assert attributes(page)["task"] == "qlora"
        page.go_back()
        assert attributes(page)["task"] == "lora"
        page.go_back()
        assert attributes(page)["model"] == "llama-2-13b"
        assert box.input_value() == ASK_LORA
        page.go_forward()
        assert attributes(page)["model"] == "llama-2-7b"
        page.reload(wait_until="load")
        assert attributes(page)["model"] == "llama-2-7b"
        assert wrong == []


@pytest.mark.parametrize("path", ["index.html", "models/llama-2-13b.html"])
def test_typed_before_the_scripts_are_there(browser: Browser, address: str, path: str) -> None:
    """A reader on a slow line gets the answer, and the address to share, when they are."""
    with open_page(browser, address) as (page, wrong):
        held: list[Route] = []
        page.route("**/generated/answer.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
        page.goto(address + path, wait_until="load")
        box = page.locator("#ask-text, #ask-small-text")
        box.click()
        box.press_sequentially(ASK_LORA)
        assert "?" not in page.url
        held[0].continue_()
        page.locator("#answer .v-no, .ask-brief .v-no").first.wait_for()
        page.wait_for_url("**?q=llama*")
        assert wrong == []


def test_controls_change_the_answer(browser: Browser, address: str) -> None:
    """A longer sequence needs more; the address has it; the control keeps the focus."""
    with open_page(browser, address) as (page, wrong):
        before = float(ask(page, address, ASK_LORA)["need-gib"])
        page.locator(".ask-controls summary").click()
        length = page.locator('#ask [data-field="sequence_length"]')
        assert length.get_attribute("placeholder") == "1024"
        length.fill("4096")
        length.press("Enter")
        page.wait_for_url("**sequence_length=4096**")
        assert page.evaluate("document.activeElement.dataset.field") == "sequence_length"
        assert float(attributes(page)["need-gib"]) > before
        page.locator('#ask [data-field="gradient_checkpointing"]').select_option("off")
        assert "gradient_checkpointing=off" in page.url
        assert wrong == []


def test_keyboard_alone(browser: Browser, address: str) -> None:
    """From the box by Tab to the pickers, then to the links of the answer, and Enter on one."""
    with open_page(browser, address) as (page, wrong):
        page.goto(f"{address}index.html", wait_until="load")
        page.locator("#ask-text").focus()
        page.keyboard.type(ASK_LORA, delay=5)
        assert attributes(page)["verdict"] == "no"
        page.keyboard.press("Enter")
        seen: list[str] = []
        for _ in range(40):
            page.keyboard.press("Tab")
            seen.append(
                page.evaluate(
                    "document.activeElement.dataset.field || document.activeElement.classList[0]"
                )
            )
            if seen[-1] == "ask-state":
                break
        assert seen[-1] == "ask-state", seen
        pickers = [one for one in seen if one in {"boards", "board", "task", "model"}]
        assert pickers == ["boards", "board", "task", "model"]
        page.keyboard.press("Enter")
        assert attributes(page)["model"] == "llama-2-13b"
        assert page.evaluate("document.activeElement.id") == "answer"
        assert wrong == []


def test_a_screen_reader_hears_the_answer(browser: Browser, address: str) -> None:
    """The headline is said once, politely, after a pause; every control has a label."""
    with open_page(browser, address) as (page, _):
        ask(page, address, ASK_LORA)
        until(page, "document.getElementById('ask-status').textContent.length > 0")
        assert page.locator("#ask-status").text_content() == (
            "No: needs 26.6 GiB, GeForce RTX 4090 offers 23.5 GiB. LoRA in bf16 of Llama 2 13B. "
            "Fits: Use QLoRA in NF4, double quantisation: 8.9 GiB."
        )
        unnamed = page.evaluate(
            "[...document.querySelectorAll('#ask :is(input, select)')]"
            ".filter(one => !one.labels.length).length"
        )
        assert unnamed == 0


def test_typed_markup_stays_text(browser: Browser, address: str) -> None:
    """What is typed reaches the page as text only."""
    with open_page(browser, address) as (page, wrong):
        for hostile in (
            "<img src=x onerror=document.title='x'>4090 llama 3 8b",
            "4090 <b>llama</b>",
        ):
            ask(page, address, hostile)
            assert page.locator("#answer :is(img[src=x], .ans-warning b)").count() == 0
            assert page.title() != "x"
        assert wrong == []


def test_works_from_a_folder(site: Path, browser: Browser) -> None:
    """Opened as a file, without any server: the same answer, and its address."""
    with open_page(browser, "file:///") as (page, wrong):
        page.context.set_offline(True)
        page.goto(f"{(site / 'index.html').as_uri()}?q={quote_plus(ASK_LORA)}", wait_until="load")
        assert attributes(page)["verdict"] == "no"
        page.locator('#ask [data-field="task"]').select_option("qlora")
        assert attributes(page)["verdict"] == "fits"
        assert "task=qlora" in page.url
        # Without a server the theme has no search index, and says so; nothing else is amiss.
        assert [
            one for one in wrong if "ERR_FILE_NOT_FOUND" not in one and "search" not in one
        ] == []


def test_small_box_answers_on_every_page(browser: Browser, address: str) -> None:
    """Elsewhere the answer appears under the small box; Enter leads to all of it."""
    with open_page(browser, address, 360) as (page, wrong):
        page.goto(f"{address}models/llama-2-13b.html", wait_until="load")
        box = page.locator("#ask-small-text")
        box.click()
        box.press_sequentially(ASK_LORA)
        page.locator(".ask-brief .v-no").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        box.press("Enter")
        page.wait_for_url("**/index.html?q=llama**")
        assert attributes(page)["verdict"] == "no"
        assert wrong == []


def test_any_page_has_a_question_in_its_address(browser: Browser, address: str) -> None:
    """?q= is answered under the small box; typing writes it, back and forward go through it."""
    with open_page(browser, address, 360) as (page, wrong):
        page.goto(f"{address}gpus/rtx-4090.html?q={quote_plus(ASK_LORA)}", wait_until="load")
        box = page.locator("#ask-small-text")
        page.locator(".ask-brief .v-no").wait_for()
        assert box.input_value() == ASK_LORA
        assert not page.locator("#__search").is_checked()
        box.fill("qlora llama 2 13b on a 4090")
        page.locator(".ask-brief .v-fits").wait_for()
        page.wait_for_url("**/gpus/rtx-4090.html?q=qlora*")
        page.go_back()
        page.locator(".ask-brief .v-no").wait_for()
        assert box.input_value() == ASK_LORA
        page.go_forward()
        page.locator(".ask-brief .v-fits").wait_for()
        page.goto(f"{address}fit/lora.html?model=llama-2-13b&task=lora&board=rtx-4090")
        page.locator(".ask-brief .v-no").wait_for()
        assert "Llama 2 13B" in box.input_value()
        assert wrong == []


def paste(page: Page, text: str) -> None:
    """Paste a text into the field of the reader's own model."""
    field = page.locator(".ask-own textarea")
    if not field.is_visible():
        page.locator(".ask-own summary").click()
    field.fill(text)


def test_own_model_from_a_pasted_configuration(
    browser: Browser, address: str, catalog: Catalog
) -> None:
    """Pasted, read and answered as the catalog's model; nothing is sent; the address keeps it."""
    document = json.loads((CONFIGS / "llama-3.1-8b.json").read_text(encoding="utf-8"))
    with open_page(browser, address) as (page, wrong):
        ask(page, address, "lora llama 2 7b on a 4090")
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        paste(page, json.dumps(document["config"]))
        page.wait_for_url("**model=%7B**")
        said = attributes(page)
        request = {"model": "llama-3.1-8b", "task": "lora", "board": "rtx-4090"}
        expected, _ = answer_line(json.dumps(request), catalog)
        assert (said["model"], said["verdict"]) == ("own-model", expected["verdict"])
        page.reload(wait_until="load")
        assert attributes(page) == said
        assert [url for url in requests if not url.startswith(address)] == []
        assert wrong == []


def test_pasted_markup_stays_text(browser: Browser, address: str) -> None:
    """A configuration with markup in its names and values reaches the page as text only."""
    hostile = '<img src=x onerror="document.title=1">'
    with open_page(browser, address) as (page, wrong):
        page.goto(f"{address}index.html", wait_until="load")
        for pasted in (
            json.dumps({"model_type": hostile}),
            json.dumps({"model_type": "llama", "hidden_size": hostile, hostile: 1}),
            hostile,
        ):
            paste(page, pasted)
            page.locator(".ask-own-read .ans-warning").first.wait_for()
            assert page.locator(".ask-own-read img").count() == 0
        assert page.title() != "1"
        assert wrong == []
