"""Every route as every role: who comes in, who is asked to sign in, who is turned away."""

import pytest

from survey.accounts import passwords
from survey.store.repositories import accounts
from survey.store.tables import PLACED_ROLES, metadata
from survey.web.permissions import ROUTES, Role
from tests.roles import grant_role
from tests.waves import ON_SQLITE, opened, place

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
# the first parts of the addresses that are open to whoever has no account
RESPONDENTS = {
    "",
    "answer",
    "c",
    "guide",
    "health",
    "k",
    "kiosk",
    "metrics",
    "open",
    "p",
    "paper",
    "privacy",
    "q",
    "r",
    "rehearsal",
    "sheet",
    "static",
}
WITHOUT_SIGN_IN = {
    "account.sign_in",
    "account.check_sign_in",
    "account.first_password",
    "account.choose_password",
    "account.begin_at_provider",
    "account.finish_at_provider",
    "account.go_to_provider",
    "account.leave_provider",
    "account.choose_provider",
    "account.end_at_provider",
    "account.ask_entry",
    "account.enter",
    "account.second_factor",
    "account.check_second_factor",
    "account.passkey_sign_in",
    "account.sign_in_with_passkey",
    "account.way_in",
    "api.description",
}
ROLES = ("nobody", "leader", "deputy", "owner", "researcher", "editor", "operator", "leader-elsewhere")


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
        grant_role(home.database, holder, kind, where if kind in PLACED_ROLES else None)
        browser.get("/account/sign-in").submit({"email": "hun@example.org", "password": PASSWORD})
        return browser

    return sign_in


@pytest.fixture
def address(app, wave, public_url):
    """Builds the address of a route about the wave, with something in every gap."""
    known = {"unit": wave.unit_key, "wave": wave.key, "number": 99, "token": "x", "code": "x", "link": "x"}
    known |= {"dimension": "evidence_use", "name": "dimensions", "action": "x"}
    known |= {"half": "2026-1", "edition": "skole", "instrument": wave.instrument}
    known |= {"tongue": "nb", "form": "ddi.xml", "earlier": wave.instrument, "later": "pulse@1.0.0"}
    known |= {
        "rows": "dimensions",
        "of": "answers",
        "chosen": "csv",
        "row": 1,
        "chapter": "before",
        "filename": "kjennetegn.css",
        "study": "x",
        "provider": "x",
        "job": "x",
        "part": "file",
    }
    known |= {
        "kind": "slides",
        "ending": "pdf",
        "key": wave.unit_key,
        "what": "move",
        "planned": "x",
        "role": "leader",
        "years": 3,
    }

    def build(rule):
        with app.test_request_context(base_url=public_url):
            return rule.build({name: known[name] for name in rule.arguments})[1]

    return build


def routes(app, method):
    """The rules of the routes that take this method."""
    return [rule for rule in app.url_map.iter_rules() if method in rule.methods]


def refusal(rule, role, signed_out):
    """The status that ends the request; None where the table lets the role in."""
    roles = ROUTES[rule.endpoint]
    if Role.ANYONE in roles:
        return None
    if Role.PROGRAM in roles:
        return 401
    if role == "nobody":
        return signed_out
    if Role.ACCOUNT in roles:
        return None
    if Role(role.removesuffix("-elsewhere")) not in roles:
        return 403
    return 404 if role == "leader-elsewhere" and "unit" in rule.arguments else None


def stored(home):
    """Every row of what a route may change; not the sign-ins, which note when they were last seen."""
    tables = [table for name, table in metadata.tables.items() if name not in {"sign_in", "attempt"}]
    with home.database.reading() as connection:
        return {table.name: sorted(map(repr, connection.execute(table.select()))) for table in tables}


@ON_SQLITE
def test_the_table_names_every_route_and_no_other(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ROUTES)


@ON_SQLITE
def test_an_address_begins_with_the_role_it_is_for(app):
    rules = list(app.url_map.iter_rules())
    assert len(rules) >= len(ROUTES)
    for rule in rules:
        first, endpoint = rule.rule.split("/")[1].lower(), rule.endpoint
        to_all = first in RESPONDENTS or endpoint in WITHOUT_SIGN_IN
        own = {Role.ANYONE if to_all else Role(first)}
        # a deputy opens what a leader does, but for appointing deputies
        if first == "leader" and "deput" not in endpoint:
            own.add(Role.DEPUTY)
        assert ROUTES[endpoint] == own, rule


@pytest.mark.parametrize("role", ROLES)
def test_a_route_opens_to_the_roles_of_the_table_only(app, signed_in, address, role):
    browser = signed_in(role)
    rules = routes(app, "GET")
    assert len(rules) > len(ROUTES) / 2
    for rule in rules:
        reply = browser.client.get(address(rule), base_url=browser.address)
        reply.close()
        refused = refusal(rule, role, signed_out=303)
        opened_to_all = Role.ANYONE in ROUTES[rule.endpoint]
        allowed = reply.status_code not in ({401, 500} if opened_to_all else {401, 403, 500})
        assert reply.status_code == refused if refused else allowed, f"{role} on {rule}: {reply.status_code}"
        to_sign_in = "/account/sign-in" in reply.headers.get("Location", "")
        # whoever has signed out nowhere else has nowhere else to go
        assert to_sign_in is (refused == 303 or rule.endpoint == "account.leave_provider"), rule


@ON_SQLITE
@pytest.mark.parametrize("role", ROLES)
def test_what_changes_something_is_closed_to_everyone_else(app, signed_in, home, address, role):
    browser = signed_in(role)
    sent, before = {"csrf_token": browser.get("/account/sign-in").token()}, stored(home)
    expected = [(rule, refusal(rule, role, signed_out=403)) for rule in routes(app, "POST")]
    closed = [(rule, status) for rule, status in expected if status]
    assert len(closed) >= 7
    for rule, status in closed:
        reply = browser.client.post(address(rule), data=sent, base_url=browser.address)
        assert reply.status_code == status, f"{role} on {rule}: {reply.status_code}"
    assert stored(home) == before


@ON_SQLITE
@pytest.mark.parametrize("role", [role for role in ROLES if role not in {"nobody", "leader-elsewhere"}])
def test_every_form_of_those_who_sign_in_needs_its_token(app, signed_in, home, address, role):
    browser = signed_in(role)
    before = stored(home)
    own = [rule for rule in routes(app, "POST") if ROUTES[rule.endpoint] & {Role(role), Role.ACCOUNT}]
    assert own
    for rule in own:
        for sent in ({}, {"csrf_token": ""}, {"csrf_token": "x" * 27}):
            reply = browser.client.post(address(rule), data=sent, base_url=browser.address)
            assert reply.status_code == 403, rule
    assert stored(home) == before
    # and is still signed in, so that it was the token that was missing
    assert browser.get("/account/").path != "/account/sign-in"


def test_an_owner_sees_the_units_below_and_no_statement_of_theirs(signed_in):
    browser = signed_in("owner")
    assert browser.get("/owner/").heading == "Mine enheter"


def test_a_leader_finds_the_surveys_of_the_own_unit_only(signed_in, home):
    opened(home, "Bjørka")
    browser = signed_in("leader").get("/leader/")
    assert [each.text for each in browser.page.select("main h2")] == ["Asken"]
