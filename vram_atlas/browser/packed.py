"""Records as lists, which are shorter: catalog.js reads them."""

from typing import Any


class Packed:
    """Records as lists: which keys they have, by number, then the values. Lists begin with -1."""

    def __init__(self) -> None:
        self.keys: list[tuple[str, ...]] = []

    def of(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """A value with every record in it packed."""
        match value:
            case dict():
                keys = tuple(value)
                if keys not in self.keys:
                    self.keys.append(keys)
                return [self.keys.index(keys), *map(self.of, value.values())]
            case list() | tuple():
                return [-1, *map(self.of, value)]
            case _:
                return value
