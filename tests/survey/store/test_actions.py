"""Agreed actions belong to a sealed wave, are few, and go when it goes."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from instruments.problems import Refused
from reports.results.agreed_actions import LONGEST, MOST_ACTIONS, ActionStatus, AgreedAction, LookBack
from survey.store.repositories import actions
from tests.waves import closed, drafted, opened, sealed, simulated

AGREED = AgreedAction(
    "evidence_use",
    "Vi bruker det vi vet om elevene når vi planlegger.",
    "Hvert trinn legger fram én observasjon i måneden.",
    "Trinnlederne",
    "Planene viser til noe vi har sett.",
    date(2026, 9, 1),
)


@pytest.fixture
def wave(home):
    return sealed(home, simulated(6))


def refused_as(call, *arguments):
    with pytest.raises(Refused) as refused:
        call(*arguments)
    return [problem.code for problem in refused.value.problems]


def told(home, wave):
    return [each.action for each in actions.of_wave(home.database, wave)]


def test_an_action_is_kept_word_for_word(home, wave):
    kept = replace(AGREED, goal="<b>& «æøå» 'x' --</b>", sign="x" * LONGEST["sign"])
    written = actions.add(home.database, wave, kept)
    assert actions.of_wave(home.database, wave) == (written,)
    assert actions.by_key(home.database, wave, written.key).action == kept


def test_actions_come_in_the_order_of_the_questionnaire_and_then_as_written(home, wave):
    first = replace(AGREED, dimension="shared_values_goals")
    for each in (AGREED, first, replace(AGREED, goal="Et til")):
        actions.add(home.database, wave, each)
    assert told(home, wave) == [first, AGREED, replace(AGREED, goal="Et til")]


def test_an_action_is_rewritten_and_removed_and_the_others_stay(home, wave):
    one, other = (actions.add(home.database, wave, AGREED) for _ in range(2))
    actions.replace(home.database, wave, one.key, replace(AGREED, who="Alle team"))
    assert [each.who for each in told(home, wave)] == ["Alle team", "Trinnlederne"]
    for _ in range(2):
        actions.remove(home.database, wave, one.key)
    assert actions.of_wave(home.database, wave) == (other,)


@pytest.mark.parametrize("state", [drafted, opened])
def test_nothing_is_agreed_before_sealing(home, state):
    assert refused_as(actions.add, home.database, state(home), AGREED) == ["wave-not-sealed"]


def test_nothing_is_agreed_on_a_closed_wave_and_the_database_says_so_too(home):
    wave = closed(home, simulated(6))
    assert refused_as(actions.add, home.database, wave, AGREED) == ["wave-not-sealed"]
    statement = (
        "INSERT INTO agreed_action (key, wave_id, dimension, goal, action, who, sign, due)"
        " SELECT 'k', id, 'd', 'g', 'a', 'w', 's', '2026-09-01' FROM wave"
    )
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), home.database.writing() as connection:
        connection.exec_driver_sql(statement)


def test_a_wave_with_too_few_answers_may_have_agreements(home):
    wave = sealed(home, simulated(3))
    actions.add(home.database, wave, AGREED)
    assert told(home, wave) == [AGREED]


def test_a_dimension_that_was_not_asked_about_is_refused(home, wave):
    action = replace(AGREED, dimension="weather")
    assert refused_as(actions.add, home.database, wave, action) == ["dimension-unknown"]


def test_a_third_dimension_is_refused_in_a_new_action_and_in_a_rewritten_one(home, wave):
    other, third = (replace(AGREED, dimension=name) for name in ("shared_practice", "improvement_cycle"))
    actions.add(home.database, wave, AGREED)
    kept = [actions.add(home.database, wave, each) for each in (AGREED, other)]
    assert refused_as(actions.add, home.database, wave, third) == ["focus-number"]
    assert refused_as(actions.replace, home.database, wave, kept[0].key, third) == ["focus-number"]
    actions.replace(home.database, wave, kept[1].key, third)
    assert {each.dimension for each in told(home, wave)} == {"evidence_use", "improvement_cycle"}


def test_one_action_too_many_is_refused(home, wave):
    for _ in range(MOST_ACTIONS):
        actions.add(home.database, wave, AGREED)
    assert refused_as(actions.add, home.database, wave, AGREED) == ["actions-number"]
    assert len(told(home, wave)) == MOST_ACTIONS


def test_many_who_write_at_once_do_not_get_past_the_limit(home, wave):
    def write():
        try:
            actions.add(home.database, wave, AGREED)
        except Refused as refused:
            codes.append(refused.problems[0].code)

    codes = []
    writing = [threading.Thread(target=write) for _ in range(8)]
    for each in writing:
        each.start()
    for each in writing:
        each.join()
    assert len(told(home, wave)) == MOST_ACTIONS
    assert codes == ["actions-number"] * (8 - MOST_ACTIONS)


@pytest.mark.parametrize("key", ["no-such", "a\0b"])
def test_an_action_that_is_not_the_waves_is_not_there(home, wave, key):
    elsewhere = sealed(home, simulated(6), unit="Bjerka")
    theirs = actions.add(home.database, elsewhere, AGREED)
    for unknown in (key, theirs.key):
        assert refused_as(actions.by_key, home.database, wave, unknown) == ["action-unknown"]
        assert refused_as(actions.replace, home.database, wave, unknown, AGREED) == ["action-unknown"]
        actions.remove(home.database, wave, unknown)
    assert actions.of_wave(home.database, elsewhere) == (theirs,)


@pytest.mark.parametrize("part", LONGEST)
def test_the_database_itself_refuses_a_part_that_is_empty_or_too_long(home, wave, part):
    actions.add(home.database, wave, AGREED)
    for text in ("", "x" * (LONGEST[part] + 1)):
        with pytest.raises(Exception, match=r"CHECK|too long|check"), home.database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE agreed_action SET {part} = '{text}'")  # noqa: S608 - words of this file


def test_a_wave_that_is_removed_takes_its_agreements_along(home, wave):
    actions.add(home.database, wave, AGREED)
    with home.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM sealed_wave")
    assert actions.of_wave(home.database, wave) == ()


def test_what_became_of_an_action_is_kept_by_its_day_and_stays_when_the_action_is_rewritten(home, wave):
    kept = actions.add(home.database, wave, AGREED)
    late, early, again = (
        LookBack(ActionStatus.GOES_ON, sentence, date(2026, 9, day))
        for sentence, day in (("Sist", 9), ("Først", 2), ("Nei, slik", 9))
    )
    for each in (late, early, again):
        actions.note_look_back(home.database, wave, kept.key, each)
    actions.replace(home.database, wave, kept.key, replace(AGREED, who="Alle"))
    assert told(home, wave) == [replace(AGREED, who="Alle", look_backs=(early, again))]


def test_what_became_of_an_action_goes_with_it_and_of_none_nothing_is_noted(home, wave):
    kept = actions.add(home.database, wave, AGREED)
    found = LookBack(ActionStatus.STOPPED, "Slutt", date(2026, 9, 2))
    actions.note_look_back(home.database, wave, kept.key, found)
    actions.remove(home.database, wave, kept.key)
    with home.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM look_back").scalar_one() == 0
    refused = refused_as(actions.note_look_back, home.database, wave, kept.key, found)
    assert refused == ["action-unknown"]
