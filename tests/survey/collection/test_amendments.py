"""A wave that was opened: its last day is moved later, its title and the number invited are put right."""

from datetime import timedelta

import pytest

from instruments.problems import Refused
from survey.collection import admission, amendments, code_issuing, lifecycle, sealing, submission
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories import waves
from tests.waves import (
    CLOSES,
    ON_SQLITE,
    TODAY,
    admitted,
    alike,
    answer,
    closed,
    drafted,
    opened,
    sealed,
    simulated,
)

LATER = CLOSES + timedelta(12)


def prolong(home, wave, closes_on=LATER, today=TODAY):
    return amendments.prolong(home.database, wave.key, closes_on, today)


def correct(home, wave, **corrected):
    return amendments.correct(
        home.database, wave.key, **{"title": wave.title, "invited": wave.invited, **corrected}
    )


@pytest.mark.parametrize("open_link", [False, True])
def test_codes_links_and_what_was_begun_follow_a_last_day_that_is_moved(home, open_link):
    wave = opened(home, open_link=open_link)
    [begun, early] = admitted(home, wave, 2)
    code = admission.link(home.keys, wave) if open_link else None
    code = code or code_issuing.issue(home.database, home.keys, wave.key, 1)[0]
    with pytest.raises(Refused, match="wave-closed"):
        admission.admit(home.database, home.keys, code, LATER)
    longer = prolong(home, wave)
    assert (longer.closes_on, longer.planned_closes_on, longer.days_longer) == (LATER, CLOSES, 12)
    submission.submit(home.database, home.keys, begun, alike(), LATER)
    late = admission.admit(home.database, home.keys, code, LATER)
    submission.submit(home.database, home.keys, late, alike(), LATER)
    assert not lifecycle.close_due(home.database, wave.key, LATER)
    assert lifecycle.close_due(home.database, wave.key, LATER + timedelta(1))
    with pytest.raises(Refused, match="wave-closed"):
        submission.submit(home.database, home.keys, early, alike(), LATER)


@ON_SQLITE
@pytest.mark.parametrize(
    ("last", "today", "code"),
    [
        (CLOSES - timedelta(1), TODAY, "last-day-earlier"),
        (CLOSES + timedelta(2), CLOSES + timedelta(3), "last-day-past"),
    ],
)
def test_a_last_day_is_never_moved_to_an_earlier_one_or_one_that_is_over(home, last, today, code):
    wave = opened(home)
    with pytest.raises(Refused, match=code):
        prolong(home, wave, last, today)
    assert waves.by_key(home.database, wave.key) == wave


@ON_SQLITE
@pytest.mark.parametrize("made", [drafted, lambda home: closed(home, [])])
def test_the_last_day_of_an_open_wave_alone_is_moved(home, made):
    with pytest.raises(Refused, match="wave-state"):
        prolong(home, made(home))


def test_no_wave_is_moved_into_the_days_of_another(home):
    wave = opened(home)
    opened(home, wave.unit_name, opens_on=LATER, closes_on=LATER + timedelta(5))
    assert prolong(home, wave, LATER - timedelta(1)).days_longer == 11
    with pytest.raises(Refused, match="waves-together"):
        prolong(home, wave, LATER)


@ON_SQLITE
def test_a_wave_that_is_closed_at_its_date_meanwhile_is_not_closed_where_its_last_day_was_moved(
    home, monkeypatch
):
    wave, after = opened(home), CLOSES + timedelta(1)
    locking = waves.locked

    def move_first(connection, wave_id):
        waves.amend(connection, wave_id, closes_on=LATER)
        return locking(connection, wave_id)

    monkeypatch.setattr(waves, "locked", move_first)
    assert not lifecycle.close_due(home.database, wave.key, after)
    assert waves.by_key(home.database, wave.key).is_open


@pytest.mark.parametrize("made", [opened, lambda home: closed(home, simulated(6))])
def test_a_title_and_the_number_invited_are_put_right_until_it_is_sealed(home, made):
    wave = made(home)
    right = correct(home, wave, title="Høst 2026", invited=24)
    assert (right.title, right.invited, right.planned_invited) == ("Høst 2026", 24, 20)
    assert right.state is wave.state
    # and sealing counts with the number as it is then
    answer(home, right, [] if right.is_closed else simulated(6))
    lifecycle.close(home.database, wave.key)
    kept = sealed_waves.of_wave(home.database, sealing.seal(home.database, home.keys, home.policy, wave.key))
    assert (kept.invited, kept.identity.wave_title) == (24, "Høst 2026")


@ON_SQLITE
@pytest.mark.parametrize(
    ("corrected", "code"),
    [
        ({"invited": 19}, "invited-fewer"),
        ({"title": " "}, "title-length"),
        ({"title": "Vår\N{SOFT HYPHEN}en"}, "letter-unprintable"),
        ({"title": "x" * 101}, "title-length"),
        ({"title": "Vår \N{GRINNING FACE}"}, "letter-unprintable"),
    ],
)
def test_what_cannot_be_right_is_refused(home, corrected, code):
    wave = opened(home)
    with pytest.raises(Refused, match=code):
        correct(home, wave, **corrected)
    assert waves.by_key(home.database, wave.key) == wave


@ON_SQLITE
@pytest.mark.parametrize("made", [drafted, lambda home: sealed(home, simulated(6))])
def test_nothing_is_put_right_of_a_draft_and_of_a_sealed_wave(home, made):
    wave = made(home)
    with pytest.raises(Refused, match="wave-state"):
        correct(home, wave, title="Anders")
    assert waves.by_key(home.database, wave.key) == wave


@ON_SQLITE
def test_more_codes_can_be_made_for_more_who_are_invited(home):
    wave = opened(home)
    code_issuing.issue(home.database, home.keys, wave.key, 30)
    with pytest.raises(Refused, match="codes-number"):
        code_issuing.issue(home.database, home.keys, wave.key, 4)
    correct(home, wave, invited=24)
    code_issuing.issue(home.database, home.keys, wave.key, 4)


def test_sealing_counts_with_a_number_that_was_corrected_meanwhile(home):
    wave = closed(home, simulated(6))

    def correct_first(stage):
        if stage == "begin":
            correct(home, wave, invited=30)

    sealing.seal(home.database, home.keys, home.policy, wave.key, correct_first)
    now = waves.by_key(home.database, wave.key)
    assert (now.is_sealed, now.invited) == (True, 30)
