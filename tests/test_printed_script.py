"""What Python and JavaScript read differently: printed as Python means it, or refused.

A refusal names the place, what was seen, and what to write instead.
"""

# ruff: noqa: E501 - a row of a table is one line

import ast
import importlib
import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from javascript import JAVASCRIPTS, in_node

from vram_atlas.browser.helpers import ARGUMENTS
from vram_atlas.browser.names import Names
from vram_atlas.browser.signatures import Signatures
from vram_atlas.browser.source import NotPrintableError, tree
from vram_atlas.browser.statements import Statements, function_lines, star

Printed = Callable[[str], tuple[Any, str]]


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Printed:
    """A module of a few lines, and its functions as JavaScript."""
    monkeypatch.syspath_prepend(tmp_path)

    def found(source: str) -> tuple[Any, str]:
        name = f"example_{abs(hash(source))}"
        (tmp_path / f"{name}.py").write_text(dedent(source), encoding="utf-8")
        importlib.invalidate_caches()
        module = importlib.import_module(name)
        names = Names()
        lines = [
            line
            for node in tree(name).body
            if isinstance(node, ast.FunctionDef)
            for line in function_lines(
                Statements(names, Signatures(names), name, node),
                f"function{star(node)} {node.name}",
            )
        ]
        return module, "\n".join(lines)

    return found


REFUSED = [
    pytest.param("return sum(values)", "add_up()", id="sum of floats"),
    pytest.param("return float(value)", "the number itself", id="float()"),
    pytest.param("print(value)", "a value that is returned", id="print()"),
    pytest.param("return reversed(values)", "[::-1]", id="reversed()"),
    pytest.param("found = value\n    found += (one for one in values)\n    return found", "a list", id="+= an iterator"),
    pytest.param("values += [*values] + values\n    return values", "a new variable", id="+= in place on the caller's list"),
    pytest.param("return values + (one for one in values)", "[*one, *other]", id="list + iterator"),
    pytest.param("return {1, 2} - {value}", "not in", id="set - set"),
    pytest.param("return text * 3", "the text", id="text * number"),
    pytest.param("return '%s' % value", "f-string", id="text % value"),
    pytest.param("return value & 1", "arithmetic", id="& of numbers"),
    pytest.param("return value << 1", "arithmetic", id="shift"),
    pytest.param("return ~value", "something that is printed", id="inversion"),
    pytest.param("return values == [value]", "members", id="== of lists"),
    pytest.param("return values == other", "members", id="== of a list and what may be one"),
    pytest.param("return value == None", "`is None`", id="== None"),
    pytest.param("return flag == 1", "the flag itself", id="flag == 1"),
    pytest.param("return values < [value]", "numbers", id="< of lists"),
    pytest.param("return (value, 1) in other", "any()", id="tuple in a list"),
    pytest.param("return value in (one for one in values)", "to look in", id="in an iterator"),
    pytest.param("return f'{flag}'", "words", id="flag in a text"),
    pytest.param("return f'{share}'", "digits", id="float in a text"),
    pytest.param("return f'{values}'", "words", id="list in a text"),
    pytest.param("return f'{value:>9}'", "a format such as", id="padding"),
    pytest.param("return f'{value!r}'", "something that is printed", id="representation"),
    pytest.param("return 2 * 9007199254740993", "2**53", id="a whole number that doubles lack"),
    pytest.param("return 1e999", "2**53", id="infinity"),
    pytest.param("return b'x'", "text", id="bytes"),
    pytest.param("return {1: value}", "words", id="numbers as keys"),
    pytest.param("return round(share, 2)", "helper", id="round to digits"),
    pytest.param("return [*enumerate(values, 1)]", "helper", id="enumerate from 1"),
    pytest.param("return int(text, 16)", "helper", id="int with a base"),
    pytest.param("return sorted(values, reverse=True)", "helper", id="sorted backwards"),
    pytest.param("return max(values, key=lambda one: -one, default=0)", "helper", id="max with key and default"),
    pytest.param("return text.strip('/')", "strip()", id="strip what"),
    pytest.param("return text.split()", "split()", id="another method"),
    pytest.param("return values[::2]", "something that is printed", id="every second"),
    pytest.param("return lambda one, two=1: one", "a name", id="lambda with a default"),
    pytest.param("for one in values:\n        pass\n    else:\n        value = 1\n    return value", "a flag", id="for with else"),
    pytest.param("while value:\n        value = 0\n    else:\n        value = 1\n    return value", "a flag", id="while with else"),
    pytest.param("for one in values:\n        break", "something that is printed", id="break"),
    pytest.param("found = []\n    for one in values:\n        found.append([lambda: one])\n    return found", "a parameter", id="closure over a loop variable"),
    pytest.param("*rest, last = values\n    return last", "an index", id="the rest in front"),
    pytest.param("for flag, (*rest, last) in values:\n        return last", "an index", id="the rest in front, in a loop"),
    pytest.param("try:\n        value = 1\n    finally:\n        value = 2", "after it", id="finally"),
    pytest.param("with value:\n        pass", "something that is printed", id="with"),
    pytest.param("del values[0]", "something that is printed", id="del"),
    pytest.param("def inner():\n        yield 1\n    return inner", "a function of the module", id="a generator inside"),
    pytest.param("match value:\n        case [1, *rest]:\n            return rest", "something that is printed", id="pattern of a list"),
]  # fmt: skip
"""Bodies of a function, and words of the advice."""

HEAD = "def example(value: int, values: list, other, flag: bool, share: float, text: str):\n    "


@pytest.mark.parametrize(("body", "advice"), REFUSED)
def test_refused(printed: Printed, body: str, advice: str) -> None:
    """With the file, the line, what was seen, and what to write."""
    with pytest.raises(NotPrintableError) as caught:
        printed(HEAD + body)
    message = str(caught.value)
    place, _, rest = message.partition(" ")
    assert place.endswith(":"), message
    assert ".py:" in place, message
    assert "` is not printed. Write " in rest
    assert advice in rest


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        pytest.param(
            "def example(values=[]):\n    return values", "shared", id="a list as default"
        ),
        pytest.param("def example(**more):\n    return more", "names", id="keywords"),
        pytest.param(
            "from contextlib import contextmanager\n\n@contextmanager\ndef example():\n    yield 1",
            "decorators",
            id="decorator",
        ),
    ],
)
def test_refused_functions(printed: Printed, source: str, advice: str) -> None:
    """As a whole."""
    with pytest.raises(NotPrintableError, match=advice):
        printed(source)


FAITHFUL = [
    pytest.param("[a // b, a % b]", [(a, b) for a in (7, -7, 0, 6, -6) for b in (3, -3)], id="whole division"),
    pytest.param("a % b", [(0.3, 0.1), (-0.1, 2097152), (1e15 + 0.5, 7), (-5.5, -2)], id="remainder of floats"),
    pytest.param("a // b", [(9007199254740990, 3), (3 * 3002399751580330 - 1, 3)], id="large whole division"),
    pytest.param("round(a / 2) + b", [(n, 0) for n in range(-7, 8)], id="half to even"),
    pytest.param("f'{a:.0f} {b:.2f}'", [(0.5, 0.125), (1.5, 0.375), (2.5, 1.005)], id="more digits"),
    pytest.param("f'{a:.1f} {b:,}'", [(0.25, 1234567), (0.35, 12), (2.5, 0), (-0.75, -1000), (12.05, 999)], id="digits"),
    pytest.param("a < b < 5", [(1, 3), (3, 1), (4, 9)], id="chained comparison"),
    pytest.param("not a < b < 5", [(1, 3), (3, 1)], id="not of a chain"),
    pytest.param("a or b", [(0, 7), ("", 7), (None, 7), ([], 7), ({}, 7), ([0], 7), (3, 7)], id="or"),
    pytest.param("a and b", [(0, 7), ("", 7), (None, 7), ([], 7), ({}, 7), ([0], 7), (3, 7)], id="and"),
    pytest.param("'yes' if a and not b else 'no'", [([], 1), ([1], {}), ({"x": 1}, 0), ("", "")], id="truth"),
    pytest.param("[a in b, a not in b]", [("x", ["x"]), ("x", {"x": 1}), ("y", {"x": 1}), ("x", "xy"), (2, [1, 2])], id="in"),
    pytest.param("a == b", [(1, 1.0), (1, 2), ("1", 1), (None, 0), ("a", "a")], id="equal"),
    pytest.param("a[b - 1]", [([5, 6, 7], 0), ([5, 6, 7], 2)], id="index before the first"),
    pytest.param("[a[-1], a[::-1], a[1:], a[:-1]]", [([5, 6, 7], 0)], id="slices"),
    pytest.param("sorted(a, key=lambda one: one[0])", [([[2, "a"], [1, "b"], [2, "c"], [1, "d"]], 0)], id="stable order"),
    pytest.param("[max(a, key=lambda one: one[0]), min(a)]", [([[2, "a"], [1, "b"], [2, "c"]], 0)], id="ties"),
    pytest.param("sorted(a)", [([[2, "b"], [2, "a"], [1, "z"]], 0), ([10, 9, 1], 0)], id="order of lists"),
    pytest.param("max([], default=a) + b", [(1, 2)], id="default of nothing"),
    pytest.param("{**a, 'x': b}", [({"y": 1, "x": 0}, 2)], id="order of a dictionary"),
    pytest.param("[(one, two) for one, two in a.items() if two > b]", [({"x": 1, "y": 3}, 2)], id="comprehension"),
    pytest.param("a ** b - -a", [(2, 10), (3, 0)], id="power"),
    pytest.param("[one if one else b for one in a]", [([0, 1, "", "x"], 5)], id="choice in a list"),
    pytest.param("[*zip(a, b)]", [([1, 2, 3], [4, 5])], id="zip of unequal lists"),
]  # fmt: skip
"""Expressions in a and b, and values to try."""


@pytest.mark.parametrize(("expression", "tries"), FAITHFUL)
def test_printed_as_python_means_it(
    printed: Printed, expression: str, tries: list[tuple[Any, Any]]
) -> None:
    """The same result in both languages."""
    module, text = printed(f"def example(a, b):\n    return {expression}")
    work = f"line => {{ const $ = vramAtlas.python; {text}\nreturn JSON.stringify(example(...JSON.parse(line))); }}"
    lines = [json.dumps(values) for values in tries]
    found = [json.loads(line) for line in in_node([JAVASCRIPTS / "python.js"], lines, work)]
    assert found == [json.loads(json.dumps(module.example(*values))) for values in tries]


def test_helpers_exist() -> None:
    """Every helper that may be called is in python.js."""
    names = json.dumps([name for name in ARGUMENTS if name.startswith("$.")])
    work = "line => JSON.stringify(JSON.parse(line).filter((name) => !(name.slice(2) in vramAtlas.python)))"
    [missing] = in_node([JAVASCRIPTS / "python.js"], [names], work)
    assert [*json.loads(missing)] == [
        "$.givenFields",
        "$.makeRequest",
        "$.readShape",
    ]  # of estimator.js
