"""Say how dependable a unit's mean is, and how many answers make it so: generalizability theory."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from instruments.statistics.two_level import TwoLevelCovariances
from instruments.statistics.undefined import Figure, Reason, Undefined

Universe = Literal["fixed", "relative", "absolute"]
_ROUNDING = 1e-9  # of a number of persons


@dataclass(frozen=True, slots=True)
class GeneralizabilityStudy:
    """Hold the variance of one answer by what it comes from: persons in units, who all answer `count` items.

    Estimates may be negative, where a part is smaller than chance would make it: read that as none, as
    `dependability` does.
    """

    units: float
    persons: float
    items: float
    units_by_items: float
    residual: float
    count: int

    @property
    def between(self) -> float:
        """Return the variance of units' true means over these very items, σ²ᵤ + σ²ᵤᵢ/k."""
        return max(self.units, 0.0) + max(self.units_by_items, 0.0) / self.count

    @property
    def within(self) -> float:
        """Return the variance of persons' means over the items within a unit, σ²ₚ + σ²ₚᵢ/k."""
        return max(self.persons, 0.0) + max(self.residual, 0.0) / self.count


def variance_components(levels: TwoLevelCovariances) -> GeneralizabilityStudy | Undefined:
    """Return the components of the design (persons in units) × items from its mean squares.

    With k items, n₀ as in `GroupSizes` and 1ᵀS1 the sum of a matrix S: MSᵤ = 1ᵀS_B1/k, MSᵤᵢ = (tr S_B −
    MSᵤ)/(k − 1), MSₚ and MSₚᵢ the same of S_PW, MSᵢ = N·Σ(x̄ᵢ − x̄)²/(k − 1). Then σ²ₚᵢ = MSₚᵢ, σ²ₚ = (MSₚ −
    MSₚᵢ)/k, σ²ᵤᵢ = (MSᵤᵢ − MSₚᵢ)/n₀, σ²ᵤ = (MSᵤ − MSᵤᵢ − MSₚ + MSₚᵢ)/(k·n₀), and σ²ᵢ = (MSᵢ − MSₚᵢ −
    σ²ᵤᵢ·Σn_g²/N)/N.
    Undefined for fewer than two items. REML gives the same for units of one size, and no negative estimate.
    Source: Brennan (2001), Generalizability Theory, ch. 3 and 7; Cronbach et al. (1972).
    """
    items, sizes = len(levels.means), levels.sizes
    if items < 2:  # noqa: PLR2004 - what is an item's and what is a person's could not be told apart
        return Undefined(Reason.TOO_FEW_ITEMS)
    unit = float(levels.between_observed.sum()) / items
    person = float(levels.within.sum()) / items
    unit_item = (float(np.trace(levels.between_observed)) - unit) / (items - 1)
    residual = (float(np.trace(levels.within)) - person) / (items - 1)
    item = sizes.persons * float(levels.means.var(ddof=1))
    by_item = (unit_item - residual) / sizes.effective
    return GeneralizabilityStudy(
        (unit - unit_item - person + residual) / (items * sizes.effective),
        (person - residual) / items,
        (item - residual - by_item * sizes.squares / sizes.persons) / sizes.persons,
        by_item,
        residual,
        items,
    )


def dependability(components: GeneralizabilityStudy, answers: int, universe: Universe = "fixed") -> Figure:
    """Return the share of true variance in the mean of a unit with so many answers, from 0 to 1.

    `fixed`: these very items are what is meant, τ/(τ + σ²(within)/n) with τ = σ²ᵤ + σ²ᵤᵢ/k, which is ICC(2).
    `relative`: the items stand for others like them, so that σ²ᵤᵢ/k is error: Eρ², where units answer the
    same items. `absolute`: and σ²ᵢ/k too, Φ, where they may answer different ones. Undefined without
    variance.
    Source: Brennan (2001), Generalizability Theory, ch. 4 and 5; Kane & Brennan (1977), Review of Educational
    Research 47, 267–292, for means of groups.
    """
    true, error = _parts(components, universe)
    total = true + error + components.within / answers
    return true / total if total > 0 else Undefined(Reason.NO_VARIANCE)


def answers_for(
    components: GeneralizabilityStudy, least: float, universe: Universe = "fixed"
) -> int | Undefined:
    """Return how many answers make a unit's mean at least so dependable, 0 < `least` < 1.

    n = σ²(within)·ρ/((1 − ρ)·τ − ρ·error), as `dependability`. Undefined where units do not differ, and where
    no number of answers is enough because the items themselves leave more error than that.
    """
    true, error = _parts(components, universe)
    if true <= 0:
        return Undefined(Reason.NO_DIFFERENCE)
    room = (1 - least) * true - least * error
    if room <= 0:
        return Undefined(Reason.OUT_OF_REACH)
    return max(1, math.ceil(components.within * least / room - _ROUNDING))


def _parts(components: GeneralizabilityStudy, universe: Universe) -> tuple[float, float]:
    """Return the true variance between units, and the error that no number of answers makes smaller."""
    if universe == "fixed":
        return components.between, 0.0
    error = max(components.units_by_items, 0.0) / components.count
    if universe == "absolute":
        error += max(components.items, 0.0) / components.count
    return max(components.units, 0.0), error
