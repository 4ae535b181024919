import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.statistics import Reason, Undefined
from instruments.statistics.planning import answers_needed, power


@pytest.mark.parametrize(
    ("difference", "sd", "chance", "level", "expected"),
    [
        # R: power.t.test(delta = …, sd = …, power = …, sig.level = …)$n, rounded up
        (0.5, 0.6, 0.8, 0.95, 23.60472057405),
        (0.5, 0.6, 0.8, 1 - 0.05 / 27, 47.49017447954),
        (0.2, 1.0, 0.9, 0.95, 526.3333711563),
    ],
)
def test_the_number_of_answers_is_as_in_r(difference, sd, chance, level, expected):
    found = answers_needed(difference, sd, chance, level)
    assert found - 1 < expected <= found


def test_power_is_as_in_r():
    # R: power.t.test(n = …, delta = 0.5, sd = 0.6, strict = TRUE)$power
    assert power(0.5, 0.6, 24) == pytest.approx(0.8067661481728, rel=1e-9)
    assert power(0.5, 0.6, 23) == pytest.approx(0.789256211543, rel=1e-9)
    assert power(0.5, 0.6, 8) == pytest.approx(0.3421959554414, rel=1e-9)
    # nothing to see is seen as often as the level allows
    assert power(0.0, 0.6, 12) == pytest.approx(0.05, rel=1e-9)


def test_many_tests_need_more_answers():
    assert answers_needed(0.5, 0.6, tests=27) == 48


@settings(max_examples=20)
@given(st.floats(0.1, 2), st.floats(0.3, 1.5), st.floats(0.5, 0.95))
def test_so_many_answers_are_enough_and_one_less_is_not(difference, sd, chance):
    found = answers_needed(difference, sd, chance)
    assert power(difference, sd, found) >= chance
    assert found == 2 or power(difference, sd, found - 1) < chance


def test_what_nobody_can_see_has_no_number():
    assert answers_needed(0.0, 0.6) == Undefined(Reason.OUT_OF_REACH)
    assert answers_needed(1e-6, 0.6) == Undefined(Reason.OUT_OF_REACH)
    assert power(0.5, 0.6, 1) == Undefined(Reason.TOO_FEW)
