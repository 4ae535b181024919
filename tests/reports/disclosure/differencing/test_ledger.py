from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from instruments.problems import Damaged, Refused
from reports.disclosure import ANSWERS, SUPPRESSED, Audience, Coding, DetailLevel, Released, pool, release
from reports.disclosure.differencing.atoms import AtomRules, released_atom
from reports.disclosure.differencing.groups import Group, group_forest
from reports.disclosure.differencing.ledger import Ledger, cells_of, decide
from reports.disclosure.differencing.ledger_text import from_texts, to_texts
from tests.instruments.building import built
from tests.policies import POLICY
from tests.reports.waves import FOUR, believable, identified, sealed_from

MINIMUM = POLICY.thresholds[Audience.OUTSIDE].mean
LEADER_MINIMUM = POLICY.thresholds[Audience.LEADER].mean
PAIR = built({"trust": ["t1", "t2"]})


def unit(name, n, *, version=PAIR, seed=1, center=3.2, wave="w1"):
    rows = believable(version, n, seed=seed, center=center)
    return sealed_from(version, rows, unit=name, wave=wave)


def whole(name, *parts):
    return pool(parts, identified(parts[0].version, name))


def depths(ledger, sealed, figure="trust"):
    return ledger.detail_level(sealed, figure, Audience.OUTSIDE)


def told(ledger, sealed, figure="trust"):
    return depths(ledger, sealed, figure) is not DetailLevel.NOTHING


def test_a_unit_under_the_minimum_is_not_what_the_municipality_leaves_over():
    units = [unit(f"u{place}", n, seed=place) for place, n in enumerate([14, 13, 12, 7])]
    municipality = whole("m", *units)
    ledger = decide(Ledger(), [*units, municipality], POLICY)
    assert told(ledger, municipality)
    # three beside it: two leaders would subtract their own units
    assert [told(ledger, each) for each in units] == [False, False, False, False]
    assert release(units[2], Audience.OUTSIDE, POLICY, ledger) is SUPPRESSED


def test_the_smallest_publishable_group_is_enough_beside_units_whose_leaders_are_told_nothing():
    units = [unit(f"u{place}", n, seed=place) for place, n in enumerate([30, 10, 20, 20, 4, 4, 4])]
    ledger = decide(Ledger(), [*units, whole("m", *units)], POLICY)
    assert [told(ledger, each) for each in units] == [True, True, True, True, False, False, False]


def test_where_nothing_is_too_small_nothing_is_withheld():
    units = [unit(f"u{place}", 15, seed=place) for place in range(4)]
    ledger = decide(Ledger(), [*units, whole("m", *units)], POLICY)
    assert all(told(ledger, each, figure) for each in units for figure in ("trust", ANSWERS))


def test_the_leader_of_one_withheld_unit_cannot_subtract_it_from_the_remainder():
    units = [unit(f"u{place}", n, seed=place) for place, n in enumerate([20, 20, 20, 8, 4])]
    municipality = whole("m", *units)
    ledger = decide(Ledger(), [*units, municipality], POLICY)
    hidden = [each for each in units if not told(ledger, each)]
    assert sum(each.moments.n for each in hidden) - 8 >= MINIMUM


def test_one_small_unit_among_many_takes_a_few_with_it_and_not_the_municipality():
    sizes = [4, *(14 + place % 9 for place in range(40))]
    units = [unit(f"u{place:02}", n, seed=place) for place, n in enumerate(sizes)]
    municipality = whole("m", *units)
    ledger = decide(Ledger(), [*units, municipality], POLICY)
    for figure in ("trust", ANSWERS):
        assert told(ledger, municipality, figure)
        withheld = sorted(each.moments.n for each in units if not told(ledger, each, figure))
        assert withheld[:4] == [4, 14, 14, 14]
        assert len(withheld) <= 5


def test_a_later_release_reckons_with_the_earlier_ones():
    units = [unit(f"u{place}", n, seed=place) for place, n in enumerate([14, 13, 12, 7])]
    municipality = whole("m", *units)
    ledger = decide(Ledger(), [municipality], POLICY)
    assert told(ledger, municipality)
    for each in units:
        ledger = decide(ledger, [each], POLICY)
    assert [told(ledger, each) for each in units] == [False, False, False, False]


def test_what_was_decided_once_stays_decided():
    units = [unit(f"u{place}", n, seed=place) for place, n in enumerate([14, 13, 12, 7])]
    first = decide(Ledger(), [*units, whole("m", *units)], POLICY)
    assert decide(first, [units[2]], POLICY) == first


def test_a_group_that_came_late_does_not_stand_alone_between_two_totals():
    units = [unit(f"u{place}", 20, seed=place) for place in range(4)]
    late = unit("late", 6)
    ledger = decide(Ledger(), [whole("m", *units)], POLICY)
    with_late = whole("m", *units, late)
    assert not told(decide(ledger, [with_late], POLICY), with_late)


def test_groups_that_cross_are_refused():
    units = [unit(f"u{place}", 20, seed=place) for place in range(4)]
    with pytest.raises(Refused, match="groups-cross"):
        decide(Ledger(), [whole("north", *units[:3]), whole("south", *units[1:])], POLICY)


def test_items_of_a_remainder_need_as_many_answers_as_items_do():
    units = [unit(f"u{place}", n, seed=place, version=FOUR) for place, n in enumerate([25, 25, 25, 12])]
    municipality = whole("m", *units)
    ledger = decide(Ledger(), [*units, municipality], POLICY)
    assert depths(ledger, units[0]) is DetailLevel.ITEMS
    assert depths(ledger, municipality) is DetailLevel.MEAN
    released = release(municipality, Audience.OUTSIDE, POLICY, ledger)
    assert released.item_figures["t1"] is SUPPRESSED
    assert released.dimensions["trust"].histogram is SUPPRESSED
    assert isinstance(released, Released)


def test_a_ledger_that_has_not_decided_tells_nothing_outside_and_all_to_the_own_leader():
    one = unit("u", 20)
    assert release(one, Audience.OUTSIDE, POLICY, Ledger()) is SUPPRESSED
    assert isinstance(release(one, Audience.LEADER, POLICY, Ledger()), Released)


def test_a_leader_of_a_unit_of_teams_cannot_subtract_its_teams_from_it():
    teams = [unit(f"t{place}", n, seed=place) for place, n in enumerate([12, 11, 10, 4])]
    own = whole("unit", *teams)
    assert release(own, Audience.LEADER, POLICY, Ledger()) is SUPPRESSED
    ledger = decide(Ledger(), [own, *teams], POLICY)
    assert told(ledger, own)
    hidden = [each.moments.n for each in teams if not told(ledger, each)]
    assert sum(hidden) - max(hidden) >= MINIMUM
    late = decide(decide(Ledger(), teams, POLICY), [own], POLICY)
    assert release(own, Audience.LEADER, POLICY, late) is SUPPRESSED


def test_the_ledger_is_read_back_as_it_was_written_and_refuses_what_it_did_not_write():
    units = [unit(f"u{place}", n, seed=place) for place, n in enumerate([14, 13, 12, 7])]
    ledger = decide(Ledger(), [*units, whole("m", *units)], POLICY)
    read = from_texts(to_texts(ledger).values())
    assert set(read.entries) == set(ledger.entries)
    gone = ledger.without([("u1", "w")])
    assert from_texts(to_texts(gone).values()).gone == gone.gone
    for damaged in ("", "{}", "[]", "1", '{"format": 2, "figures": []}', '{"format": 2, "figures": [[1]]}'):
        with pytest.raises(Damaged, match="ledger-unreadable"):
            from_texts([damaged])


def test_a_ledger_of_which_one_character_was_altered_is_refused():
    units = [unit(f"u{place}", n, seed=place) for place, n in enumerate([14, 13])]
    text = to_texts(decide(Ledger(), units, POLICY))[cells_of(units[0])]
    letters = [at for at, character in enumerate(text) if character != " "]
    assert len(letters) > 100
    for at in letters:
        altered = f"{text[:at]}{'1' if text[at] != '1' else '2'}{text[at + 1 :]}"
        with pytest.raises(Damaged, match="ledger-unreadable"):
            from_texts([altered])


@st.composite
def hierarchies(draw):
    """A county of municipalities of units, of all sizes and of very different means."""
    sizes = st.one_of(st.integers(1, 12), st.integers(5, 40))
    municipalities = draw(st.lists(st.lists(sizes, min_size=1, max_size=5), min_size=1, max_size=4))
    units, wholes = [], []
    for number, members in enumerate(municipalities):
        own = [
            unit(
                f"m{number}u{place}",
                n,
                seed=10 * number + place,
                center=draw(st.sampled_from([1.5, 3.0, 3.6, 4.6])),
            )
            for place, n in enumerate(members)
        ]
        units += own
        wholes.append(whole(f"m{number}", *own))
    groups = {cells_of(each): each for each in [*units, *wholes, whole("county", *units)]}
    return units, list(groups.values())


def inside(units, group):
    """Which units a group is made of, as zeros and ones."""
    return np.array([1.0 if cells_of(each) <= cells_of(group) else 0.0 for each in units])


def known(units, groups, ledger):
    """What was told, as bounds on the units' sums of scores: rows, least and most."""
    rows, least, most = [], [], []
    for group in groups:
        if told(ledger, group):
            mean = release(group, Audience.OUTSIDE, POLICY, ledger).dimensions["trust"].mean
            rows.append(inside(units, group))
            ends = {
                Coding.EXACT: (mean.value - mean.step / 2, mean.value + mean.step / 2),
                Coding.UNDER: (1, mean.value - mean.step / 2),
                Coding.OVER: (mean.value + mean.step / 2, 5),
            }[mean.coding]
            # a mean that was computed from rounded shares may lie a little off
            least.append((ends[0] - 0.02) * group.moments.n)
            most.append((ends[1] + 0.02) * group.moments.n)
    return np.array(rows).reshape(len(rows), len(units)), np.array(least), np.array(most)


def with_own(units, place, public):
    """What is told to the leader of one unit, who may even know its mean exactly."""
    rows, least, most = public
    own = np.zeros((1, len(units)))
    own[0, place] = 1
    exact = units[place].moments.n + float(units[place].moments.scores["trust"].total)
    return np.vstack([rows, own]), np.append(least, exact), np.append(most, exact)


def untold(units, group, groups, ledger):
    """The units of a withheld group that are in no told group inside it: what withholding it protects."""
    inner = [each for each in groups if told(ledger, each) and cells_of(each) < cells_of(group)]
    return np.array(
        [
            float(
                cells_of(each) <= cells_of(group)
                and not any(cells_of(each) <= cells_of(one) for one in inner)
            )
            for each in units
        ],
    )


def width(units, wanted, public):
    """How widely the mean of the `wanted` units may lie beside what was told: two linear programs."""
    sizes = np.array([each.moments.n for each in units], dtype=float)
    rows, least, most = public
    ends = []
    for sign in (1, -1):
        found = linprog(
            sign * wanted,
            A_ub=np.vstack([rows, -rows]),
            b_ub=np.append(most, -least) + 1e-9,
            bounds=list(zip(sizes, 5 * sizes, strict=True)),
        )
        assert found.success
        ends.append(sign * found.fun)
    return (ends[1] - ends[0]) / (wanted @ sizes)


@settings(max_examples=40)
@given(hierarchies())
def test_no_withheld_mean_can_be_bounded_to_a_scale_point_not_even_by_the_leader_of_another_unit(drawn):
    units, groups = drawn
    ledger = decide(Ledger(), groups, POLICY)
    public, hidden = known(units, groups, ledger), withheld(units, groups, ledger)
    assume(hidden and len(public[0]))
    for group, wanted in hidden:
        assert width(units, wanted, public) > 4 * POLICY.unanimity_width
        for place in leaders_outside(units, group):
            assert width(units, wanted, with_own(units, place, public)) > 4 * POLICY.unanimity_width


def withheld(units, groups, ledger):
    """The groups whose mean is withheld, each with the units that withholding it protects."""
    found = [(group, untold(units, group, groups, ledger)) for group in groups if not told(ledger, group)]
    return [(group, wanted) for group, wanted in found if wanted.any()]


def leaders_outside(units, group=None):
    """The places of the units whose leaders are shown a mean of their own, and who are not in the group."""
    inside = cells_of(group) if group else frozenset()
    return [
        place
        for place, each in enumerate(units)
        if each.moments.n >= LEADER_MINIMUM and not cells_of(each) & inside
    ]


@settings(max_examples=40)
@given(hierarchies())
def test_no_sum_of_told_figures_tells_of_a_group_under_the_minimum(drawn):
    units, groups = drawn
    ledger = decide(Ledger(), groups, POLICY)
    sizes = np.array([each.moments.n for each in units])
    public = known(units, groups, ledger)
    assume(len(public[0]))
    assert smallest_group(public[0], sizes, None) >= MINIMUM
    for place in leaders_outside(units):
        assert smallest_group(with_own(units, place, public)[0], sizes, place) >= MINIMUM


def smallest_group(equations, sizes, leader):
    """The smallest group, other than the leader's own, that whole multiples of the equations add up to."""
    rows, units = equations.shape
    if not rows:
        return np.inf
    # variables: how often each equation is taken, then which units are in the group
    same = np.hstack([equations.T, -np.eye(units)])
    one = np.hstack([np.zeros(rows), np.ones(units)])
    low, high = np.r_[np.full(rows, -3), np.zeros(units)], np.r_[np.full(rows, 3), np.ones(units)]
    if leader is not None:
        high[rows + leader] = 0
    constraints = [LinearConstraint(same, 0, 0), LinearConstraint(one[np.newaxis], 1, np.inf)]
    cost = np.r_[np.zeros(rows), sizes]
    found = milp(cost, constraints=constraints, integrality=np.ones(rows + units), bounds=Bounds(low, high))
    return round(found.fun) if found.success else np.inf  # people are whole, the solver is not


@settings(max_examples=25)
@given(hierarchies())
def test_the_same_groups_in_another_order_are_decided_alike(drawn):
    _, groups = drawn
    one, other = (decide(Ledger(), order, POLICY) for order in (groups, groups[::-1]))
    assert Counter(one.entries) == Counter(other.entries)


@settings(max_examples=25)
@given(hierarchies())
def test_releases_one_after_another_protect_what_one_release_would(drawn):
    units, groups = drawn
    ledger = Ledger()
    for group in groups:
        ledger = decide(ledger, [group], POLICY)
    public, hidden = known(units, groups, ledger), withheld(units, groups, ledger)
    assume(hidden and len(public[0]))
    assert smallest_group(public[0], np.array([each.moments.n for each in units]), None) >= MINIMUM
    for _, wanted in hidden:
        assert width(units, wanted, public) > 4 * POLICY.unanimity_width


def test_totals_inside_totals_leave_no_small_ring():
    units = [unit(f"u{place}", 20, seed=place) for place in range(9)]
    small = [unit(f"s{place}", 4, seed=place) for place in range(2)]
    inner = whole("inner", *units[:4])
    middle = whole("middle", *units[:4], *small)
    outer = whole("outer", *units, *small)
    ledger = decide(Ledger(), [inner, middle, outer], POLICY)
    kept = [group for group in (inner, middle, outer) if told(ledger, group)]
    assert outer in kept
    for one, other in pairwise(kept):
        assert other.moments.n - one.moments.n >= MINIMUM


@pytest.mark.parametrize(("mean", "may_be_told"), [(4.85, True), (4.92, False)])
def test_a_remainder_of_many_tiny_units_that_agree_is_not_told(mean, may_be_told):
    # each of two people has room enough in it; that nearly everybody gave the highest answer is the fault
    whole = frozenset((f"u{place}", "w") for place in range(21))
    told = frozenset({("u0", "w")})
    groups = [
        Group(whole, 100, 60 * 3.4 + 40 * mean, open=True, fixed=False, leader=False),
        Group(told, 60, 60 * 3.4, open=True, fixed=False, leader=True),
        *(
            Group(frozenset({cell}), 2, 2 * mean, open=False, fixed=False, leader=False)
            for cell in whole - told
        ),
    ]
    grown = group_forest(groups)
    both = frozenset(place for place, group in enumerate(grown.groups) if group.open)
    rules = AtomRules(10, 1.0, 5.0, 1.0)
    assert all(released_atom(grown, place, both, rules).may_be_known(rules) for place in both) is may_be_told
