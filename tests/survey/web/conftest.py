"""The application on a database of its own, and a browser that checks every page it fetches."""

from datetime import date

import pytest

import survey
from survey.settings import Settings
from survey.web.platform.context import EXTENSION
from tests.keys import key_directory
from tests.pages import Browser
from tests.waves import TODAY, BareInstallation


class Clock:
    """Seconds since 1970 that stand still until a test moves them."""

    def __init__(self):
        self.seconds = seconds_of(TODAY)

    def __call__(self):
        return self.seconds

    def pass_by(self, seconds):
        self.seconds += seconds


def seconds_of(day):
    return (day - date(1970, 1, 1)).days * 86400 + 12 * 3600


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def public_url():
    return "https://svar.example"


@pytest.fixture
def app(tmp_path, database_url, public_url, bucket, clock):
    """The application on SQLite, and again on PostgreSQL."""
    key_directory(tmp_path / "keys")
    secret = "0123456789abcdef" * 2
    settings = Settings(database_url, tmp_path / "keys", secret, public_url, bucket=bucket)
    made = survey.create_app(settings)
    made.extensions[EXTENSION].clock = clock
    made.session_interface.clock = clock
    yield made
    made.extensions[EXTENSION].database.close()


@pytest.fixture
def home(app):
    house = app.extensions[EXTENSION]
    return BareInstallation(house.database, house.keys)


@pytest.fixture
def browser(app, public_url):
    return Browser(app, public_url)
