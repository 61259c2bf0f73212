"""The four helpers through which a formula may compare and round values, for plain numbers."""

import math
from typing import Protocol


class Ops(Protocol):
    """What a formula may do with values besides `+ - * /`."""

    def maximum(self, *values: float) -> float:
        """Largest of the values."""
        ...

    def minimum(self, *values: float) -> float:
        """Smallest of the values."""
        ...

    def ceil(self, value: float) -> float:
        """Smallest whole number that is not below the value."""
        ...

    def where(self, condition: float, positive: float, otherwise: float) -> float:
        """`positive` where `condition` > 0, else `otherwise`."""
        ...


class NumberOps:
    """The helpers on plain numbers."""

    def maximum(self, *values: float) -> float:
        """Largest of the values."""
        return max(values)

    def minimum(self, *values: float) -> float:
        """Smallest of the values."""
        return min(values)

    def ceil(self, value: float) -> float:
        """Smallest whole number that is not below the value."""
        return math.ceil(value)

    def where(self, condition: float, positive: float, otherwise: float) -> float:
        """`positive` where `condition` > 0, else `otherwise`."""
        return positive if condition > 0 else otherwise


NUMBERS: Ops = NumberOps()
