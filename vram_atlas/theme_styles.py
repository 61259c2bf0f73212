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

from vram_atlas.frame import STYLES, style_sheet

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
    r"md-(source__fact.*|clipboard.*|code_.*|input.*|select.*|search__suggest|source-file.*)|"
    r"highlight(table)?|linenos|linenodiv|filename|hll|result|"
    r"tabbed-.*|task-list-.*|footnote.*|keys|key-.*|critic|arithmatex|katex-html|mermaid|"
    r"twemoji|emojione|gemoji|lg|middle|xl|xxl|xxxl|giscus|grid|cards?"
)
"""Classes of the theme's parts, and of Markdown extensions, that no page has."""

_ABSENT: Final = re.compile(r"aside|audio|del|embed|h[56]|hr|iframe|ins|kbd|object|sub|sup|video")
"""Elements that no page has."""

_UNSET: Final = re.compile(
    r"dir=rtl|data-md-color-(primary|accent)=(?!custom|indigo)[\w-]+|role=columnheader|"
    r"align(=.*)?|src\$=.*"
)
"""Attributes that no page has: another direction, other colours than ours and the theme's first,
tables that a script sorts, pictures at a side or of one palette."""

_OF_ANOTHER: Final = (".", ":")
"""What stands before a name that is no element: of a class, of a state."""

_READ: Final = re.compile(r"var\((--[\w-]+)")
"""Variables that a sheet reads."""

_RUN: Final = re.compile(r"animation(?:-name)?:([^;}]+)")
"""Animations that a sheet runs, among other words."""


def style_sheets() -> Iterator[tuple[str, str]]:
    """Names and texts."""
    rules = {
        path.name: tinycss2.parse_stylesheet(path.read_text(encoding="utf-8"))
        for path in sorted(THEME.glob("*.css"))
    }
    sheets = [*map(style_sheet, STYLES), *("".join(_kept(one, None)) for one in rules.values())]
    every = "".join(sheets)
    read = frozenset((*_READ.findall(every), *" ".join(_RUN.findall(every)).split()))
    for name, found in rules.items():
        yield f"{FOLDER}/{name}", "".join(_kept(found, read)) + "\n"


def is_unused(name: str) -> bool:
    """Whether rules for a class are left out."""
    return _UNUSED.fullmatch(name) is not None


def is_absent(element: str) -> bool:
    """Whether rules for an element are left out."""
    return _ABSENT.fullmatch(element) is not None


def _kept(rules: Iterable[Any], read: frozenset[str] | None) -> Iterator[str]:
    """Rules with the selectors that can be met; groups with the rules that are left.

    Of the variables that they set, and of animations, those that are in `read`; all for None.
    """
    for rule in rules:
        if rule.type == "qualified-rule":
            met = [one for one in _selectors(rule.prelude) if _is_met(one)]
            if met:
                yield f"{','.join(map(tinycss2.serialize, met))}{{{_body(rule.content, read)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"}:
            inside = "".join(_kept(tinycss2.parse_rule_list(rule.content), read))
            if inside:
                yield f"@{rule.at_keyword}{_text(rule.prelude)}{{{inside}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword == "keyframes":
            if read is None or _text(rule.prelude).strip() in read:
                yield rule.serialize()
        elif rule.type != "comment":
            yield rule.serialize()


def _text(nodes: Iterable[Any]) -> str:
    return str(tinycss2.serialize(nodes))


def _body(content: Iterable[Any], read: frozenset[str] | None) -> str:
    """Declarations, without variables that nothing reads: icons of parts that are left out."""
    if read is None:
        return _text(content)
    return ";".join(
        one.serialize()
        for one in tinycss2.parse_declaration_list(content, skip_whitespace=True)
        if one.type != "declaration" or not one.name.startswith("--") or one.name in read
    )


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
        if before not in _OF_ANOTHER and here.type == "ident" and is_absent(here.value):
            return False
        if here.type == "[] block" and _UNSET.fullmatch(_text(here.content)):
            return False
    return True
