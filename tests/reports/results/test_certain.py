"""What the figures of a profile settle, and what they leave open."""

import pytest

from reports.disclosure import Audience, Between, ReleasedItem
from reports.results.certain import (
    certain_changes,
    comparison,
    detectable,
    most_divided_items,
    settled_levels,
)
from reports.results.profile import profile
from reports.results.verdicts import Contrast, Verdict
from tests.policies import POLICY
from tests.reports.presentation.figures.test_figures import FIRST, VERSION, raised, shown
from tests.reports.waves import believable, sealed_from


def test_a_level_is_settled_where_the_interval_lies_within_it_and_open_otherwise():
    seen = shown(30)
    found = settled_levels(seen)
    figures = seen.released.dimensions
    assert set(found.open) == {name for name, each in figures.items() if isinstance(each.level, Between)}
    for level, names in found.settled.items():
        assert {figures[name].level for name in names} == {level}
    assert sum(map(len, found.settled.values())) + len(found.open) == len(VERSION.dimensions)
    assert found.settled
    assert found.open


def test_nothing_is_settled_where_no_interval_is_released():
    assert settled_levels(shown(7)).settled == {}
    assert settled_levels(shown(7)).open == ()
    assert settled_levels(shown(4)).open == ()


def test_certain_changes_are_those_judged_so():
    seen = shown(40, 40, rows=raised(FIRST, VERSION.dimensions[3].id))
    assert [each.dimension for each in certain_changes(seen)] == [FIRST, VERSION.dimensions[3].id]
    assert {each.verdict for each in certain_changes(seen)} == {Verdict.HIGHER}
    assert certain_changes(shown(40, 41)) == ()
    assert certain_changes(shown(40)) == ()


def test_the_smallest_change_that_would_have_been_seen_is_that_of_the_least_certain_dimension():
    seen = shown(40, 41)
    changes = comparison(seen, Contrast.PREVIOUS).changes.values()
    found = detectable(seen)
    assert found.change == max(each.estimate.interval.detectable for each in changes)
    assert found.everywhere
    assert detectable(shown(40)) is None
    assert detectable(shown(7, 8)) is None


def test_the_most_divided_statement_has_the_largest_sd_of_those_released():
    seen = shown(30)
    released = [seen.item(item.id) for item in VERSION.items]
    largest = max(each.sd for each in released if isinstance(each, ReleasedItem))
    [found] = most_divided_items(seen)
    assert seen.item(found.id).sd == largest


def test_statements_whose_answers_lie_as_far_apart_are_named_together():
    answers = believable(VERSION, 30, seed=30, center=3.2, spread=0.5)
    first, other = (
        VERSION.item_columns[each.id] for each in (VERSION.items[0], VERSION.dimensions[1].items[0])
    )
    for person, row in enumerate(answers):
        row[first] = row[other] = 1 + 4 * (person % 2)
    seen = profile([sealed_from(VERSION, answers)], Audience.LEADER, POLICY)
    assert [VERSION.item_columns[each.id] for each in most_divided_items(seen)] == [first, other]


@pytest.mark.parametrize("size", [4, 7, 12])
def test_of_a_small_group_nothing_is_named(size):
    assert most_divided_items(shown(size)) == ()


def test_an_owner_is_told_of_no_statement():
    wave = sealed_from(VERSION, [[1 + (k + j) % 5 for j in range(36)] for k in range(40)])
    assert most_divided_items(profile([wave], Audience.OWNER, POLICY)) == ()
