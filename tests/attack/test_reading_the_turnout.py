"""A leader puts beside each other what is told of participation and whether anything was released."""

import itertools

import pytest

from reports.disclosure import Audience, Suppressed
from survey.background import turnout_printing
from survey.collection import lifecycle, submission
from survey.operations.installation import Installation
from survey.publication import reports
from tests.policies import POLICY, STRICT
from tests.waves import ON_SQLITE, TODAY, answer, opened, seal, simulated

LEADERS = (Audience.LEADER, Audience.LEADER_AMONG_RESPONDENTS)


def numbers(policy, audience, invited, seen, released):
    """All numbers of answers with which a leader would have seen that step and that outcome."""
    minimum, step = policy.minimum(audience), policy.collection.turnout_step
    return [
        n
        for n in range(invited + 1)
        if submission.turnout_step(n, invited, minimum, step) == seen and (n >= minimum) == released
    ]


@pytest.mark.parametrize("policy", [POLICY, STRICT], ids=["shipped", "strict"])
@pytest.mark.parametrize("audience", LEADERS, ids=str)
@pytest.mark.parametrize("invited", range(1, 61))
def test_what_is_suppressed_is_told_no_closer_than_that_it_is_below_the_minimum(policy, audience, invited):
    """Once: five of five invited, leaders answering, “5 to 9”, nothing released: so all five had answered."""
    minimum, step = policy.minimum(audience), policy.collection.turnout_step
    below = list(range(min(minimum, invited + 1)))
    steps = [submission.turnout_step(n, invited, minimum, step) for n in below]
    told = [numbers(policy, audience, invited, seen, released=False) for seen in steps]
    assert told == [below] * len(below)


@pytest.mark.parametrize("policy", [POLICY, STRICT], ids=["shipped", "strict"])
@pytest.mark.parametrize("audience", LEADERS, ids=str)
@pytest.mark.parametrize("invited", range(1, 61))
def test_no_step_is_narrower_than_the_policy_says(policy, audience, invited):
    """Nor is “everybody has answered” told: the last step holds as many, or is all from the minimum on."""
    minimum, step = policy.minimum(audience), policy.collection.turnout_step
    seen = [submission.turnout_step(n, invited, minimum, step) for n in range(invited + 1)]
    for told, group in itertools.groupby(seen):
        assert len(list(group)) >= min(step, invited + 1) or told.low in {0, minimum}
    assert all(each.low <= n and (each.high is None or n <= each.high) for n, each in enumerate(seen))


@pytest.mark.parametrize("policy", [POLICY, STRICT], ids=["shipped", "strict"])
@pytest.mark.parametrize("invited", range(1, 61))
def test_the_steps_that_are_drawn_are_those_that_are_told(policy, invited):
    minimum, step = policy.minimum(Audience.LEADER), policy.collection.turnout_step
    told = [submission.turnout_step(n, invited, minimum, step) for n in range(invited + 1)]
    drawn = submission.turnout_steps(invited, minimum, step)
    assert len(drawn) == len(set(drawn))
    assert drawn[: len(set(told))] == list(dict.fromkeys(told))


@pytest.mark.parametrize("leaders_answer", [True, False])
def test_five_of_five_are_seen_to_be_released_or_not_and_nothing_else(home, leaders_answer):
    """The whole way: the step while open, after closing, and what is released after sealing."""
    told = []
    for n in (3, 5):
        wave = opened(home, unit=f"Unit {n}", invited=5, leaders_answer=leaders_answer)
        answer(home, wave, simulated(n))
        seen = [submission.turnout(home.database, home.keys, home.policy, wave)]
        closed = lifecycle.close(home.database, wave.key)
        seen.append(submission.turnout(home.database, home.keys, home.policy, closed))
        sealed = seal(home, closed)
        shown = reports.for_leader(home.database, home.policy, sealed)
        told.append((seen, isinstance(shown.released, Suppressed)))
    assert (told[0] == told[1]) == leaders_answer


@ON_SQLITE
def test_the_thermometer_is_the_same_file_for_every_number_within_a_step(settings, home):
    """Whoever compares the bytes of two of them learns the step and no more."""
    installation = Installation(settings, home.database, home.keys, home.policy)
    wave = opened(home, invited=13, open_link=True)
    printed = {}
    for people in ([], *([each] for each in simulated(13))):
        answer(home, wave, people)
        step = submission.turnout(home.database, home.keys, home.policy, wave)
        pdf = turnout_printing.print_turnout_poster(installation, wave.key, TODAY)
        printed.setdefault(step, set()).add(pdf)
    assert [step.text for step in printed] == ["0–5", "6+"]
    assert [len(pdfs) for pdfs in printed.values()] == [1, 1]
