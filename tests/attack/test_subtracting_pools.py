"""Whoever knows all units of a pool but one, or the pool's very state, does not get answers back.

The integer programs are given more than anybody has: everything of the other units, and of the last one
what its own leader is shown and more.
"""

from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from instruments.aggregates.pool_sums import FRACTION, PoolSums, add_all, turned_values
from reports.disclosure import Audience
from reports.disclosure.pools import PoolPart, release_merged, release_pool
from reports.results import pool_statistics
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


def test_means_of_complete_cases_leave_the_last_units_sums_open_to_those_who_know_all_others():
    """Known exactly: everything of nine units, and of the tenth how many answered everything."""
    wide, topped = [], []
    for draw in range(150):
        rows = answers(20, draw, blank=0)
        rows[:, 0] = 4  # of one mind, at the end of the scale, where a sum says most
        others = add_all(
            VERSION, [sums_of(answers(20, 1000 + 10 * draw + each, blank=0.05)) for each in range(9)]
        )
        state = others + sums_of(rows)
        found = release_pool(NAME, state, Audience.OUTSIDE, POLICY, KEY).complete_means
        n, scale = state.whole.complete.count, VERSION.scale.categories
        told = (found.values - scale[0]) * n - others.whole.complete.sums
        width = found.step * n
        exact = state.whole.complete.sums - others.whole.complete.sums
        assert (np.abs(told - exact) <= width + 1e-6).all()
        wide.append(width)
        topped.append(told[0] - width >= VALUES[0].max() * len(rows) - 1)
    # as far open as ten people who answer one category otherwise
    assert min(wide) >= 10
    assert np.mean(topped) < 0.1


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


@cache
def parts(number):
    """Pools of a batch each, as they are released, each by a key of its own."""
    found = []
    for place in range(number):
        state = add_all(VERSION, [sums_of(answers(20, 50 * place + unit)) for unit in range(10)])
        found.append(PoolPart(replace(NAME, key=f"{place:016x}"), state, bytes([place]) * 32))
    return found


def merged(chosen):
    return release_merged(chosen, Audience.OUTSIDE, POLICY)


def test_all_merged_tables_there_are_tell_no_more_of_a_pool_than_that_pool_does():
    """Whoever averages over every choice of pools gets what is released of each, not the exact numbers."""
    pools = parts(4)
    alone = [merged([each]) for each in pools]
    choices = [chosen for size in (1, 2, 3, 4) for chosen in combinations(range(4), size)]
    tables = [merged([pools[place] for place in chosen]) for chosen in choices]
    holds = np.array([[place in chosen for place in range(4)] for chosen in choices], dtype=float)
    for item in VERSION.items:
        told = np.array([each.answers[item.id] for each in tables], dtype=float)
        solved, rest, *_ = np.linalg.lstsq(holds, told)
        assert np.allclose(rest, 0)
        assert np.allclose(solved, [each.answers[item.id] for each in alone])
    exact = np.array([each.sums.answer_kinds for each in pools])
    assert np.abs(exact - [list(each.answers.values()) for each in alone]).max() >= 5


def test_two_merged_tables_that_differ_by_one_pool_leave_what_is_released_of_that_pool():
    one, two, three = parts(3)
    with_it, without = merged([one, two, three]), merged([one, two])
    means = [np.array([pool_statistics.sample_of(each).means]) for each in (without, merged([three]))]
    apart = means[0] - means[1]
    n, m = without.complete.persons, with_it.complete.persons - without.complete.persons
    left = (n + m - 1) * with_it.complete.matrix - (n - 1) * without.complete.matrix
    left -= n * m / (n + m) * apart.T @ apart
    assert np.allclose(left / (m - 1), merged([three]).complete.matrix, atol=0.02)
    third = ((n + m) * with_it.complete_means.values - n * without.complete_means.values) / m
    assert np.allclose(third, merged([three]).complete_means.values, atol=0.02)
    assert with_it.units - without.units >= 10
    assert with_it.people - without.people >= 200


@pytest.mark.parametrize("persons", [10, 20, 40])
def test_what_merged_tables_tell_between_units_leaves_the_mean_of_the_last_unit_open(persons):
    """Known exactly: nine of the ten units of a pool, all other pools, and how many the last one is.

    What lies between units is in merged tables also of a pool that is too small for it alone. Sought is the
    mean of the last unit in a dimension: the one that would lie as far from the others as is told.
    """
    rest, errors = parts(10), []
    for draw in range(40):
        others = add_all(VERSION, [sums_of(answers(30, 100 * draw + unit, blank=0)) for unit in range(9)])
        own = sums_of(answers(persons, 7000 + draw, blank=0))
        part = PoolPart(NAME, others + own, bytes([draw]) * 32)
        told = _between(merged([*rest, part]), merged(rest), merged([part]))
        known, exact = others.dimension("trust"), own.dimension("trust").complete.sums.mean() / persons
        middle = known.complete.sums.mean() / known.complete.count
        # on which side of the others it lies is given away
        guesses = np.linspace(middle, 0 if exact < middle else CATEGORIES - 1, 401)
        best = min(guesses, key=lambda guess: abs(_squares(known, guess, persons) - told))
        errors.append(abs(best - exact))
    # a tenth of a point is the step in which the mean of so small a unit is shown to anybody outside
    assert np.median(errors) >= 0.1


def _between(everything, without, alone):
    """What lies between units in one pool, of a dimension's mean, by subtraction."""
    own = "trust"
    means = [_mean_of(each) for each in (without, alone)]
    n, m = without.levels[own].persons, alone.dimensions[own].persons
    left = [
        (each.levels[own].units - 1) * each.levels[own].between.matrix.mean()
        for each in (everything, without)
    ]
    assert everything.levels[own].units - without.levels[own].units >= 10
    return left[0] - left[1] - n * m / (n + m) * (means[0] - means[1]) ** 2


def _mean_of(pool):
    [dimension] = [each for each in VERSION if each.id == "trust"]
    columns = [VERSION.item_columns[item.id] for item in dimension.items]
    return pool_statistics.sample_of(pool, pairwise=True).means[columns].mean()


def _squares(known, guess, persons):
    """What lies between ten units of which the last has that mean: nine known ones and a guess."""
    sums = known.complete.sums.mean() + persons * guess
    count = known.complete.count + persons
    own = known.unit_products.mean() / FRACTION + persons * guess**2
    return own - sums**2 / count


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
