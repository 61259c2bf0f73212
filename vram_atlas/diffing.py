"""`diff BASE`: both versions' answers, what differs, and whether somebody said why."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from vram_atlas.catalog import Catalog
from vram_atlas.changes import load_changes
from vram_atlas.difference import Difference, FlipGroup, Snapshot, compare
from vram_atlas.measurements import load_measurements
from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.repository import branch_point, changed_files, tree_of
from vram_atlas.schema.change import Change
from vram_atlas.snapshot import snapshot

ROWS = ("data/models/", "data/gpus/", "data/measurements/", "data/changes/")
"""Folders whose files speak for their own entries only."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, what differs, and the files that the branch changes."""

    base: Snapshot
    head: Snapshot
    found: Difference
    changed: frozenset[str]


def compare_with(base: str, catalog: Catalog) -> Comparison:
    """This tree against where its branch left `base`, each with its own code and data."""
    before = _snapshot_of(branch_point(base))
    after = json.loads(json.dumps(snapshot(catalog)))
    return Comparison(before, after, compare(before, after), changed_files(base))


def _snapshot_of(revision: str) -> Snapshot:
    with tree_of(revision) as folder:
        command = [sys.executable, "build_tables.py", "snapshot"]
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=folder, capture_output=True, text=True, check=False
        )
    if done.returncode:
        saw = (done.stderr.strip().splitlines() or ["no output"])[-1]
        expected = "a revision whose `build_tables.py snapshot` works"
        raise ProblemsError([Problem("", 0, "BASE", saw, expected, f"It is {revision}.")])
    found: Snapshot = json.loads(done.stdout)
    return found


def unjustified(one: Comparison, catalog: Catalog) -> list[Problem]:
    """What keeps the change from being accepted: rows of others, or flips without a reason."""
    return [*_foreign(one), *_without_reason(one, catalog)]


def _foreign(one: Comparison) -> Iterator[Problem]:
    """A change of entries moves only the answers of these entries."""
    if not one.changed or not all(file.startswith(ROWS) for file in one.changed):
        return
    for group in one.found.flip_groups():
        files = {one.head["models"][group.model]["file"]}
        files |= {one.head["boards"][board]["file"] for board in group.boards}
        if not files & one.changed:
            yield Problem(
                one.head["models"][group.model]["file"],
                0,
                f"{group.model}/{group.matrix}",
                f"'{group.was}' became '{group.now}' on {len(group.boards)} boards",
                "the answers of other entries to stay",
                "A pull request with data changes its own rows. Put the rest into one of its own.",
            )


def _without_reason(one: Comparison, catalog: Catalog) -> Iterator[Problem]:
    """Every flip stands in a change of data/changes/ that this branch adds."""
    wanted = set(map(_key, one.found.flip_groups()))
    said = {_key(group): entry for entry in added(one, catalog) for group in _groups(entry)}
    flips = len(one.found.flips)
    if wanted - said.keys():
        missing = sum(len(key[-1]) for key in wanted - said.keys())
        yield Problem(
            "data/changes/",
            0,
            "flips",
            f"{flips} verdicts that change, {missing} of them without a reason",
            "a file there that names the measurement or page that justifies them",
            "python build_tables.py diff BASE --record YYYY-MM-DD-in-a-few-words writes it; "
            "fill in title, why and source.",
        )
    for key in sorted(said.keys() - wanted):
        yield Problem(
            f"data/changes/{said[key].change}.yml",
            0,
            "flips",
            f"{key[0]}/{key[1]} from '{key[2]}' to '{key[3]}'",
            "only flips that this branch brings about",
            "Write the list again with --record.",
        )


def added(one: Comparison, catalog: Catalog) -> list[Change]:
    """Changes of data/changes/ that this branch adds or edits."""
    changes = load_changes(load_measurements(catalog))
    return [entry for entry in changes if f"data/changes/{entry.change}.yml" in one.changed]


def _groups(entry: Change) -> Iterator[FlipGroup]:
    for one in entry.flips:
        yield FlipGroup(one.model, one.matrix, one.was, one.now, one.part, one.boards)


def _key(group: FlipGroup) -> tuple[str, str, str, str, tuple[str, ...]]:
    return (group.model, group.matrix, group.was, group.now, tuple(sorted(group.boards)))
