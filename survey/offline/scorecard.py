"""Compute every figure of a file of answers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments import statistics
from instruments.model import Version
from instruments.statistics import Cases, Correlation, Reason, Undefined
from instruments.statistics.distributions import Floats
from survey.offline.comparison import Compared, compare, plan
from survey.offline.dimension_figures import dimension_figures
from survey.offline.group_figures import Groups, between_groups, scores_within
from survey.offline.plain_values import Tree

MOST_GROUPS = 200  # whose every figure is computed and shown; of more, what is said of their scores


@dataclass(frozen=True, slots=True)
class Questions:
    """Say what is asked of the answers beside the figures of everyone.

    `cases` are those of figures that relate items or dimensions; `compared` two groups or files; `difference`
    what is to be detected, in scale points, with the given `chance`.
    """

    cases: Cases = "complete"
    compared: tuple[Compared, Compared] | None = None
    difference: float | None = None
    chance: float = 0.8


def scorecard(
    version: Version, matrix: NDArray[np.int8], groups: Groups | None = None, asked: Questions | None = None
) -> Tree:
    """Return all figures, per dimension for everyone and for every group; what has no value is `Undefined`.

    Of more than `MOST_GROUPS` groups only the intraclass correlations are in it.
    """
    asked = asked or Questions()
    content: Tree = {
        "instrument": version.reference,
        "level": statistics.LEVEL,
        "cases": asked.cases,
        "n": len(matrix),
        "dimensions": dimension_figures(version, matrix, asked.cases),
        "correlations": _correlations(version, matrix, asked.cases),
    }
    if groups is not None:
        number = len(groups.labels)
        content["between_groups"] = {
            "groups": number,
            "dimensions": between_groups(version, matrix, groups),
        }
        content["groups"] = _groups(version, matrix, groups, asked.cases) if number <= MOST_GROUPS else {}
    if asked.compared is not None:
        content["comparison"] = compare(version, *asked.compared)
    if asked.difference is not None:
        content["planning"] = plan(version, matrix, asked.difference, asked.chance)
    return content


def person_scores(version: Version, matrix: NDArray[np.int8]) -> tuple[Floats, dict[str, Reason]]:
    """Return persons × dimensions, NaN where a person has no score, and why nobody has one in a dimension."""
    scores, lacking = scores_within(version, matrix, np.zeros(len(matrix), dtype=np.int64))
    why = {
        dimension.id: Reason.UNANSWERED if lacking[0, place] else Reason.NOBODY
        for place, dimension in enumerate(version)
        if np.isnan(scores[:, place]).all()
    }
    return scores, why


def _groups(version: Version, matrix: NDArray[np.int8], groups: Groups, cases: Cases) -> Tree:
    order = np.argsort(groups.members, kind="stable")
    ends = np.cumsum(np.bincount(groups.members, minlength=len(groups.labels)))
    result: Tree = {}
    # one after the other, so that only one group's sums are in memory
    for label, places in zip(groups.labels, np.split(order, ends[:-1]), strict=True):
        figures = dimension_figures(version, matrix[places], cases, ordinal=False)
        result[label] = {"n": len(places), "dimensions": figures}
    return result


def _correlations(version: Version, matrix: NDArray[np.int8], cases: Cases) -> list[Tree]:
    """Return the correlations of all pairs of dimensions.

    Nobody would have a score in all of them where nobody has one in a single dimension: that is left out.
    """
    scores, why = person_scores(version, matrix)
    names = [dimension.id for dimension in version]
    known = [place for place, name in enumerate(names) if name not in why]
    found = statistics.score_correlations(scores[:, known], cases)
    pairs = {(known[one], known[other]): each for (one, other), each in found.items()}
    result = []
    for one, first in enumerate(names):
        for other, second in list(enumerate(names))[one + 1 :]:
            nothing = Undefined(why.get(first) or why.get(second) or Reason.NOBODY)
            n, each = pairs.get((one, other), (0, nothing))
            result.append({"first": first, "second": second, "n": n, **_correlation(each)})
    return result


def _correlation(found: Correlation | Undefined) -> Tree:
    if isinstance(found, Undefined):
        return dict.fromkeys(("r", "interval", "p"), found)
    return {"r": found.value, "interval": found.interval, "p": found.p}
