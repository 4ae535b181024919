"""Whatever of an installation's database is missing or cannot be true, `kjennetegn verify` names it.

What PostgreSQL lets be stored is tried there.
"""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlsplit

import psycopg
import pytest

from instruments import library
from survey.cli import main
from survey.operations.installation import Installation
from survey.operations.verification import directories
from survey.settings import Settings
from tests.damage import COLUMNS, TABLES, change, fill, found, stored_alone
from tests.keys import make_installation
from tests.policies import POLICY
from tests.postgres import database_in
from tests.waves import BareInstallation


@stored_alone
@pytest.mark.parametrize("first", range(6))
def test_a_missing_table_is_named_without_a_traceback(settings, first):
    """Each is told by its own name, so that six or seven are taken out before `verify` runs once."""
    missing = TABLES[first::6]
    for table in missing:
        change(settings, f"DROP TABLE {table}")
    told = {place for place, code in found(settings) if code == "schema-differs"}
    assert set(missing) - told == set()
    # nor is a table named that is there, but the one whose triggers go with that of the chain of acts
    assert told - set(missing) <= {"unit_act"}


@stored_alone
def test_a_missing_table_of_the_schemas_number_is_named(settings):
    change(settings, "DROP TABLE alembic_version")
    assert {code for _, code in found(settings)} & {"schema-differs", "database-schema"}


@stored_alone
def test_a_missing_column_is_named(settings):
    """Each of another table, whose name tells it, so that `verify` runs once."""
    missing = [each for each in COLUMNS if each[1] in {"name", "box", "moments", "fault"}]
    with closing(sqlite3.connect(settings.database.removeprefix("sqlite:///"))) as file:
        for table, column in missing:
            file.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO gone")
        file.commit()
    told = [place for place, code in found(settings) if code == "schema-differs"]
    assert sorted(told) == sorted(table for table, _ in missing)


@stored_alone
def test_a_missing_check_is_named(settings):
    """Whoever took one out would let statistics of few people be stored."""
    with closing(sqlite3.connect(settings.database.removeprefix("sqlite:///"))) as file:
        [(made,)] = file.execute("SELECT sql FROM sqlite_master WHERE name = 'sealed_category'")
        loosened = made.replace("CHECK (n >= 5)", "CHECK (n >= 1)").replace(
            "ck_sealed_category_enough", "ck_loose"
        )
        assert loosened != made
        file.execute("PRAGMA writable_schema = ON")
        file.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'sealed_category'", (loosened,))
        file.commit()
    assert ("sealed_category", "schema-differs") in found(settings)


@stored_alone
@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM sealed_wave", "statistics-missing"),
        ("DELETE FROM sealed_category", "statistics-altered"),
        ("DELETE FROM sealed_category WHERE figure = 'shared_practice'", "statistics-altered"),
        ("UPDATE sealed_category SET n = n + 100 WHERE figure = 'answers'", "statistics-altered"),
        ("UPDATE unit SET parent_id = id", "value-unreadable"),
        ("UPDATE unit SET edition = 'universitet' WHERE edition IS NOT NULL", "edition-lost"),
        ("UPDATE account SET password_hash = 'plain'", "password-unreadable"),
        ("UPDATE wave SET instrument = 'lost@1.0.0'", "instrument-unknown"),
        ("UPDATE wave SET background = 'lost@1' WHERE background IS NOT NULL", "background-unknown"),
        ("UPDATE wave SET state = 'sealed', public_key = NULL WHERE state = 'open'", "statistics-missing"),
        ("DELETE FROM urn WHERE shard = 3", "urn-damaged"),
        ("UPDATE job SET payload = '{'", "value-unreadable"),
        ('UPDATE job SET payload = \'{"reader": "owner", "unit": "abcd"}\'', "value-unreadable"),
        ("UPDATE job SET payload = '[]'", "value-unreadable"),
        ("DELETE FROM ledger", "ledger-unreadable"),
        ("DELETE FROM ledger_cell", "ledger-unreadable"),
    ],
)
def test_what_cannot_be_true_is_named(settings, statement, code):
    assert change(settings, statement) > 0
    assert code in {each for _, each in found(settings)}


@stored_alone
def test_every_problem_is_named_at_once(settings):
    change(settings, "UPDATE ledger_group SET content = '{'")
    change(settings, "UPDATE unit SET parent_id = id")
    change(settings, "DROP TABLE attempt")
    for key in settings.keys.iterdir():
        key.unlink()
    codes = {code for _, code in found(settings)}
    assert {"ledger-unreadable", "value-unreadable", "schema-differs", "keys-missing"} <= codes


@stored_alone
def test_pages_of_the_file_that_were_overwritten_are_named(settings):
    file = settings.keys.parent / "answers.db"
    whole = bytearray(file.read_bytes())
    for page in range(4096 * 3, len(whole), 4096 * 3):
        whole[page : page + 64] = b"\xde\xad" * 32
    file.write_bytes(whole)
    assert {code for _, code in found(settings)} & {
        "database-corrupt",
        "database-unreadable",
        "database-unusable",
    }


@stored_alone
def test_directories_that_cannot_be_used_are_named(settings, monkeypatch):
    settings.files_directory.mkdir(mode=0o755)
    assert (str(settings.files_directory), "files-exposed") in found(settings)
    settings.files_directory.chmod(0o700)
    (settings.files_directory / "queue.db").write_bytes(b"no database at all" * 100)
    assert (str(settings.files_directory / "queue.db"), "queue-damaged") in found(settings)
    shutil.rmtree(settings.files_directory)
    settings.files_directory.write_text("a file")
    assert (str(settings.files_directory), "files-unusable") in found(settings)
    monkeypatch.setattr(directories, "_LEAST_FREE_BYTES", 2**60)
    assert "disk-full" in {code for _, code in found(settings)}


def test_settings_that_are_wrong_are_told_together_with_what_is_wrong_of_the_program(
    settings, monkeypatch, capsys
):
    for name, text in replace(settings).to_environment().items():
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("KJENNETEGN_TIME_ZONE", "Europe/Olso")
    monkeypatch.setattr(library, "HOME", settings.keys)
    with pytest.raises(SystemExit) as ended:
        main(["verify"])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "KJENNETEGN_TIME_ZONE: setting-wrong" in told
    assert "library-empty" in told


@pytest.fixture(scope="module")
def filled_on_postgresql(postgres_server, tmp_path_factory):
    """A filled database of PostgreSQL's own, and the key directory that belongs to it."""
    keys = tmp_path_factory.mktemp("filled") / "keys"
    with database_in(postgres_server) as address:
        of_ours = address.replace("postgresql:", "postgresql+psycopg:")
        home = Installation.on(make_installation(Settings(of_ours, keys, "0123456789abcdef" * 2)))
        fill(BareInstallation(home.database, home.keys, POLICY))
        home.database.close()
        yield address, keys


@pytest.fixture
def settings_on_postgresql(filled_on_postgresql, postgres_server):
    """A copy of it, for one test to damage."""
    whole, keys = filled_on_postgresql
    name = urlsplit(whole).path[1:]
    copy = f"{name}copy"
    with psycopg.connect(postgres_server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {copy} TEMPLATE {name}")
        address = postgres_server.format(name=copy).replace("postgresql:", "postgresql+psycopg:")
        yield Settings(address, keys, "0123456789abcdef" * 2)
        connection.execute(f"DROP DATABASE {copy} WITH (FORCE)")


@stored_alone
def test_nothing_is_wrong_with_a_whole_database_of_postgresql(settings_on_postgresql):
    """So that what is told of each copy that is damaged below is told of its damage."""
    assert found(settings_on_postgresql) == set()


@stored_alone
@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE ledger_group SET content = '{'", "ledger-unreadable"),
        ("DELETE FROM ledger", "ledger-unreadable"),
        ("UPDATE sealed_wave SET moments = substring(moments for 40)", "moments-corrupt"),
        ("UPDATE sealed_wave SET n = n + 1", "statistics-differ"),
        ("UPDATE sealed_category SET n = n + 1 WHERE figure = 'answers'", "statistics-altered"),
        ("UPDATE urn SET box = 'x' WHERE shard = 3", "urn-damaged"),
        ("UPDATE wave SET content_hash = 'x'", "instrument-altered"),
        ("UPDATE account SET language = 'sv'", "value-unreadable"),
        ("UPDATE job SET payload = '[]' WHERE state = 'done'", "value-unreadable"),
        ("ALTER TABLE job DROP COLUMN fault", "schema-differs"),
        ("ALTER TABLE sealed_category DROP CONSTRAINT ck_sealed_category_enough", "schema-differs"),
        ("DROP TABLE attempt", "schema-differs"),
    ],
)
def test_damage_that_postgresql_lets_be_stored_is_named(settings_on_postgresql, statement, code):
    address = settings_on_postgresql.database.replace("postgresql+psycopg:", "postgresql:")
    with psycopg.connect(address) as connection:
        assert connection.execute(statement).rowcount
    assert code in {each for _, each in found(settings_on_postgresql)}
