"""Every route as every role: who comes in, who is asked to sign in, who is turned away."""

import pytest

from survey.accounts import passwords
from survey.store.repositories import accounts
from survey.web.permissions import ROUTES, Role
from tests.waves import opened, place

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
ROLES = ("nobody", "leader", "owner", "researcher", "editor", "operator", "leader-elsewhere")


@pytest.fixture
def wave(home):
    return opened(home)


@pytest.fixture
def signed_in(browser, home):
    """A browser signed in with one role in Asken; `leader-elsewhere` leads another."""

    def sign_in(role):
        place(home)
        place(home, "Bjørka")
        if role == "nobody":
            return browser
        holder = accounts.add(home.database, "hun@example.org", HASHED, "nb")
        where = place(home, "Bjørka" if role == "leader-elsewhere" else "Asken").key
        kind = role.removesuffix("-elsewhere")
        accounts.grant_role(home.database, holder, kind, where if kind in {"leader", "owner"} else None)
        browser.get("/account/sign-in").submit({"email": "hun@example.org", "password": PASSWORD})
        return browser

    return sign_in


def expected(endpoint, role, values):
    """The status that the table promises; None where the page itself decides."""
    roles = ROUTES[endpoint]
    if Role.ANYONE in roles:
        return None
    if role == "nobody":
        return 303
    if Role.ACCOUNT in roles:
        return None
    if Role(role.removesuffix("-elsewhere")) not in roles:
        return 403
    return 404 if role == "leader-elsewhere" and "unit" in values else None


def test_the_table_names_every_route_and_no_other(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ROUTES)


@pytest.mark.parametrize("role", ROLES)
def test_a_route_opens_to_the_roles_of_the_table_only(app, signed_in, wave, role, public_url):
    browser = signed_in(role)
    known = {
        "unit": wave.unit_key,
        "wave": wave.key,
        "number": 99,
        "token": "x",
        "code": "x",
        "link": "x",
    }
    known |= {"dimension": "evidence_use", "name": "dimensions", "action": "x"}
    known |= {"half": "2026-1", "edition": "skole", "instrument": wave.instrument}
    known |= {"tongue": "nb", "form": "ddi.xml", "earlier": wave.instrument, "later": "pulse@1.0.0"}
    known |= {"rows": "dimensions", "filename": "kjennetegn.css"}
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        with app.test_request_context(base_url=public_url):
            path = rule.build({name: known[name] for name in rule.arguments})[1]
        reply = browser.client.get(path, base_url=public_url)
        reply.close()
        promised = expected(rule.endpoint, role, rule.arguments)
        if promised is None:
            assert reply.status_code not in {401, 500}, path
            assert "/account/sign-in" not in reply.headers.get("Location", ""), path
        else:
            assert reply.status_code == promised, f"{role} on {path}: {reply.status_code}"


@pytest.mark.parametrize("role", ROLES)
def test_what_changes_something_is_closed_to_everyone_else(signed_in, wave, role, public_url):
    browser = signed_in(role)
    token = browser.get("/account/sign-in").token()
    for action in ("open", "close", "seal", "slips.pdf", "poster.pdf"):
        path = f"/leader/{wave.unit_key}/{wave.key}/{action}"
        reply = browser.client.post(path, data={"csrf_token": token}, base_url=public_url)
        if role == "leader":
            assert reply.status_code in {200, 303, 400, 404, 409}
        else:
            assert reply.status_code in {403, 404}
        if action == "close":
            break


def test_an_owner_sees_the_units_below_and_no_statement_of_theirs(signed_in):
    browser = signed_in("owner")
    assert browser.get("/owner/").heading == "Mine enheter"


def test_a_leader_finds_the_surveys_of_the_own_unit_only(signed_in, home):
    opened(home, "Bjørka")
    browser = signed_in("leader").get("/leader/")
    assert [each.text for each in browser.page.select("main h2")] == ["Asken"]
