"""The theme's style sheets without the rules of what this site does not use.

They are written where the theme's own are looked for first, under the same names: without them a
page looks the same and weighs 11 KB more. A test looks for what is left out in every page.
"""

import re
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import tinycss2

FOLDER: Final = "templates/assets/stylesheets"
"""Below docs/; in mkdocs.yml `custom_dir` is docs/templates."""

THEME: Final = Path(str(files("material"))) / FOLDER
"""The theme's own."""

_UNUSED: Final = re.compile(
    r"admonition(-.*)?|abstract|bug|danger|example|failure|info|note|question|quote|"
    r"success|tip|warning|"
    r"md-annotation.*|md-tooltip.*|md-banner.*|md-consent.*|md-feedback.*|md-social.*|"
    r"md-(author|post|profile|pagination|pin|meta|draft|tag|tags|tag-.*|version)(_.*|-.*)?|"
    r"md-(content--post|sidebar--post|nav--integrated|header--lifted|progress|status.*)|"
    r"md-(clipboard.*|code_.*|input.*|select.*|search__suggest|source-file.*)|"
    r"highlight(table)?|linenos|linenodiv|filename|hll|result|"
    r"tabbed-.*|task-list-.*|footnote.*|keys|key-.*|critic|arithmatex|katex-html|mermaid|"
    r"twemoji|emojione|gemoji|lg|middle|xl|xxl|xxxl|giscus|grid|cards?"
)
"""Classes of the theme's parts, and of Markdown extensions, that no page has."""

_UNSET: Final = re.compile(r"dir=rtl|data-md-color-(primary|accent)=(?!custom)[\w-]+")
"""Attributes that no page has: another direction, other colours."""


def style_sheets() -> Iterator[tuple[str, str]]:
    """Names and texts."""
    for path in sorted(THEME.glob("*.css")):
        rules = tinycss2.parse_stylesheet(path.read_text(encoding="utf-8"))
        yield f"{FOLDER}/{path.name}", "".join(_kept(rules)) + "\n"


def is_unused(name: str) -> bool:
    """Whether rules for a class are left out."""
    return _UNUSED.fullmatch(name) is not None


def _kept(rules: Iterable[Any]) -> Iterator[str]:
    """Rules with the selectors that can be met; groups with the rules that are left."""
    for rule in rules:
        if rule.type == "qualified-rule":
            met = [one for one in _selectors(rule.prelude) if _is_met(one)]
            if met:
                yield f"{','.join(map(tinycss2.serialize, met))}{{{_text(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"}:
            inside = "".join(_kept(tinycss2.parse_rule_list(rule.content)))
            if inside:
                yield f"@{rule.at_keyword}{_text(rule.prelude)}{{{inside}}}"
        elif rule.type != "comment":
            yield rule.serialize()


def _text(nodes: Iterable[Any]) -> str:
    return str(tinycss2.serialize(nodes))


def _selectors(prelude: Iterable[Any]) -> Iterator[list[Any]]:
    """What stands between the commas."""
    selector: list[Any] = []
    for part in prelude:
        if part == ",":
            yield selector
            selector = []
        else:
            selector.append(part)
    yield selector


def _is_met(selector: list[Any]) -> bool:
    """Whether a page can have all of it; what stands in `:not()` and `:is()` does not count."""
    for before, here in zip([None, *selector], selector, strict=False):
        if before == "." and here.type == "ident" and is_unused(here.value):
            return False
        if here.type == "[] block" and _UNSET.fullmatch(_text(here.content)):
            return False
    return True
