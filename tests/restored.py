"""The drill of operators: a copy of the database is brought back in place of what is there."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from survey.operations import backup
from survey.store.ttl_cache import TtlCache
from tests.postgres import binaries, database_in


@pytest.fixture
def tools(monkeypatch):
    """A machine with the PostgreSQL client."""
    monkeypatch.setenv("PATH", str(binaries()), prepend=os.pathsep)


@pytest.fixture
def elsewhere(request, home, settings, tmp_path):
    """Settings of an empty place for the same kind of database, beside the key directory that was in use."""
    if home.database.is_sqlite:
        yield replace(settings, database=f"sqlite:///{tmp_path}/again.db")
        return
    with database_in(request.getfixturevalue("postgres_server")) as address:
        yield replace(settings, database=address.replace("postgresql:", "postgresql+psycopg:"))


def copied(database, target):
    """A copy of the database as it is now, made as `kjennetegn backup` makes it."""
    with pytest.MonkeyPatch.context() as machine:
        machine.setenv("PATH", f"{binaries()}{os.pathsep}{os.environ['PATH']}")
        backup.write(database, target)
    return target


def bring_back(database, copy):
    """Put the copy in the place of the database; connections to what was there are given up."""
    database.close()
    if database.is_sqlite:
        path = Path(database.engine.url.database)
        for each in path.parent.glob(f"{path.name}-*"):
            each.unlink()
        path.write_bytes(copy.read_bytes())
    else:
        url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        command = [binaries() / "pg_restore", "--clean", "--if-exists", "--no-owner", "--schema=public"]
        command += [f"--dbname={url}", copy]
        subprocess.run(command, check=True)  # noqa: S603 - our own words
    database.cache = TtlCache()
