"""The installation that tests damage: made once, and copied for each."""

import shutil

import pytest

from survey.operations.installation import Installation
from survey.operations.verification import program, schema_state
from tests.damage import fill, settings_in
from tests.keys import make_installation
from tests.policies import POLICY
from tests.waves import BareInstallation


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    settings = make_installation(settings_in(folder))
    home = Installation.on(settings)
    home = BareInstallation(home.database, home.keys, POLICY)
    fill(home)
    home.database.close()
    return folder


@pytest.fixture
def settings(made, tmp_path):
    """The installation, for one test to damage."""
    shutil.copytree(made, tmp_path / "whole")
    (tmp_path / "whole" / "keys").chmod(0o700)
    return settings_in(tmp_path / "whole")


@pytest.fixture
def _stored_alone(monkeypatch):
    """What is stored is read, and not the program's own files, which are tried by themselves."""
    monkeypatch.setattr(program, "parts", lambda *_: {})


@pytest.fixture(scope="session")
def compared():
    """What differs in each SQLite schema that was compared, by its text."""
    return {}


@pytest.fixture(autouse=True)
def _schema_compared_once(compared, monkeypatch):
    """Compare each SQLite schema once: what differs follows from its text, and most tests alter only values.

    The comparison is more than half of the time that `verify` takes here.
    """
    compare = schema_state._differences

    def once(connection):
        if connection.dialect.name != "sqlite":
            return compare(connection)
        text = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        schema = tuple(map(tuple, connection.exec_driver_sql(text)))
        if schema not in compared:
            compared[schema] = list(compare(connection))
        return compared[schema]

    monkeypatch.setattr(schema_state, "_differences", once)
