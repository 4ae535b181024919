"""A command that only looks changes nothing: no byte of the database, of the keys or of the jobs' files."""

import io

import click
import pytest
from sqlalchemy import inspect

from survey import job_files
from survey.cli import _FAMILIES, kjennetegn, main
from survey.operations import marks
from survey.operations.installation import Installation
from tests.installation.remote import free_port
from tests.paths import MINIMAL, REPOSITORY
from tests.pooled import added_pool
from tests.postgres import binaries
from tests.stored import files
from tests.waves import CLOSES, ON_NO_TABLES, closed, drafted, opened, sealed, simulated

# what only looks, as it is typed; the others change the installation, and nothing else is expected of them
LOOKING = {
    "instrument list": (),
    "instrument check": (str(MINIMAL),),
    "instrument diff": ("learning_community@1.0.0", "learning_community@1.1.0"),
    "instrument show": ("pulse@1.0.0",),
    "instrument sheet": ("pulse@1.0.0", "--output", "{tmp}/out.xlsx"),
    "instrument export": ("pulse@1.0.0", "--as", "ddi", "--output", "{tmp}/out"),
    "policy show": (),
    "policy check": (str(REPOSITORY / "tests" / "strict_policy.toml"),),
    "score": (str(MINIMAL), "{tmp}/answers.csv"),
    "unit list": (),
    "unit export": ("{tmp}/enheter.csv",),
    "round list": ("{unit}",),
    "pool list": (),
    "pool show": ("{pool}",),
    "pool export": ("--as", "csv", "--output", "{tmp}/pools.csv"),
    "validate": ("{pool}",),
    "wave status": (),
    "backup": ("{tmp}/copy",),
    "papers": ("{tmp}/papers", "--language", "en", "--ending", "md"),
    "verify": (),
}
# what changes an installation, as it is typed
CHANGING = {
    "unit add": "Eika --edition skole",
    "unit rename": "u Eika",
    "unit edition": "u skole",
    "unit move": "u --parent u --yes",
    "unit merge": "u --into u --yes",
    "unit close": "u --yes",
    "unit reopen": "u",
    "unit remove": "u --yes",
    "unit keep": "u --years 3",
    "unit import": "{tmp}/units.csv",
    "account add": "a@example.org --role operator --password-stdin",
    "account link": "a@example.org --yes",
    "account grant": "a@example.org --role operator",
    "account revoke": "a@example.org --role operator",
    "account rename": "a@example.org b@example.org",
    "account remove": "a@example.org --yes",
    "account import": "{tmp}/units.csv",
    "account enter": "a@example.org",
    "account disconnect": "a@example.org https://idp.example.org --yes",
    "account let-in": "a@example.org --yes",
    "wave draft": "u --title x --instrument pulse@1.0.0 --language nb --invited 9 --closes 2026-03-20",
    "wave sheets": "w --pdf {tmp}/sheets.pdf",
    "wave open": "w",
    "wave close": "w --yes",
    "wave seal": "w --yes",
    "wave abandon": "w --yes",
    "wave reopen": "w",
    "wave prolong": "w 2026-03-20",
    "wave correct": "w --invited 9 --yes",
    "wave take-back": "w",
    "wave show-staff": "w --yes",
    "slips": "w --pdf {tmp}/slips.pdf",
    "report": "u --pdf {tmp}/report.pdf",
    "export": "--as csv --output {tmp}/out.csv",
    "round release": "u 2026-1 skole pulse@1.0.0 --yes",
    "pool give-up": "p --yes",
    "serve": "--port {port}",
    "worker": "--once",
    "migrate": "",
    "share": "",
    "forget-copy": "{tmp}/copy --yes",
}
# on files of their own, or what makes an installation
ELSEWHERE = {"instrument read", "instrument lock", "demo", "set-up", "restore"}
ON_AN_INSTALLATION = ("unit list", "unit export", "wave status", "backup", "verify")


def commands(group=kjennetegn, before=""):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        typed = f"{before}{name}"
        if isinstance(command, click.Group):
            yield from commands(command, f"{typed} ")
        else:
            yield typed


def test_every_command_is_known_to_look_or_to_change():
    assert set(commands()) == LOOKING.keys() | CHANGING.keys() | ELSEWHERE
    assert {typed.split()[0] for typed in commands()} == set(_FAMILIES)


@pytest.fixture
def environment(settings, monkeypatch):
    for name, text in settings.to_environment().items():
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("PATH", str(binaries()), prepend=":")


@pytest.fixture
def run(environment, capsys, tmp_path):  # noqa: ARG001 - the commands read it
    def command(typed, **keys):
        with pytest.raises(SystemExit) as ended:
            main([*typed.split(), *(part.format(tmp=tmp_path, **keys) for part in LOOKING[typed])])
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return command


def stored(database):
    """Everything the database holds: SQLite's bytes, or PostgreSQL's rows and their versions."""
    if database.is_sqlite:
        # what lies in shared memory is no content: it says who is reading
        return {each.name: each.read_bytes() for each in files(database) if not each.name.endswith("-shm")}
    with database.reading() as connection:
        return {
            table: sorted(map(str, connection.exec_driver_sql(f"SELECT xmin, ctid, * FROM {table}")))  # noqa: S608 - our own words
            for table in inspect(connection).get_table_names()
        }


def lying(directory):
    """Every file below a directory: its bytes, its mode and when it changed; not when a backup was made."""
    return {
        each: (each.stat().st_mode, each.stat().st_mtime_ns, each.read_bytes() if each.is_file() else b"")
        for each in directory.rglob("*")
        if each.name != marks.BACKUP
    }


@pytest.mark.parametrize("typed", LOOKING)
def test_a_command_that_looks_changes_nothing(home, settings, run, tmp_path, typed):
    sealed(home, simulated(8))
    closed(home, simulated(6), unit="Bjerka")
    drafted(home, unit="Eika")
    overdue = opened(home, unit="Selja")
    pool = added_pool(home)
    installation = Installation(settings, home.database, home.keys, home.policy)
    assert installation.today > CLOSES
    job_files.at(installation.settings).prepare()
    (tmp_path / "answers.csv").write_text("starts_on_time,drags_on\n1,2\n")
    directories = (settings.keys, settings.files_directory)
    home.database.close()  # its connections: the command is the only one that has the database open
    before = stored(home.database), [lying(each) for each in directories]
    status, out, err = run(typed, unit=overdue.unit_key, pool=pool)
    complaints = [line for line in err.splitlines() if not line.startswith('{"')]  # acts are logged
    assert (status, complaints) == (0, []), out
    assert (stored(home.database), [lying(each) for each in directories]) == before
    # though it is past its last day, and said to be closed
    assert f"{overdue.key}\tclosed\t" in out or typed != "wave status"


NO_DATABASE = "database-missing: There is no database, or there is no table in it."


@ON_NO_TABLES
def test_a_command_that_looks_makes_no_database_and_no_key_directory(settings, run, tmp_path):
    for typed in ON_AN_INSTALLATION:
        status, _, err = run(typed)
        assert (status, NO_DATABASE in err) == (2, True), typed
        assert list(tmp_path.iterdir()) == []
    settings.keys.mkdir(mode=0o700)
    for typed in ON_AN_INSTALLATION:
        status, _, err = run(typed)
        assert (status, NO_DATABASE in err) == (2, True), typed
        assert list(tmp_path.iterdir()) == [settings.keys]
        assert list(settings.keys.iterdir()) == []


@ON_NO_TABLES
@pytest.mark.usefixtures("environment")
def test_a_command_that_changes_makes_no_database_and_no_key_directory(
    settings, monkeypatch, capsys, tmp_path_factory
):
    beside = tmp_path_factory.mktemp("beside")
    (beside / "units.csv").write_text("navn;type\nEika;kommune\n", "utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("en lang setning her\n"))
    for typed, given in CHANGING.items():
        words = given.format(tmp=beside, port=free_port()).split()
        with pytest.raises(SystemExit) as ended:
            main([*typed.split(), *words])
        assert (ended.value.code, NO_DATABASE in capsys.readouterr().err) == (2, True), typed
    assert not settings.keys.exists()
    assert list(settings.keys.parent.iterdir()) == []
    assert [each.name for each in beside.iterdir()] == ["units.csv"]


def test_what_looks_cannot_write_even_by_mistake(home, settings):
    looked_at = Installation.read_only(settings)
    with pytest.raises(Exception, match=r"(?i)read-?only"), looked_at.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM unit")
    looked_at.database.close()
    assert home.database.is_sqlite or home.database.place
