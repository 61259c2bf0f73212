"""Adding from left to right, which every version of Python and every browser does alike.

Python's own sum() carries the rounding errors of floats along from version 3.12 on: the same
formula would give other bytes than in 3.11, and than in JavaScript.
"""

from collections.abc import Iterable
from typing import TypeVar

Number = TypeVar("Number", int, float)


def add_up(values: Iterable[Number]) -> Number:
    """Sum of the values, each rounded result added to the next value; 0 where there is none."""
    total: Number = 0
    for value in values:
        total += value
    return total
