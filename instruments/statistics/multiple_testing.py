"""Adjust for many tests at once, so that the chance of even one false alarm stays where it was promised."""

from collections.abc import Sequence


def holm(p: Sequence[float]) -> tuple[float, ...]:
    """Return the p-values adjusted so that the chance of any false rejection stays below the level.

    The i-th smallest of m becomes max over j ≤ i of (m − j + 1)·p₍ⱼ₎, at most 1; in the order given.
    Source: Holm (1979), Scandinavian Journal of Statistics 6, 65–70; as R's `p.adjust`.
    """
    adjusted, floor = [0.0] * len(p), 0.0
    # from the smallest up; `floor` keeps a larger p from being adjusted below a smaller one
    for place, index in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        floor = max(floor, min(1.0, (len(p) - place) * p[index]))
        adjusted[index] = floor
    return tuple(adjusted)


def holm_levels(p: Sequence[float], level: float) -> tuple[float, ...]:
    """Return for each test the confidence level whose interval excludes zero exactly where Holm rejects.

    The i-th smallest p is compared at (1 − level)/(m − i + 1) until one is not below it; that one and all
    after it share the share it had. The intervals decide direction; they do not hold all true values at
    once with `level`.
    Source: Serlin (1993), Journal of Experimental Education 61, 350–360.
    """
    levels, stopped, share = [0.0] * len(p), False, 1 - level
    # once one test is not rejected, none after it may be: they keep the share at which Holm stopped
    for place, index in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        if not stopped:
            share = (1 - level) / (len(p) - place)
            stopped = p[index] >= share
        levels[index] = 1 - share
    return tuple(levels)
