"""Compute what differs between groups: intraclass correlations, and scores of any number of groups."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments import statistics
from instruments.model import Version
from instruments.scoring import score
from instruments.statistics import Reason, Summary, Undefined
from instruments.statistics.distributions import Floats
from survey.offline.dimension_figures import location_figures
from survey.offline.plain_values import Tree

_INTRACLASS = ("icc1", "icc1_mean_size", "icc2", "icc1_interval", "icc2_interval")


@dataclass(frozen=True, eq=False)
class Groups:
    """Hold the groups of a file: their labels in order, and each person's place among them."""

    labels: tuple[str, ...]
    members: NDArray[np.int64]

    @classmethod
    def of(cls, labels: Sequence[str]) -> "Groups":
        """Return the groups of everybody's labels, in alphabetical order."""
        names = sorted(set(labels))
        places = {name: place for place, name in enumerate(names)}
        return cls(tuple(names), np.array([places[each] for each in labels], dtype=np.int64))


def scores_within(
    version: Version, matrix: NDArray[np.int8], members: NDArray[np.int64]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return persons × dimensions, NaN where a person has none, and groups × dimensions left out.

    A group has no scores in a dimension of which nobody in it answered one of the items, though somebody
    answered another.
    """
    result, number = score(version, matrix), int(members.max(initial=-1)) + 1
    scored = matrix < len(version.scale.categories)
    lacking = np.zeros((number, len(version.dimensions)), dtype=bool)
    for place, dimension in enumerate(version):
        columns = [version.item_columns[item.id] for item in dimension.items]
        answered = np.stack(
            [np.bincount(members[scored[:, each]], minlength=number) > 0 for each in columns], axis=1
        )
        lacking[:, place] = answered.any(axis=1) & ~answered.all(axis=1)
        result[lacking[members, place], place] = np.nan
    return result, lacking


def between_groups(version: Version, matrix: NDArray[np.int8], groups: Groups) -> dict[str, Tree]:
    """Return dimension id → intraclass correlations, with the groups and persons they rest on."""
    scores, _ = scores_within(version, matrix, groups.members)
    result: dict[str, Tree] = {}
    for place, dimension in enumerate(version):
        known = ~np.isnan(scores[:, place])
        found = statistics.intraclass_correlations_of(scores[:, place], groups.members)
        figures = {
            name: found if isinstance(found, Undefined) else getattr(found, name) for name in _INTRACLASS
        }
        number = len(np.unique(groups.members[known]))
        result[dimension.id] = {"n": int(known.sum()), "groups": number, **figures}
    return result


def scores_of_groups(
    version: Version, matrix: NDArray[np.int8], groups: Groups
) -> Iterator[tuple[str, dict[str, Tree]]]:
    """Yield each group's label and what is said of its scores, by dimension."""
    scores, lacking = scores_within(version, matrix, groups.members)
    persons = np.bincount(groups.members, minlength=len(groups.labels))
    summaries = [_summaries(scores[:, place], groups) for place in range(len(version.dimensions))]
    for number, label in enumerate(groups.labels):
        found: dict[str, Tree] = {}
        for place, dimension in enumerate(version):
            why = Undefined(Reason.UNANSWERED) if lacking[number, place] else summaries[place][number]
            found[dimension.id] = location_figures(version, why, int(persons[number]))
        yield label, found


def _summaries(scores: Floats, groups: Groups) -> list[Summary | Undefined]:
    """Return n, mean and variance of every group's scores."""
    known = ~np.isnan(scores)
    values, members, number = scores[known], groups.members[known], len(groups.labels)
    counts = np.bincount(members, minlength=number)
    lowest, highest = np.full(number, np.inf), np.full(number, -np.inf)
    np.minimum.at(lowest, members, values)
    np.maximum.at(highest, members, values)
    # from the lowest on, so that equal scores leave no variance of a rounding error's size
    away = values - lowest[members]
    means = np.bincount(members, away, minlength=number) / np.maximum(counts, 1)
    squares = np.bincount(members, (away - means[members]) ** 2, minlength=number)
    result: list[Summary | Undefined] = []
    for n, low, high, mean, square in zip(counts, lowest, highest, means, squares, strict=True):
        if not n:
            result.append(Undefined(Reason.NOBODY))
            continue
        spread = 0.0 if low == high else float(square) / max(int(n) - 1, 1)
        variance = spread if n > 1 else Undefined(Reason.TOO_FEW)
        result.append(Summary(int(n), float(low + mean), variance))
    return result
