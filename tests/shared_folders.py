"""Folders that test processes share: the first that needs one fills it, the others wait."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def shared_folder(
    factory: pytest.TempPathFactory, name: str, fill: Callable[[Path], object]
) -> Path:
    """The folder of that name in this run of the tests; `fill` gets it empty, once."""
    own = factory.getbasetemp()
    of_the_run = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = of_the_run / name
    with (of_the_run / f"{name}.lock").open("a+", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            beside = of_the_run / f"{name}.unfinished"
            shutil.rmtree(beside, ignore_errors=True)  # of a process that failed
            beside.mkdir()
            fill(beside)
            beside.rename(folder)
    return folder
