"""Data of scripts, kept short: without spaces, and records as columns, which names.js reads."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"

SCRIPT: Final = """\
  const values = ({ values, places }) => [...places].map((digit) => values[parseInt(digit, 36)]);
  const column = (given) => (Array.isArray(given) ? given : values(given));
  vramAtlas.recordsOf = (columns) => {
    const keys = Object.keys(columns);
    const lists = Object.values(columns).map(column);
    const record = (row) => Object.fromEntries(keys.map((key, place) => [key, lists[place][row]]));
    return lists[0].map((_, row) => record(row));
  };
"""


def compact(value: object) -> str:
    """JSON without spaces, as a script holds it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def columns(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A list of values by key; of few values, those and a digit for each record."""
    return {key: _column([one[key] for one in records]) for key in records[0]}


def _column(found: list[Any]) -> Any:  # noqa: ANN401 - JSON
    spelled = [json.dumps(one) for one in found]
    different = list(dict.fromkeys(spelled))
    if len(different) > len(_DIGITS):
        return found
    places = "".join(_DIGITS[different.index(one)] for one in spelled)
    return {"values": [*map(json.loads, different)], "places": places}
