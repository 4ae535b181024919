"""What every floor's tests may use."""

import pytest

from survey.web import catalogues
from tests.postgres import database_in, server


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
