"""The chart of all models: what each needs against how large it is, and where boards end."""

from collections.abc import Iterable, Sequence
from math import ceil, floor, log10
from typing import Final

from vram_atlas import chart_layouts as layouts
from vram_atlas import chart_words as words
from vram_atlas.catalog import ModelEntry
from vram_atlas.drawing import Row
from vram_atlas.estimator import Estimate
from vram_atlas.grid import Grid, MemorySize
from vram_atlas.memory_lines import COMMON_SIZES_GB, gib
from vram_atlas.pictures import Chart, Numbers
from vram_atlas.schema.method import Matrix
from vram_atlas.units import format_count, format_size, to_billions, to_gib
from vram_atlas.verdict import Verdict, judge

NAMED_GB: Final = 24
"""The memory size that the title speaks of."""

_KINDS: Final = ("decoder", "diffusion", "encoder", "encoder-decoder", "vision-transformer")
"""Kinds with a mark of their own, in this order; the others follow."""

Need = tuple[ModelEntry, Estimate]


def models(grid: Grid, matrix: Matrix) -> Chart:
    """All models of a matrix against the memory of boards."""
    needs = [
        (cell.entry, cell.estimate)
        for cell in grid.of_matrix(matrix)
        if cell.estimate is not None and cell.entry.groups is not None
    ]
    ordered = sorted(needs, key=lambda need: (_peak(need), need[0].id))
    sizes = [size for size in grid.sizes if size.label_gb in COMMON_SIZES_GB]
    named = next(size for size in sizes if size.label_gb == NAMED_GB)
    counts = {size.label_gb: _fitting(ordered, size) for size in sizes}
    first, last = ordered[0], ordered[-1]
    return Chart(
        _layout(ordered),
        {
            "dots": [_dot(need) for need in ordered],
            "rules": [
                {"label": words.size(size.smallest), "gib": gib(size.smallest.visible)}
                for size in sizes
            ],
        },
        words.models(
            matrix.title, counts[NAMED_GB], len(ordered), words.size(named.smallest)
        ),
        words.all_models(
            matrix.title, len(ordered), (first[0].model.name, _peak(first)),
            (last[0].model.name, _peak(last)),
        ),
        Numbers(
            words.HEAD_SIZES,
            tuple(
                (
                    words.size(size.smallest),
                    format_size(size.smallest.visible),
                    str(counts[size.label_gb]),
                )
                for size in sizes
            ),
        ),
    )  # fmt: skip


def _peak(need: Need) -> int:
    return need[1].peak.expected


def _billions(need: Need) -> float:
    groups = need[0].groups
    return to_billions(groups.total if groups is not None else 0)


def _fitting(needs: Iterable[Need], size: MemorySize) -> int:
    """How many models fit the smallest board of a size."""
    have = size.smallest.visible
    return sum(judge(estimate, have) is Verdict.FITS for _, estimate in needs)


def _dot(need: Need) -> Row:
    entry, _ = need
    return {
        "model": entry.model.name,
        "kind": words.KINDS[entry.model.architecture.kind],
        "billions": round(_billions(need), 4),
        "parameters": format_count(entry.groups.total) if entry.groups is not None else "",
        "gib": gib(_peak(need)),
    }


def _layout(needs: Sequence[Need]) -> str:
    present = {entry.model.architecture.kind for entry, _ in needs}
    kinds = sorted(present, key=lambda kind: (_KINDS.index(kind) if kind in _KINDS else 9, kind))
    across = [_billions(need) for need in needs]
    up = [to_gib(_peak(need)) for need in needs]
    return layouts.dots(
        tuple(words.KINDS[kind] for kind in kinds), *_decades(across), *_decades(up)
    )


def _decades(values: Sequence[float]) -> tuple[float, float]:
    """The powers of ten, in thirds of a step, around some values."""
    return tuple(  # type: ignore[return-value]
        10 ** (side(log10(end) * 3) / 3)
        for side, end in ((floor, min(values)), (ceil, max(values)))
    )
