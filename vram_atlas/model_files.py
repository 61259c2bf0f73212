"""The page and the document of every model: most of a build, so the processor's cores share it."""

import os
import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final

from vram_atlas import api
from vram_atlas.grid import Grid
from vram_atlas.model_charts import figures_of
from vram_atlas.pages import model_page
from vram_atlas.pictures import Album

File = tuple[str, str]
"""A name below docs/, and what the file holds."""

_FEW: Final = 40
"""Fewer models than this are done sooner than other processes start."""
_AT_ONCE: Final = 8
_MOST_PROCESSES: Final = 8


@dataclass(slots=True)
class _Desk:
    """What a process needs to make files of models."""

    grid: Grid
    album: Album

    def files(self, name: str) -> list[File]:
        entry = self.grid.catalog.models[name]
        figures = figures_of(entry, self.grid, self.album)
        return [
            (f"models/{name}.md", model_page(entry, self.grid, figures)),
            (f"api/v1/models/{name}.json", api.as_text(api.model(entry, self.grid))),
        ]


def model_files(models: Sequence[str], grid: Grid, album: Album) -> Iterator[File]:
    """The files of models, given by id. With many of them, other processes start at once.

    So ask for the files after everything else is done. How many cores there are cannot be seen in
    what comes out. Pictures that were drawn are put into the album.
    """
    cores = min(os.cpu_count() or 1, _MOST_PROCESSES)
    if len(models) < _FEW or cores == 1:
        desk = _Desk(grid, album)
        return (file for name in models for file in desk.files(name))
    # spawn: the renderer's threads do not survive a fork.
    pool = ProcessPoolExecutor(
        cores,
        mp_context=get_context("spawn"),
        initializer=_sit_down,
        initargs=(pickle.dumps(_Desk(grid, Album(album.known))),),
    )
    return _gathered(pool, pool.map(_files, models, chunksize=_AT_ONCE), album)


def _gathered(
    pool: ProcessPoolExecutor, made: Iterator[tuple[list[File], dict[str, str]]], album: Album
) -> Iterator[File]:
    with pool:
        for files, pictures in made:
            album.used |= pictures
            yield from files


_DESK: list[_Desk] = []
"""Of a process that makes files for another one: its own desk."""


def _sit_down(packed: bytes) -> None:
    _DESK[:] = [pickle.loads(packed)]  # noqa: S301  (packed by our own parent)


def _files(name: str) -> tuple[list[File], dict[str, str]]:
    (desk,) = _DESK
    desk.album.used.clear()
    return desk.files(name), dict(desk.album.used)
