import numpy as np
import pytest

from instruments import statistics
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


def test_scores_are_correlated_over_people_who_have_them_all():
    random = np.random.default_rng(3)
    scores = random.normal(size=(30, 1)) + random.normal(size=(30, 3))
    scores[:4, 0] = np.nan
    scores[4:6, 2] = np.nan
    whole = scores[6:]
    n, found = statistics.score_correlations(scores)[0, 1]
    assert n == 24
    assert found.value == pytest.approx(np.corrcoef(whole[:, 0], whole[:, 1])[0, 1])
    n, found = statistics.score_correlations(scores, "pairwise")[0, 1]
    assert n == 26
    assert found.value == pytest.approx(np.corrcoef(scores[4:, 0], scores[4:, 1])[0, 1])


def test_pairwise_correlations_that_nobody_could_have_are_undefined():
    a, b, gap = [1, 2, 3, 4, 5.0], [5, 4, 3, 2, 1.0], [np.nan] * 5
    scores = np.array([a + a + gap, a + gap + a, gap + a + b]).T
    found = statistics.score_correlations(scores, "pairwise")
    assert set(found.values()) == {(5, Undefined(Reason.NOT_POSITIVE_DEFINITE))}


def test_correlations_of_scores_say_why_there_are_none():
    alike = np.array([[3.0, 1, np.nan], [3, 2, np.nan], [3, 4, np.nan], [3, 5, np.nan]])
    found = statistics.score_correlations(alike, "pairwise")
    assert found[0, 1] == (4, Undefined(Reason.NO_VARIANCE))
    assert found[0, 2] == (0, Undefined(Reason.NOBODY))
    assert statistics.score_correlations(alike[:, :2][:2])[0, 1] == (2, Undefined(Reason.TOO_FEW))
