"""Drafts are made once, changed and removed; what was opened is not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from instruments.problems import Refused
from survey.collection import admission, code_issuing, drafting, lifecycle, planning
from survey.store import random_keys
from survey.store.repositories import codes, waves
from tests.waves import CLOSES, OPENS, REFERENCE, TODAY, drafted, opened, place


def plan(home, **asked):
    usual = {"unit_key": place(home).key, "title": "Vår", "instrument": REFERENCE, "language": "nb"}
    return planning.Plan(**(usual | {"invited": 12, "opens_on": OPENS, "closes_on": CLOSES} | asked))


def code_of(refused):
    return refused.value.problems[0].code


def test_whoever_sends_the_same_form_twice_makes_one_wave(home):
    key = random_keys.draw()
    first = drafting.draft(home.database, home.keys, home.policy, plan(home), key)
    again = drafting.draft(home.database, home.keys, home.policy, plan(home, title="Vår igjen"), key)
    assert first == again
    assert [each.key for each in waves.every(home.database)] == [key]


@pytest.mark.parametrize("key", [None, "", "x", "ABCDEF1234567890", "01234567", "0123456789abcdef0"])
def test_what_is_no_key_is_replaced_by_one(home, key):
    made = drafting.draft(home.database, home.keys, home.policy, plan(home), key)
    assert random_keys.is_key(made.key)
    assert made.key != key


def test_another_units_key_is_replaced_and_its_wave_stays_as_it_is(home):
    theirs = drafted(home, unit="Bjørka")
    mine = drafting.draft(home.database, home.keys, home.policy, plan(home), theirs.key)
    assert mine.unit_name == "Asken"
    assert mine.key != theirs.key
    assert waves.by_key(home.database, theirs.key) == theirs


def test_a_draft_is_changed_in_everything_that_was_planned(home):
    wave = drafting.draft(home.database, home.keys, home.policy, plan(home))
    later = {"title": "Høst", "instrument": "learning_community@1.1.0", "language": "en", "invited": 44}
    later |= {"opens_on": OPENS + timedelta(7), "closes_on": CLOSES + timedelta(30), "leaders_answer": False}
    changed = drafting.change(
        home.database, home.keys, home.policy, wave.key, plan(home, **later, split_key=True)
    )
    assert changed.content_hash != wave.content_hash
    planned = {"planned_invited": 44, "planned_closes_on": later["closes_on"]}
    expected = replace(wave, **later, **planned, split_key=True, content_hash=changed.content_hash)
    assert changed == expected
    assert waves.by_key(home.database, wave.key) == expected


def test_a_change_that_cannot_be_asked_changes_nothing(home):
    wave = drafting.draft(home.database, home.keys, home.policy, plan(home))
    with pytest.raises(Refused) as refused:
        drafting.change(home.database, home.keys, home.policy, wave.key, plan(home, language="da"))
    assert code_of(refused) == "language-missing"
    assert waves.by_key(home.database, wave.key) == wave


def test_codes_end_where_people_come_in_by_a_link_and_stay_otherwise(home):
    wave = drafting.draft(home.database, home.keys, home.policy, plan(home))
    code = code_issuing.issue(home.database, home.keys, wave.key, 1)[0]
    drafting.change(home.database, home.keys, home.policy, wave.key, plan(home, invited=13))
    with pytest.raises(Refused) as early:
        admission.admit(home.database, home.keys, code, TODAY)
    assert code_of(early) == "wave-not-open"
    drafting.change(home.database, home.keys, home.policy, wave.key, plan(home, open_link=True))
    with pytest.raises(Refused) as ended:
        admission.admit(home.database, home.keys, code, TODAY)
    assert code_of(ended) == "code-unknown"


def test_printed_key_sheets_count_no_more_where_the_key_is_kept_on_the_server(home):
    wave = drafting.draft(home.database, home.keys, home.policy, plan(home, split_key=True))
    lifecycle.accept_sheets(home.database, wave.key, bytes(32))
    kept = drafting.change(
        home.database, home.keys, home.policy, wave.key, plan(home, split_key=True, title="Høst")
    )
    assert kept.public_key == bytes(32)
    assert drafting.change(home.database, home.keys, home.policy, wave.key, plan(home)).public_key is None


def test_a_removed_draft_is_gone_with_its_codes(home):
    wave = drafted(home)
    code_issuing.issue(home.database, home.keys, wave.key, 3)
    drafting.remove(home.database, home.keys, wave.key)
    assert waves.every(home.database) == ()
    with home.database.reading() as connection:
        assert not codes.count(connection, wave.id)


def test_what_was_opened_is_neither_changed_nor_removed(home):
    wave = opened(home)
    with pytest.raises(Refused) as refused:
        drafting.change(home.database, home.keys, home.policy, wave.key, plan(home))
    assert code_of(refused) == "wave-state"
    with pytest.raises(Refused) as refused:
        drafting.remove(home.database, home.keys, wave.key)
    assert code_of(refused) == "wave-state"
    assert waves.by_key(home.database, wave.key) == wave
