"""Which number formats a board computes in: by its architecture, as data/arithmetic.yml says."""

from collections.abc import Iterable, Iterator

from vram_atlas.crosschecks import Fault
from vram_atlas.problems import nearest
from vram_atlas.schema.arithmetic import Arithmetic
from vram_atlas.schema.board import Board, Vendor


def arithmetic_of(
    board: Board, vendor: Vendor, architectures: Iterable[Arithmetic]
) -> Arithmetic | None:
    """The row of a board's architecture; one for its compute capability comes first."""
    own = [
        row
        for row in architectures
        if row.vendor is vendor
        and row.architecture == board.architecture
        and row.compute_capability in {None, board.compute_capability}
    ]
    return max(own, key=lambda row: row.compute_capability is not None, default=None)


def arithmetic_faults(
    board: Board, vendor: Vendor, architectures: Iterable[Arithmetic]
) -> Iterator[Fault]:
    """An architecture that is not in the list, or a board that says otherwise than it."""
    known = [row for row in architectures if row.vendor is vendor]
    row = arithmetic_of(board, vendor, known)
    if row is None:
        names = list(dict.fromkeys(one.architecture for one in known))
        tip = nearest(board.architecture, names) or "A new one is described in data/arithmetic.yml."
        yield Fault(("architecture",), f"'{board.architecture}'", "one of data/arithmetic.yml", tip)
        return
    for name in ("bf16", "fp8", "fp4"):
        said, expected = getattr(board, name), getattr(row, name)
        if said is not expected:
            yield Fault(
                (name,),
                str(said).lower(),
                f"{str(expected).lower()}, as {board.architecture} in data/arithmetic.yml",
                "Correct the board; or the architecture, with its source.",
            )


def unused(
    used: Iterable[Arithmetic | None], architectures: Iterable[Arithmetic]
) -> Iterator[Fault]:
    """Rows that no board has: the list never says more than the boards need."""
    rows = {id(row) for row in used}
    for index, row in enumerate(architectures):
        if id(row) not in rows:
            place = ("arithmetic", index, "architecture")
            tip = "Remove the row, or correct its spelling."
            yield Fault(place, f"'{row.architecture}'", "the architecture of a board", tip)
