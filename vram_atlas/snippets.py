"""Which options a snippet uses, read from its syntax: Python, JSON or a shell command.

An option is a pair: what it belongs to, and its name, followed by `=value` where the value is a
word. A number, a path or a free name is not part of the option.
"""

import ast
import json
import re
import shlex
from collections.abc import Iterable, Iterator

from vram_atlas.schema.switch import Language

Option = tuple[str, str]
"""What an option belongs to, and the option; the second is empty for the thing itself."""

_MODULE = "torch."
"""A function of this module is an option of the module that it is called by."""
_WORD = re.compile(r"[a-z][a-z0-9_-]*")
_SETTING = re.compile(r"(?P<name>[A-Za-z_][\w.]*)=(?P<value>\S+)")


def options_of(code: str, language: Language, file: str, commands: Iterable[str]) -> set[Option]:
    """Every option in a snippet. `commands` are the commands that are known, the longest counts.

    Raises ValueError where the snippet does not parse.
    """
    match language:
        case Language.PYTHON:
            return set(_python(code))
        case Language.JSON:
            return set(_json(file, json.loads(code), ""))
        case Language.BASH:
            return {found for line in _lines(code) for found in _command(line, commands)}


def _python(code: str) -> Iterator[Option]:
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        raise ValueError(f"{error.msg} in line {error.lineno}") from None
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        path = ast.unparse(node.func)
        if path.startswith(_MODULE):
            module, _, function = path.rpartition(".")
            yield module, function
            continue
        name = _called(path)
        yield name, ""
        for keyword in node.keywords:
            if keyword.arg is not None:
                yield from _value(name, keyword.arg, _constant(keyword.value))


def _called(path: str) -> str:
    """The last word of a dotted path, with its class where that is what it hangs on."""
    *_, owner, name = ("", *path.split("."))
    return f"{owner}.{name}" if owner[:1].isupper() else name


def _constant(node: ast.expr) -> object:
    """The plain value of an argument; None for names and expressions."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _value(of: str, name: str, value: object) -> Iterator[Option]:
    """An option; its keys where it is a mapping; with its value where that is a word."""
    if isinstance(value, dict):
        yield of, name
        for key, inner in value.items():
            if isinstance(key, str):
                yield from _value(of, f"{name}.{key}", inner)
    elif isinstance(value, str) and _WORD.fullmatch(value):
        yield of, f"{name}={value}"
    else:
        yield of, name


def _json(of: str, value: object, path: str) -> Iterator[Option]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _json(of, inner, f"{path}.{key}" if path else key)
    else:
        yield from _value(of, path, value)


def _lines(code: str) -> Iterator[list[str]]:
    """Commands, with lines that a backslash continues joined and comments left out."""
    for line in code.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words:
            yield words


def _command(words: list[str], commands: Iterable[str]) -> Iterator[Option]:
    while words and (setting := _SETTING.fullmatch(words[0])):
        yield setting["name"], setting["value"]
        words = words[1:]
    if words[:1] == ["export"]:
        yield from _command(words[1:], commands)
        return
    line = " ".join(words)
    known = [name for name in commands if line == name or line.startswith(f"{name} ")]
    of = max(known, key=len, default=words[0] if words else "")
    if of:
        yield of, ""
        yield from _arguments(of, words[len(of.split()) :])


def _arguments(of: str, words: list[str]) -> Iterator[Option]:
    for index, word in enumerate(words):
        if word.startswith("-"):
            name, _, value = word.partition("=")
            if not value and index + 1 < len(words):
                value = words[index + 1]
            yield from _value(of, name, value)
        elif setting := _SETTING.fullmatch(word):
            yield of, setting["name"]
