"""What every floor's tests may use: databases, migrated, on SQLite and on PostgreSQL."""

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from hypothesis import settings as properties

from survey.accounts import passwords
from survey.collection.keys import KeyDirectory
from survey.settings import Settings
from survey.store.database import open_database
from survey.web.platform import catalogues
from tests.postgres import database_in, server
from tests.waves import Home

# the same examples in every run, so that a change is judged by what it changes; to look for new ones, see
# CONTRIBUTING.md
properties.register_profile("steady", derandomize=True)
properties.register_profile("explore", derandomize=False)
properties.load_profile("steady")

# many tests sign in, and a real hash takes a fifth of a second; tests/survey/accounts/ looks at those
passwords._HASHER = PasswordHasher.from_parameters(CHEAPEST)
passwords._NOBODYS = passwords._HASHER.hash("nobody's password")


@pytest.fixture(scope="session")
def postgres_server():
    """A PostgreSQL of this test process; started when the first test asks for it."""
    with server() as address:
        yield address


@pytest.fixture
def postgres_database(postgres_server):
    """The address of an empty database."""
    with database_in(postgres_server) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request):
    """Every test that has a database runs on both."""
    return request.param


@pytest.fixture(scope="session", autouse=True)
def compiled_catalogues():
    """The message catalogues, compiled where they are stale."""
    catalogues.compile_stale()


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
    return Home(database, KeyDirectory.prepared(settings.keys))
