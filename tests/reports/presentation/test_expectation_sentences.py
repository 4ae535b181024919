"""What a report may answer to an expectation: what was judged, and nothing more."""

from functools import partial

import pytest

from instruments import library
from reports.disclosure import Audience
from reports.presentation.expectation_sentences import answered_expectations
from reports.presentation.locale import get_locale
from reports.presentation.sentences import Sentences
from reports.results.agreed_actions import Agreements
from reports.results.change import Comparison
from reports.results.expectations import Expectation, Expected
from reports.results.profile import profile
from tests.policies import POLICY
from tests.reports.results import test_verdicts

VERSION = library.get("learning_community@1.0.0")
wave = partial(test_verdicts.wave, version=VERSION)


def answers(waves, expected, language="en"):
    held = Agreements(expected=(Expectation("shared_practice", expected),))
    shown = profile(waves, Audience.LEADER, POLICY, agreed=held)
    return shown, answered_expectations(Sentences(shown, get_locale(language)))[0][1]


def test_an_expectation_is_answered_with_what_is_certain_also_where_it_is_the_contrary():
    _, said = answers([wave(2025, center=3.9), wave(2026, center=2.4)], Expected.MORE)
    assert said.startswith("Beforehand we expected more of this. Lower than in")


def test_where_nothing_is_certain_it_is_answered_with_the_smallest_change_that_would_have_been_seen():
    shown, said = answers([wave(2025), wave(2026)], Expected.MORE)
    assert isinstance(shown.step, Comparison)
    smallest = shown.step.changes["shared_practice"].estimate.interval.detectable
    assert "No certain change since" in said
    assert f"is {smallest:.2f}." in said
    assert "Higher" not in said


@pytest.mark.parametrize(
    ("waves", "expected", "said"),
    [
        ([wave(2026)], Expected.LESS, "we expected less of this. Nothing can be said about change here."),
        ([wave(2025, 20, invited=60), wave(2026)], Expected.UNSURE, "unsure. This survey is not compared"),
        ([wave(2025, 22, invited=40), wave(2026)], Expected.MORE, "more of this. Too few answered"),
        ([wave(2025, 7), wave(2026, 7)], Expected.MORE, "more of this. Nothing is said about change"),
    ],
    ids=["first wave", "not compared", "response too low", "too few for an interval"],
)
def test_where_no_change_is_judged_the_answer_says_so_and_nothing_more(waves, expected, said):
    _, answer = answers(waves, expected)
    assert said in answer
    assert "Higher" not in answer
    assert "Lower" not in answer
