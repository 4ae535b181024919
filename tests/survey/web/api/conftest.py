"""An installation with released figures, a study, and a program of a researcher that reads them."""

from datetime import date

import pytest

from survey.accounts import passwords
from survey.store.repositories import accounts, studies, units
from tests.roles import grant_role
from tests.waves import on_sqlite_alone, release_below, sealed, simulated

# what the API calls is tested on both databases
engine_name = on_sqlite_alone

TODAY = date(2026, 3, 9)
LAST = date(2026, 12, 31)
PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def researcher(home):
    holder = accounts.add(home.database, "ina@example.org", HASHED, "nb")
    return grant_role(home.database, holder, "researcher", None)


@pytest.fixture
def study(home, researcher):
    key = studies.add(home.database, "Fellesskap over tid", LAST, TODAY)
    studies.join(home.database, key, researcher)
    return key


@pytest.fixture
def released(home):
    """A sealed wave of which figures were released outside its unit."""
    town = units.add(home.database, "Fjordby", "municipality", None, None)
    units.add(home.database, "Asken", "workplace", "skole", town.key)
    sealed(home, simulated(24, seed=3), unit="Asken")
    release_below(home, town.key)


@pytest.fixture
def read(app, home, study, researcher, public_url):
    """Asks as a program does, with the token unless another header is given."""
    token = studies.make_token(home.database, study, researcher.id)
    client = app.test_client()

    def ask(path, *, bearer=token, method="GET", **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if bearer is not None:
            sent["Authorization"] = f"Bearer {bearer}"
        return client.open(f"/api/v1/{path}", method=method, base_url=public_url, headers=sent)

    return ask
