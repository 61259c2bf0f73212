"""Tests that measure time run while no other process runs a test."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest


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
