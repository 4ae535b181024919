import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.statistics import Interval, Reason, Undefined
from instruments.statistics.factor_models import FactorModel, FactorParameters, Sample, fit_factors
from instruments.statistics.factor_models.fit_measures import are_unrelated
from tests.instruments.building import built
from tests.instruments.statistics.factor_models.published import (
    ABILITIES,
    ITEMS,
    NINE,
    PUPILS,
    THURSTONE,
    nine_factors,
    noise,
    sample_of,
)
from tests.instruments.statistics.factor_models.published import sample as triangular

# R: f <- lavaan::cfa(model, data, std.lv = TRUE); fitMeasures(f), parameterEstimates(f)


def printed(measures):
    names = ("chi2", "df", "p", "cfi", "tli", "rmsea")
    bounds = measures.rmsea_interval
    return (*(getattr(measures, name) for name in names), bounds.low, bounds.high, measures.srmr)


@pytest.mark.parametrize(
    ("sample", "model", "expected"),
    [
        (
            PUPILS,
            ABILITIES,
            (
                *(85.3055217725, 24, 8.50255310603e-09, 0.930559651796, 0.895839477695, 0.0921214845121),
                *(0.0714184904419, 0.113678016814, 0.0652050975524),
            ),
        ),
        (
            PUPILS,
            FactorModel.of_one_factor(ITEMS),
            (
                *(312.264159358139, 27, 2.59536780e-50, 0.676883223842, 0.569177631789, 0.187352061110),
                *(0.168989401794, 0.206306005053, 0.143141674029),
            ),
        ),
        (
            THURSTONE,
            ABILITIES,
            (
                *(38.37646868561, 24, 0.03171416729095, 0.9865777215961, 0.9798665823941, 0.05303110649595),
                *(0.01598475847949, 0.08315005083603, 0.0435951648026),
            ),
        ),
        (
            sample_of(nine_factors(400)),
            NINE,
            (
                *(625.689635009, 558, 0.02445261710577, 0.9879468810075, 0.9863916398472, 0.01741461954953),
                *(0.006883340015606, 0.02442229899556, 0.03268907737592),
            ),
        ),
    ],
    ids=["three factors", "one factor", "correlations", "nine factors"],
)
def test_the_fit_is_as_in_lavaan(sample, model, expected):
    assert printed(fit_factors([sample], model).measures) == pytest.approx(expected, rel=1e-5)


def test_the_fit_is_what_the_tutorial_of_lavaan_prints():
    # Rosseel (2012), Journal of Statistical Software 48(2), section 3.2
    measures = fit_factors([PUPILS], ABILITIES).measures
    assert [round(each, 3) for each in (measures.chi2, measures.cfi, measures.tli)] == [85.306, 0.931, 0.896]
    assert [round(each, 3) for each in (measures.rmsea, measures.srmr)] == [0.092, 0.065]
    assert (round(measures.rmsea_interval.low, 3), round(measures.rmsea_interval.high, 3)) == (0.071, 0.114)


def test_parameters_and_standard_errors_are_as_in_lavaan():
    fit = fit_factors([PUPILS], ABILITIES)
    found, errors = fit.groups[0], fit.errors[0]
    loadings = (0.8996203138675, 0.4979405111094, 0.6561560926285, 0.9896934490944, 1.101604650031)
    loadings += (0.9166009777594, 0.6194754335579, 0.7309488029151, 0.6699801087813)
    of_loadings = (0.08084653339874, 0.07745478185063, 0.07442122569746, 0.05663671791855, 0.06267575611687)
    of_loadings += (0.05365849403445, 0.06958257690158, 0.06590931646, 0.06501697345987)
    unique = (0.5490534156277, 1.133836329017, 0.8443246484614, 0.3711728649344, 0.4462550003635)
    unique += (0.3562026224327, 0.7993900365961, 0.4876974103559, 0.566131347006)
    of_unique = (0.1136008228032, 0.1017231659063, 0.0906231817408, 0.04771777359103, 0.05839276185413)
    of_unique += (0.0430349626718, 0.08138150710349, 0.07419399248827, 0.07073689610743)
    assert found.loadings.sum(axis=1) == pytest.approx(loadings, rel=1e-5)
    assert errors.loadings.sum(axis=1) == pytest.approx(of_loadings, rel=1e-5)
    assert found.unique == pytest.approx(unique, rel=1e-5)
    assert errors.unique == pytest.approx(of_unique, rel=1e-5)
    below = np.tril_indices(3, -1)
    assert sorted(found.factor_correlations[below]) == pytest.approx(
        (0.2829855573462, 0.4585097994883, 0.470534682897), rel=1e-5
    )
    assert sorted(errors.covariances[below]) == pytest.approx(
        (0.06377929644744, 0.06872922154442, 0.07282663228383), rel=1e-5
    )
    # what is fixed has no error: the variances of the factors
    assert np.diagonal(errors.covariances).tolist() == [0, 0, 0]


def test_nine_factors_of_36_items_are_as_in_lavaan():
    fit = fit_factors([sample_of(nine_factors(400))], NINE)
    correlations = (0.4335054537087, 0.4728091350921, 0.4574999604848, 0.4628989378354, 0.4384063420678)
    assert fit.groups[0].factor_correlations[1:6, 0] == pytest.approx(correlations, rel=1e-5)
    errors = (0.05138250342601, 0.04918263621866, 0.05014403543065, 0.04963873997951, 0.05095711934162)
    assert fit.errors[0].covariances[1:6, 0] == pytest.approx(errors, rel=1e-5)
    assert fit.groups[0].loadings.sum(axis=1)[:3] == pytest.approx(
        (0.375543369489, 0.320881918405, 0.2144328765994), rel=1e-5
    )


def implied(loadings, alike, n=500):
    """The sample whose covariances are exactly those of three factors."""
    matrix = np.where(ABILITIES.pattern, np.reshape(loadings, (9, 1)), 0)
    factors = np.full((3, 3), alike) + (1 - alike) * np.eye(3)
    parameters = FactorParameters(matrix, np.linspace(0.3, 1.1, 9), factors, np.zeros(9), np.zeros(3))
    return Sample(n, np.arange(9.0), parameters.implied_covariance * n / (n - 1)), parameters


@settings(max_examples=15)
@given(st.lists(st.floats(0.3, 1.5), min_size=9, max_size=9), st.floats(-0.3, 0.8))
def test_what_a_model_implies_it_fits_without_rest(loadings, alike):
    sample, parameters = implied(loadings, alike)
    fit = fit_factors([sample], ABILITIES)
    assert fit.measures.chi2 == pytest.approx(0, abs=1e-6)
    assert fit.groups[0].loadings == pytest.approx(parameters.loadings, abs=1e-5)
    assert fit.groups[0].covariances == pytest.approx(parameters.covariances, abs=1e-5)
    assert fit.groups[0].unique == pytest.approx(parameters.unique, abs=1e-5)
    assert fit.measures.rmsea_interval == Interval(0, 0, 0.9)


@settings(max_examples=10)
@given(st.permutations(range(9)), st.lists(st.floats(0.05, 20), min_size=9, max_size=9))
def test_neither_the_items_order_nor_their_units_change_the_fit(order, units):
    units = np.array(units)
    covariance = (PUPILS.covariance * np.outer(units, units))[np.ix_(order, order)]
    sample = Sample(PUPILS.n, (PUPILS.means * units)[order], covariance)
    model = FactorModel(tuple(ITEMS[place] for place in order), ABILITIES.factors)
    expected, found = fit_factors([PUPILS], ABILITIES), fit_factors([sample], model)
    assert printed(found.measures) == pytest.approx(printed(expected.measures), rel=1e-5)
    assert found.groups[0].loadings == pytest.approx(
        (expected.groups[0].loadings * units[:, np.newaxis])[order], rel=1e-5
    )


@pytest.mark.parametrize("seed", range(2))
def test_nine_simulated_factors_are_recovered(seed):
    random = np.random.default_rng(seed)
    factors = random.multivariate_normal(np.zeros(9), np.full((9, 9), 0.4) + 0.6 * np.eye(9), 3000)
    rows = np.repeat(factors, 4, axis=1) * 0.7 + random.normal(size=(3000, 36)) * 0.6
    fit = fit_factors([sample_of(rows)], NINE)
    away = np.abs(fit.groups[0].loadings[NINE.pattern] - 0.7) / fit.errors[0].loadings[NINE.pattern]
    assert away.max() < 4
    assert np.mean(away < 1.96) > 0.8
    below = np.tril_indices(9, -1)
    assert fit.groups[0].covariances[below] == pytest.approx(0.4, abs=0.08)
    assert fit.measures.rmsea < 0.015
    # and one factor does not do
    one = fit_factors([sample_of(rows)], FactorModel.of_one_factor(NINE.items))
    assert one.measures.cfi < 0.8


def test_an_item_may_stand_under_two_factors():
    # R: cfa("visual =~ x1+x2+x3+x9 …"): x9 is known to need it; its loading there 0.38 standardised
    crossed = FactorModel(ITEMS, {**ABILITIES.factors, "visual": (*ITEMS[:3], "x9")})
    fit = fit_factors([PUPILS], crossed)
    assert fit.measures.df == 23
    assert fit.measures.chi2 < fit_factors([PUPILS], ABILITIES).measures.chi2 - 30
    assert (fit.groups[0].loadings != 0).sum() == 10


def test_a_model_without_degrees_of_freedom_says_that_it_tests_nothing():
    three = Sample(PUPILS.n, PUPILS.means[:3], PUPILS.covariance[:3, :3])
    measures = fit_factors([three], FactorModel.of_one_factor(ITEMS[:3])).measures
    assert (measures.df, measures.chi2, measures.srmr) == pytest.approx((0, 0, 0), abs=1e-7)
    untested = [getattr(measures, name) for name in ("p", "cfi", "tli", "rmsea", "rmsea_interval")]
    assert untested == [Undefined(Reason.SATURATED)] * 5


def of(matrix, n=100):
    matrix = np.array(matrix, dtype=float)
    return Sample(n, np.zeros(len(matrix)), matrix)


def correlated(r, items=4):
    return np.full((items, items), r) + (1 - r) * np.eye(items)


FOUR = FactorModel.of_one_factor(tuple("abcd"))
PAIRS = FactorModel(tuple("abcd"), {"first": ("a", "b"), "second": ("c", "d")})
HEYWOOD = [[1, 0.8, 0.8, 0.4], [0.8, 1, 0.5, 0.2], [0.8, 0.5, 1, 0.2], [0.4, 0.2, 0.2, 1]]


@pytest.mark.parametrize(
    ("sample", "model", "reason"),
    [
        (of(correlated(0.5), n=4), FOUR, Reason.TOO_FEW),
        (of(correlated(-0.5)), FOUR, Reason.NOT_POSITIVE_DEFINITE),
        (of(np.diag([1, 1, 1, -1])), FOUR, Reason.NOT_POSITIVE_DEFINITE),
        (of(np.diag([1, 1, 1, np.nan])), FOUR, Reason.NOT_POSITIVE_DEFINITE),
        (of(np.diag([1, 1, 1, 0])), FOUR, Reason.NO_VARIANCE),
        (of(correlated(1)), FOUR, Reason.SINGULAR),
        (of(HEYWOOD), FOUR, Reason.HEYWOOD),
        (of(correlated(0.5)), PAIRS, Reason.FACTORS_ALIKE),
        (of(correlated(0.5, 2)), FactorModel.of_one_factor(("a", "b")), Reason.NOT_DETERMINED),
        (
            of(correlated(0.5)),
            FactorModel(tuple("abcd"), {"f": tuple("abc"), "g": ("d",)}),
            Reason.NOT_DETERMINED,
        ),
    ],
)
def test_a_fit_says_why_it_has_no_value(sample, model, reason):
    assert fit_factors([sample], model) == Undefined(reason)


def test_items_that_are_not_related_are_told_from_a_model_that_does_not_fit():
    six = FactorModel.of_one_factor(tuple("abcdef"))
    for first in range(0, 36, 6):
        found = fit_factors([sample_of(noise(300)[:, first : first + 6])], six)
        assert found == Undefined(Reason.UNRELATED) or found.measures.p > 0.01


def test_of_two_maxima_of_the_likelihood_the_higher_one_counts():
    # from principal components it ends at 49.66, as lavaan's search does; from loadings of 0.7 both at 45.09
    triangle = [1, 0.33, 0.63, 0.16, 0, 0.24, 1, 0.38, -0.11, 0.13, 0.03, 1, 0.07, 0.09, 0.37, 1, -0.33]
    two = FactorModel(tuple("abcdef"), {"f": tuple("abc"), "g": tuple("def")})
    found = fit_factors([triangular(200, [0] * 6, [*triangle, -0.14, 1, 0.21, 1])], two)
    assert found.measures.chi2 == pytest.approx(45.0935784912, rel=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_a_factor_is_turned_the_way_of_most_of_its_items(seed):
    random = np.random.default_rng(seed)
    loadings = np.array([0.9, -0.8, -0.7, 0.9, -0.8, 0.6])
    sample = sample_of(random.normal(size=(200, 1)) * loadings + random.normal(size=(200, 6)))
    (found,) = fit_factors([sample], FactorModel.of_one_factor(tuple("abcdef"))).groups
    assert found.loadings.sum() > 0


def test_bartletts_test_is_as_in_psych():
    # R: cortest.bartlett(R, n = 100)$p.value
    weak = Sample(100, np.zeros(3), np.array([[1, 0.05, 0.1], [0.05, 1, 0.15], [0.1, 0.15, 1]]))
    p = 0.346134673803
    assert are_unrelated([weak], 1 - p + 1e-6)
    assert not are_unrelated([weak], 1 - p - 1e-6)


def test_what_is_no_sample_of_the_model_is_refused():
    with pytest.raises(ValueError, match="symmetric"):
        Sample(10, np.zeros(2), np.array([[1.0, 0.5], [0.4, 1.0]]))
    with pytest.raises(ValueError, match="other items"):
        fit_factors([PUPILS], FOUR)
    with pytest.raises(ValueError, match="not those of the model"):
        FactorModel(ITEMS, {"visual": ITEMS[:3]})


def test_a_versions_dimensions_are_its_factors():
    version = built({"trust": ["heard", "welcome"], "goals": ["shared"]})
    model = FactorModel.by_dimension(version)
    assert model.items == ("heard", "welcome", "shared")
    assert model.factors == {"trust": ("heard", "welcome"), "goals": ("shared",)}
    assert model.pattern.tolist() == [[True, False], [True, False], [False, True]]
