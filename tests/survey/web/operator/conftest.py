"""A browser in which an operator is signed in, and one in which nobody is."""

import pytest

from survey.accounts import passwords
from survey.store.repositories import accounts
from tests.pages import Browser
from tests.roles import grant_role
from tests.waves import on_sqlite_alone

# what these pages call is tested on both databases
engine_name = on_sqlite_alone

OPERATOR, PASSWORD = "drift@example.org", "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def operator(browser, home):
    holder = accounts.add(home.database, OPERATOR, HASHED, "nb")
    grant_role(home.database, holder, "operator", None)
    return browser.get("/account/sign-in").submit({"email": OPERATOR, "password": PASSWORD})


@pytest.fixture
def stranger(app, public_url):
    """Another browser."""
    return Browser(app, public_url)
