"""Studies join researchers until a last day; their tokens are known by hashes, and end with them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from instruments.problems import Refused
from survey.store.repositories import accounts, studies
from survey.store.study_tables import study, study_member
from tests.roles import grant_role

TODAY = date(2026, 3, 9)
LAST = date(2026, 12, 31)


@pytest.fixture
def researcher(home):
    holder = accounts.add(home.database, "ina@example.org", "", "nb")
    return grant_role(home.database, holder, "researcher", None)


@pytest.fixture
def key(home, researcher):
    made = studies.add(home.database, "Fellesskap over tid", LAST, TODAY)
    studies.join(home.database, made, researcher)
    return made


def rows(home):
    with home.database.reading() as connection:
        return [len(connection.execute(select(table)).all()) for table in (study, study_member)]


def refused_as(call, *arguments):
    with pytest.raises(Refused) as refused:
        call(*arguments)
    return [problem.code for problem in refused.value.problems]


def test_who_takes_part_is_told_of_a_study_and_joining_twice_is_joining_once(home, key, researcher):
    studies.join(home.database, key, researcher)
    other = studies.add(home.database, "Annen", LAST, TODAY)
    [mine] = studies.of_account(home.database, researcher.id, TODAY)
    assert (mine.key, mine.name, mine.ends_on) == (key, "Fellesskap over tid", LAST)
    assert [(each.email, each.has_token) for each in mine.members] == [("ina@example.org", False)]
    assert [each.key for each in studies.every(home.database, TODAY)] == [other, key]


def test_a_token_is_good_for_its_study_alone_and_only_its_hash_is_stored(home, key, researcher):
    token = studies.make_token(home.database, key, researcher.id)
    found, account_id = studies.of_token(home.database, token, TODAY)
    assert (found.key, account_id) == (key, researcher.id)
    with home.database.reading() as connection:
        [stored] = connection.execute(select(study_member.c.token_hash)).scalars()
    assert token.encode() not in stored
    assert len(stored) == 32
    for wrong in ("", "kjs_", token[:-1], token.upper(), f"{token} ", "x" * 10_000):
        assert studies.of_token(home.database, wrong, TODAY) is None


def test_a_new_token_ends_the_one_before_and_leaving_ends_both(home, key, researcher):
    first = studies.make_token(home.database, key, researcher.id)
    second = studies.make_token(home.database, key, researcher.id)
    assert studies.of_token(home.database, first, TODAY) is None
    studies.end_token(home.database, key, researcher.id)
    assert studies.of_token(home.database, second, TODAY) is None
    third = studies.make_token(home.database, key, researcher.id)
    studies.leave(home.database, key, researcher.id)
    assert studies.of_token(home.database, third, TODAY) is None
    assert refused_as(studies.make_token, home.database, key, researcher.id) == ["study-unknown"]


def test_a_study_ends_after_its_last_day_and_nothing_of_it_is_kept(home, key, researcher):
    token = studies.make_token(home.database, key, researcher.id)
    after = LAST + timedelta(days=1)
    assert studies.of_token(home.database, token, LAST) is not None
    assert studies.of_token(home.database, token, after) is None
    assert studies.every(home.database, after) == []
    assert refused_as(studies.by_key, home.database, key, after) == ["study-unknown"]
    studies.end_over(home.database, LAST)
    assert rows(home) == [1, 1]
    studies.end_over(home.database, after)
    assert rows(home) == [0, 0]


def test_an_operator_ends_a_study_and_a_removed_account_takes_part_no_more(home, key, researcher):
    other = studies.add(home.database, "Annen", LAST, TODAY)
    studies.end(home.database, key)
    assert rows(home) == [1, 0]
    studies.join(home.database, other, researcher)
    accounts.remove(home.database, researcher, by="drift@example.org", now=1)
    assert rows(home) == [1, 0]


def test_what_is_no_study_or_no_researcher_is_refused(home, key):
    someone = accounts.add(home.database, "leder@example.org", "", "nb")
    assert refused_as(studies.join, home.database, key, someone) == ["study-researcher"]
    for name, last, code in (
        ("", LAST, "study-name"), ("  ", LAST, "study-name"), ("x" * 101, LAST, "study-name"),
        ("x", TODAY - timedelta(days=1), "study-end"), ("x", date(2040, 1, 1), "study-end"),
    ):  # fmt: skip
        assert refused_as(studies.add, home.database, name, last, TODAY) == [code]
    assert studies.add(home.database, "Læring «nær» & fjern", TODAY, TODAY) != key
