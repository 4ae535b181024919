"""The tables of a wave as they are released: shares that sum to 100, and what follows from them exactly."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reports.disclosure import rounding
from reports.disclosure.item_tables import released_tables
from tests.instruments.building import built
from tests.policies import POLICY
from tests.reports.waves import FOUR, sealed_from

COUNTS = st.lists(st.integers(0, 10**6), min_size=2, max_size=11).filter(any)


def by_largest_remainders(counts, step):
    """The shares of one row, each step given to who lost most, in fractions."""
    exact = [Fraction(100 * count, sum(counts) * step) for count in counts]
    shares = [int(share) for share in exact]
    lost = sorted(range(len(counts)), key=lambda place: (shares[place] - exact[place], place))
    for place in lost[: 100 // step - sum(shares)]:
        shares[place] += 1
    return [share * step for share in shares]


@given(COUNTS, st.sampled_from([1, 2, 5, 10]))
def test_shares_are_those_of_the_largest_remainders_whatever_rows_stand_beside_them(counts, step):
    table = np.array([counts, counts[::-1], [0] * len(counts)])
    found = rounding.percentages(table, step).tolist()
    assert found[:2] == [by_largest_remainders(counts, step), by_largest_remainders(counts[::-1], step)]
    assert found[2] == [0] * len(counts)
    assert sum(found[0]) == 100


def test_of_equal_remainders_the_first_is_rounded_up():
    assert rounding.percentages(np.array([[1, 1, 1], [1, 0, 5]]), 1).tolist() == [[34, 33, 33], [17, 0, 83]]


def test_what_follows_from_a_table_is_exact_and_turned_where_the_item_is_reversed():
    version = built({"a": ["a1", "-a2"], "b": ["b1"]})
    rows = [[1 + person % 5, 1 + person % 2, 1 + person % 3] for person in range(30)]
    tables = released_tables(sealed_from(version, rows), POLICY)
    first, second = tables["a"].items
    assert (first.percentages, first.total, first.spread) == ((20, 20, 20, 20, 20), 300, 20000)
    assert (second.percentages, second.total, second.spread) == ((50, 50, 0, 0, 0), 150, 2500)
    # together the second one counts as 5 and 4
    assert (tables["a"].percentages, tables["a"].mean) == ((10, 10, 10, 35, 35), 3.75)
    assert tables["a"].sides == (20, 10, 70)
    assert tables["b"].percentages == (34, 33, 33, 0, 0)


def test_without_answers_by_category_there_are_no_tables():
    assert released_tables(sealed_from(FOUR, [[1, 2, 3, 4, 5, 1, 2, 3]] * 12), POLICY) == {}
