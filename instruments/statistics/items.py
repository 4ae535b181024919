"""Describe single items: how many answered what, how high, and how many could not or would not say."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from instruments.aggregates.moments import Moments
from instruments.statistics.distributions import item_distribution, item_summary
from instruments.statistics.undefined import Figure, Reason, Undefined


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """Hold what is said of one item by itself.

    `n` scored it. `mean` and `sd` are in scale points, the item turned where it is reversed. `answers` counts
    every answer as it was given, by code or id of an unscored answer. `shares` are those of the codes among
    `n`; `floor` and `ceiling` the shares of the lowest and the highest score, the item turned. `unscored` and
    `skipped` are shares of all who took part.
    """

    n: int
    mean: Figure
    sd: Figure
    answers: Mapping[str, int]
    shares: Mapping[str, Figure]
    floor: Figure
    ceiling: Figure
    unscored: Mapping[str, Figure]
    skipped: Figure


def item_statistics(moments: Moments, item_id: str) -> ItemStatistics:
    """Return the statistics of one item over all who scored it.

    Shares are f/n, of which there are none where n is 0; the standard deviation is the unbiased variance's
    root. A floor or a ceiling above 15 % is commonly taken to be too much.
    Source: Terwee et al. (2007), Journal of Clinical Epidemiology 60, 34–42, for floor and ceiling.
    """
    scale = moments.version.scale
    names = [*map(str, scale.categories), *scale.unscored]
    *counts, skipped = moments.given_counts[moments.version.item_columns[item_id]].tolist()
    codes = len(scale.categories)
    n, summary = sum(counts[:codes]), item_summary(moments, item_id)
    ends = _ends(moments, item_id)
    return ItemStatistics(
        n,
        summary if isinstance(summary, Undefined) else summary.mean,
        _sd(summary if isinstance(summary, Undefined) else summary.variance),
        dict(zip(names, counts, strict=True)),
        {name: _share(each, n) for name, each in zip(names[:codes], counts[:codes], strict=True)},
        _share(ends[0], n),
        _share(ends[1], n),
        {name: _share(each, moments.n) for name, each in zip(names[codes:], counts[codes:], strict=True)},
        _share(skipped, moments.n),
    )


def _ends(moments: Moments, item_id: str) -> tuple[int, int]:
    distribution = item_distribution(moments, item_id)
    if isinstance(distribution, Undefined):
        raise TypeError("Moments of answers at hand keep every answer.")
    return int(distribution.counts[0]), int(distribution.counts[-1])


def _sd(variance: Figure) -> Figure:
    return variance if isinstance(variance, Undefined) else math.sqrt(variance)


def _share(number: int, n: int) -> Figure:
    return number / n if n else Undefined(Reason.NOBODY)
