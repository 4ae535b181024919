"""Going back: a wave closed early is opened again soon after, and one opened ahead is a draft again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from instruments.problems import Damaged, Refused
from survey.collection import (
    admission,
    code_issuing,
    drafting,
    lifecycle,
    planning,
    reopening,
    sealing,
    sheet_sealing,
    submission,
)
from survey.operations import verification
from survey.store.repositories import urns, waves
from tests.policies import POLICY
from tests.waves import (
    CLOSES,
    ON_SQLITE,
    OPENS,
    REFERENCE,
    TODAY,
    admitted,
    alike,
    answer,
    but_drawn,
    closed,
    drafted,
    kept_sums,
    opened,
    opened_with_sheets,
    seal,
    sealed,
    simulated,
    without_spacing,
)

pytestmark = pytest.mark.usefixtures("program_read_once")

TOMORROW = TODAY + timedelta(POLICY.collection.reopen_days)
NOW = 1_800_000_000


def reopen(home, wave, today=TODAY, **asked):
    return reopening.reopen(home.database, home.policy, wave.key, today, **asked)


def closed_early(home, people=(), **asked):
    wave = opened(home, **asked)
    answer(home, wave, people)
    return lifecycle.close(home.database, wave.key, TODAY)


@pytest.mark.parametrize("today", [TODAY, TOMORROW])
def test_a_wave_closed_early_is_opened_again_and_counts_everybody_once(home, settings, today):
    people = simulated(12)
    wave = opened(home)
    [before, between, *rest] = admitted(home, wave, 12)
    submission.submit(home.database, home.keys, before, people[0], TODAY)
    early = lifecycle.close(home.database, wave.key, TODAY)
    assert (early.closes_on, early.reopens_to) == (TODAY, CLOSES)
    with pytest.raises(Refused, match="wave-closed"):
        submission.submit(home.database, home.keys, between, people[1], TODAY)
    again = reopen(home, wave, today)
    assert again == replace(wave, reopened=1)
    # what was begun before it was closed is taken, and what had arrived is confirmed
    for held, answers in zip([before, between, *rest], people, strict=True):
        submission.submit(home.database, home.keys, held, answers, today)
    assert verification.find_problems(settings) == []
    done = seal(home, lifecycle.close(home.database, wave.key))
    [kept] = sealed_of(home, done)
    assert but_drawn(kept.moments) == kept_sums(home, people)


def sealed_of(home, wave):
    from survey.store.repositories import sealed as sealed_waves  # noqa: PLC0415

    return [sealed_waves.of_wave(home.database, wave)]


@ON_SQLITE
def test_a_wave_is_opened_again_for_a_day_and_no_longer(home):
    wave = closed_early(home, opens_on=OPENS)
    assert reopening.last_reopening_day(POLICY, wave) == TOMORROW
    assert reopening.is_reopenable(POLICY, wave, TOMORROW)
    assert not reopening.is_reopenable(POLICY, wave, TOMORROW + timedelta(1))
    with pytest.raises(Refused, match="reopening-over"):
        reopen(home, wave, TOMORROW + timedelta(1))
    assert waves.by_key(home.database, wave.key) == wave


@ON_SQLITE
def test_a_wave_is_opened_again_as_often_as_the_policy_says(home):
    wave = closed_early(home)
    reopen(home, wave)
    again = lifecycle.close(home.database, wave.key, TODAY)
    with pytest.raises(Refused, match="reopening-again"):
        reopen(home, wave)
    assert waves.by_key(home.database, wave.key) == again
    twice = replace(POLICY, collection=replace(POLICY.collection, reopenings=2))
    assert reopening.reopen(home.database, twice, wave.key, TODAY).reopened == 2


@ON_SQLITE
def test_a_wave_that_its_last_day_closed_is_not_opened_again(home):
    wave, after = opened(home), CLOSES + timedelta(1)
    lifecycle.close_due(home.database, wave.key, after)
    with pytest.raises(Refused, match="reopening-over"):
        reopen(home, wave, after)
    # closed by hand when its last day is over is closed by its last day
    late = lifecycle.close(home.database, opened(home, "Bjørka").key, after)
    with pytest.raises(Refused, match="reopening-over"):
        reopen(home, late, after)


@ON_SQLITE
def test_closed_on_its_last_day_it_is_opened_again_with_a_later_one(home):
    wave, after = opened(home), CLOSES + timedelta(1)
    lifecycle.close(home.database, wave.key, CLOSES)
    for last, code in ((None, "last-day-past"), (CLOSES - timedelta(1), "last-day-earlier")):
        with pytest.raises(Refused, match=code):
            reopen(home, wave, after, closes_on=last)
    again = reopen(home, wave, after, closes_on=after)
    assert (again.is_open, again.closes_on, again.days_longer) == (True, after, 1)


@ON_SQLITE
@pytest.mark.parametrize("made", [drafted, opened, lambda home: sealed(home, simulated(6))])
def test_only_a_closed_wave_is_opened_again(home, made):
    wave = made(home)
    with pytest.raises(Refused, match="wave-state"):
        reopen(home, wave)
    assert waves.by_key(home.database, wave.key) == wave


def test_no_wave_is_opened_again_while_another_of_its_unit_is_open(home):
    wave = closed_early(home)
    opened(home, wave.unit_name)
    with pytest.raises(Refused, match="waves-together"):
        reopen(home, wave)
    assert waves.by_key(home.database, wave.key).is_closed


def test_a_wave_sealed_meanwhile_is_not_opened_and_one_opened_meanwhile_is_not_sealed(home):
    wave = closed_early(home, simulated(6))

    def open_first(stage):
        if stage == "begin":
            reopen(home, wave)

    with pytest.raises(Refused, match="wave-state"):
        sealing.seal(home.database, home.keys, home.policy, wave.key, open_first)
    assert waves.by_key(home.database, wave.key).is_open
    assert home.keys.private(wave.key)


@ON_SQLITE
def test_a_held_sheet_is_forgotten_when_the_wave_is_opened_again(home):
    wave, sheets = opened_with_sheets(home)
    answer(home, wave, simulated(6))
    lifecycle.close(home.database, wave.key, TODAY)
    sheet_sealing.give_sheets(home.database, home.keys, home.policy, wave.key, sheets[:1], now=NOW)
    again = reopen(home, wave)
    assert again.public_key == wave.public_key
    assert sheet_sealing.held_until(home.database, again, NOW) is None
    with pytest.raises(Refused, match="wave-state"):
        sheet_sealing.give_sheets(home.database, home.keys, home.policy, wave.key, sheets[:2], now=NOW)
    lifecycle.close(home.database, wave.key)
    given = sheet_sealing.give_sheets(home.database, home.keys, home.policy, wave.key, sheets[:2], now=NOW)
    assert given.wave.is_sealed
    assert given.wave.reopens_to is None


def take_back(home, wave, today=TODAY):
    return reopening.take_back(home.database, home.keys, wave.key, today)


def ahead(home, **asked):
    return opened(home, opens_on=TODAY + timedelta(3), **asked)


def test_a_wave_opened_ahead_is_a_draft_again_and_opens_once_more(home, settings):
    wave = ahead(home, open_link=True)
    link = admission.link(home.keys, wave)
    draft = take_back(home, wave)
    assert draft == replace(wave, state=draft.state, public_key=None, urn_check=None)
    assert draft.is_draft
    with home.database.reading() as connection:
        assert urns.boxes(connection, wave.id) == {}
    with pytest.raises(Refused, match="link-unknown"):
        admission.admit_by_link(home.database, home.keys, link, wave.opens_on)
    assert verification.find_problems(settings) == []
    lifecycle.open_wave(home.database, home.keys, without_spacing(POLICY), wave.key, TODAY)
    admission.admit_by_link(home.database, home.keys, link, wave.opens_on)
    assert verification.find_problems(settings) == []


@ON_SQLITE
def test_slips_printed_before_stay_valid(home):
    wave = ahead(home)
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    take_back(home, wave)
    lifecycle.open_wave(home.database, home.keys, without_spacing(POLICY), wave.key, TODAY)
    held = admission.admit(home.database, home.keys, code, wave.opens_on)
    submission.submit(home.database, home.keys, held, alike(), wave.opens_on)


@ON_SQLITE
def test_nothing_is_taken_back_once_its_first_day_has_come_or_somebody_has_answered(home):
    wave = opened(home)
    answer(home, wave, simulated(1))
    with pytest.raises(Refused, match="wave-begun"):
        take_back(home, wave)
    # whatever became of the clock
    with pytest.raises(Refused, match="wave-begun"):
        take_back(home, wave, OPENS - timedelta(9))
    assert waves.by_key(home.database, wave.key) == wave
    for other in (drafted(home, "Bjørka"), closed(home, [], "Hegg")):
        with pytest.raises(Refused, match="wave-state"):
            take_back(home, other, OPENS - timedelta(9))


@ON_SQLITE
def test_a_wave_whose_urn_is_damaged_is_not_taken_back(home):
    wave = ahead(home)
    (home.keys.path / f"{wave.key}.urn").unlink()
    with pytest.raises(Damaged, match="keys-missing"):
        take_back(home, wave)


@ON_SQLITE
def test_no_key_is_left_of_a_wave_that_was_taken_back_and_then_removed_or_given_sheets(home, settings):
    removed, split = ahead(home), ahead(home, unit="Bjørka")
    for wave in (removed, split):
        take_back(home, wave)
    drafting.remove(home.database, home.keys, removed.key)
    assert not home.keys.remaining(removed.key)
    plan = planning.Plan(
        unit_key=split.unit_key,
        title="Vår",
        instrument=REFERENCE,
        language="nb",
        invited=20,
        opens_on=split.opens_on,
        closes_on=CLOSES,
        split_key=True,
    )
    drafting.change(home.database, home.keys, without_spacing(POLICY), split.key, plan)
    assert not home.keys.has_private(split.key)
    assert verification.find_problems(settings) == []


@ON_SQLITE
def test_a_wave_with_sheets_taken_back_opens_with_the_same_ones(home):
    wave, _ = opened_with_sheets(home, opens_on=TODAY + timedelta(3))
    draft = take_back(home, wave)
    assert (draft.is_draft, draft.public_key) == (True, wave.public_key)


@ON_SQLITE
def test_a_draft_that_was_changed_while_it_was_opened_is_not_opened(home, monkeypatch):
    wave = drafted(home)
    making = type(home.keys).make_urn

    def change_meanwhile(keys, key):
        with home.database.writing() as connection:
            waves.change_draft(connection, wave.id, title="Anders")
        return making(keys, key)

    monkeypatch.setattr(type(home.keys), "make_urn", change_meanwhile)
    with pytest.raises(Refused, match="wave-changed"):
        lifecycle.open_wave(home.database, home.keys, without_spacing(POLICY), wave.key, TODAY)
    assert waves.by_key(home.database, wave.key).is_draft
