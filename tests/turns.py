"""Who runs when: the longest files first, and alone at the end what measures time."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

LONGEST: Final = (
    "test_accessibility.py",
    "test_browser_script.py",
    "test_mutations.py",
    "test_answer_views.py",
    "test_arrivals.py",
    "test_difference.py",
    "test_newcomer.py",
    "test_html.py",
    "test_site.py",
    "test_weight.py",
    "test_tracing.py",
    "test_theme_styles.py",
    "test_question_box.py",
    "test_search_dialog.py",
    "test_understanding_laws.py",
    "test_own_model.py",
    "test_pages.py",
)
"""Files that start first, in this order: a long one at the end would leave the other process idle.

The first builds the site, the second does not wait for it.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files; each stays whole."""
    timed = {item.path for item in items if item.get_closest_marker("timed")}

    def place(item: pytest.Item) -> tuple[bool, int]:
        name = item.path.name
        return item.path in timed, LONGEST.index(name) if name in LONGEST else len(LONGEST)

    items.sort(key=place)


@contextlib.contextmanager
def turn(folder: Path, *, quiet: bool) -> Iterator[None]:
    """Many at once, or one that is `quiet` alone.

    Two locks: whoever wants to be alone keeps the door shut while the others leave.
    """
    with (folder / "door.lock").open("a+b") as door, (folder / "room.lock").open("a+b") as room:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if quiet else fcntl.LOCK_SH)
        fcntl.flock(door, fcntl.LOCK_UN)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Its fixtures included, which may build a site."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        return (yield)  # one process, nobody to wait for
    factory: pytest.TempPathFactory = item.config._tmp_path_factory  # type: ignore[attr-defined]  # noqa: SLF001
    quiet = item.get_closest_marker("timed") is not None
    with turn(factory.getbasetemp().parent, quiet=quiet):
        return (yield)
