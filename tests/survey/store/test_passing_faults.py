"""What of a database passes by itself and what does not: by its driver's class and SQLSTATE."""

import errno
import sqlite3
import threading
import time
from contextlib import closing
from functools import partial

import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from instruments.problems import Damaged, Refused, Unavailable
from survey.store import database as databases
from survey.store import passing_faults, startup_refusals
from survey.store.database import connect, open_database
from survey.store.passing_faults import AWAY, BUSY, DISK, FILES, READ_ONLY, UPGRADED, code_of
from survey.store.patience import LONG, SHORT, Patience
from tests.full_disks import small_disk
from tests.log_lines import log_lines
from tests.survey.cli.served import until
from tests.survey.store.swallowing import way_to
from tests.waves import ON_BOTH, ON_POSTGRESQL, ON_SQLITE

IMPATIENT = Patience(connect=2, statement=1, lock=1, idle=20)
LONGEST_HELD = (
    15  # seconds, of which the machine may take most; a server that vanished would hold for minutes
)


def of_state(state):
    return OperationalError("", {}, psycopg.errors.lookup(state)("it says why"))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("08006", AWAY),
        ("57P01", AWAY),
        ("57P02", AWAY),
        ("57P03", AWAY),
        ("53300", AWAY),
        ("53100", DISK),
        ("58030", DISK),
        ("53200", BUSY),
        ("25006", READ_ONLY),
        ("25P03", BUSY),
        ("40001", BUSY),
        ("40P01", BUSY),
        ("55P03", BUSY),
        ("57014", BUSY),
        ("28P01", None),
        ("28000", None),
        ("3D000", None),
        ("42P01", None),
        ("42501", None),
        ("23505", None),
        ("XX001", None),
    ],
)
def test_a_state_of_postgresql_passes_or_does_not(state, code):
    assert code_of(of_state(state)) == code


def test_a_server_that_is_not_reached_is_away_and_a_fault_of_our_own_is_none_that_passes():
    assert code_of(OperationalError("", {}, psycopg.OperationalError("connection refused"))) == AWAY
    assert code_of(DBAPIError("", {}, psycopg.InterfaceError("closed"), connection_invalidated=True)) == AWAY
    assert code_of(PoolTimeout("no connection is left")) == BUSY
    assert code_of(IntegrityError("", {}, sqlite3.IntegrityError("twice"))) is None
    assert code_of(OSError(errno.ENOSPC, "full")) == code_of(OSError(errno.EDQUOT, "full")) == FILES
    assert code_of(OSError(errno.ENOENT, "none")) is code_of(ValueError("no")) is None


def met_on(database, *, pragma):
    """The code and the log of a write that SQLite does not do."""
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE filled (much TEXT)")
    with database.engine.connect() as connection:
        connection.exec_driver_sql(pragma)
    with pytest.raises(Unavailable, match="database-") as met, database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO filled SELECT hex(zeroblob(200000))")
    return met.value.problems[0].code


@ON_SQLITE
@pytest.mark.parametrize(
    ("pragma", "mended", "code"),
    [
        ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1073741823", DISK),
        ("PRAGMA query_only = ON", "PRAGMA query_only = OFF", READ_ONLY),
    ],
)
def test_a_full_or_read_only_database_is_told_once_and_goes_on_by_itself(
    database, pragma, mended, code, capsys
):
    assert met_on(database, pragma=pragma) == code
    for _ in range(3):
        with pytest.raises(Unavailable, match=code), database.writing() as connection:
            connection.exec_driver_sql("INSERT INTO filled SELECT hex(zeroblob(200000))")
    with database.reading() as connection:  # what needs no room goes on
        assert connection.exec_driver_sql("SELECT count(*) FROM filled").scalar() == 0
    with database.engine.connect() as connection:
        connection.exec_driver_sql(mended)
    with database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO filled SELECT hex(zeroblob(200000))")
    lines = log_lines(capsys.readouterr().err)
    assert [(each["event"], each["code"]) for each in lines] == [
        ("outage-begun", code),
        ("outage-ended", code),
    ]


@ON_BOTH
def test_whoever_waits_for_a_lock_that_is_held_gives_up_and_is_told_so(database_url, database):
    waiting = open_database(database_url, IMPATIENT)
    holds, done = threading.Event(), threading.Event()

    def hold():
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
            holds.set()
            done.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    holds.wait(30)
    try:
        with pytest.raises(Unavailable, match=BUSY), waiting.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
    finally:
        done.set()
        holder.join()
        waiting.close()


@ON_SQLITE
def test_writers_of_one_process_do_not_wait_one_behind_the_other_for_ever(database_url):
    one = open_database(database_url, IMPATIENT)
    with one._turn, pytest.raises(Unavailable, match=BUSY), one.writing():
        pass
    one.close()


@ON_POSTGRESQL
def test_a_statement_that_takes_too_long_ends_and_so_does_a_transaction_that_stands_still(database_url):
    one = open_database(database_url, IMPATIENT)
    with pytest.raises(Unavailable, match=BUSY), one.reading() as connection:
        connection.exec_driver_sql("SELECT pg_sleep(20)")
    with one.reading() as connection:
        held = connection.exec_driver_sql(
            "SELECT current_setting('idle_in_transaction_session_timeout'), current_setting('lock_timeout')"
        ).one()
    assert tuple(held) == ("20s", "1s")
    one.close()


@ON_POSTGRESQL
def test_a_server_that_vanishes_without_a_word_holds_nobody_and_is_found_again(database_url, monkeypatch):
    monkeypatch.setattr(Patience, "reply", 1)
    url = make_url(database_url)
    with way_to(f"{url.query['host']}/.s.PGSQL.5432") as way:
        bare = url.difference_update_query(["host"]).set(host="127.0.0.1", port=way.port)
        one = open_database(bare.render_as_string(hide_password=False), IMPATIENT)
        way.swallows = True
        # in the middle of a transaction, then in a new connection
        for _ in range(2):
            begun = time.monotonic()
            with pytest.raises(Unavailable, match=AWAY), one.reading() as connection:
                connection.exec_driver_sql("SELECT 1")
            assert time.monotonic() - begun < LONGEST_HELD
        # whoever comes while somebody was just refused is so at once: no new connection is tried
        tried = way.taken
        with monkeypatch.context() as stopped:
            stopped.setattr(one.outages, "_clock", lambda: begun)
            with pytest.raises(Unavailable, match=AWAY), one.reading():
                pass
        assert way.taken == tried
        way.swallows = False
        until(lambda: reads(one))
        one.close()


def reads(database):
    """Whether it is read from again."""
    try:
        with database.reading() as connection:
            return connection.exec_driver_sql("SELECT 1").scalar() == 1
    except Unavailable:
        return False


def test_a_page_waits_for_less_than_its_reader_and_a_command_for_as_long_as_its_work_takes():
    assert SHORT.lock < SHORT.statement < SHORT.reply <= 20
    assert LONG.statement >= 1800
    assert all(getattr(LONG, name) >= getattr(SHORT, name) for name in ("connect", "lock", "idle"))


@ON_POSTGRESQL
def test_a_start_tells_a_server_that_cannot_yet_from_one_that_never_will(database_url, tmp_path):
    url = make_url(database_url)
    bare = connect(database_url)
    with bare.engine.connect() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS crowded")
        connection.exec_driver_sql("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0")
        connection.commit()
    bare.close()
    nowhere = url.set(database="nowhere")
    crowded = url.set(username="crowded")
    assert startup_refusals.sqlstate(nowhere) == "3D000"
    assert startup_refusals.sqlstate(url.set(username="nobody-here")) == "28000"
    assert startup_refusals.sqlstate(crowded) == "53300"
    assert startup_refusals.sqlstate(url) is None
    for wrong in (nowhere, url.set(username="nobody-here")):
        with pytest.raises(Damaged, match="database-unusable"):
            open_database(wrong.render_as_string(hide_password=False))
    unreached = url.update_query_dict({"host": str(tmp_path)})
    unnamed = url.update_query_dict({"host": "nowhere.invalid"})
    for passing in (crowded, unreached, unnamed):
        with pytest.raises(Unavailable, match=AWAY):
            open_database(passing.render_as_string(hide_password=False))


def test_a_file_that_is_none_or_cannot_be_made_refuses_the_start_at_once(tmp_path):
    (tmp_path / "text.db").write_text("this is no database, and long enough to be seen as none " * 20)
    with pytest.raises(Damaged, match="database-unusable"):
        open_database(f"sqlite:///{tmp_path}/text.db")
    with pytest.raises(Refused, match="database-missing"):
        open_database(f"sqlite:///{tmp_path}/no folder/k.db", awaited=True)


@ON_BOTH
def test_a_program_writes_nothing_into_tables_of_another_version_and_says_so_once(database, capsys):
    with database.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'of tomorrow'")
        connection.exec_driver_sql("ALTER TABLE unit RENAME TO units_of_tomorrow")
        connection.commit()
    for _ in range(2):
        with pytest.raises(Unavailable, match=UPGRADED), database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM wave")
    with pytest.raises(Unavailable, match=UPGRADED), database.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM unit")
    [line] = log_lines(capsys.readouterr().err)
    assert (line["event"], line["code"]) == ("outage-begun", UPGRADED)


@ON_POSTGRESQL
def test_a_server_that_only_reads_is_told_once_and_goes_on_by_itself(database, capsys):
    def set_to(value):
        """What an administrator sets, or a server that has become a standby; connections of before end."""
        with database.engine.connect() as connection:
            connection.exec_driver_sql("SET default_transaction_read_only = off")
            named = connection.exec_driver_sql("SELECT current_database()").scalar_one()
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql(
                f'ALTER DATABASE "{named}" SET default_transaction_read_only = {value}'
            )
            connection.exec_driver_sql("COMMIT")
        database.engine.dispose()

    set_to("on")
    try:
        for _ in range(3):
            with pytest.raises(Unavailable, match=READ_ONLY), database.writing() as connection:
                connection.exec_driver_sql("DELETE FROM wave")
        with database.reading() as connection:  # pages that show something go on
            assert connection.exec_driver_sql("SELECT count(*) FROM wave").scalar() == 0
    finally:
        set_to("off")
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM wave")
    lines = log_lines(capsys.readouterr().err)
    assert [(each["event"], each["code"]) for each in lines] == [
        ("outage-begun", READ_ONLY),
        ("outage-ended", READ_ONLY),
    ]


@ON_SQLITE
def test_a_file_on_a_disk_that_is_mounted_to_be_read_alone_refuses_the_start(database, tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        place = disk.path / "answers.db"
        with closing(sqlite3.connect(database.engine.url.database)) as own:
            own.execute("VACUUM INTO ?", (str(place),))
        with disk.read_only(), pytest.raises(Damaged, match="database-unusable"):
            open_database(f"sqlite:///{place}")
        open_database(f"sqlite:///{place}").close()


@ON_SQLITE
def test_a_file_that_is_made_read_only_while_it_is_in_use_is_told_once_and_goes_on_by_itself(
    database, tmp_path, capsys
):
    with small_disk(tmp_path / "disk") as disk:
        place = disk.path / "answers.db"
        with closing(sqlite3.connect(database.engine.url.database)) as own:
            own.execute("VACUUM INTO ?", (str(place),))
        with closing(open_database(f"sqlite:///{place}")) as used:
            used.engine.dispose()  # no disk is mounted anew while files on it are open to be written
            with disk.read_only():
                for _ in range(3):
                    with pytest.raises(Unavailable, match="folder can be written"):
                        _delete_waves(used)
            _until_it_works(partial(_delete_waves, used))
    lines = [(each["event"], each["code"]) for each in log_lines(capsys.readouterr().err)]
    assert lines == [("outage-begun", AWAY), ("outage-ended", AWAY)]


def _until_it_works(act):
    """Do something once what was away is asked again, which is not at once."""
    for _ in range(200):
        try:
            return act()
        except Unavailable:
            time.sleep(0.1)
    return act()


def _delete_waves(database):
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM wave")


@ON_BOTH
def test_two_versions_on_one_database_are_told_apart_by_its_tables_and_the_older_waits(
    database, database_url, capsys
):
    """The program of before an upgrade goes on running beside the new one."""
    with database.reading() as connection:
        [before] = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars()
    named = "UPDATE alembic_version SET version_num = "
    with database.engine.connect() as migrating:
        migrating.exec_driver_sql(f"{named}'of tomorrow'")
        migrating.commit()
    with pytest.raises(Unavailable, match=UPGRADED), database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM wave")
    # tables that are as before can still be read; a start is refused, and names both
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM wave").scalar() == 0
    with pytest.raises((Refused, Damaged), match="database-schema"):
        open_database(database_url)
    # whoever put the old program's tables back, by a backup, has it at work again
    with database.engine.connect() as migrating:
        migrating.exec_driver_sql(f"{named}'{before}'")
        migrating.commit()
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM wave")
    open_database(database_url).close()
    lines = log_lines(capsys.readouterr().err)
    assert [(each["event"], each["code"]) for each in lines] == [
        ("outage-begun", UPGRADED),
        ("outage-ended", UPGRADED),
    ]


@ON_POSTGRESQL
def test_a_migration_waits_for_those_who_write_and_they_for_it(database, database_url):
    """A writer that began before a migration ends before it."""
    migrating, order = connect(database_url, LONG), []
    began = threading.Event()

    def migrate():
        began.set()
        migrating.migrate()
        order.append("migrated")

    with database.writing():
        migration = threading.Thread(target=migrate)
        migration.start()
        began.wait(30)
        migration.join(0.3)
        order.append("written")
    migration.join(30)
    migrating.close()
    assert order == ["written", "migrated"]


@ON_SQLITE
def test_a_table_that_is_missing_is_a_fault_that_stays(database):
    with pytest.raises(OperationalError, match="no such table"), database.reading() as connection:
        connection.exec_driver_sql("SELECT 1 FROM nothing_of_ours")
    assert databases.passing_faults is passing_faults
