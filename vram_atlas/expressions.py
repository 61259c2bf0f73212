"""Expressions of data/importing.yml, worked out over a configuration.

What each means stands at its class in `schema/importing.py`. The browser works out the same ones.
"""

from collections.abc import Mapping
from math import prod
from typing import TypeAlias

from vram_atlas.adding import add_up
from vram_atlas.problems import nearest
from vram_atlas.schema.importing import (
    Choose,
    Difference,
    Entries,
    Equal,
    Expression,
    Given,
    If,
    Less,
    Letters,
    Lookup,
    Product,
    Quotient,
    Sum,
    Word,
)

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
Config: TypeAlias = Mapping[str, "Value"]


class FaultError(Exception):
    """A value that cannot be worked out: where, what was seen, what was expected, a tip."""

    def __init__(self, path: str, saw: str, expected: str, tip: str = "") -> None:
        """`path` is in the configuration."""
        self.fault = (path, saw, expected, tip)
        super().__init__(path)


class Scope:
    """A configuration; a path that the first part lacks is looked up in the next."""

    def __init__(self, *parts: Config) -> None:
        """From the innermost part to the outermost."""
        self.parts = parts

    def value(self, expression: Expression) -> Value:
        """The value of an expression. Raises FaultError."""
        match expression:
            case None | bool() | int():
                return expression
            case str():
                return self._required(expression)
            case Word():
                return expression.word
            case Lookup():
                return self._lookup(expression)
            case Entries():
                return self._entries(expression)
            case Letters():
                return self._letters(expression)
            case If():
                holds = self.truth(expression.condition)
                return self.value(expression.then if holds else expression.otherwise)
            case Choose():
                return self._choose(expression)
            case _:
                return self._worked_out(expression)

    def truth(self, expression: Expression) -> bool:
        """Whether a condition holds; the path of an absent key does not."""
        found = self._find(expression) if isinstance(expression, str) else self.value(expression)
        return bool(found)

    def number(self, expression: Expression) -> int:
        """A whole number. Raises FaultError for anything else."""
        found = self.value(expression)
        if isinstance(found, float) and found.is_integer():
            return int(found)
        if not isinstance(found, int):
            saw = "nothing" if found is None else repr(found)
            raise FaultError(_path_of(expression), saw, "a whole number")
        return int(found)

    def _worked_out(
        self, expression: Sum | Product | Difference | Quotient | Given | Equal | Less
    ) -> int | bool:
        match expression:
            case Sum():
                return add_up(map(self.number, expression.sum))
            case Product():
                return prod(map(self.number, expression.product))
            case Difference():
                first, second = map(self.number, expression.difference)
                return first - second
            case Quotient():
                return self._quotient(*expression.quotient)
            case Given():
                return self._find(expression.given) is not None
            case Equal():
                first_value, second_value = map(self.value, expression.equal)
                return first_value == second_value
            case Less():
                first, second = map(self.number, expression.less)
                return first < second

    def _find(self, path: str) -> Value:
        found = (at(part, path) for part in self.parts)
        return next((value for value in found if value is not None), None)

    def _required(self, path: str) -> Value:
        found = self._find(path)
        if found is None:
            if any(_has(part, path) for part in self.parts):
                raise FaultError(path, "null", "a value", "The configuration leaves it open.")
            close = nearest(path, {key for part in self.parts for key in part})
            tip = close if close.startswith("Did") else "The configuration does not have it."
            raise FaultError(path, "nothing", "this key", tip)
        return found

    def _lookup(self, lookup: Lookup) -> Value:
        found = self._find(lookup.path)
        if found is not None:
            return found
        is_null = any(_has(part, lookup.path) for part in self.parts)
        if is_null and "null_is" in lookup.model_fields_set:
            return self.value(lookup.null_is)
        return self.value(lookup.default)

    def _quotient(self, first: Expression, second: Expression) -> int:
        divisor = self.number(second)
        if divisor <= 0:
            raise FaultError(_path_of(second), str(divisor), "a number greater than 0")
        return self.number(first) // divisor

    def _entries(self, entries: Entries) -> Value:
        found = self._find(entries.entries)
        if found is None:
            return self.value(entries.default)
        if not isinstance(found, list | Mapping):
            raise FaultError(entries.entries, repr(found), "a list")
        if entries.equal_to is None:
            return len(found)
        values = found.values() if isinstance(found, Mapping) else found
        return add_up(item in entries.equal_to for item in values)

    def _letters(self, letters: Letters) -> int:
        found = self._required(letters.letters)
        if not isinstance(found, str):
            raise FaultError(letters.letters, repr(found), "a text")
        return len(found) if letters.equal_to is None else found.count(letters.equal_to)

    def _choose(self, choose: Choose) -> Value:
        found = self.value(choose.choose)
        word = "" if found is None else str(found)
        if word in choose.cases:
            return self.value(choose.cases[word])
        if "default" in choose.model_fields_set:
            return self.value(choose.default)
        tip = "No rule says what it means."
        raise FaultError(
            _path_of(choose.choose), f"'{word}'", f"one of {', '.join(choose.cases)}", tip
        )


def at(value: "Value | Config", path: str) -> Value:
    """The value at a path, or None where a part of the path is missing."""
    here: Value | Config = value
    for part in path.split("."):
        if isinstance(here, Mapping):
            here = here.get(part)
        elif isinstance(here, list) and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        else:
            return None
    return dict(here) if isinstance(here, Mapping) else here


def _has(value: Config, path: str) -> bool:
    outer, _, key = path.rpartition(".")
    holder = at(value, outer) if outer else value
    return isinstance(holder, Mapping) and key in holder


def _path_of(expression: Expression) -> str:
    """A path to name in a message."""
    if isinstance(expression, str):
        return expression
    return expression.path if isinstance(expression, Lookup) else "(configuration)"
