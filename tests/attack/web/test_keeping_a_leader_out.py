"""A stranger types wrong passwords for a leader's address, to keep the leader out or to find the password."""

import pytest
from flask import request

from survey.accounts import password_links, passwords
from survey.store.repositories import accounts
from survey.web.account import guessing
from survey.web.platform.context import EXTENSION
from tests.pages import Browser
from tests.roles import grant_role
from tests.waves import place

EMAIL = "leder@example.org"
PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
MANY = 300


@pytest.fixture
def leader(home):
    holder = accounts.add(home.database, EMAIL, HASHED, "nb")
    return grant_role(home.database, holder, "leader", place(home).key)


@pytest.fixture
def engine_name():
    """A thousand tries are as many on PostgreSQL; how they are counted there is tested beside the count."""
    return "sqlite"


def sign_in(browser, password=PASSWORD, status=200, email=EMAIL):
    return browser.get("/account/sign-in").submit({"email": email, "password": password}, status=status)


def attacked(app, public_url, tries=MANY):
    """A stranger tries many wrong passwords; the statuses they are told."""
    stranger = Browser(app, public_url)
    stranger.get("/account/sign-in")
    sent = {"email": EMAIL, "password": "noe helt annet", "csrf_token": stranger.token()}
    return [
        stranger.client.post("/account/sign-in", data=sent, base_url=public_url).status_code
        for _ in range(tries)
    ]


def test_hundreds_of_wrong_passwords_keep_no_leader_off_a_known_device(app, browser, leader, public_url):
    assert leader.email == EMAIL
    sign_in(browser)
    browser.post("/account/sign-out", {"csrf_token": browser.token()})
    assert attacked(app, public_url).count(429) == MANY - guessing.MOST_TRIES
    assert sign_in(browser).path == "/leader/"
    # and again, and after a mistake of the leader's own
    browser.post("/account/sign-out", {"csrf_token": browser.token()})
    sign_in(browser, "skrevet feil her", status=403)
    assert sign_in(browser).path == "/leader/"


def test_of_a_hundred_wrong_passwords_eight_are_looked_at(app, leader, public_url, monkeypatch):
    assert leader.email == EMAIL
    looked_at = []
    verify = passwords.verify_password
    monkeypatch.setattr(passwords, "verify_password", lambda *given: looked_at.append(1) or verify(*given))
    attacked(app, public_url, 100)
    assert len(looked_at) == guessing.MOST_TRIES
    # the right one is then not looked at either
    sign_in(Browser(app, public_url), status=429)
    assert len(looked_at) == guessing.MOST_TRIES


def test_the_leader_changes_the_password_while_strangers_guess(app, browser, leader, public_url):
    assert leader.email == EMAIL
    sign_in(browser)
    attacked(app, public_url, 20)
    new = "en helt annen setning"
    browser.get("/account/password").submit({"old": PASSWORD, "new": new, "again": new})
    assert browser.page.first(".done") is not None


def test_whoever_has_a_link_from_the_operator_gets_in_while_strangers_guess(
    app, browser, leader, public_url, clock
):
    attacked(app, public_url, 20)
    parts = app.extensions[EXTENSION]
    link = password_links.issue(parts.database, parts.policy, parts.settings, leader, by="", now=clock())
    new = "en helt annen setning"
    browser.get(link.removeprefix(public_url)).submit({"new": new, "again": new})
    assert sign_in(browser, new).path == "/leader/"


def test_a_known_device_guesses_no_more_than_a_strange_one(browser, leader):
    assert leader.email == EMAIL
    sign_in(browser)
    browser.post("/account/sign-out", {"csrf_token": browser.token()})
    for _ in range(guessing.MOST_TRIES):
        sign_in(browser, "noe helt annet", status=403)
    sign_in(browser, status=429)


def test_a_device_known_for_one_account_is_strange_to_another(app, browser, home, leader, public_url):
    """Somebody with an account of their own guesses at a leader's."""
    assert leader.email == EMAIL
    own = accounts.add(home.database, "annen@example.org", HASHED, "nb")
    grant_role(home.database, own, "editor", None)
    sign_in(browser, email=own.email)
    browser.post("/account/sign-out", {"csrf_token": browser.token()})
    attacked(app, public_url, guessing.MOST_TRIES)
    sign_in(browser, status=429)


@pytest.mark.parametrize("made_up", ["", "x", "AAAA", "e30=", "A" * 200])
def test_a_made_up_device_is_a_strange_one(app, browser, leader, public_url, made_up):
    assert leader.email == EMAIL
    attacked(app, public_url, guessing.MOST_TRIES)
    browser.client.set_cookie("__Secure-device", made_up, domain="svar.example", path="/account")
    sign_in(browser, status=429)


def test_a_device_is_forgotten_when_the_policy_says_so(app, browser, leader, public_url, clock):
    assert leader.email == EMAIL
    sign_in(browser)
    browser.post("/account/sign-out", {"csrf_token": browser.token()})
    clock.pass_by(app.extensions[EXTENSION].policy.retention.known_devices + 1)
    attacked(app, public_url, guessing.MOST_TRIES)
    sign_in(browser, status=429)


def test_the_device_is_named_below_account_alone(app, browser, leader):
    """A cookie that lasts would make answers from the same browser look alike."""
    assert leader.email == EMAIL
    sign_in(browser)
    assert browser.client.get_cookie("__Secure-device", domain="svar.example", path="/account") is not None
    seen = []

    def look():
        seen.append((request.path, "__Secure-device" in request.cookies))

    app.before_request_funcs.setdefault(None, []).insert(0, look)
    for path in ("/", "/privacy", "/answer/1", "/leader/", "/account/password"):
        browser.client.get(path, base_url="https://svar.example")
    assert [path for path, sent in seen if not sent] == ["/", "/privacy", "/answer/1", "/leader/"]
    assert [path for path, sent in seen if sent] == ["/account/password"]
