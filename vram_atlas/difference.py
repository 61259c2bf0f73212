"""What a change does to the published answers: cells, verdicts, numbers, and which part did it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from vram_atlas.adding import add_up
from vram_atlas.listings import POPULAR_MODELS
from vram_atlas.snapshot import LETTERS
from vram_atlas.views import POPULAR_BOARDS

Snapshot = Mapping[str, Any]
NOTICEABLE: Final = 0.01
"""A need that moves by more than this share is listed."""

USABLE: Final = "usable memory"
BAND: Final = "band"
SIZE_PUBLISHED: Final = "published size"
_WORDS: Final = {letter: verdict.value for verdict, letter in LETTERS.items()}


class Flip(NamedTuple):
    """A verdict that is another now, and the part that moved most."""

    model: str
    matrix: str
    board: str
    was: str
    now: str
    part: str


class FlipGroup(NamedTuple):
    """Equal flips of one cell, on several boards."""

    model: str
    matrix: str
    was: str
    now: str
    part: str
    boards: tuple[str, ...]


class Move(NamedTuple):
    """A need, in bytes, that moved noticeably."""

    model: str
    matrix: str
    was: int
    now: int
    part: str

    @property
    def share(self) -> float:
        """How much it moved, as a share of what it was."""
        return self.now / self.was - 1


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs, as ids. What most readers see comes first."""

    models_added: tuple[str, ...]
    models_removed: tuple[str, ...]
    boards_added: tuple[str, ...]
    boards_removed: tuple[str, ...]
    cells_added: int
    cells_removed: int
    flips: tuple[Flip, ...]
    moves: tuple[Move, ...]

    @property
    def touches_existing(self) -> bool:
        """Whether an answer that was published is another one now."""
        return bool(self.flips or self.moves or self.cells_removed)

    def flip_groups(self) -> tuple[FlipGroup, ...]:
        """Flips with the boards of one cell together, in the order of the flips."""
        groups: dict[Flip, list[str]] = {}
        for flip in self.flips:
            groups.setdefault(flip._replace(board=""), []).append(flip.board)
        return tuple(
            FlipGroup(one.model, one.matrix, one.was, one.now, one.part, tuple(boards))
            for one, boards in groups.items()
        )


def compare(base: Snapshot, head: Snapshot) -> Difference:
    """What `head` says differently from `base`."""
    old, new = _cells(base), _cells(head)
    flips = sorted(_flips(base, head), key=lambda flip: reach(flip.model, flip.board))
    moves = sorted(_moves(base, head), key=lambda move: (reach(move.model), -abs(move.share)))
    return Difference(
        models_added=_only(head["models"], base["models"]),
        models_removed=_only(base["models"], head["models"]),
        boards_added=_only(head["boards"], base["boards"]),
        boards_removed=_only(base["boards"], head["boards"]),
        cells_added=len(new - old),
        cells_removed=len(old - new),
        flips=tuple(flips),
        moves=tuple(moves),
    )


def reach(model: str, board: str = "") -> tuple[int, int, int]:
    """How many readers an answer has, most first: the well-known models and boards, in their order.

    The site counts no visits. What the home page offers first stands for what is asked most.
    """
    known_model, known_board = model in POPULAR_MODELS, board in POPULAR_BOARDS
    rank = POPULAR_MODELS.index(model) if known_model else len(POPULAR_MODELS)
    place = POPULAR_BOARDS.index(board) if known_board else len(POPULAR_BOARDS)
    return (-(2 * known_model + known_board), rank, place)


def _cells(one: Snapshot) -> set[tuple[str, str]]:
    return {(cell, board) for cell in one["cells"] for board in one["boards"]}


def _only(these: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    known = set(others)
    names = [one for one in these if one not in known]
    return tuple(sorted(names, key=lambda one: (reach(one), one)))


def _common(base: Snapshot, head: Snapshot) -> Iterator[tuple[str, str, Any, Any]]:
    """Model, matrix, old cell, new cell, for every cell that both have."""
    for name, cell in base["cells"].items():
        if name in head["cells"]:
            model, _, matrix = name.partition("/")
            yield model, matrix, cell, head["cells"][name]


def _flips(base: Snapshot, head: Snapshot) -> Iterator[Flip]:
    places = {board: place for place, board in enumerate(head["boards"])}
    shared = [(place, board) for place, board in enumerate(base["boards"]) if board in places]
    for model, matrix, old, new in _common(base, head):
        for place, board in shared:
            was, now = old["verdicts"][place], new["verdicts"][places[board]]
            if was != now:
                offered = head["boards"][board]["visible"] - base["boards"][board]["visible"]
                part = moved_part(old, new) or (USABLE if offered else BAND)
                yield Flip(model, matrix, board, _WORDS[was], _WORDS[now], part)


def _moves(base: Snapshot, head: Snapshot) -> Iterator[Move]:
    for model, matrix, old, new in _common(base, head):
        if not old["peak"] or not new["peak"]:
            continue
        pairs = list(zip(old["peak"], new["peak"], strict=True))
        if any(abs(now / was - 1) > NOTICEABLE for was, now in pairs):
            part = moved_part(old, new) or BAND
            yield Move(model, matrix, old["peak"][1], new["peak"][1], part)


def moved_part(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """The part that moved most, in the direction of the whole; empty where the need stayed."""
    if bool(old["peak"]) != bool(new["peak"]):
        return SIZE_PUBLISHED
    if not old["peak"] or old["peak"] == new["peak"]:
        return ""
    whole = new["peak"][1] - old["peak"][1]
    sign = -1 if whole < 0 else 1
    changes = {
        part: new["parts"].get(part, 0) - old["parts"].get(part, 0)
        for part in (*old["parts"], *new["parts"])
    }
    outside = whole - add_up(changes.values())
    if outside:
        changes["context and libraries"] = outside
    moved = {part: sign * change for part, change in changes.items() if sign * change > 0}
    return max(sorted(moved), key=lambda part: moved[part]) if whole and moved else BAND
