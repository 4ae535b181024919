import numpy as np
import pytest

from instruments import statistics
from instruments.aggregates.moments import Moments
from instruments.statistics import Interval, Reason, Undefined
from tests.instruments.building import built, coded
from tests.instruments.reference import FOUR, FULL, ON_SIX, X, Y, Z, answers, sums_of

# R: psych::alpha(X), alpha(Y), alpha(na.omit(Y)), alpha(Z), each with check.keys = FALSE:
# $total$raw_alpha, $total$std.alpha, $feldt, $alpha.drop$raw_alpha, $item.stats$r.drop
REFERENCE = {
    "complete data": (
        (X, "complete"),
        (0.575369008947398, 0.57757986268771, 0.258186707104920, 0.778191730369538),
        (0.446960667461264, 0.505924497106641, 0.535573641375689, 0.519271695436273),
        (0.422553892522906, 0.355734477640549, 0.318614433075810, 0.344399897497582),
    ),
    "missing answers, pairwise": (
        (Y, "pairwise"),
        (0.541128891138807, 0.530525793706033, 0.198370595996910, 0.760306221673528),
        (0.473430773888348, 0.311056683514010, 0.505858793163157, 0.540330920647549),
        (0.324133058786333, 0.484303947904894, 0.281843572051204, 0.229829141540924),
    ),
    "missing answers, complete cases": (
        (Y, "complete"),
        (0.590106007067138, 0.567399142076617, 0.189901077622145, 0.819934104615322),
        (0.553621169916435, 0.139140271493213, 0.628605061801059, 0.575945793337098),
        (0.330072835511364, 0.721361206990109, 0.212131403764144, 0.292562420353839),
    ),
    "six items on six points": (
        (Z, "complete"),
        (0.741083037825059, 0.734840572908843, 0.66209770058434, 0.80675665765989),
        (
            *(0.675983882234836, 0.709034633519428, 0.704235271363461),
            *(0.710883203020583, 0.747419003160852, 0.667314134176980),
        ),
        (
            *(0.569785884125280, 0.461062191183716, 0.478345349061367),
            *(0.454822641472328, 0.297000610372203, 0.597310374832454),
        ),
    ),
}


@pytest.mark.parametrize("case", REFERENCE)
def test_alpha_its_interval_and_what_each_item_does_are_as_in_psych(case):
    (moments, cases), (raw, standardised, low, high), dropped, rest = REFERENCE[case]
    interval = statistics.alpha_interval(moments, "d", cases)
    assert statistics.alpha(moments, "d", cases) == pytest.approx(raw, rel=1e-10)
    assert statistics.standardised_alpha(moments, "d", cases) == pytest.approx(standardised, rel=1e-10)
    assert (interval.low, interval.high) == pytest.approx((low, high), rel=1e-9)
    assert list(statistics.alpha_if_dropped(moments, "d", cases).values()) == pytest.approx(
        dropped, rel=1e-10
    )
    assert list(statistics.item_rest_correlations(moments, "d", cases).values()) == pytest.approx(
        rest, rel=1e-10
    )


@pytest.mark.parametrize(
    "case", [name for name, ((_, cases), *_) in REFERENCE.items() if cases == "complete"]
)
def test_alpha_of_the_sums_alone_is_the_same(case):
    (moments, _), (raw, *_), *_ = REFERENCE[case]
    assert statistics.alpha_of_sums(moments.cross_products["d"]) == pytest.approx(raw, rel=1e-10)


def test_pairwise_and_complete_cases_agree_where_nothing_is_missing():
    assert statistics.alpha(X, "d", "pairwise") == statistics.alpha(X, "d", "complete")
    assert np.array_equal(
        statistics.covariances(X, "d", "pairwise").matrix, statistics.covariances(X, "d").matrix
    )


def test_a_reversed_item_is_turned_round_before_its_covariance_is_taken():
    turned = built({"d": ["u", "-v", "w", "x", "y", "z"]}, categories=range(1, 7))
    rows = coded(ON_SIX, [[1, 2, 1, 1, 2, 1], [4, 4, 5, 4, 4, 6], [6, 5, 6, 6, 5, 6], [3, 2, 3, 4, 3, 1]])
    flipped = rows.copy()
    flipped[:, 1] = 5 - flipped[:, 1]
    straight = statistics.alpha(Moments.of(ON_SIX, rows), "d")
    assert statistics.alpha(Moments.of(turned, flipped), "d") == straight


PAIR = built({"d": ["a", "b"]})
SINGLE = built({"d": ["a"]})


@pytest.mark.parametrize(
    ("version", "rows", "reason"),
    [
        (PAIR, [], Reason.NOBODY),
        (PAIR, [[1, 2]], Reason.TOO_FEW),
        (PAIR, [[1, 2], [2, 3]], Reason.TOO_FEW),
        (PAIR, [[1, None], [2, None], [3, None]], Reason.UNANSWERED),
        (PAIR, [[2, 3], [2, 3], [2, 3]], Reason.NO_VARIANCE),
        (PAIR, [[1, 5], [2, 4], [3, 4]], Reason.NEGATIVE),
        (PAIR, [[1, 5], [2, 4], [3, 3]], Reason.NEGATIVE),
        (SINGLE, [[1], [2], [3]], Reason.TOO_FEW_ITEMS),
    ],
)
@pytest.mark.parametrize("cases", ["complete", "pairwise"])
def test_alpha_says_why_it_has_no_value(version, rows, reason, cases):
    moments = Moments.of(version, coded(version, rows))
    assert statistics.alpha(moments, "d", cases) == Undefined(reason)
    assert statistics.alpha_interval(moments, "d", cases) == Undefined(reason)


def test_dropping_one_of_two_items_leaves_nothing_to_compare():
    moments = Moments.of(PAIR, coded(PAIR, [[1, 2], [2, 3], [5, 4]]))
    assert statistics.alpha_if_dropped(moments, "d") == dict.fromkeys("ab", Undefined(Reason.TOO_FEW_ITEMS))


def test_an_item_without_variance_has_no_correlation_with_the_rest():
    moments = Moments.of(PAIR, coded(PAIR, [[1, 3], [2, 3], [5, 3]]))
    assert statistics.item_rest_correlations(moments, "d") == dict.fromkeys(
        "ab", Undefined(Reason.ITEM_ALIKE)
    )
    assert statistics.standardised_alpha(moments, "d") == Undefined(Reason.ITEM_ALIKE)


def test_without_cross_products_nothing_is_said_of_reliability():
    hidden = sums_of(FOUR, answers(FOUR, FULL))
    assert statistics.alpha(hidden, "d", "pairwise") == Undefined(Reason.WITHHELD)
    for figure in (
        statistics.alpha,
        statistics.standardised_alpha,
        statistics.alpha_interval,
        statistics.alpha_if_dropped,
        statistics.item_rest_correlations,
        statistics.omega,
    ):
        assert figure(hidden, "d") == Undefined(Reason.WITHHELD)


def test_feldt_s_interval_is_narrower_with_more_persons():
    few, many = statistics.feldt_interval(0.8, 20, 4), statistics.feldt_interval(0.8, 200, 4)
    assert few.low < many.low < 0.8 < many.high < few.high
    assert isinstance(few, Interval)


def test_pairwise_covariances_that_nobody_could_have_give_no_figure():
    # each pair was answered by others, and the third pair contradicts the first two: alpha was above 1
    rows = [[1, 1, None], [5, 5, None], [None, 1, 1], [None, 5, 5], [1, None, 5], [5, None, 1]]
    version = built({"d": list("abc")})
    apart = Moments.of(version, coded(version, [*rows, [3, 3, None], [None, 3, 3], [3, None, 3]]))
    none = Undefined(Reason.NOT_POSITIVE_DEFINITE)
    assert statistics.covariances(apart, "d", "pairwise") == none
    assert statistics.alpha(apart, "d", "pairwise") == none
    assert statistics.alpha_interval(apart, "d", "pairwise") == none
    assert statistics.item_rest_correlations(apart, "d", "pairwise") == none
    assert statistics.omega(apart, "d", "pairwise") == none
    assert statistics.alpha(apart, "d") == Undefined(Reason.NOT_COMPLETE)


@pytest.mark.parametrize(
    ("rows", "complete", "pairwise"),
    [
        ([[1, 2, None]] * 5, Reason.UNANSWERED, Reason.UNANSWERED),
        ([[1, 2, None], [None, 2, 3], [1, None, 3]] * 4, Reason.NOT_COMPLETE, Reason.NO_VARIANCE),
        ([[1, 2, None], [None, 2, 3]] * 4, Reason.NOT_COMPLETE, Reason.NOT_TOGETHER),
        ([[None, None, None]], Reason.NOBODY, Reason.NOBODY),
    ],
)
def test_whoever_is_missing_is_named_truly(rows, complete, pairwise):
    version = built({"d": list("abc")})
    moments = Moments.of(version, coded(version, rows))
    assert statistics.alpha(moments, "d") == Undefined(complete)
    assert statistics.alpha(moments, "d", "pairwise") == Undefined(pairwise)


def test_items_that_cancel_each_other_contradict_the_rest():
    version = built({"d": list("abc")})
    moments = Moments.of(version, coded(version, [[1, 2, 4], [2, 3, 3], [5, 4, 2]]))
    rest = statistics.item_rest_correlations(moments, "d")
    assert rest["a"] == Undefined(Reason.NEGATIVE)
    assert rest["b"] == pytest.approx(0.75**0.5)
