from dataclasses import replace

import numpy as np
import pytest

from instruments.statistics import Reason, Undefined
from instruments.statistics.generalizability import (
    GeneralizabilityStudy,
    answers_for,
    dependability,
    variance_components,
)
from instruments.statistics.two_level import TwoLevelSums, two_level_covariances
from tests.instruments.statistics.in_units import answers_in_units, thinned


def components(values, units):
    return variance_components(two_level_covariances(TwoLevelSums.of(values, units)))


def test_the_components_are_as_in_lme4():
    # R: lmer(y ~ 1 + (1 | unit) + (1 | item) + (1 | person) + (1 | unit:item)), REML; VarCorr()
    found = components(*answers_in_units())
    assert found.persons == pytest.approx(0.0885183198570, rel=1e-5)
    assert found.units_by_items == pytest.approx(0.0771267631291, rel=1e-5)
    assert found.units == pytest.approx(0.0760262559153, rel=1e-5)
    assert found.items == pytest.approx(0.1479919705820, rel=1e-5)
    assert found.residual == pytest.approx(0.1835787333371, rel=1e-5)
    assert found.count == 4


def test_the_components_of_unequal_units_come_from_the_mean_squares_of_r():
    # R: aov(y ~ item * unit + Error(person)): Mean Sq of units, persons, unit × item and the rest
    found = components(*thinned())
    unit, person, by_item, residual, size = (
        4.11602601362,
        0.55083131948,
        0.80492280877,
        0.18659407722,
        8.79759862779,
    )
    assert found.residual == pytest.approx(residual, rel=1e-9)
    assert found.persons == pytest.approx((person - residual) / 4, rel=1e-9)
    assert found.units_by_items == pytest.approx((by_item - residual) / size, rel=1e-9)
    assert found.units == pytest.approx((unit - by_item - person + residual) / (4 * size), rel=1e-9)


def test_with_fixed_items_dependability_is_icc_2():
    values, units = answers_in_units()
    score = TwoLevelSums.of(values.mean(axis=1, keepdims=True), units)
    (expected,) = two_level_covariances(score).intraclass_correlations
    assert dependability(components(values, units), 10) == pytest.approx(expected.icc2, rel=1e-9)


PARTS = GeneralizabilityStudy(0.04, 0.3, 0.1, 0.02, 0.5, 4)


def test_dependability_falls_with_what_counts_as_error():
    # by hand: τ = 0.045, within 0.425; 0.04 and 0.005 + 0.0425; and 0.025 more
    assert dependability(PARTS, 10) == pytest.approx(0.045 / (0.045 + 0.0425), rel=1e-12)
    assert dependability(PARTS, 10, "relative") == pytest.approx(0.04 / (0.04 + 0.005 + 0.0425), rel=1e-12)
    assert dependability(PARTS, 10, "absolute") == pytest.approx(0.04 / (0.04 + 0.03 + 0.0425), rel=1e-12)


@pytest.mark.parametrize("universe", ["fixed", "relative"])
@pytest.mark.parametrize("least", [0.5, 0.6, 0.7, 0.8])
def test_so_many_answers_are_enough_and_one_less_is_not(least, universe):
    answers = answers_for(PARTS, least, universe)
    assert dependability(PARTS, answers, universe) >= least
    assert dependability(PARTS, answers - 1, universe) < least


def test_no_number_of_answers_makes_up_for_too_few_items():
    assert answers_for(PARTS, 0.9, "fixed") == 85
    assert answers_for(PARTS, 0.9, "relative") == Undefined(Reason.OUT_OF_REACH)
    assert answers_for(PARTS, 0.6, "absolute") == Undefined(Reason.OUT_OF_REACH)


def test_units_that_do_not_differ_have_no_number():
    alike = replace(PARTS, units=-0.01, units_by_items=-0.02)
    assert answers_for(alike, 0.7) == Undefined(Reason.NO_DIFFERENCE)
    assert dependability(alike, 10) == 0
    assert dependability(GeneralizabilityStudy(0, 0, 0, 0, 0, 4), 10) == Undefined(Reason.NO_VARIANCE)


def test_one_item_cannot_be_told_from_one_person():
    values, units = answers_in_units()
    assert components(values[:, :1], units) == Undefined(Reason.TOO_FEW_ITEMS)


def test_simulated_components_are_recovered():
    random = np.random.default_rng(8)
    units = np.repeat(np.arange(400), 12)
    values = (
        random.normal(size=400)[units, np.newaxis] * 0.3
        + random.normal(size=(len(units), 1)) * 0.5
        + (random.normal(size=(400, 4)) * 0.2)[units]
        + random.normal(size=(len(units), 4)) * 0.7
    )
    found = components(values, units)
    assert (found.units, found.persons, found.units_by_items, found.residual) == pytest.approx(
        (0.09, 0.25, 0.04, 0.49), rel=0.15
    )
