"""Judge whether several groups understand the same items alike: measurement invariance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import scipy

from instruments.statistics.factor_models.confirmatory import FactorFit, fit_factors
from instruments.statistics.factor_models.fit_measures import FitMeasures
from instruments.statistics.factor_models.layout import LEVELS, InvarianceLevel
from instruments.statistics.factor_models.model import FactorModel
from instruments.statistics.factor_models.samples import Sample
from instruments.statistics.undefined import Figure, Reason, Undefined

_ROUNDING = 1e-9  # of differences between two fit measures


@dataclass(frozen=True, slots=True)
class InvarianceRule:
    """Hold when a level holds: its own fit for the first one, the change of fit for those after it.

    Source: Hu & Bentler (1999), Structural Equation Modeling 6, 1–55, for SRMR; Chen (2007), Structural
    Equation Modeling 14, 464–504, for the changes, in samples of more than 300 persons.
    """

    least_cfi: float = 0.9
    most_srmr: float = 0.08
    least_cfi_change: float = -0.01
    most_rmsea_change: float = 0.015


@dataclass(frozen=True, slots=True)
class FitChange:
    """Hold how a level's fit differs from that of the level before: this one less that one.

    `p` is of the test that what the level holds equal is equal; with many persons it finds what matters to
    nobody.
    """

    chi2: float
    df: int
    p: Figure
    cfi: Figure
    rmsea: Figure


@dataclass(frozen=True, eq=False, slots=True)
class Invariance:
    """Hold the fit at each level, its change from the level before, and the last level that holds, or None.

    Configural: the same factors with the same items. Metric: and the same loadings, so that correlations may
    be compared. Scalar: and the same intercepts, so that means may be compared.
    """

    fits: Mapping[InvarianceLevel, FactorFit | Undefined]
    changes: Mapping[InvarianceLevel, FitChange | Undefined]
    holds: InvarianceLevel | None


def invariance(
    samples: Sequence[Sample], model: FactorModel, rule: InvarianceRule | None = None
) -> Invariance | Undefined:
    """Return up to which level a model holds in all groups alike, by a rule.

    Undefined for fewer than two groups. A level that could not be fitted does not hold, nor any after it.
    Source: Meredith (1993), Psychometrika 58, 525–543; Vandenberg & Lance (2000), Organizational Research
    Methods 3, 4–70; as lavaan's `cfa(group.equal = …)` and `lavTestLRT`.
    """
    if len(samples) < 2:  # noqa: PLR2004 - nothing to compare
        return Undefined(Reason.ONE_GROUP)
    rule = rule or InvarianceRule()
    fits = {level: fit_factors(samples, model, level) for level in LEVELS}
    changes = {level: _change(fits[before], fits[level]) for before, level in pairwise(LEVELS)}
    holds: InvarianceLevel | None = None
    for level in LEVELS:
        if not (_fits(fits[level], rule) if level == LEVELS[0] else _keeps(changes[level], rule)):
            break
        holds = level
    return Invariance(fits, changes, holds)


def _change(before: FactorFit | Undefined, after: FactorFit | Undefined) -> FitChange | Undefined:
    if isinstance(before, Undefined) or isinstance(after, Undefined):
        return after if isinstance(after, Undefined) else Undefined(Reason.NOTHING_BEFORE)
    first, then = before.measures, after.measures
    chi2, df = then.chi2 - first.chi2, then.df - first.df
    p = float(scipy.special.chdtrc(df, max(chi2, 0.0))) if df > 0 else Undefined(Reason.SATURATED)
    return FitChange(chi2, df, p, _less(then.cfi, first.cfi), _less(then.rmsea, first.rmsea))


def _less(one: Figure, other: Figure) -> Figure:
    if isinstance(one, Undefined) or isinstance(other, Undefined):
        return one if isinstance(one, Undefined) else other
    return one - other


def _fits(fit: FactorFit | Undefined, rule: InvarianceRule) -> bool:
    if isinstance(fit, Undefined):
        return False
    measures: FitMeasures = fit.measures
    # a saturated model has no CFI, and nothing that could speak against it
    if measures.df == 0:
        return True
    return (
        not isinstance(measures.cfi, Undefined)
        and measures.cfi >= rule.least_cfi
        and measures.srmr <= rule.most_srmr
    )


def _keeps(change: FitChange | Undefined, rule: InvarianceRule) -> bool:
    if isinstance(change, Undefined) or isinstance(change.cfi, Undefined):
        return False
    if isinstance(change.rmsea, Undefined):
        return False
    return (
        change.cfi >= rule.least_cfi_change - _ROUNDING and change.rmsea <= rule.most_rmsea_change + _ROUNDING
    )
