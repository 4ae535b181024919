from dataclasses import replace

import numpy as np
import pytest

from instruments.statistics import Reason, Undefined
from instruments.statistics.factor_models import FactorModel, InvarianceRule, Sample, fit_factors, invariance
from tests.instruments.statistics.factor_models.published import (
    ABILITIES,
    GRANT_WHITE,
    NINE,
    PASTEUR,
    nine_factors,
    sample_of,
)

# R: g <- lavaan::cfa(model, HolzingerSwineford1939, group = "school", group.equal = …, std.lv = TRUE)
SCHOOLS = [PASTEUR, GRANT_WHITE]
LAVAAN = {
    "configural": (115.8513438611, 48, 0.9233983804253, 0.8850975706379, 0.09691485675731, 0.06786409627691),
    "metric": (124.0435441797, 54, 0.9209234685771, 0.8945646247694, 0.09283653586812, 0.07165158811166),
    "scalar": (164.102830927, 60, 0.8824718126786, 0.8589661752143, 0.1073710980902, 0.08244702037382),
}


def test_each_level_fits_as_in_lavaan():
    found = invariance(SCHOOLS, ABILITIES)
    assert list(found.fits) == list(LAVAAN)
    for level, expected in LAVAAN.items():
        measures = found.fits[level].measures
        figures = (measures.chi2, measures.df, measures.cfi, measures.tli, measures.rmsea, measures.srmr)
        assert figures == pytest.approx(expected, rel=1e-5)
    bounds = found.fits["scalar"].measures.rmsea_interval
    assert (bounds.low, bounds.high) == pytest.approx((0.08790385949517, 0.1271943797529), rel=1e-5)


def test_the_changes_are_those_of_the_likelihood_ratio_test():
    # R: lavTestLRT(configural, metric, scalar): Chisq diff, Pr(>Chisq)
    found = invariance(SCHOOLS, ABILITIES).changes
    metric, scalar = found["metric"], found["scalar"]
    assert (metric.chi2, metric.df, metric.p) == pytest.approx((8.192200319, 6, 0.2243577), rel=1e-5)
    assert (scalar.chi2, scalar.df, scalar.p) == pytest.approx((40.05928675, 6, 4.434566e-07), rel=1e-5)
    assert (metric.cfi, metric.rmsea) == pytest.approx((-0.0024749118, -0.0040783209), rel=1e-5)
    assert (scalar.cfi, scalar.rmsea) == pytest.approx((-0.0384516559, 0.0145345622), rel=1e-5)


def test_the_schools_parameters_and_standard_errors_are_as_in_lavaan():
    fit = fit_factors(SCHOOLS, ABILITIES, "scalar")
    found, errors = fit.groups[1], fit.errors[1]
    assert found.loadings.sum(axis=1)[:3] == pytest.approx(
        (0.892303180478, 0.5136638144139, 0.7124430110549), rel=1e-5
    )
    assert errors.loadings.sum(axis=1)[:3] == pytest.approx(
        (0.09614272418398, 0.0851687702771, 0.08789793908085), rel=1e-5
    )
    assert found.intercepts[:3] == pytest.approx((5.001405289911, 6.151205866144, 2.271215985734), rel=1e-5)
    assert errors.intercepts[:2] == pytest.approx((0.08969578609977, 0.07698152983005), rel=1e-5)
    assert found.means == pytest.approx((-0.1655278162751, 0.6145989236412, -0.3123513381009), rel=1e-5)
    assert errors.means == pytest.approx((0.137222376751, 0.1294316646094, 0.1592166587734), rel=1e-5)
    variances = (0.8892279342589, 0.9893631624645, 1.56645442033)
    assert np.diagonal(found.covariances) == pytest.approx(variances, rel=1e-5)
    of_variances = (0.2270065899414, 0.1854649499876, 0.3861707806239)
    assert np.diagonal(errors.covariances) == pytest.approx(of_variances, rel=1e-5)
    assert found.unique[:2] == pytest.approx((0.6537005478933, 0.9641621872344), rel=1e-5)
    # equal is equal, and the first group has the units
    assert (found.loadings == fit.groups[0].loadings).all()
    assert fit.groups[0].means.tolist() == [0, 0, 0]


def test_nine_factors_in_two_groups_are_as_in_lavaan():
    rows = nine_factors(400)
    found = invariance([sample_of(rows[::2]), sample_of(rows[1::2])], NINE)
    expected = {
        "configural": (1304.731376199, 1116, 0.9670663811017, 0.02907869807776, 0.04588391661072),
        "metric": (1331.726381983, 1143, 0.9670672525923, 0.02873281615739, 0.04956915717449),
        "scalar": (1353.153011516, 1170, 0.9680398055543, 0.02797686861352, 0.04998028000355),
    }
    for level, figures in expected.items():
        each = found.fits[level].measures
        assert (each.chi2, each.df, each.cfi, each.rmsea, each.srmr) == pytest.approx(figures, rel=1e-5)
    assert found.holds == "scalar"


def test_the_schools_keep_their_loadings_but_not_their_intercepts():
    assert invariance(SCHOOLS, ABILITIES).holds == "metric"
    assert invariance(SCHOOLS, ABILITIES, InvarianceRule(least_cfi_change=-0.04)).holds == "scalar"
    assert invariance(SCHOOLS, ABILITIES, InvarianceRule(least_cfi_change=-0.001)).holds == "configural"
    assert invariance(SCHOOLS, ABILITIES, InvarianceRule(least_cfi=0.95)).holds is None
    assert invariance(SCHOOLS, ABILITIES, InvarianceRule(most_srmr=0.05)).holds is None
    loose = InvarianceRule(least_cfi_change=-0.04, most_rmsea_change=0.01)
    assert invariance(SCHOOLS, ABILITIES, loose).holds == "metric"


def test_a_shift_of_one_item_costs_the_scalar_level_and_one_loading_the_metric():
    two = FactorModel(NINE.items[:8], {"f0": NINE.items[:4], "f1": NINE.items[4:8]})
    rows = nine_factors(800)[:, :8]
    first, second = rows[::2], rows[1::2].copy()
    assert invariance([sample_of(first), sample_of(second)], two).holds == "scalar"
    second[:, 0] += 0.4
    assert invariance([sample_of(first), sample_of(second)], two).holds == "metric"
    second[:, 0] *= -1
    assert invariance([sample_of(first), sample_of(second)], two).holds == "configural"


def test_a_level_without_a_fit_does_not_hold():
    broken = Sample(PASTEUR.n, PASTEUR.means, np.ones((9, 9)))
    found = invariance([GRANT_WHITE, broken], ABILITIES)
    assert set(found.fits.values()) == {Undefined(Reason.SINGULAR)}
    assert set(found.changes.values()) == {Undefined(Reason.SINGULAR)}
    assert found.holds is None


def test_fewer_than_two_groups_have_nothing_to_compare():
    assert invariance([PASTEUR], ABILITIES) == Undefined(Reason.ONE_GROUP)


def test_equal_groups_differ_in_nothing():
    found = invariance([PASTEUR, replace(PASTEUR)], ABILITIES)
    assert found.changes["metric"].chi2 == pytest.approx(0, abs=1e-6)
    assert found.changes["scalar"].chi2 == pytest.approx(0, abs=1e-6)
    assert found.fits["scalar"].groups[1].means == pytest.approx(np.zeros(3), abs=1e-5)
