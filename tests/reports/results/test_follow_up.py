"""What was agreed is followed from action to status, to what a short survey found, to what was judged."""

from datetime import date

import pytest

from instruments.parts import part_of
from reports.disclosure import Audience
from reports.results.agreed_actions import ActionStatus, AgreedAction, Agreements, Check, LookBack
from reports.results.follow_up import chains, checks_of
from reports.results.profile import profile
from reports.results.verdicts import Verdict
from tests.policies import POLICY
from tests.reports.results.test_parts_over_time import PART, THREE
from tests.reports.results.test_verdicts import wave

AGREED = AgreedAction(
    "trust",
    "Goal",
    "Action",
    "Who",
    "Sign",
    date(2025, 9, 1),
    (LookBack(ActionStatus.GOES_ON, "It goes on.", date(2025, 9, 2)),),
)


def shown(waves, **agreed):
    return profile(waves, Audience.LEADER, POLICY, agreed=Agreements(**agreed))


def test_a_chain_holds_the_action_its_status_the_last_check_and_the_verdict():
    before, after = wave(2025, version=THREE, center=2.4), wave(2027, version=THREE, center=3.9)
    checks = tuple(
        Check(title, "trust", verdict)
        for title, verdict in (("First", Verdict.NO_CERTAIN_CHANGE), ("Second", Verdict.HIGHER))
    )
    [chain] = chains(shown([before, after], before=(AGREED,), checks=checks))
    assert (chain.dimension, chain.actions, chain.check, chain.verdict) == (
        "trust",
        (AGREED,),
        checks[-1],
        Verdict.HIGHER,
    )


@pytest.mark.parametrize(
    "waves", [[wave(2025, version=THREE)], [wave(2025, 4, version=THREE), wave(2026, version=THREE)]]
)
def test_where_nothing_is_compared_there_is_no_verdict(waves):
    [chain] = chains(shown(waves, before=(AGREED,)))
    assert (chain.check, chain.verdict) == (None, None)


def test_what_was_agreed_for_a_dimension_that_is_not_asked_has_no_chain():
    other = part_of(THREE, ["goals"])
    assert chains(shown([wave(2025, version=THREE), wave(2026, version=other)], before=(AGREED,))) == ()


def test_a_check_is_what_the_short_surveys_own_report_tells():
    found = profile(
        [wave(2025, version=THREE, center=2.4), wave(2026, version=PART, center=3.9)], Audience.LEADER, POLICY
    )
    title = found.identity.wave_title
    assert checks_of(found) == tuple(Check(title, name, Verdict.HIGHER) for name in PART.part)


@pytest.mark.parametrize("n", [4, 8])
def test_of_few_answers_a_check_tells_nothing_or_that_nothing_is_told(n):
    found = profile([wave(2025, version=THREE), wave(2026, n, version=PART)], Audience.LEADER, POLICY)
    assert {each.verdict for each in checks_of(found)} <= {Verdict.NOT_RELEASED}
