"""What the documents of the API are made of, and several of them share.

No key has values of two types. What is not known is left out, never null.
"""

from typing import Final, Literal

from pydantic import ConfigDict
from typing_extensions import TypedDict

CLOSED: Final = ConfigDict(extra="forbid", use_attribute_docstrings=True)
TaskWord = Literal["inference", "lora", "qlora", "full"]
VerdictWord = Literal["fits", "tight", "no", "unknown"]


class Document(TypedDict):
    """Every document says which schema it keeps to."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    schema_version: int
    """Changes when a key is removed or means something else."""


class Spread(TypedDict):
    """A size with its band, in bytes."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    low: int
    expected: int
    high: int


class SourceEntry(TypedDict):
    """A page behind the numbers."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    kind: str
    url: str
    shows: str
    accessed: str


class Listed(TypedDict):
    """An entry of the index; addresses are relative to it."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    id: str
    name: str
    url: str
    page: str


class MatrixEntry(TypedDict):
    """A task with the weight format that stands for it."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    id: str
    title: str
    task: TaskWord
