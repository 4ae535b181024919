"""Keys are drawn at random, from so many that two are never the same."""

from survey.store import random_keys
from survey.store.job_tables import job
from survey.store.round_tables import planned_round
from survey.store.study_tables import study
from survey.store.tables import agreed_action, unit, wave

GOOD = "0123456789abcdef"


def test_a_key_has_64_bits_of_which_each_is_drawn():
    drawn = [int(random_keys.draw(), 16) for _ in range(200)]
    assert random_keys.is_key(f"{drawn[0]:016x}")
    for bit in range(64):
        assert 0 < sum(each >> bit & 1 for each in drawn) < 200


def test_what_is_none_has_another_length_or_other_letters():
    others = ("", "01234567", GOOD[1:], f"{GOOD}0", GOOD.upper(), f"{GOOD[1:]}g", f"{GOOD}\n")
    assert [random_keys.is_key(each) for each in (GOOD, *others)] == [True] + len(others) * [False]


def test_every_column_of_drawn_keys_holds_one():
    for table in (unit, wave, planned_round, agreed_action, job, study):
        assert table.c.key.type.length == len(random_keys.draw())
