"""Each rule for means by category withholds something that all other rules together would tell.

Among them are those against a leader who answered and counts the own answer out: without one of them nearly
all that it forbids is withheld by another, so that only such waves show that it is there.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from instruments.answers import SKIPPED
from reports.disclosure import feasibility, subgroups, unanimity
from tests.attack.breakdowns import FOUR, ROLE, TWO, broken, told_of
from tests.attack.test_bounding_people_of_a_breakdown import may_stand

LEARNERS, OTHERS = ROLE.categories


@dataclass(frozen=True)
class Case:
    """A wave of which one rule alone withholds means: people by category and answers, and who reads."""

    people: tuple
    answered: bool
    told: frozenset  # of which a mean would be told without the rule

    @property
    def wave(self):
        version = TWO if len(self.people[0][1]) == len(TWO.items) else FOUR
        listed = [(name, list(codes)) for name, codes, number in self.people for _ in range(number)]
        return broken(version, ROLE, listed, among=self.answered), listed


def case(*people, answered, told):
    listed = [(name, tuple(map(int, codes)), number) for name, codes, number in people]
    return Case(tuple(listed), answered, frozenset(told))


BOTH = (LEARNERS, OTHERS)
CASES = {
    "own answer beside a mean": case(
        *((LEARNERS, "22", 5), (LEARNERS, "11", 5), (OTHERS, "55", 3), (OTHERS, "11", 6)),
        answered=True,
        told=BOTH,
    ),
    "own answer beside the spread": case((LEARNERS, "44", 7), (OTHERS, "44", 8), answered=True, told=BOTH),
    "own answer beside all answers": case(
        *((LEARNERS, "33", 8), (LEARNERS, "22", 2), (OTHERS, "44", 5), (OTHERS, "22", 1)),
        answered=True,
        told=BOTH,
    ),
    "own answer beside a remainder": case(
        (LEARNERS, "33", 6), (LEARNERS, "55", 3), (OTHERS, "44", 6), answered=True, told=(OTHERS,)
    ),
    "a remainder": case(
        (LEARNERS, "33", 12), (OTHERS, "44", 6), (SKIPPED, "11", 1), answered=False, told=(LEARNERS,)
    ),
    "all answers": case((LEARNERS, "33", 8), (OTHERS, "22", 8), answered=False, told=BOTH),
    "the spread": case((LEARNERS, "33", 9), (OTHERS, "33", 7), answered=False, told=BOTH),
    "a mean": case(
        *((LEARNERS, "5555", 7), (LEARNERS, "1111", 1), (OTHERS, "5555", 5), (OTHERS, "4444", 2)),
        answered=False,
        told=BOTH,
    ),
    "an item's mean": case(
        (LEARNERS, "11", 7), (OTHERS, "11", 8), (OTHERS, "55", 1), answered=False, told=(OTHERS,)
    ),
}


def _mean_of_others(bounds, mean=unanimity.mean_is_protected, **_):
    return mean(bounds, reader_answered=False)


def _spread_of_others(*given, spread=unanimity.interval_is_protected):
    return spread(*given[:-1], ())


def _answers_of_others(*given, answered=subgroups._answered):
    found = answered(*given)
    return None if found is None else replace(found, known=0)


def _remainder_of_others(bounds, people, width, known, unbounded=feasibility.mean_is_unbounded):
    return unbounded(bounds, people, width, replace(known, own=()))


def _never(*_, **__):
    return True


# what stands in place of each rule, or of what it asks about the own answer, where it is turned off
TURNED_OFF = {
    "own answer beside a mean": (unanimity, "mean_is_protected", _mean_of_others),
    "own answer beside the spread": (unanimity, "interval_is_protected", _spread_of_others),
    "own answer beside all answers": (subgroups, "_answered", _answers_of_others),
    "own answer beside a remainder": (feasibility, "mean_is_unbounded", _remainder_of_others),
    "a remainder": (feasibility, "mean_is_unbounded", _never),
    "all answers": (feasibility, "part_is_protected", _never),
    "the spread": (unanimity, "interval_is_protected", _never),
    "a mean": (unanimity, "mean_is_protected", _never),
    "an item's mean": (unanimity, "item_means_are_protected", _never),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_withholds_what_would_be_told_without_it(rule, monkeypatch):
    wave, _ = CASES[rule].wave
    assert told_of(wave)[1] == {}
    monkeypatch.setattr(*TURNED_OFF[rule])
    assert told_of(wave)[1].keys() == CASES[rule].told


@pytest.mark.parametrize("rule", [each for each in CASES if each.startswith("own")])
def test_only_a_leader_who_answered_is_told_less_for_the_own_answer(rule):
    wave, _ = CASES[rule].wave
    assert told_of(replace(wave, leaders_answer=False))[1].keys() == CASES[rule].told


def test_without_the_rule_a_leader_who_answered_would_know_on_which_side_all_others_of_the_part_stand(
    monkeypatch,
):
    rule = "own answer beside all answers"
    wave, people = CASES[rule].wave
    monkeypatch.setattr(*TURNED_OFF[rule])
    sums, known = told_of(wave)[1], []
    for place in {(name, tuple(codes)): place for place, (name, codes) in enumerate(people)}.values():
        name, codes = people[place]
        n, low, high = sums[name]
        others = np.array([each for at, (_, each) in enumerate(people) if at != place])
        own = sum(codes) / len(codes)
        known += [
            (name, own, side)
            for side in (-1, 1)
            if not may_stand(others, n - 1, low - own, high - own, side=side, people=1)
        ]
    # the one who said 2: nobody else of them stands below the middle
    assert known == [(OTHERS, 2.0, -1)]
