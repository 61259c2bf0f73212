"""Load data/claims.yml and compare every claim with ours. The ruling is counted, not written."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, assert_never

from vram_atlas import cases
from vram_atlas.cases import Case
from vram_atlas.catalog import DATA, BoardEntry, Catalog
from vram_atlas.formulas.phases import Part
from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.schema.base import Source
from vram_atlas.schema.claim import Claim, ClaimFile, Compared, Figure, Quantity, Ruling
from vram_atlas.strict_yaml import Document, read
from vram_atlas.units import Bytes, to_billions, to_gib
from vram_atlas.validation import validate
from vram_atlas.verdict import Verdict

CLAIMS: Final = DATA / "claims.yml"
TOLERANCE: Final = 0.1
"""A rule of thumb is right when it is within this share of ours."""

_PARTS: Final = {
    Quantity.WEIGHTS: Part.WEIGHTS,
    Quantity.GRADIENTS: Part.GRADIENTS,
    Quantity.OPTIMIZER_STATES: Part.OPTIMIZER_STATES,
    Quantity.ACTIVATIONS: Part.ACTIVATIONS,
    Quantity.KV_CACHE: Part.KV_CACHE,
}


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """One case with our figure, in the unit of the comparison, and whether the claim agrees.

    `found` is None for a quantity of the board alone, `board` where no board is named.
    """

    compared: Compared
    found: Case | None
    board: BoardEntry | None
    value: float
    verdict: Verdict | None
    agrees: bool


@dataclass(frozen=True, eq=False)
class Checked:
    """A claim with its outcomes."""

    claim: Claim
    outcomes: tuple[Outcome, ...]
    evidence: tuple[Source, ...]
    said_by: Source | None

    @cached_property
    def ruling(self) -> Ruling:
        """It holds in all its cases, in some (so with conditions), or in none."""
        if self.claim.judged is not None:
            return self.claim.judged.ruling
        right = sum(outcome.agrees for outcome in self.outcomes)
        if right == len(self.outcomes):
            return Ruling.HOLDS
        return Ruling.CONDITIONS if right else Ruling.FAILS


def load_claims(catalog: Catalog, path: Path = CLAIMS) -> list[Checked]:
    """Read the file and check every claim. Raises ProblemsError with every problem found."""
    document = read(path, f"data/{path.name}")
    entry, problems = validate(document, ClaimFile)
    if entry is None or problems:
        raise ProblemsError(problems)
    found: list[Checked] = []
    owners: set[str] = set()
    for index, claim in enumerate(entry.claims):
        if claim.id in owners:
            place = ("claims", index, "id")
            problems.append(document.problem(place, f"'{claim.id}'", "an id of one claim only"))
        owners.add(claim.id)
        outcomes = [*_outcomes(claim, index, document, catalog, problems)]
        keys = (claim.source, *([claim.also.source] if claim.also else []))
        evidence = tuple(entry.sources[key] for key in keys)
        said_by = None if claim.said_by is None else entry.sources[claim.said_by.source]
        found.append(Checked(claim, tuple(outcomes), evidence, said_by))
    if problems:
        raise ProblemsError(problems)
    return found


def _outcomes(
    claim: Claim, index: int, document: Document, catalog: Catalog, problems: list[Problem]
) -> Iterator[Outcome]:
    for number, compared in enumerate(claim.cases):
        try:
            yield _outcome(compared, catalog)
        except ProblemsError as error:
            place = ("claims", index, "cases", number, "figure", "request")
            problems += [
                document.problem((*place, fault.path), fault.saw, fault.expected, fault.tip)
                for fault in error.problems
            ]


def _outcome(compared: Compared, catalog: Catalog) -> Outcome:
    figure = compared.figure
    name = figure.request.get("board")
    board = None if name is None else cases.board(catalog, str(name))
    if figure.quantity is Quantity.LABEL:
        value = 0.0 if board is None else float(board.board.memory.label_gb)
        return Outcome(compared, None, board, value, None, _within(value, compared))
    found = cases.case(catalog, figure.request)
    if figure.quantity is Quantity.FITS:
        verdict = None if board is None else found.verdict(board)
        fits = verdict in {Verdict.FITS, Verdict.TIGHT}
        return Outcome(compared, found, board, 0.0, verdict, fits is compared.fits)
    value = _raw(figure, found)
    if compared.over is not None:
        value /= _raw(compared.over, cases.case(catalog, compared.over.request))
    elif figure.quantity is Quantity.PARAMETERS:
        value = to_billions(value)
    else:
        value = to_gib(value)
    return Outcome(compared, found, board, value, None, _within(value, compared))


def _raw(figure: Figure, found: Case) -> float:
    """A quantity in bytes, or a number of parameters."""
    match figure.quantity:
        case Quantity.NEED:
            return found.need
        case Quantity.NEED_OF_ALL_BOARDS:
            return found.need * found.workload.boards
        case Quantity.PARAMETERS:
            groups = found.workload.entry.groups
            return 0 if groups is None else groups.total
        case (
            Quantity.WEIGHTS
            | Quantity.GRADIENTS
            | Quantity.OPTIMIZER_STATES
            | Quantity.ACTIVATIONS
            | Quantity.KV_CACHE
        ):
            return found.estimate.parts.get(_PARTS[figure.quantity], Bytes(0))
        case Quantity.LABEL | Quantity.FITS:
            message = f"{figure.quantity} is no size"
            raise ValueError(message)
        case _:
            assert_never(figure.quantity)


def _within(value: float, compared: Compared) -> bool:
    """Whether our figure is in the range of the claim, give or take the tolerance."""
    least = 0 if compared.least is None else compared.least * (1 - TOLERANCE)
    most = float("inf") if compared.most is None else compared.most * (1 + TOLERANCE)
    return least <= value <= most
