"""A wave on two dimensions between two whole ones is compared with those before it, and ends no series."""

from instruments.parts import part_of
from reports.disclosure import Audience
from reports.results.change import Comparison
from reports.results.profile import profile
from reports.results.verdicts import Contrast, Verdict, judge
from tests.instruments.building import built
from tests.policies import POLICY
from tests.reports.results.test_verdicts import wave

THREE = built({name: [f"{name}{k}" for k in range(1, 5)] for name in ("trust", "goals", "help")})
PART = part_of(THREE, ["trust", "help"])


def test_a_part_is_judged_beside_the_whole_wave_before_it_on_all_its_items():
    before, between = wave(2025, version=THREE, center=2.4), wave(2026, version=PART, center=3.9)
    judged = judge([before, between], POLICY).contrasts[Contrast.PREVIOUS]
    assert {name: each.verdict for name, each in judged.items()} == dict.fromkeys(PART.part, Verdict.HIGHER)
    [comparison] = profile([before, between], Audience.LEADER, POLICY).comparisons
    assert isinstance(comparison, Comparison)
    assert not comparison.partial
    assert all(change.estimate.interval.low > 0 for change in comparison.changes.values())


def test_the_next_whole_wave_is_judged_beside_the_last_whole_one_as_if_there_were_no_part():
    first, last = wave(2025, version=THREE, center=2.4), wave(2027, version=THREE, center=3.9)
    between = wave(2026, version=PART, center=3.0)
    assert judge([first, between, last], POLICY) == judge([first, last], POLICY)
    shown = profile([first, between, last], Audience.LEADER, POLICY)
    assert [each.wave for each in shown.waves] == [first.identity.wave, last.identity.wave]
    assert shown.comparisons == profile([first, last], Audience.LEADER, POLICY).comparisons


def test_a_second_part_is_compared_with_the_first_where_that_asked_all_of_it():
    whole, first = wave(2025, version=THREE), wave(2026, version=PART)
    same, fewer = wave(2027, version=PART), wave(2027, version=part_of(THREE, ["goals"]))
    assert [each.wave for each in profile([whole, first, same], Audience.LEADER, POLICY).waves] == [
        each.identity.wave for each in (whole, first, same)
    ]
    assert [each.wave for each in profile([whole, first, fewer], Audience.LEADER, POLICY).waves] == [
        each.identity.wave for each in (whole, fewer)
    ]


def test_two_dimensions_share_one_error_rate_and_not_that_of_the_whole():
    judged = judge([wave(2025, version=THREE), wave(2026, version=PART)], POLICY)
    assert all(each.strictest == 1 - 0.05 / 2 for each in judged.contrasts[Contrast.PREVIOUS].values())
