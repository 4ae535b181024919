"""A leader closes a survey, opens it again and corrects the number invited, to learn who has answered."""

import itertools

import pytest

from instruments.problems import Refused
from reports.disclosure import Audience
from survey.collection import admission, amendments, lifecycle, reopening, submission
from tests.policies import POLICY, STRICT
from tests.waves import ON_SQLITE, TODAY, admitted, alike, answer, opened, simulated

LEADERS = (Audience.LEADER, Audience.LEADER_AMONG_RESPONDENTS)


def seen(home, wave):
    """What the leader is told of participation, as the wave is now."""
    return submission.turnout(home.database, home.keys, home.policy, wave)


@ON_SQLITE
@pytest.mark.parametrize("leaders_answer", [True, False])
def test_closing_and_opening_again_tell_nothing_but_the_steps(home, leaders_answer):
    """After every single answer, both while it is open and closed: the step there is without any of it."""
    told, plain = [], []
    policy, audience = home.policy, LEADERS[leaders_answer]
    for n in range(13):
        wave = opened(home, f"Unit {n}", invited=12, leaders_answer=leaders_answer)
        answer(home, wave, simulated(n))
        steps = [seen(home, lifecycle.close(home.database, wave.key, TODAY))]
        steps.append(seen(home, reopening.reopen(home.database, policy, wave.key, TODAY)))
        steps.append(seen(home, lifecycle.close(home.database, wave.key, TODAY)))
        told.append(steps)
        minimum, step = policy.minimum(audience), policy.collection.turnout_step
        plain.append([submission.turnout_step(n, 12, minimum, step)] * 3)
    assert told == plain


@ON_SQLITE
def test_a_door_that_is_shut_on_all_but_one_is_shut_once(home):
    """Close, open for one person alone, look at the step, close again: once, and then never more."""
    wave = opened(home)
    held = admitted(home, wave, POLICY.collection.reopenings)
    assert held
    for each in held:
        lifecycle.close(home.database, wave.key, TODAY)
        reopening.reopen(home.database, home.policy, wave.key, TODAY)
        submission.submit(home.database, home.keys, each, alike(), TODAY)
    lifecycle.close(home.database, wave.key, TODAY)
    with pytest.raises(Refused, match="reopening-again"):
        reopening.reopen(home.database, home.policy, wave.key, TODAY)


@pytest.mark.parametrize("policy", [POLICY, STRICT], ids=["shipped", "strict"])
@pytest.mark.parametrize("audience", LEADERS, ids=str)
def test_correcting_the_number_invited_would_make_finer_steps_if_it_counted(policy, audience):
    """Why the steps are those of the number first given: a larger one ends the last step."""
    minimum, step = policy.minimum(audience), policy.collection.turnout_step
    first = {submission.turnout_step(minimum + step, minimum + step, minimum, step)}
    later = {submission.turnout_step(minimum + step, 3 * (minimum + step), minimum, step)}
    assert first != later


@ON_SQLITE
@pytest.mark.parametrize("answered", [3, 8, 11, 12])
def test_correcting_the_number_invited_refines_no_step(home, answered):
    wave = opened(home, invited=12)
    answer(home, wave, simulated(answered))
    before = seen(home, wave)
    for invited in (13, 20, 60):
        corrected = amendments.correct(home.database, wave.key, title=wave.title, invited=invited)
        assert seen(home, corrected) == before


@ON_SQLITE
def test_an_open_link_that_is_full_is_opened_for_five_more_at_a_time(home):
    """Corrected one by one, the number invited would tell of every single answer to a link that is full."""
    wave = opened(home, invited=12, open_link=True)
    room = [admission.cap(wave)]
    for invited in range(13, 24):
        corrected = amendments.correct(home.database, wave.key, title=wave.title, invited=invited)
        room.append(admission.cap(corrected))
        assert admission.cap(corrected) >= invited
    steps = sorted(set(room))
    assert all(later - earlier == 5 for earlier, later in itertools.pairwise(steps))
    assert len(steps) > 2
