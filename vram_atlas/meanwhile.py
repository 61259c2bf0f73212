"""Work that another process does while this one goes on."""

import os
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")


def meanwhile(work: Callable[[], Made]) -> Callable[[], Made]:
    """Begin work in another process; what is returned waits for it and returns what it made.

    With one core, or where a process cannot be forked, the work is done when it is waited for.
    """
    if os.cpu_count() == 1 or not can_fork():
        return work
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    worker = context.Process(target=_send, args=(work, sender), daemon=True)
    worker.start()
    sender.close()  # the worker has its own: if it dies, what waits for it learns so

    def made() -> Made:
        done: Made | Exception = receiver.recv()
        worker.join()
        if isinstance(done, Exception):
            raise done
        return done

    return made


def _send(work: Callable[[], Made], sender: Connection) -> None:
    """Do the work, and send what it made or what it raised."""
    try:
        sender.send(work())
    except Exception as fault:  # noqa: BLE001 - raised again where the work was asked for
        sender.send(fault)


def can_fork() -> bool:
    """Whether a fork of this process is whole: it has one thread. Where that is not seen, no."""
    threads = Path("/proc/self/task")  # those of the renderer too, of which Python does not know
    return threads.is_dir() and len([*threads.iterdir()]) == 1
