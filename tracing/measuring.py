"""python -m tracing measure REQUEST ...: runs requests of the Atlas on this GPU, one by one.

A request is what `build_tables.py estimate` takes, as JSON. Weights are random: memory does not
depend on their values, so nothing is downloaded. For each one row of data/measurements/ is printed,
with the estimate beside it, and what was alive at the peak.
"""

import importlib.metadata
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tracing.asking import case_of
from vram_atlas.catalog import load_catalog
from vram_atlas.estimator import estimate
from vram_atlas.problems import ProblemsError
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve

LIBRARIES = ("torch", "torchvision", "transformers", "diffusers", "peft")


def main(requests: Sequence[str]) -> int:
    """Measure each request. Exit status 2 where one is no request, or where there is no GPU."""
    catalog = load_catalog()
    try:
        asked = [json.loads(request) for request in requests]
        expected = [_expected(request, catalog) for request in asked]
    except (json.JSONDecodeError, ProblemsError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    import torch

    if not torch.cuda.is_available():
        sys.stderr.write("PyTorch sees no GPU here. The figures come from its CUDA allocator.\n")
        return 2
    from tracing.stepping import measure

    sys.stdout.write(f"{_hardware(torch)}\n{_software()}\n")
    for request, estimated in zip(asked, expected, strict=True):
        found = measure(case_of(request, catalog))
        sys.stdout.writelines(f"{line}\n" for line in report(request, found, estimated))
        sys.stdout.flush()
    return 0


def _expected(request: Mapping[str, object], catalog: Any) -> int:
    workload = resolve(make_request(dict(request)), catalog).workload
    return 0 if workload is None else estimate(workload, catalog).allocated.expected


def report(
    request: Mapping[str, object], found: Mapping[str, Any], estimated: int
) -> Iterator[str]:
    """A row as data/measurements/ has it, the estimate, and the largest tensors at the peak."""
    peak, reserved = (
        max(each[name] for each in found["peaks"]) for name in ("allocated", "reserved")
    )
    yield (
        f"- {{id: {row_id(request)}, request: {json.dumps(request)}, metric: peak_allocated, "
        f"value: {peak}, quality: 'A', locator: python -m tracing measure}}"
    )
    yield f"  {peak / estimated - 1:+.1%} of the estimate, {estimated:,}; reserved {reserved:,}"
    for where, size, count in found["trace"].get("alive", ())[:8]:
        yield f"  {count} x {size:,} bytes: {where or 'in the backward pass'}"


def row_id(request: Mapping[str, object]) -> str:
    """A name that says what was asked."""
    words = [str(request["model"]), str(request["task"])]
    words += [
        f"{name.replace('_', '-')}-{str(value).lower()}"
        for name, value in request.items()
        if name not in {"model", "task", "board", "id"}
    ]
    return "-".join(words)


def _hardware(torch: Any) -> str:
    properties = torch.cuda.get_device_properties(0)
    return f"{properties.name}, {properties.total_memory} bytes visible"


def _software() -> str:
    import torch

    versions = "; ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)
    return f"{versions}; CUDA {torch.version.cuda}; cuDNN {torch.backends.cudnn.version()}"
