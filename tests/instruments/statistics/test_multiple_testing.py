import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instruments.statistics import holm, holm_levels


def test_holm_s_adjusted_p_are_as_in_r():
    # R gives these for the same numbers, p.adjust with method "holm"
    assert holm([0.01, 0.04, 0.03, 0.005, 0.2, 0.04]) == pytest.approx([0.05, 0.12, 0.12, 0.03, 0.2, 0.12])
    assert holm([]) == ()


def test_the_levels_step_down_until_one_is_not_rejected():
    assert holm_levels([0.2, 0.001, 0.03], 0.95) == pytest.approx((1 - 0.05 / 2, 1 - 0.05 / 3, 1 - 0.05 / 2))
    assert holm_levels([0.001, 0.01, 0.04], 0.95) == pytest.approx((1 - 0.05 / 3, 1 - 0.05 / 2, 0.95))


@given(st.lists(st.floats(0, 0.1), min_size=1, max_size=12))
def test_an_interval_excludes_zero_exactly_where_holm_rejects(p):
    adjusted, levels = holm(p), holm_levels(p, 0.95)
    # a share and its complement round differently: p on the very border is not the question
    assume(all(abs(each - 0.05) > 1e-12 for each in adjusted))
    excluding = [one < 1 - level for one, level in zip(p, levels, strict=True)]
    assert excluding == [each < 0.05 for each in adjusted]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusting_never_lowers_a_p_and_keeps_their_order(p):
    adjusted = holm(p)
    assert all(after >= before for before, after in zip(p, adjusted, strict=True))
    assert [after for _, after in sorted(zip(p, adjusted, strict=True))] == sorted(adjusted)
