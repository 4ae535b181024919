"""The setting for an operator's own questionnaires, from the environment to a version that waves may ask."""

import pytest

from instruments import library
from instruments.problems import Refused
from survey.operations.installation import Installation
from survey.settings import Settings
from tests.keys import make_installation


@pytest.fixture
def environment(tmp_path, monkeypatch):
    monkeypatch.setattr(library, "_folders", [])
    return {
        "KJENNETEGN_DATABASE": f"sqlite:///{tmp_path}/answers.db",
        "KJENNETEGN_KEYS": str(tmp_path / "keys"),
        "KJENNETEGN_SECRET": "a secret that is long enough to keep",
        "KJENNETEGN_INSTRUMENTS": str(tmp_path),
    }


def test_an_installation_knows_the_questionnaires_of_its_operator(environment, tmp_path):
    make_installation(Settings.from_environment(environment))
    installation = Installation.from_environment(environment)
    installation.database.engine.dispose()
    assert library._folders == [tmp_path]


def test_a_folder_of_questionnaires_that_is_not_there_is_refused(environment, tmp_path):
    environment["KJENNETEGN_INSTRUMENTS"] = str(tmp_path / "none")
    with pytest.raises(Refused) as refused:
        Settings.from_environment(environment)
    assert [problem.place for problem in refused.value.problems] == ["KJENNETEGN_INSTRUMENTS"]
