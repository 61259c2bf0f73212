"""The page and the document of every model: most of a build, so the processor's cores share it."""

import gc
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from vram_atlas import api
from vram_atlas.catalog import Catalog
from vram_atlas.figures import figure
from vram_atlas.grid import build_grid
from vram_atlas.model_charts import charts_of
from vram_atlas.pages import model_page
from vram_atlas.pictures import Album

File = tuple[str, str]
"""A name below docs/, and what the file holds."""

_FEW: Final = 40
"""Fewer models than this are done sooner than other processes start."""
_FEWEST: Final = 4
"""Models in the last parts, so that all processes end at the same time."""
_PARTS_AHEAD: Final = 4
"""Parts for each process, if all were as large as the next: in large ones more is drawn at once."""
_MOST_PROCESSES: Final = 8

_Made = tuple[list[File], dict[str, str]]
"""Files of models, and the pictures in them for the album."""


@dataclass(slots=True)
class _Desk:
    """What a process needs to make files of models."""

    catalog: Catalog
    album: Album

    def files(self, models: Sequence[str]) -> Iterator[File]:
        grid = build_grid(self.catalog, models)
        entries = [self.catalog.models[name] for name in models]
        charts = [charts_of(entry, grid) for entry in entries]
        self.album.draw(chart for found in charts for chart in found.values())
        for name, entry, found in zip(models, entries, charts, strict=True):
            figures = {kind: figure(one, self.album.picture(one)) for kind, one in found.items()}
            yield f"models/{name}.md", model_page(entry, grid, figures)
            yield f"api/v1/models/{name}.json", api.as_text(api.model(entry, grid))


def model_files(models: Sequence[str], catalog: Catalog, album: Album) -> Iterator[File]:
    """The files of models, given by id. With many of them, other processes start at once.

    So call this before anything else is made, and ask for the files after everything else is done:
    this process then helps the others. How many cores there are cannot be seen in what comes out.
    Pictures that were drawn are put into the album.
    """
    desk, others = _Desk(catalog, album), min(os.cpu_count() or 1, _MOST_PROCESSES) - 1
    if len(models) < _FEW or not others:
        return desk.files(models)
    pool = ProcessPoolExecutor(
        others,
        mp_context=get_context("fork" if _has_one_thread() else "spawn"),
        initializer=_sit_down,
        initargs=(_Desk(catalog, Album(album.known)),),
    )
    parts = _parts(models, others + 1)
    return _gathered(pool, [(part, pool.submit(_files, part)) for part in parts], desk)


def _parts(models: Sequence[str], processes: int) -> Iterator[Sequence[str]]:
    """All models, in parts that become smaller."""
    while models:
        size = max(_FEWEST, len(models) // (_PARTS_AHEAD * processes))
        yield models[:size]
        models = models[size:]


def _gathered(
    pool: ProcessPoolExecutor, asked: Sequence[tuple[Sequence[str], "Future[_Made]"]], desk: _Desk
) -> Iterator[File]:
    """What no other process has begun is made here; then the others are nearly done."""
    with pool:
        elsewhere = []
        for part, made in asked:
            if made.cancel():
                yield from desk.files(part)
            else:
                elsewhere.append(made)
        for made in elsewhere:
            files, pictures = made.result()
            desk.album.used |= pictures
            yield from files


def _has_one_thread() -> bool:
    """Whether a fork of this process is whole; where that cannot be seen, it is not."""
    threads = Path("/proc/self/task")  # those of the renderer too, of which Python does not know
    return threads.is_dir() and len([*threads.iterdir()]) == 1


_DESK: list[_Desk] = []
"""Of a process that makes files for another one: its own desk."""


def _sit_down(desk: _Desk) -> None:
    gc.disable()  # as in build_tables.py
    _DESK[:] = [desk]


def _files(models: Sequence[str]) -> _Made:
    (desk,) = _DESK
    desk.album.used.clear()
    return [*desk.files(models)], dict(desk.album.used)
