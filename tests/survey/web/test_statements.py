"""How many statements the first pages of staff ask the database: no more in an installation of many units."""

import pytest
from sqlalchemy import event, insert, select

from survey.accounts import passwords
from survey.store.repositories import accounts, units
from survey.store.tables import account, membership, unit, wave
from tests.pages import Browser
from tests.roles import LONG_AGO, grant_role
from tests.waves import ON_SQLITE, TODAY, drafted, version

pytestmark = ON_SQLITE

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
MOST = 8
FEW, MANY = 50, 300


def fill(home, number):
    """Put so many units below a town, each with a leader and a survey; return the town and the first unit."""
    town = units.add(home.database, f"Fjordby {number}", "municipality", None, None)
    asked = version()
    with home.database.writing() as connection:
        for place in range(number):
            named = {"key": f"{number:04x}{place:04x}", "name": f"Skole {place}", "kind": "workplace"}
            connection.execute(insert(unit).values(**named, parent_id=town.id, edition="skole"))
        own = connection.execute(select(unit.c.id, unit.c.key).where(unit.c.parent_id == town.id)).all()
        row = {"title": "Runde", "instrument": asked.reference, "content_hash": asked.content_hash}
        row |= {
            "edition": "skole",
            "language": "nb",
            "invited": 20,
            "planned_invited": 20,
            "state": "draft",
            "kept_years": 5,
        }
        row |= dict.fromkeys(("opens_on", "closes_on", "planned_closes_on"), TODAY)
        row |= dict.fromkeys(("open_link", "leaders_answer", "split_key"), False)
        connection.execute(
            insert(wave), [{**row, "key": f"w{each.id:07}", "unit_id": each.id} for each in own]
        )
        holders = [{"email": f"leder{each.id}@example.org", "language": "nb"} for each in own]
        connection.execute(insert(account), [{**each, "password_hash": ""} for each in holders])
        ids = connection.execute(select(account.c.id).where(account.c.email.like("leder%")))
        given = {"role": "leader", "given_by": "drift", "given_at": LONG_AGO}
        connection.execute(
            insert(membership),
            [
                {**given, "account_id": number, "holder": "leder", "unit_id": each.id}
                for number, each in zip(list(ids.scalars())[-len(own) :], own, strict=True)
            ],
        )
    return town.key, own[0].key


@pytest.fixture
def counted(app, home, public_url):
    """Returns by page of staff how many statements it asks in an installation with so many more units."""

    def count(number):
        town, place = fill(home, number)
        found = {}
        for role, where, paths in (
            ("leader", place, ("/leader/", f"/leader/{place}/access")),
            ("owner", town, ("/owner/", f"/owner/{town}/history")),
        ):
            email = f"{role}{number}@example.org"
            grant_role(home.database, accounts.add(home.database, email, HASHED, "nb"), role, where)
            browser = Browser(app, public_url)
            browser.get("/account/sign-in").submit({"email": email, "password": PASSWORD})
            for path in paths:
                found[path.replace(place, "x").replace(town, "x")] = _statements(home, browser, path)
        return found

    return count


def _statements(home, browser, path):
    asked = []
    listen = ("before_cursor_execute", lambda *call: asked.append(call[2]))
    event.listen(home.database.engine, *listen)
    browser.get(path)
    event.remove(home.database.engine, *listen)
    return sum(each != "BEGIN" for each in asked)


def test_a_first_page_asks_no_more_of_an_installation_of_many_units(counted, home):
    drafted(home)
    few, many = counted(FEW), counted(MANY)
    assert few == many
    assert max(few.values()) <= MOST
    assert len(few) == 4
