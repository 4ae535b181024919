"""Databases for the tests of this floor: migrated, on SQLite and on PostgreSQL."""

import pytest

from survey.keys import KeyDirectory
from survey.settings import Settings
from survey.store.database import open_database
from tests.waves import Home


@pytest.fixture
def database_url(request, engine_name, tmp_path):
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path}/kjennetegn.db"
    return request.getfixturevalue("postgres_database").replace("postgresql:", "postgresql+psycopg:")


@pytest.fixture
def settings(database_url, tmp_path):
    return Settings(
        database_url, tmp_path / "keys", "0123456789abcdef0123456789abcdef", "https://svar.example"
    )


@pytest.fixture
def database(settings):
    opened = open_database(settings.database)
    yield opened
    opened.close()


@pytest.fixture
def home(settings, database):
    return Home(database, KeyDirectory(settings.keys))
