"""Search the parameters that maximise the likelihood."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from instruments.statistics.distributions import Floats
from instruments.statistics.factor_models.layout import Layout
from instruments.statistics.factor_models.likelihood import discrepancy, slope
from instruments.statistics.factor_models.model import FactorModel, FactorParameters
from instruments.statistics.factor_models.samples import Sample
from instruments.statistics.factor_models.starts import starts
from instruments.statistics.undefined import Reason, Undefined

_STEPS = 300  # of the search
_SCORING = 12  # of them, the first, by Fisher's scoring
_CLOSE = 1e-16  # fall of the discrepancy that one more step promises, below which the search ends
_SHORTEST = 1e-10  # part of the largest parameter: no step is shorter
_NOISE = 1e-13  # of the discrepancy, by rounding
_DETERMINED = 1e-9  # smallest eigenvalue of the scaled information that determines every parameter


@dataclass(frozen=True, eq=False, slots=True)
class Solution:
    """Hold the parameters of each group, the standard errors of the free ones, and χ²."""

    groups: tuple[FactorParameters, ...]
    errors: Floats
    chi2: float


def maximise(samples: Sequence[Sample], model: FactorModel, layout: Layout) -> Solution | Undefined:
    """Return the parameters with the greatest likelihood over all groups, whatever their sign.

    Undefined where the moments do not determine the parameters, and where the search does not end.
    """
    if len(samples) > 1 and layout.shares_nothing:
        return _maximise_each(samples, model, layout)
    found = [_maximise_from(start, samples, layout) for start in starts(samples, model)]
    solved = [each for each in found if isinstance(each, Solution)]
    # the likelihood of a model that fits badly may have several maxima
    return min(solved, key=lambda each: each.chi2) if solved else found[0]


def _maximise_from(
    start: Sequence[FactorParameters], samples: Sequence[Sample], layout: Layout
) -> Solution | Undefined:
    persons = sum(sample.n for sample in samples)
    shares = np.array([sample.n / persons for sample in samples])
    fixed = np.array([layout.vector(each) for each in start])
    problem = _Problem(samples, shares, layout, fixed)
    values = np.zeros(layout.free)
    values[layout.places[layout.places >= 0]] = fixed[layout.places >= 0]
    found = _search(problem, values)
    if isinstance(found, Undefined):
        return found
    inverse = _inverted(problem.slopes(found)[1])
    if isinstance(inverse, Undefined):
        return inverse
    groups = tuple(layout.parameters(each) for each in problem.filled(found))
    errors = np.sqrt(np.diagonal(inverse) * (2 / persons))
    return Solution(groups, errors, persons * problem.misfit(found))


def _maximise_each(samples: Sequence[Sample], model: FactorModel, layout: Layout) -> Solution | Undefined:
    """Return the solution of groups that share no parameter: each its own, at a fraction of the work."""
    found = [maximise([sample], model, layout.of_group(place)) for place, sample in enumerate(samples)]
    for each in found:
        if isinstance(each, Undefined):
            return each
    whole = [each for each in found if isinstance(each, Solution)]
    groups = tuple(group for each in whole for group in each.groups)
    return Solution(groups, np.concatenate([each.errors for each in whole]), sum(each.chi2 for each in whole))


@dataclass(frozen=True, eq=False, slots=True)
class _Problem:
    samples: Sequence[Sample]
    shares: Floats
    layout: Layout
    fixed: Floats

    def filled(self, values: Floats) -> Floats:
        places = self.layout.places
        return np.where(places >= 0, values[places], self.fixed)

    def misfit(self, values: Floats) -> float:
        vectors = zip(self.samples, self.shares, self.filled(values), strict=True)
        parts = (share * discrepancy(one, self.layout.parameters(vector)) for one, share, vector in vectors)
        return float(sum(parts))

    def slopes(self, values: Floats) -> tuple[Floats, Floats]:
        free = self.layout.free
        gradient, information = np.zeros(free), np.zeros((free, free))
        vectors = zip(self.samples, self.shares, self.filled(values), self.layout.places, strict=True)
        for sample, share, vector, places in vectors:
            found, own = slope(sample, self.layout.parameters(vector), self.layout), places >= 0
            gradient[places[own]] += share * found.gradient[own]
            information[np.ix_(places[own], places[own])] += share * found.information[np.ix_(own, own)]
        return gradient, information


def _inverted(information: Floats) -> Floats | Undefined:
    # a factor without items that share it, say, leaves a direction in which nothing changes
    scale = 1 / np.sqrt(np.maximum(np.diagonal(information), _NOISE))
    spectrum, vectors = np.linalg.eigh(information * np.outer(scale, scale))
    if spectrum[0] < _DETERMINED:
        return Undefined(Reason.NOT_DETERMINED)
    return np.asarray((vectors / spectrum @ vectors.T) * np.outer(scale, scale))


def _search(problem: _Problem, values: Floats) -> Floats | Undefined:
    """Return the values at the minimum: scoring while it is quick, then BFGS from what scoring knew.

    Scoring needs few steps where the model fits, and very many where it does not.
    Source: Fletcher (1987), Practical Methods of Optimization, ch. 3, for BFGS.
    """
    misfit, (gradient, information) = problem.misfit(values), problem.slopes(values)
    inverse: Floats | Undefined | None = None
    for number in range(_STEPS):
        if number == _SCORING:
            inverse = _inverted(information)
        if isinstance(inverse, Undefined):
            return inverse
        step = -inverse @ gradient if inverse is not None else _scoring_step(information, gradient)
        if isinstance(step, Undefined):
            return step
        if -gradient @ step < _CLOSE:
            return values
        found = problem.misfit(values + step)
        # halves of a step that went over the minimum, until the discrepancy falls
        while not found <= misfit + _NOISE and np.abs(step).max() > _SHORTEST * np.abs(values).max():
            step = step / 2
            found = problem.misfit(values + step)
        if not found <= misfit + _NOISE:
            break
        before, values, misfit = gradient, values + step, found
        gradient, information = problem.slopes(values)
        if inverse is not None:
            inverse = _updated(inverse, step, gradient - before)
    return Undefined(Reason.NOT_CONVERGED)


def _scoring_step(information: Floats, gradient: Floats) -> Floats | Undefined:
    # what is nearly singular here may be none at the solution, where it is looked at
    try:
        return np.asarray(-np.linalg.solve(information, gradient))
    except np.linalg.LinAlgError:
        return Undefined(Reason.NOT_DETERMINED)


def _updated(inverse: Floats, step: Floats, change: Floats) -> Floats:
    along = float(step @ change)
    if along <= 0:
        return inverse
    turned = inverse @ change
    first = (1 + float(change @ turned) / along) / along * np.outer(step, step)
    return np.asarray(inverse + first - (np.outer(turned, step) + np.outer(step, turned)) / along)
