"""The question box as HTML: a form that a script fills and answers."""

from typing import Final

from vram_atlas import answer_words as words
from vram_atlas.catalog import Catalog
from vram_atlas.markup import attribute, items, link, query, text
from vram_atlas.name_lists import id_of
from vram_atlas.schema.base import Task

FILE: Final = "templates/generated/ask.html"
"""Where the small box is written; docs/templates/main.html includes it."""

_CONTROLS: Final = (
    "weights",
    "context_length",
    "sequence_length",
    "micro_batch_size",
    "gradient_accumulation_steps",
    "lora_rank",
    "gradient_checkpointing",
    "optimizer",
    "kv_cache",
    "runtime",
    "reserve",
)
_FILLED: Final = ("weights", "kv_cache", "optimizer", "runtime")
"""Controls whose options a script adds, as it adds boards and models: answer/options.js."""


def question_box(catalog: Catalog) -> str:
    """Text, pickers and the place of the answer, for the home page. Markdown leaves it as it is."""
    return "\n".join(
        (
            '<form class="ask" id="ask" role="search" action="index.html" data-search-exclude>',
            f'<label for="ask-text">{text(words.ASK_LABEL)}</label>',
            f'<div class="ask-line">{_text_input("ask-text")}{_button()}</div>{_wait()}',
            f'<div class="ask-pickers">{_pickers(catalog)}</div>{_controls()}',
            _own(),
            "</form>",
            f'<noscript><p class="ask-noscript">{text(words.NO_SCRIPT)}</p></noscript>',
            f'<div class="ask-examples" id="ask-examples" data-search-exclude>{_examples()}</div>',
            '<p class="ask-status" id="ask-status" role="status"></p>',
            _answer(),
        )
    )


def _button() -> str:
    return f"<button>{text(words.ASK_BUTTON)}</button>"


def _wait() -> str:
    """What a script says while others are on their way for long, or do not come."""
    said = f'data-late="{attribute(words.LATE)}" data-failed="{attribute(words.NOT_LOADED)}"'
    return f'<p class="ask-wait" role="status" hidden {said}></p>'


def _answer() -> str:
    label = attribute(words.BOX["answer"])
    kept = 'tabindex="-1" hidden data-search-exclude'
    share = f"<summary>{text(words.BOX['share'])}</summary><div></div>"
    return (
        f'<section id="answer" aria-label="{label}" {kept}><div class="ans-said"></div>'
        f'<div class="ans-foot" hidden><details class="ans-share">{share}</details>'
        f'<p class="ans-report"><a>{text(words.BOX["report"])}</a></p></div></section>'
    )


def _memory() -> str:
    return (
        f'<label class="ask-memory" hidden><span>{text(words.FIELD["memory"])}</span>'
        f"{_number('memory', 'any')}</label>"
    )


def small_box() -> str:
    """The box of every other page, as a template: answered beneath, in full on the home page."""
    return (
        """<form class="ask ask-small md-grid" role="search" action="{{ 'index.html' | url }}">"""
        f'<label for="ask-small-text">{text(words.ASK_LABEL)}</label>'
        f"{_text_input('ask-small-text')}{_wait()}"
        '<div class="ask-brief" aria-live="polite"></div></form>'
    )


def _text_input(identity: str) -> str:
    return (
        f'<input id="{identity}" name="q" type="search" enterkeyhint="go" maxlength="500" '
        'autocomplete="off" autocapitalize="off" spellcheck="false" '
        f'placeholder="{attribute(words.ASK_PLACEHOLDER)}">'
    )


def _pickers(catalog: Catalog) -> str:
    return "".join(
        (
            _select("boards", _option("1", "1")),
            _select("board", _option("", words.BOX["any_board"])),
            _memory(),
            _select("task", _option("", words.BOX["any_task"]) + _tasks(catalog)),
            _select("model", _option("", words.BOX["any_model"])),
        )
    )


def _tasks(catalog: Catalog) -> str:
    return "".join(_option(task.value, catalog.tasks[task].title) for task in Task)


def _controls() -> str:
    """What can be changed beside the three pickers. Empty means: the default."""
    switch = _option("on", words.CHOICE["on"]) + _option("off", words.CHOICE["off"])
    options = dict.fromkeys(_FILLED, "") | {"gradient_checkpointing": switch}
    parts = [
        _select(field, _option("", words.CHOICE["default"]) + options[field])
        if field in options
        else f"<label><span>{text(words.FIELD[field])}</span>{_number(field)}</label>"
        for field in _CONTROLS
    ]
    return (
        f'<details class="ask-controls"><summary>{text(words.BOX["controls"])}</summary>'
        f'<div class="ask-settings">{"".join(parts)}</div></details>'
    )


def _own() -> str:
    """Where a config.json is pasted."""
    return (
        f'<details class="ask-own"><summary>{text(words.OWN["title"])}</summary>'
        f"<label><span>{text(words.OWN['label'])}</span>"
        f'<textarea rows="6" spellcheck="false" autocomplete="off"></textarea></label>'
        f'<div class="ask-own-read" aria-live="polite"></div></details>'
    )


def _option(value: str, label: str) -> str:
    """Without a value where it follows from the label: the script of the box gives it."""
    given = "" if value == id_of(label) else f' value="{attribute(value)}"'
    return f"<option{given}>{text(label)}</option>"


def _select(field: str, options: str) -> str:
    return (
        f'<label class="ask-{field}"><span>{text(words.FIELD[field])}</span>'
        f'<select data-field="{field}">{options}</select></label>'
    )


def _number(field: str, step: str = "1") -> str:
    return f'<input type="number" min="0" step="{step}" inputmode="decimal" data-field="{field}">'


def _examples() -> str:
    links = [link(f"index.html?q={query(example)}", example) for example in words.EXAMPLES]
    return f"<span>{text(words.EXAMPLES_LABEL)}</span>{items(links)}"
