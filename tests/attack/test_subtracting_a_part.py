"""Whoever led one of two merged units would subtract it from the two together, so nobody is shown these.

The attack is made on figures that the product never releases: it shows why (docs/decisions/0128).
"""

import pytest

from instruments import statistics
from reports.disclosure import Audience, NoOtherReleases, Suppressed, pool, release
from tests.policies import POLICY
from tests.reports.waves import FOUR, believable, identified, sealed_from

TOGETHER = identified(FOUR, "merged")


def mean_of(sealed):
    """A dimension's mean as its own leader is shown it, and the step it is rounded to."""
    shown = release(sealed, Audience.LEADER, POLICY).dimensions["trust"].mean
    return shown.value, shown.step


def rounded(value, step):
    return round(value / step) * step


@pytest.mark.parametrize(("own", "others", "seed"), [(12, 8, 1), (20, 9, 2), (6, 19, 3), (12, 5, 4)])
def test_the_pool_of_two_parts_would_tell_each_leader_of_the_other(own, others, seed):
    mine = sealed_from(FOUR, believable(FOUR, own, seed), unit="alm")
    theirs = sealed_from(FOUR, believable(FOUR, others, seed + 50), unit="bjerk")
    known, step = mean_of(mine)
    wanted, their_step = mean_of(theirs)
    both = pool([mine, theirs], TOGETHER)
    # a mean of so many, rounded as that of one unit of that size is
    fine = 0.01 if both.moments.n >= POLICY.rounding.fine_from else 0.1
    exact = (own * exact_mean(mine) + others * exact_mean(theirs)) / both.moments.n
    found = (both.moments.n * rounded(exact, fine) - own * known) / others
    most = (both.moments.n * fine / 2 + own * step / 2) / others
    assert abs(found - exact_mean(theirs)) <= most + 1e-9
    assert abs(wanted - exact_mean(theirs)) <= their_step / 2 + 1e-9
    # of fewer than ten nothing is shown outside the unit; of more, nothing as fine as what was found
    outside = release(theirs, Audience.OUTSIDE, POLICY, NoOtherReleases())
    assert isinstance(outside, Suppressed) or most < outside.dimensions["trust"].mean.step / 2
    # and the gate releases no total of so few units
    assert isinstance(release(both, Audience.OUTSIDE, POLICY, NoOtherReleases()), Suppressed)


def exact_mean(sealed):
    """The mean that is rounded: of the means of the dimension's statements, nobody having skipped any."""
    return statistics.dimension_summary(sealed.moments, "trust").mean
