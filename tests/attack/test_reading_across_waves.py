"""A leader who looks at one wave beside another: a later wave is no key to an earlier one."""

import pytest

from reports.disclosure import SUPPRESSED, Audience, release
from survey.publication import reports
from tests.policies import POLICY
from tests.reports.waves import FOUR, believable, sealed_from
from tests.waves import sealed, simulated


def test_a_wave_in_which_leaders_do_not_answer_tells_no_more_of_an_earlier_one_in_which_they_did(home):
    before = sealed(home, simulated(5, seed=1), leaders_answer=True)
    after = sealed(home, simulated(12, seed=2), leaders_answer=False)
    shown = reports.for_leader(home.database, home.policy, after)
    assert [each.identity.wave for each in shown.over_time] == [after.key]
    assert all(shown.series(each.id)[0] is None for each in shown.version)
    assert reports.for_leader(home.database, home.policy, before).released is SUPPRESSED


@pytest.mark.parametrize(("n", "shown"), [(5, False), (6, True), (12, True), (25, True), (40, True)])
def test_whoever_asks_as_a_leader_who_did_not_answer_is_told_what_one_who_did_is(n, shown):
    answered = sealed_from(FOUR, believable(FOUR, n), among=True)
    asked, careful = (
        release(answered, audience, POLICY)
        for audience in (Audience.LEADER, Audience.LEADER_AMONG_RESPONDENTS)
    )
    assert asked == careful
    assert (asked is not SUPPRESSED) is shown
