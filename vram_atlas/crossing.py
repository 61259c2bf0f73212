"""The largest whole number that leaves something free, found in few tries."""

from collections.abc import Callable


def largest_within(spare: Callable[[int], float], least: int, limit: int) -> int:
    """The largest number from `least` to `limit` of which `spare` is not below 0; 0 if none.

    `spare` never grows with the number, and falls nearly in proportion: where a straight line
    between a number that fits and one that does not meets 0 is close to the answer. The end that
    stays counts half each time (the Illinois rule), so that both ends close in.
    """
    low, free = least, spare(least)
    if free < 0:
        return 0
    high, missing = limit, spare(limit)
    if missing >= 0:
        return limit
    stayed = ""
    while high - low > 1:
        middle = low + int((high - low) * (free / (free - missing)))
        middle = min(max(middle, low + 1), high - 1)
        found = spare(middle)
        if found >= 0:
            low, free = middle, found
            missing = missing / 2 if stayed == "high" else missing
            stayed = "high"
        else:
            high, missing = middle, found
            free = free / 2 if stayed == "low" else free
            stayed = "low"
    return low
