"""Many acts in one transaction: nobody is told before it is on disk, and nobody pays for another."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from instruments.problems import Refused, damage, refuse
from tests.survey.cli.served import until

AT_ONCE = 6


@pytest.fixture
def table(database):
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE told (who INTEGER)")
    return database


def rows(database):
    with database.reading() as connection:
        return sorted(connection.exec_driver_sql("SELECT who FROM told").scalars())


def write(who):
    def act(connection):
        connection.exec_driver_sql(f"INSERT INTO told VALUES ({who})")  # noqa: S608 - a number

    return act


def refused(_connection):
    raise refuse("wave-closed", "It is closed.", "There is nothing to do.")


def damaged(_connection):
    raise damage("urn-damaged", "The box does not open.", "Bring a backup back.")


def broken(connection):
    connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")


def outcome(database, act):
    try:
        database.write_in_group(act)
    except Exception as error:  # noqa: BLE001 - what is raised is what is looked at
        return type(error).__name__
    return "done"


def await_all(database, acts):
    """Wait until all acts wait for their turn; on PostgreSQL none does."""
    until(lambda: not database.is_sqlite or database._group_commit._waiting.qsize() == len(acts))


def all_at_once(database, acts):
    """What became of each act, all of which came while someone else wrote."""
    with ThreadPoolExecutor(len(acts)) as people:
        with database.writing():
            told = [people.submit(outcome, database, act) for act in acts]
            await_all(database, acts)
        return [each.result() for each in told]


def test_acts_that_wait_at_once_share_one_transaction_on_sqlite(table):
    ended = []

    def note(connection, _record):
        ended.append(connection)

    event.listen(table.engine, "checkin", note)
    told = all_at_once(table, [write(who) for who in range(AT_ONCE)])
    event.remove(table.engine, "checkin", note)
    assert told == ["done"] * AT_ONCE
    assert len(ended) == 1 + (1 if table.is_sqlite else AT_ONCE)  # one of them who wrote before
    assert rows(table) == list(range(AT_ONCE))


def test_a_refusal_is_its_own_affair(table):
    assert all_at_once(table, [write(1), refused, write(2)]) == ["done", "Refused", "done"]
    assert rows(table) == [1, 2]


def test_a_damaged_box_stops_nobody_else(table):
    assert all_at_once(table, [write(1), damaged, write(2)]) == ["done", "Damaged", "done"]
    assert rows(table) == [1, 2]


def test_nobody_is_told_that_it_is_done_when_the_transaction_was_not_written(table):
    told = all_at_once(table, [write(1), broken, write(2)])
    assert told.count("done") == len(rows(table))
    assert told[1] in {"OperationalError", "ProgrammingError"}
    # on SQLite it was theirs together
    assert rows(table) == ([] if table.is_sqlite else [1, 2])


def test_nobody_is_told_before_the_transaction_is_on_disk(table):
    told, seen, under_way = [], [], []

    def slowly(who):
        def act(connection):
            write(who)(connection)
            time.sleep(0.05)
            seen.append(list(told))
            under_way.append(connection.connection.driver_connection)

        return act

    def one(who):
        told.append(outcome(table, slowly(who)))
        if table.is_sqlite:  # the connection is theirs together, so this is their common transaction
            assert not any(each.in_transaction for each in under_way)

    with ThreadPoolExecutor(3) as people:
        with table.writing():
            asked = [people.submit(one, who) for who in range(3)]
            await_all(table, asked)
        for each in asked:
            each.result()
    assert told == ["done"] * 3
    # on SQLite the transaction is theirs together: while any of them writes, nobody has been told
    assert seen == [[], [], []] or not table.is_sqlite


def test_an_interrupted_writer_leaves_nobody_with_a_false_answer(table):
    def interrupted(_connection):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        table.write_in_group(interrupted)
    table.write_in_group(write(1))
    with pytest.raises(Refused, match="wave-closed"):
        table.write_in_group(refused)
    assert rows(table) == [1]
