"""The detail level of a group beside its parts: the mean, the distribution, or the items.

A difference of two distributions is a distribution, with the threshold and the rule of unanimity of one.
"""

from collections.abc import Mapping

import numpy as np

from instruments import statistics
from reports.disclosure import Audience, DetailLevel, Policy, SealedWave
from reports.disclosure.differencing.atoms import Cells
from reports.disclosure.unanimity import Counts, distribution_is_protected


def deepest_level(
    sealeds: Mapping[Cells, SealedWave],
    levels: Mapping[Cells, DetailLevel],
    cells: Cells,
    figure: str,
    policy: Policy,
) -> DetailLevel:
    """Return the most detail in which a dimension of `cells`, whose mean may be released, may be.

    `levels` is what was decided of other groups, the parts of `cells` among them; `sealeds` holds those that
    are decided now. Beside a group of an earlier release, whose distribution is no longer at hand, a
    difference is not known to be safe: there the mean is all.
    """
    reached = DetailLevel.MEAN
    for level in (DetailLevel.DISTRIBUTION, DetailLevel.ITEMS):
        released = {other for other, found in levels.items() if found.value >= level.value}
        around = [other for other in released if cells < other and other not in sealeds]
        if any(_rest(other, released | {cells}) for other in around):
            break
        if not _difference_is_protected(sealeds, released, cells, (figure, level), policy):
            break
        reached = level
    return reached


def _largest_parts(whole: Cells, released: set[Cells]) -> list[Cells]:
    inside = [other for other in released if other < whole]
    return [part for part in inside if not any(part < other for other in inside)]


def _rest(whole: Cells, released: set[Cells]) -> Cells:
    return whole.difference(*_largest_parts(whole, released))


def _difference_is_protected(
    sealeds: Mapping[Cells, SealedWave],
    released: set[Cells],
    cells: Cells,
    kind: tuple[str, DetailLevel],
    policy: Policy,
) -> bool:
    figure, level = kind
    parts = _largest_parts(cells, released)
    rest = _rest(cells, released)
    if not rest or (rest == cells and len(cells) == 1):
        return True
    if any(part not in sealeds for part in parts):
        return False
    outside = policy.thresholds[Audience.OUTSIDE]
    fewest = outside.item if level is DetailLevel.ITEMS else outside.histogram
    left = _counts(sealeds[cells], figure) - sum(
        (_counts(sealeds[part], figure) for part in parts), start=np.int64(0)
    )
    n = _scored(sealeds[cells], figure) - sum(_scored(sealeds[part], figure) for part in parts)
    views = [(n, left)]
    insiders = [inside for inside in sealeds if inside < rest and len(inside) == 1]
    for inside in insiders:
        own = _scored(sealeds[inside], figure)
        if own >= policy.thresholds[Audience.LEADER].shares:
            views.append((n - own, left - _counts(sealeds[inside], figure)))
    return all(_may_be_known(count, view, level, fewest) for count, view in views)


def _may_be_known(n: int, counts: Counts, level: DetailLevel, fewest: int) -> bool:
    if n < fewest or not distribution_is_protected(counts, 0):
        return False
    if level is not DetailLevel.ITEMS:
        return True
    return all(
        int(item.sum()) >= fewest and distribution_is_protected(item[np.newaxis], 0) for item in counts
    )


def _counts(sealed: SealedWave, dimension_id: str) -> Counts:
    """Return items × categories, reversed items turned round."""
    items = sealed.version.dimension(dimension_id).items
    return np.array([statistics.item_distribution(sealed.moments, item.id).counts for item in items])


def _scored(sealed: SealedWave, dimension_id: str) -> int:
    return int(sealed.moments.score_counts[dimension_id].sum())
