"""python -m tracing [model ...]: traces denoisers, and says where data/ differs.

Exit status 1 where anything differs. Models without a recipe here are named, never passed over.
"""

import logging
import sys
from collections.abc import Iterator, Sequence

from tracing.comparing import differences, expected
from tracing.denoisers import DENOISERS
from tracing.training import WAYS, figures, parameters


def main(asked: Sequence[str]) -> int:
    """Trace what is asked for, or everything; print one line for each model and difference."""
    logging.disable(logging.WARNING)
    known = expected()
    if unknown := [name for name in asked if name not in known]:
        sys.stderr.write(f"No listed denoiser: {', '.join(unknown)}. Known: {', '.join(known)}.\n")
        return 2
    found = 0
    for model in asked or known:
        for line in _lines(model):
            found += 1
            sys.stdout.write(f"{model}: {line}\n")
        sys.stdout.write(f"{model}: traced\n" if model in DENOISERS else "")
        sys.stdout.flush()
    return 1 if found else 0


def _lines(model: str) -> Iterator[str]:
    """What differs for one model."""
    listed = expected()[model]
    denoiser = DENOISERS.get(model)
    if denoiser is None:
        yield "no recipe in tracing/denoisers.py: not traced"
        return
    counted = parameters(denoiser)
    if counted != listed.counted:
        yield f"parameters: data {listed.counted:,}, traced {counted:,}"
    if listed.shape.training is None:
        yield "training: nothing in data"
        return
    for name, way in WAYS.items():
        traced = figures(
            denoiser,
            way,
            listed.frames,
            width=listed.shape.hidden_size,
            joined=listed.shape.joined,
        )
        yield from differences(name, listed.shape, traced)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
