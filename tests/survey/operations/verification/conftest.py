"""The installation that tests damage: made once, and copied for each."""

import shutil

import pytest

from survey.collection.keys import KeyDirectory
from survey.operations.verification import program
from survey.store.database import open_database
from tests.damage import fill, settings_in
from tests.policies import POLICY
from tests.waves import BareInstallation


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    settings = settings_in(folder)
    home = BareInstallation(open_database(settings.database), KeyDirectory.prepared(settings.keys), POLICY)
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
