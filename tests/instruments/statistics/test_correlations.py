import numpy as np
import pytest

from instruments.statistics import Reason, Undefined
from instruments.statistics.correlations import correlation, dimension_correlations
from instruments.statistics.factor_models import Sample, fit_factors
from tests.instruments.statistics.factor_models.published import ABILITIES, PUPILS


def test_correlations_of_dimensions_are_those_of_their_means_in_r():
    # R: cor.test(rowMeans(x[1:3]), rowMeans(x[4:6])) …: estimate, conf.int, p.value
    expected = {
        ("visual", "textual"): (0.3136256379516, 0.2079462990558, 0.4120676303259, 2.706225064209e-08),
        ("visual", "speed"): (0.2714283959326, 0.1633898072381, 0.3730339278481, 1.756972172332e-06),
        ("textual", "speed"): (0.2247462738249, 0.1146058859454, 0.3294284323907, 8.374755606875e-05),
    }
    found = dimension_correlations(PUPILS, ABILITIES)
    assert list(found) == list(expected)
    for pair, figures in expected.items():
        each = found[pair]
        assert (each.value, each.interval.low, each.interval.high, each.p) == pytest.approx(figures, rel=1e-8)


def test_factors_correlate_more_than_the_means_of_their_items():
    of_factors = fit_factors([PUPILS], ABILITIES).groups[0].factor_correlations
    of_means = [each.value for each in dimension_correlations(PUPILS, ABILITIES).values()]
    assert (of_factors[np.triu_indices(3, 1)] > of_means).all()


def test_a_correlation_says_why_it_has_no_value():
    assert correlation(0.5, 1, 1, 2) == Undefined(Reason.TOO_FEW)
    assert correlation(0.0, 1, 0, 20) == Undefined(Reason.NO_VARIANCE)
    assert correlation(0.5, 1, 1, 3).interval == Undefined(Reason.TOO_FEW)
    assert correlation(-1.0, 1, 1, 20).interval == Undefined(Reason.SINGULAR)


def test_a_sample_is_of_complete_rows():
    rows = np.array([[1.0, 2], [2, np.nan], [3, 5], [4, 4]])
    found = Sample.of(rows)
    assert found.n == 3
    assert found.covariance == pytest.approx(np.cov(rows[[0, 2, 3]].T))
    assert found.means == pytest.approx(rows[[0, 2, 3]].mean(axis=0))
    assert Sample.of(rows[:2]) == Undefined(Reason.TOO_FEW)
    assert Sample.of(rows[1:2]) == Undefined(Reason.NOBODY)
