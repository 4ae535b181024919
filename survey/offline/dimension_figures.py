"""Compute every figure of one group's answers, by dimension and by item."""

import numpy as np
from numpy.typing import NDArray

from instruments import statistics
from instruments.aggregates.moments import Moments
from instruments.model import Dimension, Version
from instruments.scoring import item_values
from instruments.statistics import Cases, Figure, Interval, Omega, Reason, Summary, Undefined
from instruments.statistics.factor_models import FitMeasures
from survey.offline.plain_values import Tree

_PERCENTILES = (5, 10, 25, 50, 75, 90, 95)


def dimension_figures(
    version: Version, matrix: NDArray[np.int8], cases: Cases, *, ordinal: bool = True
) -> dict[str, Tree]:
    """Return dimension id → its figures, of persons × items; what has no value is `Undefined`.

    `cases` are those of reliability and agreement. `ordinal` adds the reliability of what lies behind the
    categories, always of complete cases.
    """
    moments = Moments.of(version, matrix)
    return {each.id: _of_dimension(moments, each, matrix, cases, ordinal=ordinal) for each in version}


def location_figures(version: Version, summary: Summary | Undefined, persons: int) -> Tree:
    """Return how many have a score and what is said of its mean; `persons` is how many took part."""
    n = summary.n if isinstance(summary, Summary) else 0
    interval = statistics.interval(summary)
    return {
        "n": n,
        "missing": persons - n,
        "mean": summary.mean if isinstance(summary, Summary) else summary,
        "sd": statistics.sd(summary),
        "se": statistics.se(summary),
        "interval": interval,
        "levels": list(statistics.levels_spanned(version.levels, interval))
        if isinstance(interval, Interval)
        else interval,
    }


def unanswered_items(moments: Moments, dimension: Dimension) -> list[str]:
    """Return the items of a dimension that nobody scored, though somebody scored another of it.

    A score without them would be of something else than the dimension, and nobody would see that.
    """
    columns = moments.version.item_columns
    answered = {item.id: bool(moments.item_counts[columns[item.id]]) for item in dimension.items}
    return [item for item, known in answered.items() if not known] if any(answered.values()) else []


def summary_of(moments: Moments, dimension: Dimension) -> Summary | Undefined:
    """Return n, mean and variance of a dimension's scores; undefined where an item has no answer at all."""
    if unanswered_items(moments, dimension):
        return Undefined(Reason.UNANSWERED)
    return statistics.dimension_summary(moments, dimension.id)


def _of_dimension(
    moments: Moments, dimension: Dimension, matrix: NDArray[np.int8], cases: Cases, *, ordinal: bool
) -> Tree:
    version, summary = moments.version, summary_of(moments, dimension)
    distribution = statistics.score_distribution(moments, dimension.id)
    columns = [version.item_columns[item.id] for item in dimension.items]
    complete = matrix[(matrix[:, columns] < len(version.scale.categories)).all(axis=1)]
    return {
        **location_figures(version, summary, moments.n),
        "unanswered_items": unanswered_items(moments, dimension),
        "percentiles": {
            str(percent): summary
            if isinstance(summary, Undefined)
            else statistics.percentile(distribution, percent / 100)
            for percent in _PERCENTILES
        },
        "reliability": _reliability(moments, dimension.id, cases, len(complete)),
        **({"ordinal": _ordinal(version, matrix, columns, len(complete))} if ordinal else {}),
        "agreement": _agreement(moments, dimension.id, cases, complete),
        "items": _items(moments, dimension, cases, len(complete)),
    }


def _people(moments: Moments, dimension_id: str, cases: Cases, complete: int) -> Tree:
    """Return how many people the figures rest on; pairwise, the fewest and the most of any pair of items."""
    if cases == "complete":
        return {"n": complete}
    counts = moments.pair_products[dimension_id].counts
    return {"n": int(counts.min()), "n_most": int(counts.max())}


def _reliability(moments: Moments, dimension_id: str, cases: Cases, complete: int) -> Tree:
    omega = statistics.omega(moments, dimension_id, cases)
    return {
        **_people(moments, dimension_id, cases, complete),
        "alpha": statistics.alpha(moments, dimension_id, cases),
        "alpha_interval": statistics.alpha_interval(moments, dimension_id, cases),
        "alpha_standardised": statistics.standardised_alpha(moments, dimension_id, cases),
        **_omega(omega),
    }


def _omega(omega: Omega | Undefined) -> Tree:
    if isinstance(omega, Undefined):
        names = ("omega_model_implied", "omega_observed", "omega_interval", "omega_fit")
        return dict.fromkeys(names, omega)
    return {
        "omega_model_implied": omega.model_implied,
        "omega_observed": omega.observed,
        "omega_interval": omega.interval,
        "omega_fit": _fit(omega.measures),
    }


def _fit(measures: FitMeasures) -> Tree:
    return {name: getattr(measures, name) for name in ("chi2", "df", "p", "cfi", "rmsea", "srmr")}


def _ordinal(version: Version, matrix: NDArray[np.int8], columns: list[int], complete: int) -> Tree:
    found = statistics.polychoric_correlations(item_values(version, matrix)[:, columns])
    alpha: Figure = found if isinstance(found, Undefined) else statistics.ordinal_alpha(found)
    omega: Figure = found if isinstance(found, Undefined) else statistics.ordinal_omega(found)
    return {"n": complete, "alpha": alpha, "omega": omega}


def _agreement(moments: Moments, dimension_id: str, cases: Cases, complete: NDArray[np.int8]) -> Tree:
    disagreement = statistics.disagreement(moments, dimension_id, cases)
    whole = Moments.of(moments.version, complete) if cases == "complete" and len(complete) else moments
    deviation = statistics.average_deviation(whole, dimension_id)
    if cases == "complete" and not len(complete):
        deviation = statistics.rwg_j(moments, dimension_id)  # which says why there is none
    return {
        **_people(moments, dimension_id, cases, len(complete)),
        "rwg_j": statistics.rwg_j(moments, dimension_id, "complete" if cases == "complete" else None),
        "ad": deviation,
        "r_star": disagreement if isinstance(disagreement, Undefined) else disagreement.r_star,
        "disagreement_p": disagreement if isinstance(disagreement, Undefined) else disagreement.p,
    }


def _items(moments: Moments, dimension: Dimension, cases: Cases, complete: int) -> Tree:
    dropped = statistics.alpha_if_dropped(moments, dimension.id, cases)
    rest = statistics.item_rest_correlations(moments, dimension.id, cases)
    people = _people(moments, dimension.id, cases, complete)
    result = {}
    for item in dimension.items:
        found = statistics.item_statistics(moments, item.id)
        result[item.id] = {
            "n": found.n,
            "mean": found.mean,
            "sd": found.sd,
            "reverse": item.reverse,
            "answers": dict(found.answers),
            "shares": dict(found.shares),
            "floor": found.floor,
            "ceiling": found.ceiling,
            "unscored": dict(found.unscored),
            "skipped": found.skipped,
            "with_others": {
                **people,
                "item_rest": rest if isinstance(rest, Undefined) else rest[item.id],
                "alpha_if_dropped": dropped if isinstance(dropped, Undefined) else dropped[item.id],
            },
        }
    return result
