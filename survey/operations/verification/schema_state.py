"""Whether the database can be read and written, and has the tables of this program, whole."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Connection, Table, inspect, text

from instruments.problems import Damaged, Problem
from survey.store import schema
from survey.store.act_tables import TRIGGERS
from survey.store.database import Database
from survey.store.tables import metadata

_RESTORE = "Restore the database from a backup; nothing but this program's migrations changes its tables."


def problems(database: Database) -> Iterator[Problem]:
    """Yield what is wrong with the database as a whole: access, pages, revision, tables, columns, checks."""
    with database.reading() as connection:
        try:
            schema.require_present(schema.revision(connection), database.place)
        except Damaged as error:
            yield from error.problems
        yield from _access(database, connection)
        yield from _differences(connection)
        yield from _missing_triggers(connection)
        if database.is_sqlite:
            yield from _pages(connection)


def _access(database: Database, connection: Connection) -> Iterator[Problem]:
    """Yield why it cannot be written, without writing."""
    if database.is_sqlite:
        file = Path(str(database.engine.url.database))
        # SQLite writes its journal beside the file
        writable = os.access(file, os.W_OK) and os.access(file.parent, os.W_OK | os.X_OK)
    else:
        held = "has_table_privilege(current_user, c.oid, 'SELECT, INSERT, UPDATE, DELETE')"
        ours = "c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
        asked = text(f"SELECT NOT pg_is_in_recovery() AND bool_and({held}) FROM pg_class c WHERE {ours}")  # noqa: S608 - our own words
        writable = bool(connection.scalar(asked))
    if not writable:
        remedy = "Let the user that the program runs as write there."
        yield Problem(database.place, "database-unwritable", "The database cannot be written.", remedy)


def _differences(connection: Connection) -> Iterator[Problem]:
    """Yield every table, column, index and check that is missing, added or changed."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - other commands start sooner
    from alembic.migration import MigrationContext  # noqa: PLC0415 - likewise

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    for change in _flat(compare_metadata(context, metadata)):
        subject = " ".join(str(getattr(each, "name", each)) for each in change[1:] if each is not None)
        fault = f"The tables differ from this program's: {change[0].replace('_', ' ')} {subject} is needed."
        yield Problem(_table_of(change), "schema-differs", fault, _RESTORE)
    found = inspect(connection)
    for table in metadata.sorted_tables:
        if found.has_table(table.name):
            there = {str(each["name"]) for each in found.get_check_constraints(table.name)}
            for name in sorted(_declared_checks(connection, table) - there):
                fault = f"The check {name} is missing: the database would store what it must refuse."
                yield Problem(table.name, "schema-differs", fault, _RESTORE)


def _missing_triggers(connection: Connection) -> Iterator[Problem]:
    """Yield the triggers that are gone: without them a slip could remove or alter what was done."""
    tables = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }
    there = set(connection.exec_driver_sql(tables[connection.dialect.name]).scalars())
    for name in sorted(set(TRIGGERS) - there):
        fault = f"The trigger {name} is missing: what was done could be altered or removed."
        yield Problem("unit_act", "schema-differs", fault, _RESTORE)


def _declared_checks(connection: Connection, table: Table) -> set[str]:
    named = {str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)}
    if connection.dialect.name == "sqlite":
        return named
    # PostgreSQL has a type of its own for yes and no, and needs no check
    return named - {
        f"ck_{table.name}_{each.name}" for each in table.columns if isinstance(each.type, Boolean)
    }


def _flat(changes: list[Any]) -> Iterator[tuple[Any, ...]]:
    # Alembic puts the changes of one column into a list of their own
    for change in changes:
        if isinstance(change, list):
            yield from change
        else:
            yield change


def _table_of(change: tuple[Any, ...]) -> str:
    named = next((each for each in change[1:] if getattr(each, "name", None) or isinstance(each, str)), "")
    table = getattr(named, "table", None)
    return str(getattr(table, "name", None) or getattr(named, "name", named))


def _pages(connection: Connection) -> Iterator[Problem]:
    """Yield what SQLite finds on reading every page, key and check of the file."""
    for (found,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if found != "ok":
            yield Problem(
                "database", "database-corrupt", f"SQLite says: {found}.", "Restore it from a backup."
            )
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        fault = f"Row {row} names a row of {parent} that is not there."
        yield Problem(str(table), "row-orphaned", fault, "Restore the database from a backup.")
