"""python -m tracing [model ...]: traces listed networks, and says where data/ differs.

python -m tracing measure REQUEST ...: runs requests of the Atlas on a GPU (measuring.py).

Denoisers: parameters, and what a training step keeps. Other networks and autoencoders that are
listed tensor by tensor: parameters. Exit status 1 where anything differs. Models without a recipe
here are named, never passed over.
"""

import logging
import sys
from collections.abc import Iterator, Sequence

from tracing import measuring
from tracing.comparing import Listed, counts, differences, expected
from tracing.counted import COUNTED
from tracing.denoisers import DENOISERS
from tracing.unets import UNETS


def main(asked: Sequence[str]) -> int:
    """Trace what is asked for, or everything; print one line for each figure that differs."""
    logging.disable(logging.WARNING)
    denoisers, networks = expected(), counts()
    known = [*dict.fromkeys([*denoisers, *networks])]
    if unknown := [name for name in asked if name not in known]:
        sys.stderr.write(f"Not listed: {', '.join(unknown)}. Known: {', '.join(known)}.\n")
        return 2
    different = 0
    for model in asked or known:
        lines: list[str] = []
        if model in denoisers:
            lines += _denoiser(model, denoisers[model])
        if model in networks:
            lines += _network(model, networks[model])
        different += len(lines)
        sys.stdout.writelines(f"{model}: {line}\n" for line in lines or ["as in data/"])
        sys.stdout.flush()
    return 1 if different else 0


def _denoiser(model: str, listed: Listed) -> Iterator[str]:
    """What differs for a denoiser."""
    denoiser, shape = {**DENOISERS, **UNETS}.get(model), listed.shape
    if denoiser is None:
        yield "the denoiser has no recipe in tracing/: not traced"
        return
    from tracing.training import WAYS, figures, parameters

    counted = parameters(denoiser)
    if counted != listed.counted:
        yield f"denoiser: data {listed.counted:,} parameters, traced {counted:,}"
    if shape.training is None:
        yield "training: nothing in data/"
        return
    for name, way in WAYS.items():
        traced = figures(denoiser, way, listed.frames, width=shape.hidden_size, joined=shape.joined)
        yield from differences(name, shape, traced)


def _network(model: str, stated: int) -> Iterator[str]:
    """What differs for a network of which the parameters are counted."""
    network = COUNTED.get(model)
    if network is None:
        yield "no recipe in tracing/counted.py: not counted"
        return
    counted = network.parameters()
    if counted != stated:
        yield f"{network.name}: data {stated:,} parameters, counted {counted:,}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        sys.exit(measuring.main(sys.argv[2:]))
    sys.exit(main(sys.argv[1:]))
