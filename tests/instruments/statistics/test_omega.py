import numpy as np
import pytest

from instruments import statistics
from instruments.aggregates.moments import Moments
from instruments.statistics import Reason, Undefined
from instruments.statistics.omega import _fit_one_factor
from tests.instruments.building import built, coded
from tests.instruments.reference import FULL, X, Y, Z

# R: fit <- lavaan::cfa("f =~ …", data, std.lv = TRUE, estimator = "ML"); l <- lambda, th <- diag(theta);
# sum(l)^2 / (sum(l)^2 + sum(th)) and sum(l)^2 / sum(lavInspect(fit, "sampstat")$cov).
# lavaan divides covariances by n, we by n − 1: loadings differ by that factor's root, omega does not.


@pytest.mark.parametrize(
    ("moments", "n", "loadings", "model_implied", "observed"),
    [
        (
            X,
            30,
            (0.629244617830820, 0.520766258878565, 0.452654930728233, 0.348720830308800),
            0.585048732603833,
            0.585932437848819,
        ),
        (
            Z,
            120,
            (
                *(0.901152391608605, 0.648466037215388, 0.651085457750998),
                *(0.622059593770119, 0.329394071818138, 0.963082147333618),
            ),
            0.753232669503384,
            0.750673660652263,
        ),
    ],
)
def test_omega_and_its_loadings_are_as_in_lavaan(moments, n, loadings, model_implied, observed):
    omega = statistics.omega(moments, "d")
    assert omega.model_implied == pytest.approx(model_implied, rel=1e-6)
    assert omega.observed == pytest.approx(observed, rel=1e-6)
    assert omega.loadings == pytest.approx(np.array(loadings) * np.sqrt(n / (n - 1)), rel=1e-5)


def test_a_heywood_case_is_flagged_and_not_reported():
    # lavaan reports theta = −4.64 for the complete cases of Y and −0.19 for the first three items of X
    assert statistics.omega(Y, "d") == Undefined(Reason.HEYWOOD)
    near = (
        "1323 4232 4211 3432 4342 4453 2115 3244 5434 5225 5332 4444 5324 3125 4332 4535 4335 2412 3344 5223"
    )
    four = built({"d": list("abcd")})
    rows = [[int(digit) for digit in row] for row in near.split()]  # lavaan: theta = −0.13 of the variance
    assert statistics.omega(Moments.of(four, coded(four, rows)), "d") == Undefined(Reason.HEYWOOD)
    three = built({"d": list("abc")})
    rows = [[int(digit) for digit in row[:3]] for row in FULL.split()]
    assert statistics.omega(Moments.of(three, coded(three, rows)), "d") == Undefined(Reason.HEYWOOD)


def of_four(text):
    four = built({"d": list("abcd")})
    return Moments.of(four, coded(four, [[int(digit) for digit in row] for row in text.split()]))


def test_of_two_minima_the_lower_one_counts():
    # one search from the usual start ends at the border here; lavaan finds the better fit inside
    found = statistics.omega(of_four("2321 5341 3222 4343 4332 3333 4554 2544"), "d")
    assert found.model_implied == pytest.approx(0.765645652275, rel=1e-5)
    # here lavaan stops inside at a misfit of 0.5554; the border has 0.5470
    border = of_four("3543 4452 2234 3523 2123 3343 4334 1242")
    assert statistics.omega(border, "d") == Undefined(Reason.HEYWOOD)


def test_covariances_of_exactly_one_factor_give_it_back():
    loadings, unique = np.array([0.9, 0.5, 0.7, 0.6, 0.3]), np.array([0.4, 0.8, 0.5, 1.2, 0.9])
    found = _fit_one_factor(np.outer(loadings, loadings) + np.diag(unique))
    assert found[0] == pytest.approx(loadings, rel=1e-6)
    assert found[1] == pytest.approx(unique, rel=1e-6)


PAIR = built({"d": ["a", "b"]})
TRIPLE = built({"d": ["a", "b", "c"]})


@pytest.mark.parametrize(
    ("version", "rows", "reason"),
    [
        (PAIR, [[1, 2], [2, 2], [4, 5]], Reason.TOO_FEW_ITEMS),
        (TRIPLE, [[1, 2, 3], [2, 2, 2]], Reason.TOO_FEW),
        (TRIPLE, [[1, 2, 3], [2, 2, 2], [4, 2, 5]], Reason.NO_VARIANCE),
        (TRIPLE, [[1, 1, 3], [2, 2, 2], [4, 4, 5], [3, 3, 3]], Reason.SINGULAR),
    ],
)
def test_omega_says_why_it_has_no_value(version, rows, reason):
    assert statistics.omega(Moments.of(version, coded(version, rows)), "d") == Undefined(reason)
