from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instruments import background, statistics
from instruments.aggregates.moments import Moments
from instruments.aggregates.subgroups import (
    _score_denominator,
    _score_sum,
    largest_selection,
    subgroup_mean,
    tabulate_subgroups,
)
from instruments.answers import SKIPPED
from tests.instruments.building import built, coded

FEWEST = 5
FOUR = built({"trust": ["t1", "t2", "-t3", "t4"]})
YEARS = background.get("years_here@1")
TRUST = FOUR.dimension("trust")


def rows(n, seed=1, skipping=0.0):
    random = np.random.default_rng(seed)
    drawn = random.integers(1, 6, size=(n, 4)).astype(object)
    drawn[random.random((n, 4)) < skipping] = None
    return drawn.tolist()


def chosen(*sizes):
    """So many people in each category in order, the last of them people who would rather not say."""
    kinds = (*YEARS.categories, SKIPPED)
    return [kind for kind, size in zip(kinds, sizes, strict=True) for _ in range(size)]


def of(*sizes, skipping=0.0, seed=1):
    answers = coded(FOUR, rows(sum(sizes), seed, skipping))
    return tabulate_subgroups(FOUR, YEARS, answers, chosen(*sizes), FEWEST), answers


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ((8, 9, 7, 0), {"under_3": 8, "from_3_to_10": 9, "over_10": 7}),
        ((8, 9, 4, 0), {"from_3_to_10": 9}),  # eight and four are left over together
        ((5, 5, 5, 4), {"under_3": 5, "from_3_to_10": 5}),
        ((5, 5, 5, 5), {"under_3": 5, "from_3_to_10": 5, "over_10": 5}),
        ((20, 4, 0, 0), {}),  # the twenty would leave the four over
        ((20, 4, 0, 1), {"under_3": 20}),
        ((4, 4, 4, 4), {}),
        ((12, 0, 0, 0), {"under_3": 12}),
    ],
)
def test_the_most_people_are_kept_that_leave_no_few_over(sizes, kept):
    assert of(*sizes)[0].people == kept


def test_no_composition_leaves_a_small_category_or_remainder_in_any_figure():
    reached = 0
    for sizes in product(range(8), repeat=4):
        found, answers = of(*sizes, skipping=0.5, seed=sum(sizes))
        whole = _score_sum(Moments.of(FOUR, answers), TRUST).n
        people, scored = found.people, {name: each.n for name, each in found.scores["trust"].items()}
        assert min([*people.values(), *scored.values()], default=FEWEST) >= FEWEST
        assert not people or sum(sizes) - sum(people.values()) not in range(1, FEWEST)
        assert not scored or whole - sum(scored.values()) not in range(1, FEWEST)
        assert set(scored) <= set(people)
        reached += bool(scored)
    assert reached > 500


def test_categories_that_are_all_kept_add_up_to_exactly_the_whole():
    found, answers = of(6, 7, 8, 0)
    whole = _score_sum(Moments.of(FOUR, answers), TRUST)
    assert sum(each.total for each in found.scores["trust"].values()) == whole.total
    assert sum(each.n for each in found.scores["trust"].values()) == whole.n


@given(st.integers(5, 30), st.integers(0, 99))
def test_the_mean_of_a_sum_is_the_mean_of_the_scores(n, seed):
    moments = Moments.of(FOUR, coded(FOUR, rows(n, seed, skipping=0.2)))
    summed = _score_sum(moments, TRUST)
    expected = statistics.dimension_summary(moments, "trust")
    assume(summed.n)
    assert subgroup_mean(FOUR, TRUST, summed) == pytest.approx(expected.mean, abs=1e-12)
    assert summed.n == expected.n


def test_every_mean_of_a_persons_answers_is_whole_in_the_parts_of_a_point():
    assert _score_denominator(TRUST) == 12


def test_equal_choices_fall_to_the_first():
    assert largest_selection({"a": 5, "b": 5}, lambda each: len(each) == 1) == ("a",)


def test_what_was_counted_shows_in_no_log():
    shown = repr(of(11, 12, 13, 0)[0])
    assert "years_here" in shown
    assert not any(number in shown for number in ("11", "12", "13", "36"))
