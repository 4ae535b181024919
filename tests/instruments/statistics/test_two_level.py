import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments import statistics
from instruments.statistics import Reason, Undefined
from instruments.statistics.clustering import GroupSizes, from_mean_squares
from instruments.statistics.factor_models import FactorModel, fit_factors
from instruments.statistics.two_level import TwoLevelSums, two_level_covariances
from tests.instruments.reference import FULL, TIGHT, grouped
from tests.instruments.statistics.in_units import answers_in_units, thinned

# R: psych::statsBy(d, "unit"): ICC1, ICC2 and pooled within correlations rwg; S_PW from split() and cov()


def levels(values, units):
    return two_level_covariances(TwoLevelSums.of(values, units))


def test_what_lies_within_units_is_as_in_r():
    found = levels(*answers_in_units())
    within = (0.2708086411489, 0.1045562433044, 0.0882998800193, 0.0765086473191, 0.2628156366177)
    within += (0.0894931585399, 0.0860590438088, 0.2639818441874, 0.0861929455748, 0.2907820999832)
    assert found.within[np.triu_indices(4)] == pytest.approx(within, rel=1e-10)
    assert found.within_sd == pytest.approx(np.sqrt(np.diagonal(found.within)), rel=1e-12)
    correlations = found.within[0, 1:] / (found.within_sd[0] * found.within_sd[1:])
    assert correlations == pytest.approx((0.3919161060, 0.3302492387, 0.2726436771), rel=1e-9)


@pytest.mark.parametrize(
    ("data", "icc1", "icc2"),
    [
        (
            answers_in_units(),
            (0.243964706636, 0.506626621781, 0.342888198196, 0.287966810977),
            (0.763419761960, 0.911258028565, 0.839179441629, 0.801756012043),
        ),
        (
            thinned(),
            (0.228818979322, 0.483809175988, 0.337564238270, 0.327594397754),
            (0.723830115751, 0.892232103622, 0.818224550981, 0.811448074503),
        ),
    ],
    ids=["equal units", "unequal units"],
)
def test_the_intraclass_correlations_of_items_are_as_in_psych(data, icc1, icc2):
    found = levels(*data).intraclass_correlations
    # psych takes the mean size
    assert [each.icc1_mean_size for each in found] == pytest.approx(icc1, rel=1e-6)
    assert [each.icc2 for each in found] == pytest.approx(icc2, rel=1e-10)


def test_the_variance_between_units_is_what_the_mean_squares_leave():
    # R: summary(aov(item ~ unit)): Mean Sq of the first item; n0 as in test_clustering
    found = levels(*thinned())
    assert found.between_observed[0, 0] == pytest.approx(1.029220141816, rel=1e-10)
    assert found.sizes.effective == pytest.approx(8.79759862779, rel=1e-10)
    assert found.between[0, 0] == pytest.approx((1.029220141816 - 0.284239607432) / 8.79759862779, rel=1e-9)


def test_the_intervals_are_those_of_shrout_and_fleiss():
    # six targets rated by four judges (Shrout & Fleiss 1979, table 2); R: psych::ICC(…, lmer = FALSE)
    ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    values = ratings.reshape(-1, 1).astype(float)
    (found,) = levels(values, np.repeat(np.arange(6), 4)).intraclass_correlations
    assert (found.icc1, found.icc2) == pytest.approx((0.1657417684055, 0.4427971336793), rel=1e-10)
    first, second = found.icc1_interval, found.icc2_interval
    assert (first.low, first.high) == pytest.approx((-0.1329323248748, 0.7225600623281), rel=1e-10)
    assert (second.low, second.high) == pytest.approx((-0.8844421552381, 0.9124154203408), rel=1e-10)
    assert (round(found.icc1, 2), round(found.icc2, 2)) == (0.17, 0.44)


def test_a_dimensions_score_has_the_same_figures_from_sums_as_from_its_histogram():
    rows = np.array([[int(digit) for digit in row] for row in FULL.split()], dtype=float)
    sums = TwoLevelSums.of(rows.mean(axis=1, keepdims=True), np.array(TIGHT))
    expected = statistics.intraclass_correlations(grouped(FULL, TIGHT), "d")
    (found,) = two_level_covariances(sums).intraclass_correlations
    assert (found.icc1, found.icc2, found.size) == pytest.approx(
        (expected.icc1, expected.icc2, expected.size), rel=1e-9
    )
    assert (found.icc1_interval.low, found.icc2_interval.high) == pytest.approx(
        (expected.icc1_interval.low, expected.icc2_interval.high), rel=1e-9
    )


@settings(max_examples=20)
@given(st.lists(st.integers(0, 11), min_size=1, max_size=11, unique=True))
def test_sums_of_some_units_and_of_the_others_are_those_of_all(some):
    values, units = thinned()
    first = np.isin(units, some)
    together = TwoLevelSums.of(values[first], units[first]) + TwoLevelSums.of(values[~first], units[~first])
    found, expected = two_level_covariances(together), levels(values, units)
    assert found.within == pytest.approx(expected.within, rel=1e-9)
    assert found.between_observed == pytest.approx(expected.between_observed, rel=1e-9)
    assert found.means == pytest.approx(expected.means, rel=1e-12)
    assert found.sizes == expected.sizes


def test_sums_give_the_sample_of_everybody_too():
    values, units = thinned()
    found = TwoLevelSums.of(values, units).sample
    assert found.n == 106
    assert found.means == pytest.approx(values.mean(axis=0), rel=1e-10)
    assert found.covariance == pytest.approx(np.cov(values.T), rel=1e-9)


def test_a_model_of_persons_is_fitted_to_what_lies_within_units():
    values, units = answers_in_units()
    sample = levels(values, units).within_sample
    shifted = values + 5 * np.sin(units)[:, np.newaxis]
    again = levels(shifted, units).within_sample
    assert sample.n == 120 - 12 + 1
    one = FactorModel.of_one_factor(tuple("abcd"))
    first, second = (fit_factors([each], one).measures.chi2 for each in (sample, again))
    assert first == pytest.approx(second, rel=1e-6)
    assert first == pytest.approx(0.0, abs=10)


def test_equal_people_in_each_unit_have_no_interval():
    units = np.repeat(np.arange(3), 2)
    (found,) = levels(units.reshape(-1, 1).astype(float), units).intraclass_correlations
    assert (found.icc1, found.icc2) == (1, 1)
    assert found.icc1_interval == found.icc2_interval == Undefined(Reason.ALIKE_WITHIN)


def test_equal_units_have_no_interval_of_their_reliability():
    found = from_mean_squares(0.0, 1.0, GroupSizes(3, 9, 27.0))
    assert found.icc1_interval.low == pytest.approx(-0.5)
    assert found.icc2_interval == Undefined(Reason.NO_DIFFERENCE)


def test_the_levels_say_why_there_are_none():
    one = np.ones((4, 2))
    assert levels(one, np.zeros(4, dtype=int)) == Undefined(Reason.ONE_GROUP)
    assert levels(one, np.arange(4)) == Undefined(Reason.TOO_FEW)
    alike = levels(one, np.array([0, 0, 1, 1])).intraclass_correlations
    assert alike == (Undefined(Reason.NO_VARIANCE), Undefined(Reason.NO_VARIANCE))


def test_intervals_hold_the_true_value_as_often_as_they_say():
    random, held = np.random.default_rng(3), 0
    for _ in range(200):
        units = np.repeat(np.arange(15), random.integers(5, 15, 15))
        values = random.normal(size=15)[units] * 0.5 + random.normal(size=len(units))
        (found,) = levels(values.reshape(-1, 1), units).intraclass_correlations
        held += found.icc1_interval.low <= 0.2 <= found.icc1_interval.high
    assert 0.9 <= held / 200 <= 0.99


def test_rounding_leaves_no_negative_variance():
    units = np.repeat(np.arange(7), 3)
    values = np.repeat(np.linspace(0.1, 0.7, 7) / 3, 3).reshape(-1, 1)
    sums = TwoLevelSums.of(values, units)
    assert (sums.products - sums.unit_products)[0, 0] < 0
    assert levels(values, units).within_sd.tolist() == [0]
