import pytest

from survey.store import postgres
from survey.store.database import connect
from survey.store.ttl_cache import LONGEST_SECONDS, TtlCache
from tests.waves import ON_POSTGRESQL


class Clock:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def test_a_value_is_read_once_a_second_and_again_when_it_was_forgotten():
    clock, read = Clock(), []
    known = TtlCache(clock)

    def ask():
        return known.get("a", lambda: read.append("a") or len(read))

    assert [ask(), ask()] == [1, 1]
    clock.seconds = LONGEST_SECONDS
    assert [ask(), ask()] == [2, 2]
    known.forget("a")
    assert ask() == 3
    assert known.get("b", lambda: "another") == "another"


def test_a_value_that_is_not_there_is_not_kept():
    known = TtlCache()
    with pytest.raises(KeyError, match="a"):
        known.get("a", lambda: {}["a"])
    assert known.get("a", lambda: "there now") == "there now"


def ended(database):
    """A database whose server has ended all its connections, as a restart does."""
    with database.reading() as connection:
        connection.exec_driver_sql("SELECT 1")
    other = connect(database.engine.url.render_as_string(hide_password=False))
    with other.reading() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid()"
        )
    other.close()
    return database


@ON_POSTGRESQL  # a file ends no connections
def test_a_connection_that_died_while_idle_is_replaced_unseen(database, monkeypatch):
    monkeypatch.setattr(postgres, "_IDLE_SECONDS", 0)
    with ended(database).reading() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
