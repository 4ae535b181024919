import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments import statistics
from instruments.statistics import Reason, Undefined, ordinal_alpha, ordinal_omega, polychoric_correlations
from tests.instruments.reference import FULL, SIX


def digits(text):
    return np.array([[float(digit) for digit in row] for row in text.split()])


def below(matrix):
    """The lower triangle, column by column, as R has it."""
    return matrix.T[np.triu_indices(len(matrix), 1)]


@pytest.mark.parametrize(
    ("text", "correlations", "alpha", "omega"),
    [
        # R: lavCor(d, ordered = names(d), se = "none"); omega from cfa(…, sample.cov = that, std.lv = TRUE)
        (
            FULL,
            (0.331157448749, 0.416961895503, 0.173638475628, 0.153114450673, 0.360175750936, 0.25554144018),
            0.610774865543,
            0.611086261093,
        ),
        (
            SIX,
            (
                *(0.446251956266, 0.334073223191, 0.326319393591, 0.321685419753, 0.556511275677),
                *(0.273098120479, 0.292854794364, 0.1910072245, 0.460425945829, 0.421166970794),
                *(0.221088943264, 0.434526669355, 0.199318344288, 0.399637514354, 0.193249672739),
            ),
            0.753970524752,
            0.759825570999,
        ),
    ],
)
def test_polychoric_correlations_and_what_follows_are_as_in_lavaan(text, correlations, alpha, omega):
    found = polychoric_correlations(digits(text))
    assert below(found) == pytest.approx(correlations, rel=1e-6)
    assert (found == found.T).all()
    assert ordinal_alpha(found) == pytest.approx(alpha, rel=1e-6)
    assert ordinal_omega(found) == pytest.approx(omega, rel=1e-5)


def simulated(loading, items, persons=4000, cuts=(-1.5, -0.5, 0.5, 1.5)):
    random = np.random.default_rng(6)
    common = random.normal(size=(persons, 1))
    values = loading * common + np.sqrt(1 - loading**2) * random.normal(size=(persons, items))
    return np.digitize(values, cuts).astype(float)


@pytest.mark.parametrize("cuts", [(-1.5, -0.5, 0.5, 1.5), (0.5, 1.0), (0.0,)])
@pytest.mark.parametrize("loading", [0.3, 0.9])
def test_what_lies_behind_the_categories_is_recovered(loading, cuts):
    found = polychoric_correlations(simulated(loading, 3, cuts=cuts))
    assert below(found) == pytest.approx(loading**2, abs=0.07)


def test_items_that_are_alike_have_an_alpha_behind_their_categories():
    found = polychoric_correlations(simulated(0.7, 36))
    # items of true correlation 0.49 have an alpha of 0.972 behind their categories, and less with them
    assert ordinal_alpha(found) == pytest.approx(0.9719, abs=0.003)


@settings(max_examples=10)
@given(st.permutations(range(6)), st.floats(0.1, 9), st.floats(-5, 5))
def test_neither_the_items_order_nor_the_categories_numbers_count(order, scale, shift):
    values = digits(SIX)
    found = polychoric_correlations((values * scale + shift)[:, order])
    assert found == pytest.approx(polychoric_correlations(values)[np.ix_(order, order)], rel=1e-8)


def test_a_turned_item_turns_its_correlations():
    values = digits(SIX)
    turned = values.copy()
    turned[:, 0] = 7 - turned[:, 0]
    expected, found = polychoric_correlations(values), polychoric_correlations(turned)
    assert found[0, 1:] == pytest.approx(-expected[0, 1:], rel=1e-8)


def test_rows_with_a_missing_answer_are_left_out():
    values = digits(SIX)
    holes = values.copy()
    holes[5:10, 2] = np.nan
    assert polychoric_correlations(holes) == pytest.approx(
        polychoric_correlations(np.delete(values, range(5, 10), axis=0))
    )


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([[np.nan, 1]], Reason.UNANSWERED),
        ([[np.nan, np.nan]], Reason.NOBODY),
        ([[np.nan, 1], [2, np.nan]], Reason.NOT_COMPLETE),
        ([[1, 1], [1, 1]], Reason.NO_VARIANCE),
        ([[each, -each] for each in range(11)], Reason.MANY_CATEGORIES),
        ([[row ^ item & 1 for item in range(61)] for row in range(2)], Reason.MANY_ITEMS),
        ([[1, 1]], Reason.TOO_FEW),
        ([[1, 2], [1, 3], [1, 4]], Reason.ITEM_ALIKE),
        # an empty corner: the likelihood rises up to 1
        ([[1, 1], [1, 1], [1, 2], [2, 2], [2, 2]], Reason.SPARSE),
    ],
)
def test_correlations_say_why_there_are_none(values, reason):
    assert polychoric_correlations(np.array(values, dtype=float)) == Undefined(reason)


def test_reliability_of_correlations_says_why_there_is_none():
    assert ordinal_alpha(np.eye(1)) == Undefined(Reason.TOO_FEW_ITEMS)
    assert ordinal_omega(np.eye(2)) == Undefined(Reason.TOO_FEW_ITEMS)
    contradiction = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    assert ordinal_omega(contradiction) == Undefined(Reason.NOT_POSITIVE_DEFINITE)
    assert statistics.ordinal_alpha(contradiction) == pytest.approx(0.5625)
