"""Entries of the catalog: a model or a board with its file, and what follows from it."""

from dataclasses import dataclass
from functools import cached_property

from vram_atlas.board_memory import BoardMemory
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.schema.arithmetic import Arithmetic
from vram_atlas.schema.board import Board, Line
from vram_atlas.schema.layers import Undisclosed, WeightsOnly
from vram_atlas.schema.model import Disclosed, Family, Model
from vram_atlas.units import Bytes


@dataclass(frozen=True, eq=False)
class ModelEntry:
    """A model with its family, its file and its recomputed parameters (None: not published)."""

    model: Model
    family: Family
    file: str
    line: int
    groups: ParameterGroups | None

    @property
    def id(self) -> str:
        """The model's id."""
        return self.model.id

    @cached_property
    def architecture(self) -> Disclosed | None:
        """The shape to compute with, or None where there is none."""
        shape = self.model.architecture
        return None if isinstance(shape, Undisclosed | WeightsOnly) else shape

    @property
    def why_unknown(self) -> str:
        """Why nothing is computed, or nothing but the weights; empty for the others."""
        shape = self.model.architecture
        return shape.why if isinstance(shape, Undisclosed | WeightsOnly) else ""

    @property
    def native_format(self) -> str:
        """The format the publisher ships; 16 bits where that is not published."""
        return self.model.native_format or "bf16"

    @property
    def size(self) -> int:
        """All parameters; 0 where nobody says how many."""
        parameters = self.model.parameters
        return 0 if parameters is None else parameters.counted


@dataclass(frozen=True, slots=True, eq=False)
class BoardEntry:
    """A board with its line, its file, the memory a program can use, and the needs it lacks.

    lacks   ids of the needs of software (data/support.yml) that it does not have, or `unsure` ones
    kind    the same for boards that run the same software in the same formats
    """

    board: Board
    line: Line
    file: str
    memory: BoardMemory
    arithmetic: Arithmetic | None
    lacks: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    kind: str = ""

    @property
    def id(self) -> str:
        """The board's id."""
        return self.board.id

    @property
    def total(self) -> Bytes:
        """What the driver reports."""
        return self.memory.total

    @property
    def visible(self) -> Bytes:
        """What PyTorch can allocate from, at least."""
        return self.memory.visible

    @property
    def example(self) -> bool:
        """Whether it can stand for its size: as its maker sells it, and PyTorch runs as it is."""
        return not self.board.modified and not self.line.vendor.plug_in
