"""Copy the database to a file to keep elsewhere; the key directory is never part of it."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from instruments.problems import Refused, refuse
from survey.store.database import Database

SCHEMA: Final = "public"  # of PostgreSQL, in which the tables are


def write(database: Database, target: Path) -> None:
    """Copy the whole database as of one moment to a new file that its owner alone may read.

    SQLite's copy is a database, PostgreSQL's is for `pg_restore`. Raises Refused: `backup-exists`,
    `backup-unwritable`, `backup-elsewhere` where pg_dump is not installed, `backup-failed`.
    """
    if target.exists():
        raise refuse("backup-exists", "There is such a file.", "Name a new one.", place=str(target))
    tool = shutil.which("pg_dump")
    if not database.is_sqlite and tool is None:
        raise _elsewhere(database, target)
    try:
        # made first and for the owner alone: the copy is never readable by others, not even at its start
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        fault = f"It cannot be written: {error.strerror}."
        raise refuse("backup-unwritable", fault, "Name another place.", place=str(target)) from error
    try:
        if database.is_sqlite:
            _copy(database, target)
        else:
            _dump(database, str(tool), target)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        target.unlink(missing_ok=True)
        raise _failed(database, target, error) from error
    except BaseException:
        target.unlink(missing_ok=True)  # half a backup could be taken for a whole one
        raise


def _copy(database: Database, target: Path) -> None:
    with database.reading() as connection, closing(sqlite3.connect(target)) as copy:
        source = connection.connection.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise TypeError("SQLite is not used through sqlite3")
        source.backup(copy)


def _dump(database: Database, tool: str, target: Path) -> None:
    _, environment = connection(database)
    command = [tool, *_arguments(database, target)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - pg_dump, with an address of the operator's
    if done.returncode:
        message = done.stderr.strip().splitlines() or ["it does not say why"]
        fault = f"pg_dump could not copy the database: {message[0].removeprefix('pg_dump: error: ')}."
        remedy = "Check that the server runs and that pg_dump is not older than it."
        raise refuse("backup-failed", fault, remedy, place=database.place)


def connection(database: Database) -> tuple[str, dict[str, str]]:
    """Return the address that PostgreSQL's tools are given, and the environment with the password in it."""
    url = database.engine.url
    password = url.password or url.query.get("password")
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    where = bare.difference_update_query(["password"]).render_as_string(hide_password=False)
    # among the arguments everyone on the machine could read the password
    return where, {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def _arguments(database: Database, target: Path) -> list[str]:
    where, _ = connection(database)
    # what an operator has moved away, before a restore, is no part of it
    own = f"--schema={SCHEMA}"
    return ["--format=custom", own, "--no-password", f"--file={target}", f"--dbname={where}"]


def _failed(database: Database, target: Path, error: Exception) -> Refused:
    """Return why the copy is not there: the disk of either is full or gone, or the database is damaged."""
    cause = getattr(error, "orig", None) or error
    said = getattr(cause, "strerror", None) or (str(cause).strip() or "it does not say why").splitlines()[0]
    return refuse(
        "backup-failed",
        f"The database could not be copied: {said}.",
        f"See whether there is room and a right to write at {target}, and what `kjennetegn verify` says.",
        place=database.place,
    )


def _elsewhere(database: Database, target: Path) -> Refused:
    command = " ".join(["pg_dump", *(f"'{each}'" for each in _arguments(database, target))])
    return refuse(
        "backup-elsewhere",
        "The program that copies a PostgreSQL database, pg_dump, is not installed here.",
        f"Install the PostgreSQL client, or run where it is: {command}",
        place=database.place,
    )
