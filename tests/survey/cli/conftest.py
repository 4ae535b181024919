"""An installation that commands are run on.

Commands are tested on SQLite: the functions they call are tested on both databases, and one walk here.
"""

import pytest

from survey.cli import main
from survey.operations.installation import Installation
from tests.log_lines import log_lines
from tests.waves import on_sqlite_alone

engine_name = on_sqlite_alone


@pytest.fixture
def environment(settings, monkeypatch):
    monkeypatch.setenv("KJENNETEGN_DATABASE", settings.database)
    monkeypatch.setenv("KJENNETEGN_KEYS", str(settings.keys))
    monkeypatch.setenv("KJENNETEGN_SECRET", settings.secret)
    monkeypatch.setenv("KJENNETEGN_PUBLIC_URL", settings.public_url)


@pytest.fixture
def run(environment, capsys):  # noqa: ARG001 - the commands read it
    """Runs a command: its status, what it printed, and what it said on standard error beside the log."""

    def command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        told = capsys.readouterr()
        command.logged += log_lines(told.err)
        said = [line for line in told.err.splitlines() if not line.startswith("{")]
        return ended.value.code, told.out.strip(), "\n".join(said).strip()

    command.logged = []
    return command


@pytest.fixture
def installation(settings):
    home = Installation.on(settings)
    yield home
    home.database.close()


@pytest.fixture
def place(run):
    return run("unit", "add", "Asken skole", "--edition", "skole")[1]
