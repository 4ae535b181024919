import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest

from instruments.problems import Damaged, Refused
from reports.disclosure.policy_file import DEFAULT_POLICY
from survey.collection import code_issuing, lifecycle, sealing
from survey.operations import backup, verification
from survey.operations.installation import Installation
from survey.store.database import connect, open_database
from survey.store.repositories import urns
from tests.policies import POLICY, STRICT, STRICT_POLICY
from tests.postgres import binaries, database_in
from tests.waves import ON_POSTGRESQL, ON_SQLITE, TODAY, answer, closed, drafted, opened, sealed, simulated


def codes_of(problems):
    return [(problem.place, problem.code) for problem in problems]


def run(home, statement, *values):
    with home.database.writing() as connection:
        connection.exec_driver_sql(statement, *values)


def test_a_sound_installation_has_no_problems(home, settings):
    answer(home, opened(home), simulated(6))
    sealed(home, simulated(6))
    assert verification.find_problems(settings) == []


def test_a_faulty_policy_is_named_and_stops_the_start(settings, tmp_path):
    file = tmp_path / "policy.toml"
    text = DEFAULT_POLICY.read_text("utf-8").replace("mean = 5 ", "mean = 4 ")
    file.write_text(text, "utf-8")
    faulty = replace(settings, policy=file)
    place = f"{file.as_posix()}:{1 + text[: text.index('mean = 4')].count(chr(10))}"
    with pytest.raises(Refused, match="policy-range"):
        Installation.on(faulty)
    assert codes_of(verification.find_problems(faulty))[0] == (place, "policy-range")


def test_an_installation_goes_by_the_policy_that_is_named(settings):
    for named, policy in ((STRICT_POLICY, STRICT), (None, POLICY)):
        opened_with = Installation.on(replace(settings, policy=named))
        opened_with.database.close()
        # of tests, the policy that nobody names asks nobody for a second factor
        factors = policy.second_factors if named else opened_with.policy.second_factors
        assert opened_with.policy == replace(policy, second_factors=factors)


@pytest.mark.usefixtures("program_read_once")
def test_a_lost_key_directory_is_told_for_every_wave_that_needs_it(home, settings):
    waiting, over = opened(home), closed(home, simulated(6))
    answer(home, waiting, simulated(1))
    shutil.rmtree(settings.keys)
    told = codes_of(verification.find_problems(settings))
    assert (waiting.key, "keys-missing") in told
    assert (over.key, "keys-missing") in told
    assert (str(settings.keys / "codes.key"), "keys-missing") in told
    assert (str(settings.keys), "keys-unusable") in told


@pytest.mark.usefixtures("program_read_once")
def test_the_keys_of_another_wave_are_noticed(home, settings):
    wave, other = opened(home), opened(home)
    for half in ("private", "urn"):
        shutil.copy(home.keys.path / f"{other.key}.{half}", home.keys.path / f"{wave.key}.{half}")
    assert codes_of(verification.find_problems(settings)) == [
        (wave.key, "keys-wrong"),
        (wave.key, "urn-damaged"),
    ]


@pytest.mark.usefixtures("program_read_once")
def test_keys_that_outlived_the_sealing_are_told_and_finished(home, settings):
    wave = closed(home, simulated(6))

    class Interrupted(Exception):
        pass

    def stop(stage):
        if stage == "counted":
            raise Interrupted

    with pytest.raises(Interrupted):
        sealing.seal(home.database, home.keys, home.policy, wave.key, stop)
    assert codes_of(verification.find_problems(settings)) == [(wave.key, "keys-left")]
    assert [each.key for each in lifecycle.interrupted(home.database, home.keys)] == [wave.key]
    lifecycle.destroy_remains(home.database, home.keys, wave.key)
    assert verification.find_problems(settings) == []


@pytest.mark.usefixtures("program_read_once")
def test_a_key_directory_others_can_enter_is_refused(home, settings):
    settings.keys.chmod(0o750)
    with pytest.raises(Damaged, match="keys-exposed"):
        Installation.on(settings)
    with pytest.raises(Damaged, match="keys-exposed"):
        lifecycle.open_wave(home.database, home.keys, home.policy, drafted(home).key, TODAY)
    assert codes_of(verification.find_problems(settings)) == [(str(settings.keys), "keys-exposed")]


def test_keys_are_readable_by_their_owner_only(home):
    wave = opened(home)
    code_issuing.issue(home.database, home.keys, wave.key, 1)
    assert {path.stat().st_mode & 0o777 for path in home.keys.path.iterdir()} == {0o600}
    assert sorted(path.suffix for path in home.keys.path.iterdir()) == [".key", ".private", ".urn"]


@pytest.mark.usefixtures("program_read_once")
@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("content_hash", "0" * 64, "instrument-altered"), ("instrument", "lost@1.0.0", "instrument-unknown")],
)
def test_a_database_on_another_instrument_is_not_opened(home, settings, column, value, code):
    drafted(home)
    run(home, f"UPDATE wave SET {column} = '{value}'")  # noqa: S608 - our own words
    with pytest.raises(Damaged, match=code):
        open_database(settings.database)
    assert [problem.code for problem in verification.find_problems(settings)] == [code]


@pytest.mark.parametrize(
    ("statement", "remedy"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer program"),
        ("DELETE FROM alembic_version", "kjennetegn migrate"),
    ],
)
def test_a_database_of_another_schema_is_not_opened(home, settings, statement, remedy):
    run(home, statement)
    with pytest.raises(Damaged, match=remedy):
        open_database(settings.database)


@pytest.mark.usefixtures("database")
def test_migrating_twice_is_migrating(settings):
    again = connect(settings.database)
    again.migrate()
    again.check()
    again.close()


def restored_from(target, server):
    """The rows of the urn in a backup, and the backup as plain text or bytes."""
    if server is None:
        with closing(sqlite3.connect(target)) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return copy.execute("SELECT box FROM urn ORDER BY shard").fetchall(), target.read_bytes()
    restore = [binaries() / "pg_restore", "--no-owner", "--schema=public"]
    with database_in(server) as fresh:
        subprocess.run([*restore, f"--dbname={fresh}", target], check=True)  # noqa: S603 - our own words
        with psycopg.connect(fresh) as copy:
            rows = copy.execute("SELECT box FROM urn ORDER BY shard").fetchall()
    text = subprocess.run([*restore, "--file=-", target], check=True, capture_output=True).stdout  # noqa: S603 - likewise
    return rows, text


@pytest.fixture
def tools(monkeypatch):
    """A machine with the PostgreSQL client."""
    monkeypatch.setenv("PATH", str(binaries()), prepend=":")


def server_of(request, home):
    return None if home.database.is_sqlite else request.getfixturevalue("postgres_server")


@pytest.mark.usefixtures("tools")
def test_a_backup_is_whole_and_holds_no_key(request, home, settings, tmp_path):
    wave = opened(home)
    answer(home, wave, simulated(6))
    target = tmp_path / "copy"
    backup.write(home.database, target)
    rows, text = restored_from(target, server_of(request, home))
    with home.database.reading() as connection:
        assert [row[0] for row in rows] == list(urns.boxes(connection, wave.id).values())
    keys = [path.read_bytes() for path in settings.keys.iterdir()]
    assert not any(part in text for key in keys for part in (key, key.hex().encode()))
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("tools")
def test_a_backup_replaces_no_file(home, tmp_path):
    target = tmp_path / "copy"
    target.write_text("an earlier one")
    with pytest.raises(Refused, match="backup-exists"):
        backup.write(home.database, target)
    assert target.read_text() == "an earlier one"


@ON_POSTGRESQL
@pytest.mark.usefixtures("tools")
def test_a_backup_that_cannot_be_made_leaves_no_file(home, tmp_path):
    elsewhere = home.database.engine.url.set(database="nowhere")
    gone = connect(elsewhere.render_as_string(hide_password=False))
    with pytest.raises(Refused, match="backup-failed"):
        backup.write(gone, tmp_path / "copy")
    gone.close()
    assert not list(tmp_path.glob("copy*"))


@ON_SQLITE
def test_a_backup_that_breaks_off_leaves_no_file(home, tmp_path, monkeypatch):
    def half(_database, target):
        target.write_bytes(b"half")
        raise ZeroDivisionError

    monkeypatch.setattr(backup, "_copy", half)
    with pytest.raises(ZeroDivisionError):
        backup.write(home.database, tmp_path / "copy")
    assert not list(tmp_path.glob("copy*"))


@pytest.mark.parametrize(
    "account", ["kari:hemmelig@db.example/answers", "kari@db.example/answers?password=hemmelig"]
)
def test_without_pg_dump_the_command_to_run_elsewhere_is_named_without_the_password(
    account, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    database = connect(f"postgresql+psycopg://{account}")
    with pytest.raises(Refused) as refused:
        backup.write(database, tmp_path / "copy")
    [problem] = refused.value.problems
    assert problem.code == "backup-elsewhere"
    assert "'--dbname=postgresql://kari@db.example/answers'" in problem.remedy
    assert "hemmelig" not in str(refused.value)
