"""A wave's life: every act in every state, and how one is given up whose answers nobody can read."""

import shutil
from datetime import timedelta

import pytest

from instruments.problems import Damaged, Refused
from survey.collection import admission, code_issuing, lifecycle, planning, sealing, stored_urn, submission
from survey.operations import verification
from survey.store.repositories import codes, urns, waves
from survey.store.tables import WaveState
from tests.waves import (
    CLOSES,
    TODAY,
    admitted,
    alike,
    answer,
    closed,
    drafted,
    opened,
    place,
    sealed,
    simulated,
    without_spacing,
)

pytestmark = pytest.mark.usefixtures("program_read_once")


def lost(home, wave, *halves):
    """The wave, whose keys are gone."""
    for half in halves or ("private", "urn"):
        (home.keys.path / f"{wave.key}.{half}").unlink()
    return wave


def abandoned(home):
    wave = lost(home, closed(home, simulated(6)))
    return lifecycle.abandon(home.database, home.keys, home.policy, wave.key, TODAY)


WAVES = {
    WaveState.DRAFT: drafted,
    WaveState.OPEN: opened,
    WaveState.CLOSED: lambda home: closed(home, simulated(6)),
    WaveState.SEALED: lambda home: sealed(home, simulated(6)),
    WaveState.ABANDONED: abandoned,
}
ACTS = {
    WaveState.OPEN: lambda home, key: lifecycle.open_wave(
        home.database, home.keys, without_spacing(home.policy), key, TODAY
    ),
    WaveState.CLOSED: lambda home, key: lifecycle.close(home.database, key),
    WaveState.SEALED: lambda home, key: sealing.seal(home.database, home.keys, home.policy, key),
    WaveState.ABANDONED: lambda home, key: lifecycle.abandon(
        home.database, home.keys, home.policy, key, TODAY
    ),
}


# back, before anything was counted: `tests.survey.collection.test_reopening`
BACK = {(WaveState.OPEN, WaveState.DRAFT), (WaveState.CLOSED, WaveState.OPEN)}


@pytest.mark.parametrize("state", WaveState)
def test_a_wave_goes_only_where_its_state_leads_and_doing_an_act_again_is_doing_it(home, state):
    for to, act in ACTS.items():
        wave = WAVES[state](home)
        assert wave.state is state
        if to is WaveState.ABANDONED and wave.has_urn:
            lost(home, wave)
        # opening again is refused: whoever does it has an old page before them
        onward = to in lifecycle.TRANSITIONS[state] and (state, to) not in BACK
        may = onward or (to is state and to is not WaveState.OPEN)
        if may:
            assert act(home, wave.key).state is to
        else:
            with pytest.raises(Refused, match="wave-state"):
                act(home, wave.key)
            assert waves.by_key(home.database, wave.key).state is state


def test_every_state_is_reached_from_one_before_it_or_back_and_the_last_two_lead_nowhere():
    assert set(lifecycle.TRANSITIONS) == set(WaveState)
    order = list(WaveState)
    backward = {
        (state, after)
        for state, reached in lifecycle.TRANSITIONS.items()
        for after in reached
        if order.index(after) < order.index(state)
    }
    assert backward == BACK
    assert all(lifecycle.states_before(state) for state in WaveState)
    ends = {state for state, after in lifecycle.TRANSITIONS.items() if not after}
    assert ends == {WaveState.SEALED, WaveState.ABANDONED}


def test_a_wave_closes_by_itself_after_its_last_day(home):
    wave = opened(home)
    [came, late, on_time] = admitted(home, wave, 3)
    submission.submit(home.database, home.keys, came, alike(), TODAY)
    submission.submit(home.database, home.keys, on_time, alike(), CLOSES)
    after = CLOSES + timedelta(days=1)
    with pytest.raises(Refused, match="wave-closed"):
        submission.submit(home.database, home.keys, late, alike(), after)
    assert lifecycle.due(home.database, CLOSES) == []
    lifecycle.close_due(home.database, wave.key, CLOSES)
    assert waves.by_key(home.database, wave.key).is_open
    assert [each.key for each in lifecycle.due(home.database, after)] == [wave.key]
    lifecycle.close_due(home.database, wave.key, after)
    assert waves.by_key(home.database, wave.key).is_closed


def test_closing_before_the_last_day_makes_that_day_the_last(home):
    wave = opened(home)
    assert lifecycle.close(home.database, wave.key, TODAY).closes_on == TODAY
    assert lifecycle.close(home.database, wave.key, CLOSES).closes_on == TODAY
    late = lifecycle.close(home.database, opened(home).key, CLOSES + timedelta(days=9))
    assert late.closes_on == CLOSES


def test_opening_twice_keeps_the_keys_of_the_first_time(home):
    wave = drafted(home)
    first = lifecycle.open_wave(home.database, home.keys, without_spacing(home.policy), wave.key, TODAY)
    assert home.keys.make_private(wave.key) == first.public_key
    with pytest.raises(Refused, match="wave-state"):
        lifecycle.open_wave(home.database, home.keys, without_spacing(home.policy), wave.key, TODAY)


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o704])
def test_a_wave_does_not_open_where_others_could_come_at_its_keys(home, mode):
    wave = drafted(home)
    before = list(home.keys.path.iterdir())
    home.keys.path.chmod(mode)
    with pytest.raises(Damaged, match="keys-exposed"):
        lifecycle.open_wave(home.database, home.keys, without_spacing(home.policy), wave.key, TODAY)
    assert waves.by_key(home.database, wave.key).is_draft
    assert list(home.keys.path.iterdir()) == before


def test_whoever_looks_sees_a_wave_past_its_last_day_as_closed_and_changes_nothing(home):
    wave = opened(home)
    assert lifecycle.as_of(wave, CLOSES).is_open
    assert lifecycle.as_of(wave, CLOSES + timedelta(days=1)).is_closed
    assert waves.by_key(home.database, wave.key).is_open
    assert lifecycle.as_of(drafted(home), CLOSES + timedelta(days=1)).is_draft


def test_the_newest_questionnaire_of_the_units_edition_is_proposed(home):
    assert planning.proposed_instrument(place(home)) == "learning_community@1.1.0"
    found = [each.reference for each in planning.instruments_for("skole")]
    assert found == ["learning_community@1.1.0", "learning_community@1.0.0", "pulse@1.0.0"]
    assert planning.instruments_for("hospital") == []


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        ({"language": "sv"}, "language-missing", "sv"),
        ({"invited": 0}, "invited-none", "0 people"),
        ({"closes_on": TODAY - timedelta(days=30)}, "dates-order", "2026-02-07"),
        ({"instrument": "learning_community@9.0.0"}, "instrument-unknown", "9.0.0"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_what_was_given(home, asked, code, words):
    with pytest.raises(Refused, match=f"{code}.*{words}"):
        drafted(home, **asked)
    assert waves.every(home.database) == ()


@pytest.mark.parametrize("halves", [("private",), ("urn",), ("private", "urn")])
def test_a_wave_whose_keys_are_lost_takes_no_answers_and_is_given_up(home, halves):
    wave, other = opened(home), opened(home)
    [came, late] = admitted(home, wave, 2)
    submission.submit(home.database, home.keys, came, alike(), TODAY)
    lost(home, wave, *halves)
    with pytest.raises(Damaged, match="keys-missing"):
        submission.submit(home.database, home.keys, late, alike(), TODAY)
    with pytest.raises(Damaged, match="keys-missing"):
        code_issuing.issue(home.database, home.keys, wave.key, 1)
    lifecycle.abandon(home.database, home.keys, home.policy, wave.key, TODAY)
    assert waves.by_key(home.database, wave.key).is_abandoned
    with home.database.reading() as connection:
        assert urns.boxes(connection, wave.id) == {}
        assert codes.count(connection, wave.id) == 2  # whose holders are told so
        assert len(urns.boxes(connection, other.id)) == 16
    assert not list(home.keys.path.glob(f"{wave.key}*"))
    with pytest.raises(Refused, match="wave-abandoned"):
        submission.submit(home.database, home.keys, late, alike(), TODAY)
    answer(home, other, simulated(2))


def test_a_link_to_a_wave_that_was_given_up_says_so(home):
    wave = opened(home, open_link=True)
    link = admission.link(home.keys, wave)
    lost(home, wave)
    with pytest.raises(Damaged, match="keys-missing"):
        admission.admit_by_link(home.database, home.keys, link, TODAY)
    lifecycle.abandon(home.database, home.keys, home.policy, wave.key, TODAY)
    with pytest.raises(Refused, match="wave-abandoned"):
        admission.admit_by_link(home.database, home.keys, link, TODAY)


def test_a_wave_that_can_be_sealed_is_not_given_up(home):
    wave = closed(home, simulated(6))
    with pytest.raises(Refused, match="wave-readable"):
        lifecycle.abandon(home.database, home.keys, home.policy, wave.key, TODAY)
    assert not list(home.keys.path.glob("*.destroying"))
    assert sealing.seal(home.database, home.keys, home.policy, wave.key).is_sealed


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        ("UPDATE urn SET box = (SELECT box FROM urn WHERE shard = 3) WHERE shard = 4", "urn-damaged"),
        ("DELETE FROM urn WHERE shard = 4", "urn-damaged"),
    ],
)
def test_a_wave_whose_urn_is_damaged_can_be_given_up_too(home, settings, harm, code):
    wave = closed(home, simulated(6))
    with home.database.writing() as connection:
        connection.exec_driver_sql(harm)
    assert [each.code for each in stored_urn.obstacles(home.database, home.keys, wave)] == [code]
    assert f"kjennetegn wave abandon {wave.key}" in str(verification.find_problems(settings)[0])
    assert lifecycle.abandon(home.database, home.keys, home.policy, wave.key, TODAY).is_abandoned
    assert verification.find_problems(settings) == []


def test_the_keys_of_another_wave_are_told_apart_from_lost_ones(home):
    wave, other = closed(home, simulated(6)), opened(home)
    shutil.copy(home.keys.path / f"{other.key}.private", home.keys.path / f"{wave.key}.private")
    assert [each.code for each in stored_urn.obstacles(home.database, home.keys, wave)] == ["keys-wrong"]
    assert stored_urn.obstacles(home.database, home.keys, drafted(home)) == ()
    assert stored_urn.obstacles(home.database, home.keys, other) == ()
