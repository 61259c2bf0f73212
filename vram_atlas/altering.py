"""What a request means, and what it would mean with some of its fields changed."""

from collections.abc import Mapping

from vram_atlas.catalog import Catalog
from vram_atlas.problems import ProblemsError
from vram_atlas.request import Request, given_fields, make_request
from vram_atlas.resolve import resolve
from vram_atlas.workload import Workload


def altered(request: Request, change: Mapping[str, object], catalog: Catalog) -> Workload | None:
    """The workload with some fields changed, to their defaults by None; None where impossible."""
    return meant(make_request({**given_fields(request), **change}), catalog)


def meant(request: Request, catalog: Catalog) -> Workload | None:
    """The workload that a request means; None where it is impossible."""
    try:
        return resolve(request, catalog).workload
    except ProblemsError:
        return None
