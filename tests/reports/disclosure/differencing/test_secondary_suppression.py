"""What is withheld beside what has to be: the least there is, and found without trying all of it."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.disclosure.differencing.atoms import AtomRules
from reports.disclosure.differencing.groups import Group, group_forest
from reports.disclosure.differencing.least_loss import Effort
from reports.disclosure.differencing.secondary_suppression import select_groups

RULES = AtomRules(10, 1.0, 5.0, 1.0)


def unit(name, n, mean=3.6, *, leader=True, fixed=False, may_be=None):
    """A unit that may be released where it has people enough, unless it is said otherwise."""
    may_be = n >= RULES.minimum if may_be is None else may_be
    return Group(frozenset({(name, "w")}), n, float(round(n * mean)), may_be, fixed, leader and n >= 5)


def whole(units, *, fixed=False, may_be=True):
    cells = frozenset().union(*(each.cells for each in units))
    n, total = sum(each.n for each in units), sum(each.total for each in units)
    return Group(cells, n, total, may_be and n >= RULES.minimum, fixed, leader=False)


def released(*groups):
    """The groups that are chosen to be released."""
    forest = group_forest(groups)
    return {forest.groups[place] for place in select_groups(forest, RULES)}


def withheld(*groups):
    return {group for group in groups if group.open} - released(*groups)


# A reference that tries everything: each choice of groups, and in each atom each reader.


def parts_of(group, chosen):
    inside = [each for each in chosen if each.cells < group.cells]
    return [each for each in inside if not any(each.cells < other.cells for other in inside)]


def holds(group, groups, chosen):
    """Whether nobody learns too much from what is left of a released group, not two leaders together."""
    parts = parts_of(group, chosen)
    rest = group.cells.difference(*(part.cells for part in parts))
    inside = [each for each in groups if each.cells < group.cells and each not in chosen]
    hidden = [each for each in inside if not any(each.cells <= part.cells for part in parts)]
    left = group.n - sum(each.n for each in parts), group.total - sum(each.total for each in parts)
    leaders = [each for each in hidden if each.leader]
    fewest = [(), *combinations(leaders, 1), *combinations(leaders, 2)]
    readers = [each for each in fewest if len(each) < max(1, len(rest))]
    return not rest or all(
        learns_little(left, rest, hidden, chosen, own, subtracted=bool(parts)) for own in readers
    )


def learns_little(left, rest, hidden, chosen, own, *, subtracted):
    n, total = left[0] - sum(each.n for each in own), left[1] - sum(each.total for each in own)
    if n < RULES.minimum:
        return False
    # two people may stand on either side, where anything was taken away
    if (own or subtracted) and min(5 * n - total, total - n) < 2 * 2 - 1e-5:
        return False
    for group in hidden:
        inside = parts_of(group, chosen)
        unknown = group.n - sum(each.n for each in inside)
        if not unknown or not (group.cells & rest) or any(each.cells <= group.cells for each in own):
            continue
        others = n - unknown
        most = min(5 * unknown, total - others)
        least = max(unknown, total - 5 * others)
        if most - least <= RULES.width * unknown:
            return False
    return True


def choices(groups):
    """Every choice of what is withheld, with what is lost: people, then the order in which groups stand."""
    free = [each for each in group_forest(groups).groups if each.open and not each.fixed]
    every = (some for number in range(len(free) + 1) for some in combinations(free, number))
    lost = {each: (each.n, len(free) - place) for place, each in enumerate(free)}
    for some in every:
        yield (sum(lost[each][0] for each in some), sum(lost[each][1] for each in some)), set(some)


def is_sound(groups, chosen):
    return all(
        holds(each, groups, chosen)
        for each in chosen
        # what was released earlier, with nothing in it that is decided now, cannot be helped
        if not each.fixed or any(one.cells <= each.cells and one.open and not one.fixed for one in groups)
    )


@st.composite
def forests(draw):
    """Some units in wholes in a whole: small and large, unanimous and not, released earlier and not."""
    sizes = st.one_of(st.integers(1, 12), st.integers(8, 40))
    means = st.sampled_from([1.0, 1.3, 2.5, 3.0, 3.6, 3.6, 4.7, 5.0])
    wholes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3).filter(lambda each: sum(each) <= 7))
    groups, units = [], []
    for number, size in enumerate(wholes):
        early = draw(st.integers(0, 5)) == 0
        own = [
            unit(f"u{number}{place}", draw(sizes), draw(means), leader=draw(st.integers(0, 9)) > 0)
            for place in range(size)
        ]
        units += own
        if size > 1:
            groups.append(whole(own, fixed=early, may_be=draw(st.integers(0, 9)) > 0))
        if size > 2 and draw(st.booleans()):
            groups.append(whole(own[:-1]))
    groups += [whole(units)] if len(wholes) > 1 else []
    return [*groups, *units]


@settings(max_examples=60)
@given(forests())
def test_what_is_withheld_is_the_least_of_all_that_holds(groups):
    fixed = {each for each in groups if each.open and each.fixed}
    everything = {each for each in groups if each.open}
    sound = [lost for lost, some in choices(groups) if is_sound(groups, everything - some)]
    found = withheld(*groups)
    [lost] = [lost for lost, some in choices(groups) if some == found]
    if sound:
        assert lost == min(sound)
        assert is_sound(groups, everything - found)
    else:
        assert everything - found >= fixed


@pytest.mark.parametrize(("small", "beside"), [(3, 4), (8, 3)])
@pytest.mark.parametrize("shown", [24, 1000])
def test_one_small_unit_costs_a_few_of_the_smallest_and_not_the_total(shown, small, beside):
    units = [unit(f"u{place:04}", 12 + place % 40) for place in range(shown)]
    total = whole([unit("small", small), *units])
    lost = withheld(total, unit("small", small), *units)
    assert total not in lost
    assert sorted(each.n for each in lost) == sorted(each.n for each in units)[:beside]


def test_units_of_one_size_are_not_tried_in_all_threes():
    # of three of thirty people, and three beside them, each is known to within a point by the two others
    units = [unit(f"u{place:04}", 30) for place in range(1000)]
    assert len(withheld(whole([unit("small", 3), *units]), unit("small", 3), *units)) == 4


def test_a_whole_is_withheld_where_its_parts_cannot_be_spared():
    # released earlier, its units cannot be withheld for the one that is small
    towns = [[unit(f"t{town}u{place}", 20, fixed=True) for place in range(4)] for town in range(3)]
    small = unit("small", 4)
    wholes = [whole([*towns[0], small]), whole(towns[1]), whole(towns[2])]
    county = whole([*towns[0], small, *towns[1], *towns[2]])
    kept = released(county, *wholes, *towns[0], *towns[1], *towns[2], small)
    assert kept == {*wholes[1:], *towns[0], *towns[1], *towns[2]}


def test_what_takes_too_long_is_decided_by_the_best_that_was_found(monkeypatch):
    # 120 people who all gave the highest answer: which units hide them best is a sum of many
    alike = unit("alike", 120, 5.0, may_be=False)
    units = [unit(f"u{place:03}", 12 + place % 30, 3.2 + place % 7 / 10) for place in range(200)]
    total = whole([alike, *units])
    efforts = []

    class Counted(Effort):
        def __init__(self):
            super().__init__()
            efforts.append(self)

    monkeypatch.setattr("reports.disclosure.differencing.secondary_suppression.Effort", Counted)
    chosen = released(total, alike, *units)
    assert any(not each.left for each in efforts)
    assert total in chosen
    assert holds(total, [total, alike, *units], chosen)


# What two leaders could find out together of a total, found without trying all pairs of thousands.


def over_units_that_nobody_outside_is_shown(sizes, mean=3.0):
    """Whether a total is released over units of which each leader is shown its own."""
    units = [unit(f"u{place}", n, mean, may_be=False) for place, n in enumerate(sizes)]
    return bool(released(whole(units), *units))


def test_a_total_over_thousands_of_hidden_units_is_decided_at_once():
    # two of six people each take twelve from 30,000
    assert over_units_that_nobody_outside_is_shown([6] * 5000)


def test_the_two_units_that_take_most_decide_wherever_they_stand():
    assert over_units_that_nobody_outside_is_shown([9, 6, 6, 6, 9])  # 18 are left
    assert not over_units_that_nobody_outside_is_shown([14, 6, 3, 14])  # 9 are left
    assert not over_units_that_nobody_outside_is_shown([3, 14, 14, 6])


def test_means_at_an_end_are_not_left_to_be_known():
    assert not over_units_that_nobody_outside_is_shown([6] * 50, mean=1.0)
    assert not over_units_that_nobody_outside_is_shown([6] * 50, mean=5.0)
