"""Jobs that write files: the cores of the processor share them, and each writes what it makes."""

import gc
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple

from vram_atlas.grid import Grid
from vram_atlas.pictures import Album
from vram_atlas.writer import Writer

_MOST_PROCESSES: Final = 8


@dataclass(slots=True)
class Desk:
    """What a process works with."""

    grid: Grid
    album: Album
    writer: Writer


Job = Callable[[Desk], None]
"""Makes files and writes them. It travels to another process by its name and its arguments."""


class _Done(NamedTuple):
    """What another process wrote and changed, and the pictures in it for the album."""

    written: set[str]
    changed: list[str]
    pictures: dict[str, str]


def do_all(first: Sequence[Job], then: Sequence[Job], desk: Desk) -> None:
    """Do all jobs, in other processes too: they begin with `then`, and this one with `first`.

    Whoever is ready helps with the rest, so give large jobs before small ones. How many cores there
    are cannot be seen in what comes out. The desk knows afterwards what all of them wrote and drew.
    """
    others = min(os.cpu_count() or 1, _MOST_PROCESSES) - 1
    if not others or len(first) + len(then) == 1:
        for job in (*first, *then):
            job(desk)
        return
    pool = ProcessPoolExecutor(
        others,
        mp_context=get_context("fork" if _has_one_thread() else "spawn"),
        initializer=_sit_down,
        initargs=(Desk(desk.grid, Album(desk.album.known), Writer(desk.writer.root)),),
    )
    with pool:
        asked = [(job, pool.submit(_do, job)) for job in (*then, *first)]
        elsewhere = []
        for job, done in (*asked[len(then) :], *asked[: len(then)]):
            if done.cancel():
                job(desk)
            else:
                elsewhere.append(done)
        for done in elsewhere:
            _take_over(desk, done.result())


def _has_one_thread() -> bool:
    """Whether a fork of this process is whole; where that cannot be seen, it is not."""
    threads = Path("/proc/self/task")  # those of the renderer too, of which Python does not know
    return threads.is_dir() and len([*threads.iterdir()]) == 1


_DESK: list[Desk] = []
"""Of a process that does jobs for another one: its own desk."""


def _sit_down(desk: Desk) -> None:
    gc.disable()  # as in build_tables.py
    _DESK[:] = [desk]


def _do(job: Job) -> _Done:
    """Do a job, and tell what it did apart from those before."""
    (desk,) = _DESK
    desk.writer = Writer(desk.writer.root)
    desk.album.used = {}
    job(desk)
    return _Done(desk.writer.written, desk.writer.changed, desk.album.used)


def _take_over(desk: Desk, done: _Done) -> None:
    desk.writer.written |= done.written
    desk.writer.changed += done.changed
    desk.album.used |= done.pictures
