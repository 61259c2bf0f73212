"""Documents as columns, which are shorter than records: catalog.js reads them.

`keys` has what kinds of record there are: the names of their fields, each followed by what its
value is, if that is not plain: "{" for a record, "[" for a list, and then what the list holds.
`places` has, in the order of reading, the kind of every record and the length of every list, and
`columns` the plain values by the name of their field.
"""

from collections.abc import Mapping
from typing import Any, Final

SCRIPT: Final = """\
  const unpacked = ({ keys, places, columns }) => {
    const kinds = keys.map((names) => names.map((name) => name.split(/(?=[[{])(.*)/)));
    const next = Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, values.values()]),
    );
    const place = places.values();
    const read = (name, form) => {
      if (!form) return next[name].next().value;
      const found = place.next().value;
      const record = () => kinds[found].map(([key, inside]) => [key, read(key, inside)]);
      if (form === "{") return Object.fromEntries(record());
      return Array.from({ length: found }, () => read(name, form.slice(1)));
    };
    return read("", "[{");
  };
"""


class NotPackableError(ValueError):
    """A list whose members are not of one form."""


def packed(documents: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Several documents in one."""
    return _Columns().of(documents)


class _Columns:
    def __init__(self) -> None:
        self._keys: dict[tuple[str, ...], int] = {}
        self._places: list[int] = []
        self._columns: dict[str, list[Any]] = {}

    def of(self, documents: list[Mapping[str, Any]]) -> dict[str, Any]:
        self._places.append(len(documents))
        for one in documents:
            self._add("", one)
        return {"keys": [*self._keys], "places": self._places, "columns": self._columns}

    def _add(self, name: str, value: Any) -> None:  # noqa: ANN401 - any JSON
        match value:
            case dict():
                key = tuple(f"{field}{_form(inside)}" for field, inside in value.items())
                self._places.append(self._keys.setdefault(key, len(self._keys)))
                for field, inside in value.items():
                    self._add(field, inside)
            case list() | tuple():
                self._places.append(len(value))
                for inside in value:
                    self._add(name, inside)
            case _:
                self._columns.setdefault(name, []).append(value)


def _form(value: Any) -> str:  # noqa: ANN401 - any JSON
    match value:
        case dict():
            return "{"
        case list() | tuple():
            forms = {_form(inside) for inside in value}
            if len(forms) > 1:
                message = f"{value}: its members are not of one form"
                raise NotPackableError(message)
            return "[" + "".join(forms)
        case _:
            return ""
