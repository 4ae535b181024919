import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, create_engine, event, inspect
from sqlalchemy.exc import IntegrityError

from survey.store import database as databases
from survey.store import schema
from survey.store.database import open_database
from survey.store.repositories import units
from survey.store.tables import metadata, unit
from tests.stored import AS_SHIPPED
from tests.waves import ON_SQLITE, TODAY, opened, sealed, simulated


def test_the_newest_migration_makes_exactly_the_declared_tables(database):
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_revisions_are_those_that_the_library_of_migrations_finds(database):
    script = ScriptDirectory(str(schema._MIGRATIONS))
    assert schema.newest() == script.get_current_head()
    assert schema.known() == {each.revision for each in script.walk_revisions()}
    with database.reading() as connection:
        assert schema.revision(connection) == MigrationContext.configure(connection).get_current_revision()


def checks(engine):
    found = inspect(engine)
    return {
        (table, check["name"], re.sub(r"[\s()]", "", check["sqltext"]))
        for table in metadata.tables
        for check in found.get_check_constraints(table)
    }


def test_the_newest_migration_makes_every_declared_check(database):
    declared = {
        (table.name, check.name)
        for table in metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    # where the database has a type for yes and no, it needs no check of it
    said = ("decided", "leaders_answer", "open_link", "split_key")
    of_a_type = {("wave", f"ck_wave_{column}") for column in said}
    of_a_type |= {("planned_round", "ck_planned_round_open_link")}
    of_a_type |= {("ledger_group", f"ck_ledger_group_{column}") for column in ("decided", "withdrawn")}
    assert of_a_type < declared
    expected = declared if database.is_sqlite else declared - of_a_type
    assert {(table, name) for table, name, _ in checks(database.engine)} == expected


@ON_SQLITE  # PostgreSQL writes a check's text anew
def test_the_checks_of_the_newest_migration_say_what_the_declared_ones_do(database):
    declared = create_engine("sqlite://")
    metadata.create_all(declared)
    assert checks(database.engine) == checks(declared)
    declared.dispose()


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE sealed_wave SET n = 4", "ck_sealed_wave_enough"),
        ("INSERT INTO ledger (id, groups, checksum) VALUES (2, 0, '')", "ck_ledger_single"),
        ("UPDATE wave SET decided = NOT decided, state = 'closed', lay_in = NULL", "ck_wave_decided_sealed"),
        ("UPDATE sealed_wave SET n = NULL", "ck_sealed_wave_enough"),
        ("UPDATE sealed_wave SET moments = NULL", "ck_sealed_wave_enough"),
        ("UPDATE wave SET public_key = '0'", "ck_wave_public_key"),
        ("UPDATE wave SET state = 'open', lay_in = NULL", "ck_wave_public_key"),
        ("UPDATE wave SET state = 'reopened', lay_in = NULL, sealed_on = NULL", "ck_wave_state"),
        ("UPDATE wave SET sealed_on = NULL", "ck_wave_sealed_on"),
        ("UPDATE wave SET shown_on = '2025-01-01'", "ck_wave_shown_on"),
        ("UPDATE wave SET invited = 0", "ck_wave_invited"),
        ("UPDATE unit SET kind = 'person'", "ck_unit_kind"),
        ("UPDATE unit SET edition = NULL", "ck_unit_edition"),
        ("UPDATE unit SET name = '  '", "ck_unit_name"),
        ("UPDATE unit SET organisation_number = '1'", "ck_unit_organisation_number"),
        ("UPDATE unit SET invited = 0", "ck_unit_invited"),
        ("INSERT INTO urn (wave_id, shard, box) SELECT id, 16, 'x' FROM wave", "ck_urn_shard"),
        ("INSERT INTO urn (wave_id, shard, box) VALUES (999, 1, 'x')", "(?i)foreign key"),
        ("INSERT INTO access_code (keyed_hash, wave_id) VALUES ('x', 999)", "(?i)foreign key"),
    ],
)
def test_the_database_itself_refuses_what_privacy_forbids(home, statement, constraint):
    sealed(home, simulated(6))
    with pytest.raises(IntegrityError, match=constraint), home.database.writing() as connection:
        connection.exec_driver_sql(statement)


def test_a_write_that_fails_leaves_nothing_behind(home):
    class Failed(Exception):
        pass

    def fail():
        with home.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM urn")
            raise Failed

    wave = opened(home)
    with pytest.raises(Failed):
        fail()
    with home.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM urn").scalar() == 16
    assert wave.opens_on < TODAY


@ON_SQLITE
def test_sqlite_is_durable_strict_and_forgetful(settings, monkeypatch):
    monkeypatch.setattr(databases, "_WRITING_PRAGMAS", AS_SHIPPED)
    database = open_database(settings.database)
    with database.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "temp_store")
        }
    database.close()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "temp_store": 2,
    }


@ON_SQLITE
def test_every_write_on_sqlite_takes_the_lock_at_once(database):
    begun = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: begun.append(call[2]))
    with database.writing():
        pass
    # and asks within it whether the tables are still this program's
    assert begun == ["BEGIN IMMEDIATE", "SELECT version_num FROM alembic_version"]


def test_no_column_could_hold_who_or_when(database):
    allowed = {
        "account",
        "account_identity",
        "membership",
        "unit_act",
        "sign_in",
        "attempt",
        "passkey",
        "lost_factor",
        "job",
        "job_task",
        "alembic_version",
    }
    with database.reading() as connection:
        found = inspect(connection)
        columns = {
            f"{table}.{column['name']}"
            for table in found.get_table_names()
            if table not in allowed
            for column in found.get_columns(table)
        }
    telling = re.compile(r"_at$|time|address|agent|email|name$|used|redeemed|number")
    assert {name for name in columns if telling.search(name)} == {
        "installation_value.name",
        "unit.name",
        "study.name",
        "unit.organisation_number",
    }


@pytest.mark.parametrize("below", [True, False])
def test_two_units_of_one_name_lie_in_different_ones(home, below):
    town, other = (units.add(home.database, name, "municipality", None, None) for name in ("Vik", "By"))
    units.add(home.database, "Asken", "workplace", "skole", town.key if below else None)
    units.add(home.database, "Asken", "workplace", "skole", other.key)
    parent = town.id if below else None
    same = {
        "key": "0123456789abcdef",
        "name": "Asken",
        "kind": "workplace",
        "edition": "skole",
        "parent_id": parent,
    }
    with pytest.raises(IntegrityError, match="unit"), home.database.writing() as connection:
        connection.execute(unit.insert().values(**same))
