"""Opening and sealing a wave whose key is on three printed sheets."""

import itertools
from datetime import timedelta

import pytest

from instruments.problems import Damaged, Refused
from survey.collection import key_shares, lifecycle, sealing, sheet_sealing, stored_urn, submission
from survey.operations import verification
from survey.store.repositories import held_key_shares, waves
from survey.store.repositories import sealed as sealed_waves
from tests.policies import POLICY
from tests.waves import (
    CLOSES,
    TODAY,
    admitted,
    alike,
    but_drawn,
    closed,
    closed_with_sheets,
    drafted,
    kept_sums,
    opened_with_sheets,
    simulated,
)

pytestmark = pytest.mark.usefixtures("program_read_once")

NOW = 1_800_000_000
WAITS = POLICY.retention.held_key_share
PAIRS = list(itertools.permutations(range(3), 2))


def give(home, wave, *typed, now=NOW):
    return sheet_sealing.give_sheets(home.database, home.keys, home.policy, wave.key, typed, now=now)


def give_alone(home, typed, now=NOW):
    return sheet_sealing.give_sheet_of_any(home.database, home.keys, home.policy, typed, now=now)


def held(home):
    with home.database.reading() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM held_key_share").scalar()


def stays(home, wave):
    now = waves.by_key(home.database, wave.key)
    return now.is_closed and now.public_key == wave.public_key


@pytest.mark.parametrize("pair", PAIRS)
def test_any_two_sheets_seal_the_wave_together(home, settings, pair):
    people = simulated(20)
    wave, sheets = closed_with_sheets(home, people)
    given = give(home, wave, *(sheets[place] for place in pair))
    assert given.wave.is_sealed
    assert given.held_until is None
    kept = sealed_waves.of_wave(home.database, given.wave).moments
    assert but_drawn(kept) == kept_sums(home, people)
    assert not home.keys.remaining(wave.key)
    assert held(home) == 0
    assert verification.find_problems(settings) == []


@pytest.mark.parametrize("pair", PAIRS)
def test_any_two_sheets_seal_the_wave_one_after_the_other(home, pair):
    wave, sheets = closed_with_sheets(home, simulated(6))
    first = give_alone(home, sheets[pair[0]])
    assert first.wave.is_closed
    assert first.held_until == NOW + WAITS
    assert sheet_sealing.held_until(home.database, wave, NOW) == NOW + WAITS
    assert give(home, wave, sheets[pair[1]], now=NOW + WAITS - 1).wave.is_sealed
    assert held(home) == 0


def test_the_first_sheet_is_forgotten_when_its_time_is_over(home):
    wave, sheets = closed_with_sheets(home, simulated(6))
    give_alone(home, sheets[0])
    assert sheet_sealing.held_until(home.database, wave, NOW + WAITS) is None
    late = give_alone(home, sheets[1], now=NOW + WAITS)
    assert late.wave.is_closed
    assert late.held_until == NOW + 2 * WAITS
    held_key_shares.forget_old(home.database, NOW + 2 * WAITS - 1)
    assert held(home) == 1
    held_key_shares.forget_old(home.database, NOW + 2 * WAITS)
    assert held(home) == 0


def test_the_same_sheet_given_again_is_waited_with_no_longer(home):
    wave, sheets = closed_with_sheets(home, simulated(6))
    give_alone(home, sheets[0])
    again = give_alone(home, sheets[0], now=NOW + 60)
    assert again.held_until == NOW + WAITS
    assert stays(home, wave)


def test_two_sheets_that_do_not_make_the_key_are_refused_alike_and_change_nothing(home):
    wave, sheets = closed_with_sheets(home, simulated(6))
    _, others = closed_with_sheets(home, simulated(6), "Bjørka")
    mistyped = sheets[1][:-1] + ("0" if sheets[1][-1] != "0" else "1")
    wrong = [(sheets[0], sheets[0]), (sheets[0], others[1]), (mistyped, sheets[0]), (others[0], others[1])]
    wrong += [("ja", sheets[0]), (sheets[0], "nei")]
    told = set()
    for pair in wrong:
        with pytest.raises(Refused) as refused:
            give(home, wave, *pair)
        told.add(refused.value.problems)
    assert len(told) == 1
    assert held(home) == 0
    assert stays(home, wave)


def test_a_sheet_finds_its_wave_and_none_is_found_for_a_mistyped_one(home):
    wave, _ = closed_with_sheets(home, simulated(6))
    other, others = closed_with_sheets(home, simulated(6), "Bjørka")
    assert give_alone(home, others[2]).wave.key == other.key
    assert give_alone(home, others[0]).wave.is_sealed
    assert stays(home, wave)
    with pytest.raises(Refused, match="sheets-wrong"):
        give_alone(home, others[0][::-1])
    # of a sealed wave nothing is left that a sheet could belong to
    with pytest.raises(Refused, match="sheets-wrong"):
        give_alone(home, others[1])


def test_no_sheet_is_taken_or_kept_while_the_wave_is_open(home):
    wave, sheets = opened_with_sheets(home)
    for given in (lambda: give(home, wave, *sheets[:2]), lambda: give_alone(home, sheets[0])):
        with pytest.raises(Refused, match="wave-state"):
            given()
    assert held(home) == 0


def test_sealing_without_sheets_says_that_two_are_needed(home):
    wave, sheets = closed_with_sheets(home, simulated(6))
    with pytest.raises(Refused, match="sheets-needed"):
        sealing.seal(home.database, home.keys, home.policy, wave.key)
    with pytest.raises(Refused, match="sheets-needed"):
        give(home, wave, " ", "")
    assert stays(home, wave)
    assert give(home, wave, *sheets[1:]).wave.is_sealed
    assert give(home, wave, *sheets[1:]).wave.is_sealed


def test_a_held_sheet_that_was_altered_is_asked_for_again(home):
    wave, sheets = closed_with_sheets(home, simulated(6))
    give_alone(home, sheets[0])
    with home.database.writing() as connection:
        held_key_shares.put(connection, wave.id, bytes(57), NOW + WAITS)
    assert give_alone(home, sheets[1]).wave.is_closed
    assert give_alone(home, sheets[0]).wave.is_sealed


def test_a_draft_opens_with_the_marks_of_its_last_sheets_only(home):
    wave, first, last = drafted(home, split_key=True), key_shares.split_new_key(), key_shares.split_new_key()
    old, new = (key_shares.sheet_marks(key.public_key) for key in (first, last))
    with pytest.raises(Refused, match="sheets-unprinted"):
        lifecycle.open_wave(home.database, home.keys, home.policy, wave.key, TODAY, marks=new)
    for key in (first, last):
        lifecycle.accept_sheets(home.database, wave.key, key.public_key)
    for marks in ((), old, new[:2]):
        with pytest.raises(Refused, match="sheets-unproven"):
            lifecycle.open_wave(home.database, home.keys, home.policy, wave.key, TODAY, marks=marks)
    assert waves.by_key(home.database, wave.key).is_draft
    # an address to read the questionnaire at is made by the key of codes; no key to answers is there
    assert [file.name for file in home.keys.path.iterdir()] == ["codes.key"]
    opened = lifecycle.open_wave(home.database, home.keys, home.policy, wave.key, TODAY, marks=new)
    assert opened.public_key == last.public_key
    assert {file.name for file in home.keys.path.iterdir()} == {f"{wave.key}.urn", "codes.key"}
    with pytest.raises(Refused, match="wave-state"):
        lifecycle.accept_sheets(home.database, wave.key, first.public_key)
    assert waves.by_key(home.database, wave.key).public_key == last.public_key


def test_a_wave_whose_key_is_on_the_server_has_no_sheets(home):
    wave = drafted(home)
    with pytest.raises(Refused, match="key-whole"):
        lifecycle.accept_sheets(home.database, wave.key, key_shares.split_new_key().public_key)
    assert waves.by_key(home.database, wave.key).public_key is None


def test_waiting_for_sheets_is_no_fault_and_a_private_key_beside_them_is_one(home, settings):
    wave, _ = closed_with_sheets(home, simulated(6))
    assert stored_urn.obstacles(home.database, home.keys, wave) == ()
    assert verification.find_problems(settings) == []
    home.keys.make_private(wave.key)
    assert [each.code for each in verification.find_problems(settings)] == ["keys-extra"]


def test_a_lost_urn_key_is_a_fault_of_a_split_wave_too(home):
    wave, sheets = opened_with_sheets(home)
    [admission] = admitted(home, wave)
    (home.keys.path / f"{wave.key}.urn").unlink()
    assert [each.code for each in stored_urn.obstacles(home.database, home.keys, wave)] == ["keys-missing"]
    with pytest.raises(Damaged, match="keys-missing"):
        submission.submit(home.database, home.keys, admission, alike(), TODAY)
    lifecycle.close(home.database, wave.key)
    with pytest.raises(Damaged, match="keys-missing"):
        give(home, wave, *sheets[:2])
    assert lifecycle.abandon(home.database, home.keys, home.policy, wave.key, TODAY).is_abandoned


def test_a_wave_whose_sheets_are_lost_can_be_given_up_when_their_holders_had_their_time(home, settings):
    wave, sheets = closed_with_sheets(home, simulated(6))
    give_alone(home, sheets[0])
    day = CLOSES + timedelta(POLICY.collection.lost_sheets_days)
    assert lifecycle.lost_sheets_day(POLICY, wave) == day
    with pytest.raises(Refused, match="sheets-awaited"):
        lifecycle.abandon(home.database, home.keys, home.policy, wave.key, day - timedelta(1))
    assert stays(home, wave)
    assert lifecycle.abandon(home.database, home.keys, home.policy, wave.key, day).is_abandoned
    assert not list(home.keys.path.glob(f"{wave.key}*"))
    assert held(home) == 0
    assert verification.find_problems(settings) == []


def test_an_open_wave_is_not_given_up_because_its_sheets_are_lost_and_neither_is_one_with_its_key(home):
    wave, _ = opened_with_sheets(home)
    late = CLOSES + timedelta(99)
    with pytest.raises(Refused, match="wave-state"):
        lifecycle.abandon(home.database, home.keys, home.policy, wave.key, late)
    with pytest.raises(Refused, match="wave-readable"):
        lifecycle.abandon(
            home.database, home.keys, home.policy, closed(home, simulated(6), "Bjørka").key, late
        )


def destroy(home, wave, *typed, now=NOW):
    return sheet_sealing.give_sheets(
        home.database, home.keys, home.policy, wave.key, typed, now=now, without_result=True
    )


@pytest.mark.parametrize("n", [0, 5])
def test_two_sheets_destroy_too_few_answers_only_where_that_is_asked(home, settings, n):
    wave, sheets = closed_with_sheets(home, simulated(n))
    with pytest.raises(Refused, match="seal-too-few"):
        give(home, wave, *sheets[:2])
    assert stays(home, wave)
    assert destroy(home, wave, *sheets[:2]).wave.is_sealed
    assert sealed_waves.without_result(home.database) == {wave.id}
    assert not home.keys.remaining(wave.key)
    assert verification.find_problems(settings) == []


def test_answers_with_a_result_are_not_destroyed_with_sheets_either(home):
    wave, sheets = closed_with_sheets(home, simulated(6))
    with pytest.raises(Refused, match="seal-enough"):
        destroy(home, wave, *sheets[:2])
    assert stays(home, wave)


def test_sheets_of_too_few_answers_are_held_alike_whichever_comes_second_until_the_leader_ends_it(home):
    wave, sheets = closed_with_sheets(home, simulated(5))
    enough, others = closed_with_sheets(home, simulated(6), "Bjørka")
    # whoever holds a sheet is told the same of the first and of the second: nothing of how many answered
    assert give_alone(home, sheets[0]).held_until == give_alone(home, others[0]).held_until
    assert give_alone(home, sheets[1], now=NOW + 60).held_until == NOW + 60 + WAITS
    assert stays(home, wave)
    # the last one is held: the leader's own completes it, and the same again does not
    with pytest.raises(Refused, match="sheets-needed"):
        destroy(home, wave, sheets[1], now=NOW + 61)
    assert destroy(home, wave, sheets[0], now=NOW + 61).wave.is_sealed
    assert give_alone(home, others[1]).wave.is_sealed
    assert sealed_waves.without_result(home.database) == {wave.id}
    assert waves.by_key(home.database, enough.key).is_sealed
    assert held(home) == 0


def test_the_leader_who_destroys_hands_in_the_last_sheet_and_none_is_held_for_it(home):
    wave, sheets = closed_with_sheets(home, simulated(5))
    with pytest.raises(Refused, match="sheets-needed"):
        destroy(home, wave, sheets[0])
    assert held(home) == 0
    give_alone(home, sheets[1])
    with pytest.raises(Refused, match="sheets-needed"):
        destroy(home, wave, sheets[0], now=NOW + WAITS)
    assert destroy(home, wave, sheets[0], now=NOW + WAITS - 1).wave.is_sealed
