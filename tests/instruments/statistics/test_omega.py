import numpy as np
import pytest
from scipy.special import logit

from instruments import statistics
from instruments.aggregates.moments import Moments
from instruments.statistics import OmegaRule, Reason, Undefined
from instruments.statistics.omega import fit_one_factor
from tests.instruments.building import built, coded
from tests.instruments.reference import FULL, X, Y, Z

# R: fit <- lavaan::cfa("f =~ …", data, std.lv = TRUE, estimator = "ML"); l <- lambda, th <- diag(theta);
# sum(l)^2 / (sum(l)^2 + sum(th)) and sum(l)^2 / sum(lavInspect(fit, "sampstat")$cov).
# lavaan divides covariances by n, we by n − 1: loadings differ by that factor's root, omega does not.


LOOSE = OmegaRule(level=0.9)  # the thirty people of X could be chance, by the shipped rule


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
    omega = statistics.omega(moments, "d", rule=LOOSE)
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
    moments = Moments.of(four, coded(four, rows))
    assert fit_one_factor(statistics.covariances(moments, "d").matrix) == Undefined(Reason.HEYWOOD)
    # but so few people, of whom nothing is sure, are told that first
    assert statistics.omega(moments, "d") == Undefined(Reason.UNRELATED)
    three = built({"d": list("abc")})
    rows = [[int(digit) for digit in row[:3]] for row in FULL.split()]
    found = statistics.covariances(Moments.of(three, coded(three, rows)), "d")
    assert fit_one_factor(found.matrix) == Undefined(Reason.HEYWOOD)


def of_four(text):
    four = built({"d": list("abcd")})
    return Moments.of(four, coded(four, [[int(digit) for digit in row] for row in text.split()]))


def test_of_two_minima_the_lower_one_counts():
    # one search from the usual start ends at the border here; lavaan finds the better fit inside
    inside = of_four("2321 5341 3222 4343 4332 3333 4554 2544")
    loadings, unique = fit_one_factor(statistics.covariances(inside, "d").matrix)
    common = loadings.sum() ** 2
    assert common / (common + unique.sum()) == pytest.approx(0.765645652275, rel=1e-5)
    # here lavaan stops inside at a misfit of 0.5554; the border has 0.5470
    border = of_four("3543 4452 2234 3523 2123 3343 4334 1242")
    assert fit_one_factor(statistics.covariances(border, "d").matrix) == Undefined(Reason.HEYWOOD)


@pytest.mark.parametrize(
    ("moments", "se", "fit"),
    [
        # R: omega := (l1 + …)^2 / ((l1 + …)^2 + t1 + …), its se; and fitMeasures()
        (
            X,
            0.1243296738336,
            (3.29733815205, 2, 0.192305682618, 0.814778741273, 0.147045239754, 0.0751512309454),
        ),
        (Z, 0.03474633971845, (8.98511812331, 9, 0.438649055321, 1, 0, 0.0402909205253)),
    ],
)
def test_its_standard_error_and_the_fit_beside_it_are_as_in_lavaan(moments, se, fit):
    found = statistics.omega(moments, "d", rule=LOOSE)
    measures = found.measures
    assert found.se == pytest.approx(se, rel=1e-5)
    figures = (measures.chi2, measures.df, measures.p, measures.cfi, measures.rmsea, measures.srmr)
    assert figures == pytest.approx(fit, rel=1e-5)
    # the interval is symmetric in ln(ω/(1 − ω)), and lies between 0 and 1
    low, high = logit([found.interval.low, found.interval.high])
    assert (low + high) / 2 == pytest.approx(logit(found.model_implied), rel=1e-9)
    reach = 1.959963984540054 * se / (found.model_implied * (1 - found.model_implied))
    assert (high - low) / 2 == pytest.approx(reach, rel=1e-5)


def test_noise_has_no_omega():
    random, six = np.random.default_rng(1), built({"d": list("abcdef")})
    found = [
        statistics.omega(Moments.of(six, random.integers(0, 5, (60, 6)).astype(np.int8)), "d")
        for _ in range(40)
    ]
    reasons = [each.reason for each in found if isinstance(each, Undefined)]
    assert len(reasons) >= 39
    assert reasons.count(Reason.UNRELATED) >= 34


def drawn(factors, noise=0.5, persons=400):
    """Answers on five categories to six items, each showing the factor named."""
    random, six = np.random.default_rng(2), built({"d": list("abcdef")})
    values = random.normal(size=(persons, 3))[:, factors] + noise * random.normal(size=(persons, 6))
    return Moments.of(six, np.digitize(values, [-1.5, -0.5, 0.5, 1.5]).astype(np.int8))


def test_two_things_in_one_dimension_have_no_omega():
    assert statistics.omega(drawn([0, 0, 0, 1, 1, 1]), "d") == Undefined(Reason.MISFIT)
    assert statistics.omega(drawn([0] * 6), "d").model_implied > 0.9
    anything = OmegaRule(least_cfi=0.0, most_srmr=1.0, level=0.0)
    assert isinstance(statistics.omega(drawn([0, 0, 0, 1, 1, 1]), "d", rule=anything), statistics.Omega)


def test_two_items_that_go_together_are_no_dimension():
    random, six = np.random.default_rng(4), built({"d": list("abcdef")})
    values = random.normal(size=(400, 6))
    values[:, 1] += values[:, 0]
    moments = Moments.of(six, np.digitize(values, [-1.5, -0.5, 0.5, 1.5]).astype(np.int8))
    found = statistics.omega(moments, "d")
    assert found.reason in {Reason.TOO_FEW_LOADINGS, Reason.HEYWOOD}


def test_two_items_and_one_that_shares_nothing_do_not_determine_a_factor():
    # the third is answered by every pair of answers to the first two alike: its covariances are exactly 0
    rows = [[a, b, c] for a, b in [(1, 1), (2, 2), (4, 4), (5, 5), (1, 2), (5, 4)] for c in (1, 5)] * 2
    found = statistics.omega(Moments.of(TRIPLE, coded(TRIPLE, rows)), "d")
    assert found.reason in {Reason.HEYWOOD, Reason.NOT_DETERMINED, Reason.TOO_FEW_LOADINGS}


def test_pairwise_covariances_of_nobody_are_refused():
    contradiction = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    assert fit_one_factor(contradiction) == Undefined(Reason.NOT_POSITIVE_DEFINITE)


def test_covariances_of_exactly_one_factor_give_it_back():
    loadings, unique = np.array([0.9, 0.5, 0.7, 0.6, 0.3]), np.array([0.4, 0.8, 0.5, 1.2, 0.9])
    found = fit_one_factor(np.outer(loadings, loadings) + np.diag(unique))
    assert found[0] == pytest.approx(loadings, rel=1e-6)
    assert found[1] == pytest.approx(unique, rel=1e-6)


PAIR = built({"d": ["a", "b"]})
LONG = built({"d": [f"i{place}" for place in range(61)]}, minimum=0.1)
TRIPLE = built({"d": ["a", "b", "c"]})


@pytest.mark.parametrize(
    ("version", "rows", "reason"),
    [
        (PAIR, [[1, 2], [2, 2], [4, 5]], Reason.TOO_FEW_ITEMS),
        # its search starts from each item: of so many it would not end within minutes
        (LONG, np.eye(61, dtype=int) + 1, Reason.MANY_ITEMS),
        (TRIPLE, [[1, 2, 3], [2, 2, 2]], Reason.TOO_FEW),
        (TRIPLE, [[1, 2, 3], [2, 2, 2], [4, 2, 5]], Reason.ITEM_ALIKE),
        (TRIPLE, [[1, 1, 3], [2, 2, 2], [4, 4, 5], [3, 3, 3]], Reason.SINGULAR),
    ],
)
def test_omega_says_why_it_has_no_value(version, rows, reason):
    assert statistics.omega(Moments.of(version, coded(version, rows)), "d") == Undefined(reason)


def test_three_items_of_eight_are_no_dimension():
    random, eight = np.random.default_rng(11), built({"d": list("abcdefgh")})
    values = random.normal(size=(500, 8))
    values[:, :3] += random.normal(size=(500, 1))
    moments = Moments.of(eight, np.digitize(values, [-1.5, -0.5, 0.5, 1.5]).astype(np.int8))
    assert statistics.omega(moments, "d") == Undefined(Reason.TOO_FEW_LOADINGS)
