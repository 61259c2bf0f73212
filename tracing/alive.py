"""What is alive at a peak, from the allocator's record of a pass. Needs no PyTorch."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

_SHOWN = 24
_BEFORE, _AFTER = 12, 3
_FRAMES = 3


def at_peak(events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The tensors that were made in a pass and are alive when most is.

    above  their bytes
    alive  place, bytes and number of the largest
    last   what was allocated and freed around the peak
    """
    live: dict[int, Mapping[str, Any]] = {}
    kept: dict[int, Mapping[str, Any]] = {}
    total = most = peak = 0
    for number, event in enumerate(events):
        if event["action"] == "alloc":
            live[event["addr"]] = event
            total += event["size"]
            if total > most:
                most, peak, kept = total, number, {}
        elif event["action"] == "free_requested" and event["addr"] in live:
            freed = live.pop(event["addr"])
            total -= freed["size"]
            kept[id(freed)] = freed
    after = {id(event) for event in events[peak + 1 :]}
    alive = [event for event in (*live.values(), *kept.values()) if id(event) not in after]
    tensors = Counter((place(event), event["size"]) for event in alive)
    largest = sorted(tensors.items(), key=lambda item: -item[0][1] * item[1])[:_SHOWN]
    return {
        "events": len(events),
        "above": most,
        "alive": [[where, size, count] for (where, size), count in largest],
        "last": [
            [event["action"], place(event), event["size"]]
            for event in events[max(0, peak - _BEFORE) : peak + _AFTER]
            if event["action"] in {"alloc", "free_requested"}
        ],
    }


def place(event: Mapping[str, Any]) -> str:
    """Where a tensor was made: the innermost lines of Python; none in the backward pass."""
    found = [
        f"{frame['filename'].rsplit('/', 1)[-1]}:{frame['line']} {frame['name']}"
        for frame in event.get("frames", ())
        if frame["filename"] not in {"", "??"}
    ]
    return " < ".join(found[:_FRAMES])
