"""Jobs that write files: the cores of the processor share them, and each writes what it makes."""

import gc
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final, Generic, NamedTuple, TypeVar

from vram_atlas.grid import Grid
from vram_atlas.meanwhile import can_fork
from vram_atlas.pictures import Album
from vram_atlas.writer import Writer

_MOST_PROCESSES: Final = 8

Made = TypeVar("Made")


@dataclass(slots=True)
class Desk:
    """What a process works with."""

    grid: Grid
    album: Album
    writer: Writer


Job = Callable[[Desk], None]
"""Makes files and writes them. It travels to another process by its name and its arguments."""


@dataclass(frozen=True, slots=True)
class Drawing(Generic[Made]):
    """A job in two halves, of which another process does the first.

    draw   what is made with the program that draws. It takes a second to start and to become fast,
           so the process that reads what comes out never starts it
    write  makes files of what was drawn
    """

    draw: Callable[[Desk], Made]
    write: Callable[[Made, Desk], None]


class _Done(NamedTuple, Generic[Made]):
    """What another process made and wrote, and the pictures in it for the album."""

    made: Made
    writer: Writer
    pictures: dict[str, str]


def do_all(jobs: Sequence[Job], drawings: Sequence[Drawing[Made]], desk: Desk) -> None:
    """Do everything, in other processes too: they begin with the drawings, then help with the jobs.

    This one writes what is drawn, and does jobs while nothing is. Give large jobs before small
    ones. How many cores there are cannot be seen in what comes out. The desk knows afterwards what
    all of them wrote and drew.
    """
    others = min(os.cpu_count() or 1, _MOST_PROCESSES) - 1
    if not others or len(jobs) + len(drawings) == 1:
        for job in jobs:
            job(desk)
        for one in drawings:
            one.write(one.draw(desk), desk)
        return
    pool = ProcessPoolExecutor(
        others,
        mp_context=get_context("fork" if can_fork() else "spawn"),
        initializer=_sit_down,
        initargs=(Desk(desk.grid, Album(desk.album.known), Writer(desk.writer.root)),),
    )
    with pool:
        drawn = deque((one, pool.submit(_do, one.draw)) for one in drawings)
        asked = deque((job, pool.submit(_do, job)) for job in jobs)
        elsewhere: list[Future[_Done[None]]] = []
        while drawn or asked:
            if drawn and (not asked or drawn[0][1].done()):
                one, done = drawn.popleft()
                one.write(_take_over(desk, done.result()), desk)
                continue
            job, helped = asked.popleft()
            if helped.cancel():
                job(desk)
            else:
                elsewhere.append(helped)
        for helped in elsewhere:
            _take_over(desk, helped.result())


_DESK: list[Desk] = []
"""Of a process that does jobs for another one: its own desk."""


def _sit_down(desk: Desk) -> None:
    gc.disable()  # as in build_tables.py
    _DESK[:] = [desk]


def _do(job: Callable[[Desk], Made]) -> _Done[Made]:
    """Do a job, and tell what it did apart from those before."""
    (desk,) = _DESK
    desk.writer = Writer(desk.writer.root)
    desk.album.used = {}
    made = job(desk)
    return _Done(made, desk.writer, desk.album.used)


def _take_over(desk: Desk, done: _Done[Made]) -> Made:
    desk.writer.take_over(done.writer)
    desk.album.used |= done.pictures
    return done.made
