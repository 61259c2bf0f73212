"""What `diff` prints: for a terminal, for a pull request, for programs."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from vram_atlas.difference import NOTICEABLE, FlipGroup, Move
from vram_atlas.diffing import Comparison
from vram_atlas.problems import Problem
from vram_atlas.units import format_size
from vram_atlas.validation import OPEN

SHOWN: Final = 40
"""Rows of a list in a pull request; the JSON has all."""

BOARDS_NAMED: Final = 4
ORDER: Final = (
    "Sorted by reach: the models and GPUs that the home page offers come first, in its order. "
    "The site counts no visits."
)


def as_json(one: Comparison, problems: Sequence[Problem]) -> str:
    """Everything, for programs."""
    found = one.found
    document = {
        "models_added": found.models_added,
        "models_removed": found.models_removed,
        "boards_added": found.boards_added,
        "boards_removed": found.boards_removed,
        "cells_added": found.cells_added,
        "cells_removed": found.cells_removed,
        "flips": [flip._asdict() for flip in found.flips],
        "moves": [{**move._asdict(), "share": round(move.share, 6)} for move in found.moves],
        "problems": [problem.as_json() for problem in problems],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def as_text(one: Comparison, problems: Sequence[Problem]) -> str:
    """For a terminal."""
    lines = [headline(one), *_entries(one)]
    if one.found.flips:
        lines += ["", "Verdicts that change:"]
        lines += [f"  {_flip_line(one, group)}" for group in one.found.flip_groups()]
    if one.found.moves:
        lines += ["", f"Needs that move by more than {NOTICEABLE:.0%}:"]
        lines += [f"  {_move_line(one, move)}" for move in one.found.moves]
    if one.found.flips or one.found.moves:
        lines += ["", ORDER]
    if problems:
        lines += ["", *map(str, problems), "", f"{len(problems)} problem(s)."]
    return "\n".join(lines) + "\n"


def as_markdown(one: Comparison, problems: Sequence[Problem]) -> str:
    """For the summary of a job and the comment on a pull request."""
    lines = ["### What this does to the published answers", "", f"**{headline(one)}**"]
    lines += [f"- {entry}" for entry in _entries(one)]
    for problem in problems:
        lines += ["", f"> **{problem.path}**: saw {problem.saw}, expected {problem.expected}"]
        lines += [f"> {problem.tip}"] if problem.tip else []
    groups = one.found.flip_groups()
    if groups:
        lines += [
            "",
            "| Was | Now | Model | Task | GPUs | Because of |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(one, group) for group in groups[:SHOWN]]
        lines += _more(len(groups))
    if one.found.moves:
        lines += ["", "| Model | Task | Needed | Needs | Change | Because of |"]
        lines += ["|---|---|---:|---:|---:|---|"]
        lines += [_moved_row(one, move) for move in one.found.moves[:SHOWN]]
        lines += _more(len(one.found.moves))
    if groups or one.found.moves:
        lines += ["", f"<sub>{ORDER}</sub>"]
    return "\n".join(lines) + "\n"


def headline(one: Comparison) -> str:
    """The whole difference in one sentence."""
    found = one.found
    parts = [
        f"+{found.cells_added:,} cells" if found.cells_added else "",
        f"-{found.cells_removed:,} cells" if found.cells_removed else "",
        f"{len(found.flips):,} verdicts changed" if found.flips else "no existing verdict changed",
        f"{len(found.moves):,} needs moved by more than {NOTICEABLE:.0%}" if found.moves else "",
    ]
    return "; ".join(filter(None, parts)) + "."


def _entries(one: Comparison) -> Iterator[str]:
    found = one.found
    for words, names in (
        ("New models", found.models_added),
        ("Models gone", found.models_removed),
        ("New GPUs", found.boards_added),
        ("GPUs gone", found.boards_removed),
    ):
        if names:
            yield f"{words}: {', '.join(names)}"


def _flip_line(one: Comparison, group: FlipGroup) -> str:
    return (
        f"{_model(one, group.model)}, {_matrix(one, group.matrix)}: {group.was} became {group.now} "
        f"on {_boards(one, group)} ({_part(group.part)})"
    )


def _move_line(one: Comparison, move: Move) -> str:
    return (
        f"{_model(one, move.model)}, {_matrix(one, move.matrix)}: {format_size(move.was)} became "
        f"{format_size(move.now)}, {move.share:+.1%} ({_part(move.part)})"
    )


def _row(one: Comparison, group: FlipGroup) -> str:
    cells = (
        group.was,
        f"**{group.now}**",
        _model(one, group.model),
        _matrix(one, group.matrix),
        _boards(one, group),
        _part(group.part),
    )
    return f"| {' | '.join(map(_escaped, cells))} |"


def _moved_row(one: Comparison, move: Move) -> str:
    cells = (
        _model(one, move.model),
        _matrix(one, move.matrix),
        format_size(move.was),
        format_size(move.now),
        f"{move.share:+.1%}",
        _part(move.part),
    )
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(cell: str) -> str:
    """Names come from a contributor's files: none ends a cell, opens a tag or calls a person."""
    return cell.replace("|", "\\|").replace("<", "&lt;").replace("@", "&#64;").replace("\n", " ")


def _more(count: int) -> list[str]:
    return ["", f"and {count - SHOWN} more, in diff.json."] if count > SHOWN else []


def _model(one: Comparison, name: str) -> str:
    return str(one.head["models"][name]["name"])


def _matrix(one: Comparison, name: str) -> str:
    return str(one.head["matrices"].get(name, name))


def _boards(one: Comparison, group: FlipGroup) -> str:
    named = [str(one.head["boards"][board]["name"]) for board in group.boards]
    rest = len(named) - BOARDS_NAMED
    return ", ".join(named[:BOARDS_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _part(part: str) -> str:
    return part.replace("_", " ")


def as_change(one: Comparison, name: str) -> str:
    """A file for data/changes/ with the flips filled in, and what a person has to say open."""
    lines = [
        f"change: {name}",
        f"date: {name[:10]}",
        f"title: {OPEN}",
        f"why: {OPEN}",
        f"measurements: [{OPEN}] # ids of measured rows, or a source",
        "source: page",
        "sources:",
        "  page:",
        f"    kind: {OPEN}",
        f"    url: https://{OPEN}",
        f"    shows: {OPEN}",
        f"    accessed: {OPEN}",
        "flips:",
    ]
    for group in one.found.flip_groups():
        head = f"model: {group.model}, matrix: {group.matrix}"
        verdicts = f"was: '{group.was}', now: '{group.now}', part: {_part(group.part)}"
        lines.append(f"  - {{{head}, {verdicts}, boards: [{', '.join(group.boards)}]}}")
    return "\n".join(lines if one.found.flips else [*lines[:-1], "flips: []"]) + "\n"
