"""Cloud providers for the JSON API."""

from vram_atlas.instances import Instances, Place, rented
from vram_atlas.schema.cloud import InstanceFamily, Provider


def provider_document(
    provider: Provider, instances: Instances, *, version: int
) -> dict[str, object]:
    """Instance types, and the largest model of every matrix per board and number of it."""
    return {
        "schema_version": version,
        "id": provider.provider,
        "name": provider.name,
        "instances": [_instance(family, one.type, one.count) for family, one in rented(provider)],
        "largest": [
            {
                "board": place.board.id,
                "count": place.count,
                "types": list(place.types),
                "models": _models(place, instances),
            }
            for place in instances.places(provider)
        ],
    }


def _instance(family: InstanceFamily, name: str, count: int) -> dict[str, object]:
    stated = {
        "type": name,
        "gpu": family.gpu,
        "board": family.board,
        "count": count,
        "memory_gb": family.memory_gb,
        "memory_mib": family.memory_mib,
    }
    return {key: value for key, value in stated.items() if value is not None}


def _models(place: Place, instances: Instances) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for matrix in instances.grid.catalog.matrices.values():
        fit = instances.largest(place.board, place.count, matrix)
        if fit is not None:
            found.append(
                {
                    "matrix": matrix.id,
                    "model": fit.cell.entry.id,
                    "peak_bytes_per_board": fit.estimate.peak.expected,
                }
            )
    return found
