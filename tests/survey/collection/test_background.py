"""A wave that asks a background question: whether it may, what travels with the answers, and what is kept."""

from dataclasses import replace

import pytest

from instruments import background
from instruments.aggregates.subgroups import tabulate_subgroups
from instruments.answers import SKIPPED, response_matrix
from instruments.problems import Damaged, Refused
from reports.disclosure.policy import ABSOLUTE_MINIMUM, Audience
from survey.collection import lifecycle, planning, response_encoding, sealing, stored_urn, submission
from survey.store import instrument_integrity
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories import waves
from tests.policies import POLICY
from tests.waves import TODAY, admitted, alike, answer, closed, drafted, opened, sealed, simulated, version

YEARS = background.get("years_here@1")


def said(number):
    """What so many people said, in turn: each category, and nothing."""
    return [(*YEARS.categories, SKIPPED)[place % 4] for place in range(number)]


def answered(home, number, **asked):
    wave = opened(home, background=YEARS.reference, invited=max(15, number), **asked)
    people = simulated(number)
    answer(home, wave, people, said=said(number))
    return wave, people


def test_a_wave_asks_no_background_question_unless_it_is_told_to(home):
    assert drafted(home).background is None
    assert drafted(home, background="role@1").background == "role@1"


@pytest.mark.parametrize("leaders_answer", [False, True])
def test_with_too_few_invited_for_means_by_group_it_is_refused(home, leaders_answer):
    fewest = POLICY.thresholds[Audience.LEADER].item
    asked = {"background": "role@1", "leaders_answer": leaders_answer}
    assert drafted(home, invited=fewest, **asked).background
    with pytest.raises(Refused, match=f"background-too-few.*Invite {fewest} people"):
        drafted(home, invited=fewest - 1, **asked)


def test_a_question_that_does_not_ship_or_has_nothing_to_be_told_by_is_refused(home):
    with pytest.raises(Refused, match="background-unknown"):
        drafted(home, background="shoe_size@1")
    with pytest.raises(Refused, match="background-single-items"):
        drafted(home, background="role@1", instrument="pulse@1.0.0")


@pytest.mark.parametrize(
    ("leaders_answer", "fewest"), [(False, ABSOLUTE_MINIMUM), (True, ABSOLUTE_MINIMUM + 1)]
)
def test_what_is_kept_is_the_breakdown_of_all_replies_by_what_the_leader_may_be_told(
    home, leaders_answer, fewest
):
    wave, people = answered(home, 28, leaders_answer=leaders_answer)
    lifecycle.close(home.database, wave.key)
    kept = sealed_waves.of_wave(
        home.database, sealing.seal(home.database, home.keys, home.policy, wave.key)
    ).breakdown
    expected = tabulate_subgroups(version(), YEARS, response_matrix(version(), people), said(28), fewest)
    assert kept.background == YEARS
    assert kept.people == expected.people == dict.fromkeys(YEARS.categories, 7)
    assert kept.scores == expected.scores
    assert list(kept.people) == list(YEARS.categories)


def test_a_wave_of_twelve_keeps_nobody_by_category_and_one_of_four_nothing(home):
    wave, _ = answered(home, 12)
    few = opened(home, background=YEARS.reference)
    answer(home, few, simulated(4))
    for each in (wave, few):
        lifecycle.close(home.database, each.key)
        sealing.seal(home.database, home.keys, home.policy, each.key, without_result=each is few)
        held = sealed_waves.of_wave(home.database, each).breakdown
        assert held is None or not held.people


def test_sealing_again_stores_no_category_twice(home):
    wave, _ = answered(home, 24)
    lifecycle.close(home.database, wave.key)
    kept = []
    for _ in range(2):
        sealing.seal(home.database, home.keys, home.policy, wave.key)
        with home.database.reading() as connection:
            kept.append(connection.exec_driver_sql("SELECT * FROM sealed_category").all())
    assert kept[0] == kept[1] != []


def test_a_wave_without_the_question_keeps_no_breakdown_and_takes_no_category(home):
    assert sealed_waves.of_wave(home.database, sealed(home, simulated(20))).breakdown is None
    wave = opened(home)
    [admission] = admitted(home, wave)
    with pytest.raises(Refused, match="background-unasked"):
        submission.submit(home.database, home.keys, admission, alike(), TODAY, category="with_learners")


def test_a_category_that_is_not_offered_is_refused_and_nothing_is_stored(home):
    wave = opened(home, background="role@1")
    [admission] = admitted(home, wave)
    with pytest.raises(Refused, match="background-category"):
        submission.submit(home.database, home.keys, admission, alike(), TODAY, category="caretaker")
    urn = stored_urn.open_urn(home.keys, wave)
    assert not stored_urn.has_entry(home.database, urn, wave, admission.token)


@pytest.mark.parametrize(
    ("asked", "categories"), [(None, (SKIPPED,)), (YEARS.reference, (*YEARS.categories, SKIPPED))]
)
def test_a_reply_comes_apart_into_what_it_was_joined_from(asked, categories):
    [answers] = simulated(1)
    for category in categories:
        joined = response_encoding.join(answers, asked, category)
        assert len(joined) == response_encoding.length(version(), asked)
        encoded, found = response_encoding.split(version(), asked, joined)
        assert found == category
        assert encoded == bytes(answers.indices)


def test_a_reply_of_another_length_stops_the_sealing_and_changes_nothing(home):
    wave = closed(home, simulated(6))
    with home.database.writing() as connection:
        connection.exec_driver_sql("UPDATE wave SET background = 'role@1'")
    with pytest.raises(Damaged, match="urn-damaged"):
        sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert waves.by_key(home.database, wave.key).is_closed


def test_a_database_whose_waves_ask_a_question_that_is_gone_is_refused(home):
    drafted(home, background="role@1")
    with home.database.writing() as connection:
        instrument_integrity.require_unaltered(connection)
        connection.exec_driver_sql("UPDATE wave SET background = 'role@0'")
    with home.database.reading() as connection, pytest.raises(Damaged, match="background-unknown"):
        instrument_integrity.require_unaltered(connection)


def test_a_questionnaire_in_a_language_that_the_question_lacks_is_refused():
    swedish = replace(version(), editions={"skola": ("nb", "sv")})
    plan = planning.Plan("asken", "Vår", "x@1.0.0", "nb", 20, TODAY, TODAY, background=YEARS.reference)
    with pytest.raises(Refused, match=r"background-language.*not available in sv\."):
        planning._require_worth_asking(POLICY, plan, swedish, YEARS)
