"""Databases that tests are lent one after the other: each finds what a new one would hold."""

import re
import subprocess

import psycopg
import pytest

from survey.store.database import connect
from survey.store.repositories import accounts
from tests.keys import key_directory
from tests.lent import LENT
from tests.postgres import binaries, database_in
from tests.stored import files
from tests.waves import BareInstallation, opened, sealed, simulated


def dumped(address):
    """All that PostgreSQL's own tool would bring into a new database; the word that it draws each time."""
    command = [binaries() / "pg_dump", f"--dbname={address}"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    return re.sub(r"(?m)^\\(un)?restrict .*$", "", text)


def driven(address):
    return connect(address.replace("postgresql:", "postgresql+psycopg:"))


def test_what_one_test_stored_is_gone_for_the_next(
    lent_databases, postgres_server, postgres_template, tmp_path
):
    with database_in(postgres_server, postgres_template) as new:
        expected = dumped(new)
    with lent_databases.lend() as address:
        home = BareInstallation(driven(address), key_directory(tmp_path / "keys"))
        sealed(home, simulated(6))
        opened(home)
        accounts.add(home.database, "leder@example.org", "", "nb")
        filled = dumped(address)
        # and its connections are left open
    with lent_databases.lend() as again:
        assert again == address
        assert filled != expected
        assert dumped(again) == expected
    home.database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE one (two INTEGER)",
        "ALTER TABLE wave ALTER title DROP NOT NULL",
        "ALTER TABLE unit_act DISABLE TRIGGER unit_act_kept",
        "DROP INDEX ix_wave_unit_id",
        "ALTER DATABASE {name} SET lock_timeout = 1",
    ],
)
def test_a_database_whose_structure_a_test_altered_is_lent_to_nobody(lent_databases, statement):
    with lent_databases.lend() as address, psycopg.connect(address) as connection:
        connection.execute(statement.format(name=connection.info.dbname))
    with lent_databases.lend() as other:
        assert other != address


def test_nobody_looks_for_bytes_in_files_that_other_tests_have_written_in(lent_databases):
    with lent_databases.lend() as address:
        assert f"/{LENT}" in address
        with pytest.raises(AssertionError, match="own_files"):
            files(driven(address))
