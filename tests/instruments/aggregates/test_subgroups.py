from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instruments import background, statistics
from instruments.aggregates.exact_sums import score_sums
from instruments.aggregates.moments import Moments
from instruments.aggregates.subgroups import MEAN_PARTS, largest_selection, tabulate_subgroups
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
        whole = score_sums(FOUR, TRUST, answers).persons
        people, scored = found.people, {name: each.n for name, each in found.scores["trust"].items()}
        assert min([*people.values(), *scored.values()], default=FEWEST) >= FEWEST
        assert not people or sum(sizes) - sum(people.values()) not in range(1, FEWEST)
        assert not scored or whole - sum(scored.values()) not in range(1, FEWEST)
        assert set(scored) <= set(people)
        reached += bool(scored)
    assert reached > 500


@given(st.integers(5, 30), st.integers(0, 99))
def test_the_mean_of_a_category_is_the_mean_of_its_items_means(n, seed):
    found, answers = of(n, 0, 0, 0, skipping=0.2, seed=seed)
    moments = Moments.of(FOUR, answers)
    assume(moments.item_counts.all() and moments.scores["trust"].persons >= FEWEST)
    kept = found.scores["trust"]["under_3"]
    assert kept.n == moments.scores["trust"].persons
    assert abs(kept.score(FOUR) - statistics.mean_of_items(moments, "trust")) <= 0.5 / MEAN_PARTS


def test_a_category_in_which_nobody_answered_an_item_has_no_mean_in_its_dimension():
    answers = coded(FOUR, [[1, 2, 3, None]] * 6)
    found = tabulate_subgroups(FOUR, YEARS, answers, chosen(6, 0, 0, 0), FEWEST)
    assert found.people == {"under_3": 6}
    assert found.scores == {"trust": {}}


def test_equal_choices_fall_to_the_first():
    assert largest_selection({"a": 5, "b": 5}, lambda each: len(each) == 1) == ("a",)


def test_what_was_counted_shows_in_no_log():
    shown = repr(of(11, 12, 13, 0)[0])
    assert "years_here" in shown
    assert not any(number in shown for number in ("11", "12", "13", "36"))
