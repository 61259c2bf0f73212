"""Markdown that does not parse what the build wrote as HTML: a third of the time of a site.

The generated pages, and the macros of the others, give a table, a figure or a list as one line of
HTML between two empty lines. Python-Markdown would take each apart tag by tag, only to find where
it ends, and put it into the page as it was.
"""

import re
from typing import Final

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

_BLOCK: Final = re.compile(r"<([a-z]+)[ >].*</\1>")
_BEFORE_HTML: Final = 25
"""Python-Markdown's own search for HTML has the priority 20, and what comes first has more."""


class _WholeBlocks(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        """Put blocks of one line aside until the page is put together."""
        found = list(lines)
        for number, line in enumerate(lines):
            alone = not any(lines[number + 1 : number + 2] + lines[max(number - 1, 0) : number])
            if alone and self._is_block(line):
                found[number] = self.md.htmlStash.store(line)
        return found

    def _is_block(self, line: str) -> bool:
        """Whether a line is one element, from its first letter to its last."""
        block = _BLOCK.fullmatch(line)
        if block is None or not self.md.is_block_level(block[1]):
            return False
        opened = [*re.finditer(rf"<{block[1]}[ >]|</{block[1]}>", line)]
        depth = 0
        for tag in opened[:-1]:
            depth += -1 if tag[0].startswith("</") else 1
            if depth == 0:
                return False
        return depth == 1


class WholeBlocks(Extension):
    """The extension that mkdocs.yml names."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Work before Python-Markdown looks for HTML."""
        md.preprocessors.register(_WholeBlocks(md), "whole_blocks", _BEFORE_HTML)


def makeExtension(**options: object) -> WholeBlocks:  # noqa: N802 - Python-Markdown's name
    """How Python-Markdown finds the extension."""
    return WholeBlocks(**options)
