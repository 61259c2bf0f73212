"""How many whole layers of a model a board holds, beside its own buffers and context."""

from dataclasses import replace

from vram_atlas.catalog import Catalog
from vram_atlas.estimator import Estimate, estimate
from vram_atlas.terms import known, layer_count
from vram_atlas.units import Bytes
from vram_atlas.verdict import Verdict, judge
from vram_atlas.workload import Workload


def holding(workload: Workload, layers: int, catalog: Catalog) -> Estimate:
    """What a board with so many layers needs."""
    return estimate(replace(workload, layout=replace(workload.layout, layers=layers)), catalog)


def most_layers(workload: Workload, have: Bytes, worst: Verdict, catalog: Catalog) -> int:
    """The most layers with which a board's verdict is `worst` or better.

    More layers never need less.
    """
    low, high = 0, layer_count(known(workload)[0])
    while low < high:
        middle = (low + high + 1) // 2
        found = judge(holding(workload, middle, catalog), have)
        if found is Verdict.FITS or found is worst:
            low = middle
        else:
            high = middle - 1
    return low
