"""What two leaders could find out together of a total, found without trying all pairs of thousands."""

from reports.disclosure.differencing.atoms import AtomRules, Group, group_forest
from reports.disclosure.differencing.secondary_suppression import select_groups

RULES = AtomRules(10, 1.0, 5.0, 0.8)


def chosen(sizes, mean=3.0):
    """Whether the total is released over units of which each leader, and nobody outside, is shown its own."""
    units = [
        Group(frozenset({(f"u{place}", "w")}), n, n * mean, open=False, fixed=False, leader=True)
        for place, n in enumerate(sizes)
    ]
    cells = frozenset().union(*(each.cells for each in units))
    total = Group(cells, sum(sizes), sum(sizes) * mean, open=True, fixed=False, leader=False)
    forest = group_forest([*units, total])
    return bool(select_groups(forest, RULES))


def test_a_total_over_thousands_of_hidden_units_is_decided_at_once():
    # two of six people each take twelve from 30,000
    assert chosen([6] * 5000)


def test_the_two_units_that_take_most_decide_wherever_they_stand():
    assert chosen([9, 6, 6, 6, 9])  # 18 are left
    assert not chosen([14, 6, 3, 14])  # 9 are left
    assert not chosen([3, 14, 14, 6])


def test_means_at_an_end_are_not_left_to_be_known():
    assert not chosen([6] * 50, mean=1.0)
    assert not chosen([6] * 50, mean=5.0)
