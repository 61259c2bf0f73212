"""YAML with line numbers and without surprises.

PyYAML's C loader composes the document; this module turns the nodes into plain values and keeps
the line of each. What YAML 1.1 would read in an unexpected way (`no`, `012`, `1e9`, `10:30`,
dates) is a problem that says how to write it instead.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeAlias

import yaml

from vram_atlas.problems import Problem

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
Place: TypeAlias = tuple[str | int, ...]

try:
    _LOADER: type = yaml.CSafeLoader
except AttributeError:  # PyYAML without libyaml: the same grammar, ten times slower
    _LOADER = yaml.SafeLoader

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*(_[0-9]{3})*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_YAML_11_WORDS = frozenset({"yes", "no", "on", "off", "y", "n", "~"})
_EXPONENT = re.compile(r"-?[0-9.]+e[+-]?[0-9]+", re.IGNORECASE)
_ODD_NUMBER = re.compile(
    r"[-+]?(0[0-9_]+|0[xob][0-9a-f_]+|[0-9]+(:[0-9]+)+|\.[0-9]+|[0-9][0-9_,]*)", re.IGNORECASE
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KNOWN_TAGS = tuple(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")
)
_STRING_TAG = "tag:yaml.org,2002:str"


@dataclass(slots=True, eq=False)
class Document:
    """A YAML file as plain values, with the line of every path. It stays as it was read."""

    file: str
    value: Value
    lines: dict[Place, int]
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Place) -> int:
        """Line of a path, or of the nearest enclosing block that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, place: Place, saw: str, expected: str, tip: str = "") -> Problem:
        """A problem at a place of this file."""
        return Problem(self.file, self.line(place), path_text(place), saw, expected, tip)


def path_text(path: Place) -> str:
    """`('models', 0, 'id')` as `models[0].id`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "(document)"


def read(file: Path, name: str) -> Document:
    """Read one file. Faults are collected in `Document.problems`, never raised."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        document = Document(name, None, {})
        document.problems.append(
            Problem(
                name,
                0,
                "(document)",
                f"bytes that are not UTF-8 at {error.start}",
                "UTF-8",
                "Save the file as UTF-8.",
            )
        )
        return document
    return parse(text, name)


@cache  # who edits one file and reads all again waits for one
def parse(text: str, name: str) -> Document:
    """A document from YAML text."""
    document = Document(name, None, {})
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        shown = "".join(text.splitlines()[line - 1 : line])
        tip = (
            "Indent with spaces, not tabs."
            if "\t" in shown
            else "Check indentation, quotes and brackets on this line and the one above."
        )
        document.problems.append(
            Problem(document.file, line, "(document)", what, "valid YAML", tip)
        )
        return document
    finally:
        loader.dispose()
    value = None if node is None else _construct(node, (), document, set())
    if not isinstance(value, dict):
        saw = "an empty file" if value is None else "something else"
        document.problems.append(Problem(document.file, 0, "(document)", saw, "a mapping"))
        return document
    document.value = value
    return document


def _construct(node: yaml.Node, path: Place, document: Document, seen: set[int]) -> Value:
    """A node as a plain value. `seen` are the nodes visited: a second visit is an alias."""
    document.lines[path] = node.start_mark.line + 1
    fault = None
    if id(node) in seen:
        fault = ("an alias (*)", "the value itself", "Anchors and aliases are not used here.")
    elif not node.tag.startswith(_KNOWN_TAGS):
        fault = (f"the tag {node.tag}", "a value without a tag", "Remove the tag.")
    if fault is not None:
        line = node.start_mark.line + 1
        document.problems.append(Problem(document.file, line, path_text(path), *fault))
        return None
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, path, document, seen))
    if isinstance(node, yaml.SequenceNode):
        return [
            _construct(child, (*path, index), document, seen)
            for index, child in enumerate(node.value)
        ]
    return _scalar(node, path, document) if isinstance(node, yaml.ScalarNode) else None


def _pairs(
    node: yaml.MappingNode, path: Place, document: Document, seen: set[int]
) -> Iterator[tuple[str, Value]]:
    first_lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
        line = key_node.start_mark.line + 1
        here = (*path, key)
        if key in first_lines:
            document.problems.append(
                Problem(
                    document.file,
                    line,
                    path_text(here),
                    f"the key '{key}' twice",
                    f"one '{key}' (the first is on line {first_lines[key]})",
                    "Remove one of them.",
                )
            )
            continue
        if key in {"<<", ""}:
            document.problems.append(
                Problem(
                    document.file,
                    line,
                    path_text(path),
                    f"the key '{key}'",
                    "a plain word as key",
                    "Merge keys and complex keys are not used here: spell the values out.",
                )
            )
            continue
        first_lines[key] = line
        yield key, _construct(value_node, here, document, seen)
        document.lines[here] = line


def _scalar(node: yaml.ScalarNode, path: Place, document: Document) -> Value:
    text: str = node.value
    if node.style or (node.tag == _STRING_TAG and not _surprising(text)):
        return text
    match text:
        case "true" | "True" | "TRUE":
            return True
        case "false" | "False" | "FALSE":
            return False
        case "null" | "":
            return None
        case _ if _INTEGER.fullmatch(text):
            return int(text.replace("_", ""))
        case _ if _DECIMAL.fullmatch(text):
            return float(text)
        case _ if _DATE.fullmatch(text):
            return text
        case _:
            pass
    document.problems.append(
        Problem(
            document.file,
            node.start_mark.line + 1,
            path_text(path),
            f"the bare word {text}",
            "a value that reads the same to people and to YAML",
            _advice(text),
        )
    )
    return text


def _surprising(text: str) -> bool:
    return bool(
        text.lower() in _YAML_11_WORDS
        or _EXPONENT.fullmatch(text)
        or (_ODD_NUMBER.fullmatch(text) and not _INTEGER.fullmatch(text))
    )


def _advice(text: str) -> str:
    if text.lower() in _YAML_11_WORDS:
        return "Write true or false, or put the word in quotes."
    if _EXPONENT.fullmatch(text):
        return "Write the number in full (1_000_000_000), or put it in quotes if it is a name."
    return "Write a decimal number without leading zero, or put the text in quotes."
