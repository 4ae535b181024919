"""Whoever knows all units of a pool but one, or the pool's very state, does not get answers back.

The integer programs are given more than anybody has: everything of the other units, and of the last one
what its own leader is shown and more.
"""

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from instruments.aggregates.pool_sums import PoolSums, add_all, turned_values
from reports.disclosure import Audience
from reports.disclosure.pools import release_pool
from survey.collection import pool_batches, removal
from tests.policies import POLICY
from tests.pooled import UNITS, brought, only_pool, staff
from tests.reports.disclosure.test_pools import KEY, NAME, VERSION, answers
from tests.waves import ON_SQLITE

CATEGORIES = 5
VALUES = turned_values(VERSION)


def sums_of(rows):
    return PoolSums.of(VERSION, rows, 0, np.random.default_rng(1))


def extremes(sign, constraints, cells):
    """The least and the most of a linear figure over all numbers of people that meet the constraints."""
    ends = []
    for turn in (1, -1):
        found = milp(turn * sign, constraints=constraints, integrality=np.ones(cells), bounds=Bounds(0, 1000))
        assert found.success, found.message
        ends.append(turn * found.fun)
    return ends


def cell(first, second):
    """Picks a cell of the joint table of two items."""
    table = np.zeros((CATEGORIES, CATEGORIES))
    table[first, second] = 1
    return table.ravel()


def marginal(axis, category):
    table = np.zeros((CATEGORIES, CATEGORIES))
    table[(slice(None), category) if axis else (category, slice(None))] = 1
    return table.ravel()


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (2, 4)])
def test_the_state_of_a_pool_does_not_fix_who_answered_two_statements_how(pair):
    """Told exactly: both items' tables, and the sum of products. The joint table stays open in every cell."""
    first, second = pair
    state = add_all(VERSION, [sums_of(answers(20, unit, blank=0)) for unit in range(10)])
    products = np.outer(VALUES[first], VALUES[second]).ravel()
    rows = [marginal(0, each) for each in range(CATEGORIES)] + [
        marginal(1, each) for each in range(CATEGORIES)
    ]
    told = [*state.answer_kinds[first][:CATEGORIES], *state.answer_kinds[second][:CATEGORIES]]
    known = LinearConstraint(
        np.vstack([*rows, products]), *([*told, state.pairs.products[first, second]],) * 2
    )
    middle = extremes(cell(2, 2), known, CATEGORIES**2)
    neighbours = extremes(cell(2, 3), known, CATEGORIES**2)
    assert middle[1] - middle[0] >= 5
    assert neighbours[1] - neighbours[0] >= 5


@pytest.mark.parametrize("persons", [10, 12, 15, 40])
def test_everybody_but_one_unit_together_does_not_get_its_table_or_products(persons):
    """Told exactly: all sums of nine units and, of the tenth, how many it is. Sought: its joint table."""
    others = add_all(VERSION, [sums_of(answers(30, unit, blank=0)) for unit in range(9)])
    rows = answers(persons, 90, blank=0)
    state = others + sums_of(rows)
    released = release_pool(NAME, state, Audience.OUTSIDE, POLICY, KEY)
    first, second, step = 0, 2, released.step
    bounds = []
    for axis, item in ((0, VERSION.items[first]), (1, VERSION.items[second])):
        known = others.answer_kinds[first if axis == 0 else second]
        bounds += [
            (marginal(axis, each), released.answers[item.id][each] - known[each], step - 1)
            for each in range(CATEGORIES)
        ]
    # and, which nobody is told, the sums of both items: only so is the covariance linear in what is sought
    totals = [VALUES[each][rows[:, each]].sum() for each in (first, second)]
    by_item = [
        (np.repeat(VALUES[first], CATEGORIES), totals[0], 0),
        (np.tile(VALUES[second], CATEGORIES), totals[1], 0),
    ]
    n, pairs = state.persons, state.pairs
    centre = pairs.sums[first, second] * pairs.sums[second, first] / n
    told = released.pairwise.matrix[first, second] * (n - 1) + centre - others.pairs.products[first, second]
    width = released.pairwise.step * (n - 1)
    products = (np.outer(VALUES[first], VALUES[second]).ravel(), told, width)
    everybody = (np.ones(CATEGORIES**2), persons, 0)
    all_known = [*bounds, *by_item, products, everybody]
    matrix = np.vstack([each for each, _, _ in all_known])
    low, high = (np.array([middle + turn * away for _, middle, away in all_known]) for turn in (-1, 1))
    known = LinearConstraint(matrix, low, high)
    exact = int(VALUES[first][rows[:, first]] @ VALUES[second][rows[:, second]])
    least, most = extremes(products[0], known, CATEGORIES**2)
    assert least <= exact <= most
    assert most - least >= min(10, persons)
    # nor is any category of an item fixed to within two people
    spans = [extremes(marginal(0, each), known, CATEGORIES**2) for each in (1, 2, 3)]
    assert min(span[1] - span[0] for span in spans) >= 3


def test_that_one_unit_is_of_one_mind_is_seldom_implied_to_those_who_know_all_others():
    """The last unit answers one statement alike. Seen: the pool's released count less everybody else's."""
    implied = []
    for draw in range(150):
        others = add_all(
            VERSION, [sums_of(answers(20, 1000 + 10 * draw + each, blank=0)) for each in range(9)]
        )
        rows = answers(20, draw, blank=0)
        rows[:, 0] = 3
        released = release_pool(NAME, others + sums_of(rows), Audience.OUTSIDE, POLICY, KEY)
        least = released.answers[VERSION.items[0].id][3] - (released.step - 1) - others.answer_kinds[0][3]
        implied.append(least >= len(rows) - 1)
    assert np.mean(implied) < 0.1


def test_who_guesses_the_sums_of_the_last_unit_cannot_try_whether_they_give_what_is_released():
    """Of few items the sums are few enough to try all. So the right ones do not give what is released."""
    state = add_all(VERSION, [sums_of(answers(20, unit, blank=0)) for unit in range(10)])
    released = release_pool(NAME, state, Audience.OUTSIDE, POLICY, KEY)
    tried = release_pool(NAME, state, Audience.OUTSIDE, POLICY, bytes(31) + b"1")
    assert tried.answers != released.answers
    assert not np.array_equal(tried.pairwise.matrix, released.pairwise.matrix)


@pytest.mark.parametrize("key", [b"", bytes(15)])
def test_nothing_is_rounded_by_a_key_that_can_be_guessed(key):
    with pytest.raises(ValueError, match="too short"):
        release_pool(
            NAME,
            add_all(VERSION, [sums_of(answers(30, each)) for each in range(10)]),
            Audience.OUTSIDE,
            POLICY,
            key,
        )


@ON_SQLITE
def test_no_two_states_of_a_pool_differ_by_fewer_than_ten_units_whatever_happens(home):
    random = np.random.default_rng(7)
    seen = [(0, 0)]
    for number in range(32):
        wave = brought(home, staff(int(random.integers(12, 45)), seed=number), UNITS[number])
        key = only_pool(home).identity.key
        if number in {4, 15, 20}:
            removal.remove_waves(home.database, home.keys, [wave])
        pool_batches.add_batch(home.database, home.keys, home.policy, key)
        pool = only_pool(home)
        seen.append((pool.units, pool.people))
    steps = [(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(seen)]
    changed = [each for each in steps if each != (0, 0)]
    assert len(changed) >= 2
    assert min(units for units, _ in changed) >= 10
    assert min(people for _, people in changed) >= 200
