"""Compare two groups or two files, and say before a survey how many answers would show a difference."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments import statistics
from instruments.aggregates.moments import Moments
from instruments.model import Version
from instruments.statistics import Effect, GroupMean, MeanDifference, Reason, Summary, Undefined
from survey.offline.dimension_figures import summary_of
from survey.offline.plain_values import Tree


@dataclass(frozen=True, eq=False)
class Compared:
    """Hold one of two groups: what it is called, and its answers, persons × items."""

    label: str
    matrix: NDArray[np.int8]


def compare(version: Version, first: Compared, second: Compared, level: float = statistics.LEVEL) -> Tree:
    """Return by dimension how far the second lies above the first: Welch's difference, g and delta.

    The p-values are adjusted over the dimensions (Holm), so that the chance of even one false difference is
    1 − `level`; each dimension's intervals are of the level at which Holm judged it, so that the interval
    of the difference excludes 0 exactly where the adjusted p is below 1 − `level`.
    """
    moments = [Moments.of(version, each.matrix) for each in (first, second)]
    summaries = {each.id: [summary_of(found, each) for found in moments] for each in version}
    tests = {name: _welch(*found) for name, found in summaries.items()}
    defined = {name: test for name, test in tests.items() if isinstance(test, MeanDifference)}
    p = [test.p for test in defined.values()]
    levels = dict(zip(defined, statistics.holm_levels(p, level), strict=True))
    adjusted = dict(zip(defined, statistics.holm(p), strict=True))
    dimensions: dict[str, Tree] = {}
    for name, (one, other) in summaries.items():
        test = tests[name]
        own = levels.get(name, level)
        known = isinstance(test, MeanDifference)
        dimensions[name] = {
            "first": _side(one),
            "second": _side(other),
            "difference": test.estimate if isinstance(test, MeanDifference) else test,
            "interval": test.interval(own) if isinstance(test, MeanDifference) else test,
            "level": own if known else test,
            "p": test.p if isinstance(test, MeanDifference) else test,
            "p_adjusted": adjusted[name] if known else test,
            **_effect("hedges_g", _hedges(one, other, own)),
            **_effect("cliffs_delta", _cliff(moments, name, (one, other), own)),
        }
    return {
        "first": first.label,
        "second": second.label,
        "level": level,
        "tests": len(defined),
        "dimensions": dimensions,
    }


def plan(version: Version, matrix: NDArray[np.int8], difference: float, chance: float) -> Tree:
    """Return by dimension how many answers each of two waves needs to show a difference, in scale points.

    As people differ here. `answers` is for one dimension by itself, `answers_all` where all dimensions are
    tested with one chance of a false alarm.
    """
    moments, tests = Moments.of(version, matrix), len(version.dimensions)
    dimensions: dict[str, Tree] = {}
    for dimension in version:
        summary = summary_of(moments, dimension)
        sd = statistics.sd(summary)
        if not isinstance(sd, Undefined) and sd == 0:
            sd = Undefined(Reason.NO_VARIANCE)
        needed = {
            name: sd
            if isinstance(sd, Undefined)
            else statistics.answers_needed(difference, sd, chance, tests=number)
            for name, number in (("answers", 1), ("answers_all", tests))
        }
        n = summary.n if isinstance(summary, Summary) else 0
        dimensions[dimension.id] = {"n": n, "sd": sd, **needed}
    return {"difference": difference, "chance": chance, "tests": tests, "dimensions": dimensions}


def _welch(first: Summary | Undefined, second: Summary | Undefined) -> MeanDifference | Undefined:
    earlier, later = GroupMean.of(first), GroupMean.of(second)
    if isinstance(earlier, Undefined):
        return earlier
    return later if isinstance(later, Undefined) else statistics.welch(later, earlier)


def _side(summary: Summary | Undefined) -> Tree:
    if isinstance(summary, Undefined):
        return {"n": 0, "mean": summary, "sd": summary}
    return {"n": summary.n, "mean": summary.mean, "sd": statistics.sd(summary)}


def _hedges(first: Summary | Undefined, second: Summary | Undefined, level: float) -> Effect | Undefined:
    if isinstance(first, Undefined):
        return first
    return second if isinstance(second, Undefined) else statistics.hedges_g(second, first, level)


def _cliff(
    moments: list[Moments], name: str, summaries: tuple[Summary | Undefined, ...], level: float
) -> Effect | Undefined:
    undefined = [each for each in summaries if isinstance(each, Undefined)]
    if undefined:
        return undefined[0]
    earlier, later = (statistics.score_distribution(each, name) for each in moments)
    return statistics.cliffs_delta(later, earlier, level)


def _effect(name: str, found: Effect | Undefined) -> Tree:
    if isinstance(found, Undefined):
        return {name: found, f"{name}_interval": found}
    return {name: found.value, f"{name}_interval": found.interval}
