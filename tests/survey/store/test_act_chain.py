"""The chain of acts: whatever is altered or taken out of it shows, and what is pruned leaves it whole."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey.operations import log
from survey.store import act_chain, actor
from survey.store.act_chain import Act
from survey.store.repositories import access_history, units
from tests.waves import ON_SQLITE, TODAY

YEAR = timedelta(days=365)


def breaks(database):
    with database.reading() as connection:
        return list(act_chain.breaks(connection))


def add(database, number, day=TODAY):
    with database.writing() as connection:
        done = [
            Act("0123456789abcdef", "wave-opened", f"Vår {each}", "kari@example.org", day)
            for each in range(number)
        ]
        act_chain.append(connection, done)


def altered(database, statement):
    """Change what is stored as whoever owns the database can, without the triggers."""
    with database.writing() as connection:
        off = (
            ("DROP TRIGGER unit_act_kept", "DROP TRIGGER unit_act_unaltered")
            if database.is_sqlite
            else ("ALTER TABLE unit_act DISABLE TRIGGER USER",)
        )
        for each in (*off, statement):
            connection.execute(text(each))


def test_acts_make_one_chain_from_its_beginning(database):
    add(database, 3)
    add(database, 2)
    assert breaks(database) == []
    with database.reading() as connection:
        rows = connection.execute(text("SELECT id, previous, digest FROM unit_act ORDER BY id")).all()
    assert [row.id for row in rows] == [1, 2, 3, 4, 5]
    assert bytes(rows[0].previous) == act_chain.GENESIS
    assert [row.previous for row in rows[1:]] == [row.digest for row in rows[:-1]]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE unit_act SET done_by = 'ola@example.org' WHERE id = 3", "Act 3 of 2026-03-09 was altered"),
        ("UPDATE unit_act SET done_on = '2026-03-08' WHERE id = 3", "Act 3 of 2026-03-08 was altered"),
        ("DELETE FROM unit_act WHERE id = 3", "Act 4 does not follow act 2"),
        ("DELETE FROM unit_act WHERE id = 1", "Act 2 does not follow act 0"),
        ("DELETE FROM unit_act WHERE id = 5", "The last act is 4, and 5 were recorded"),
        ("UPDATE unit_act SET id = 9 WHERE id = 3", "Act 4 does not follow act 2"),
        ("DELETE FROM act_chain", "It is not said where the chain"),
    ],
)
def test_whatever_is_altered_or_taken_out_is_named_where_it_is(database, statement, said):
    add(database, 5)
    altered(database, statement)
    assert any(each.startswith(said) for each in breaks(database))


def test_two_acts_in_each_others_place_are_named(database):
    add(database, 4)
    altered(
        database,
        "UPDATE unit_act SET about = CASE id WHEN 2 THEN 'Vår 2' ELSE 'Vår 1' END WHERE id IN (2, 3)",
    )
    assert [each.split(" of ")[0] for each in breaks(database)] == ["Act 2", "Act 3"]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE unit_act SET done_by = 'nobody'", "DELETE FROM unit_act", "DELETE FROM unit_act WHERE id = 2"],
)
def test_the_database_itself_refuses_to_alter_an_act_or_to_remove_one(database, statement):
    add(database, 3)
    with (
        pytest.raises(DBAPIError, match="an act is never altered, or removed before its time"),
        database.writing() as connection,
    ):
        connection.execute(text(statement))
    assert breaks(database) == []


def test_pruning_keeps_what_is_left_verifiable_and_the_chain_going_on(database):
    add(database, 3, TODAY - 3 * YEAR)
    add(database, 2)
    access_history.forget_old(database, before=_seconds(TODAY - 2 * YEAR))
    assert len(access_history.acts_on_unit(database, ["0123456789abcdef"])) == 2
    assert breaks(database) == []
    access_history.forget_old(database, before=_seconds(TODAY + YEAR))
    assert access_history.acts_on_unit(database, ["0123456789abcdef"]) == []
    assert breaks(database) == []
    add(database, 1)
    assert breaks(database) == []
    altered(database, "UPDATE act_chain SET pruned_digest = digest")
    assert breaks(database) != []


def test_an_old_act_between_newer_ones_is_kept_until_those_are_old(database):
    add(database, 1)
    add(database, 1, TODAY - 3 * YEAR)  # the clock was set back
    access_history.forget_old(database, before=_seconds(TODAY - 2 * YEAR))
    assert len(access_history.acts_on_unit(database, ["0123456789abcdef"])) == 2


def test_many_who_act_at_once_make_one_chain(database):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: add(database, 2), range(12)))
    assert breaks(database) == []
    assert len(access_history.acts_on_unit(database, ["0123456789abcdef"])) == 24


@ON_SQLITE
def test_an_act_is_of_whoever_is_bound_and_of_nobody_who_answers(database):
    with actor.acting("kari@example.org", TODAY):
        asken = units.add(database, "Asken", "workplace", "skole", None)
        access_history.record_once(database, "report-made", asken.key, about="Vår")
        access_history.record_once(database, "report-made", asken.key, about="Vår")
    units.rename(database, asken.key, "Osp", by=log.COMMAND_LINE, now=_seconds(date(2026, 5, 5)))
    found = [
        (each.kind, each.done_by, each.done_on) for each in access_history.acts_on_unit(database, [asken.key])
    ]
    assert found == [
        ("unit-renamed", "command line", date(2026, 5, 5)),
        ("report-made", "kari@example.org", TODAY),
        ("unit-added", "kari@example.org", TODAY),
    ]
    actor.bind(None, TODAY)
    with pytest.raises(RuntimeError, match="somebody who answers"):
        units.rename(database, asken.key, "Hegg", by="", now=0)
    actor.release()
    assert units.by_key(database, asken.key).name == "Osp"


@ON_SQLITE
def test_acts_come_in_pages_and_by_year(database):
    add(database, 60, TODAY - YEAR)
    add(database, 70)
    first = access_history.acts_of_year(database, ["0123456789abcdef"])
    assert (first.number, first.pages, list(first.years), len(first.acts)) == (1, 3, [2026, 2025], 50)
    last = access_history.acts_of_year(database, ["0123456789abcdef"], page=10**30)
    assert (last.number, len(last.acts)) == (3, 30)
    one = access_history.acts_of_year(database, ["0123456789abcdef"], year=2025, page=2)
    assert (one.number, one.pages, len(one.acts)) == (2, 2, 10)
    none = access_history.acts_of_year(database, ["0123456789abcdef"], year=10**30)
    assert (none.pages, list(none.acts)) == (3, list(first.acts))


def _seconds(day):
    return (day - date(1970, 1, 1)).days * 86400
