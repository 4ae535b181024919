"""Signing in: what is slowed down, what ends, and where it never leads."""

import pytest

from survey.accounts import passwords
from survey.store.repositories import accounts
from survey.web.account.guessing import MOST_TRIES, WINDOW_SECONDS
from tests.roles import grant_role
from tests.waves import ON_SQLITE, place

EMAIL = "leder@example.org"
PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def leader(home):
    holder = accounts.add(home.database, EMAIL, HASHED, "nb")
    return grant_role(home.database, holder, "leader", place(home).key)


@pytest.fixture
def inside(browser, leader):
    assert leader.email == EMAIL
    return sign_in(browser)


def sign_in(browser, password=PASSWORD, status=200, path="/account/sign-in"):
    return browser.get(path).submit({"email": EMAIL, "password": password}, status=status)


def test_a_leader_comes_to_the_own_surveys(inside):
    assert (inside.path, inside.page["lang"]) == ("/leader/", "nb")


def test_a_wrong_password_and_an_unknown_address_are_told_alike(browser, leader):
    assert leader.email == EMAIL
    wrong = sign_in(browser, "noe helt annet her", status=403).page.text
    browser.get("/account/sign-in").submit({"email": "ingen@example.org", "password": PASSWORD}, status=403)
    assert browser.page.text.split() == wrong.split()


def test_the_sign_in_page_says_what_to_do_when_the_password_is_forgotten(browser):
    assert "Glemt passordet?" in browser.get("/account/sign-in?language=nb").page.text
    assert "Be dem som driver tjenesten" in browser.page.text


def test_guessing_is_stopped_and_free_again_after_a_while(browser, leader, clock):
    assert leader.email == EMAIL
    for _ in range(MOST_TRIES):
        sign_in(browser, "noe helt annet her", status=403)
    sign_in(browser, PASSWORD, status=429)
    assert browser.reply.headers["Retry-After"] == str(WINDOW_SECONDS)
    clock.pass_by(WINDOW_SECONDS)
    assert sign_in(browser).path == "/leader/"


def test_a_sign_in_idles_out_after_45_minutes(inside, clock):
    clock.pass_by(45 * 60)
    assert inside.get("/leader/").path == "/leader/"
    clock.pass_by(45 * 60 + 1)
    assert inside.get("/leader/").path == "/account/sign-in"


def test_a_sign_in_ends_after_eight_hours_however_busy(inside, clock):
    for _ in range(16):
        clock.pass_by(30 * 60)
        assert inside.get("/leader/").path == "/leader/"
    clock.pass_by(60)
    assert inside.get("/leader/").path == "/account/sign-in"


def test_a_sign_in_of_before_the_clock_was_set_back_ends_by_the_new_time(inside, clock):
    clock.pass_by(-3600)
    assert inside.get("/leader/").path == "/leader/"
    clock.pass_by(45 * 60 + 1)
    assert inside.get("/leader/").path == "/account/sign-in"


def test_nor_does_it_last_longer_than_eight_hours_of_the_new_time(inside, clock):
    clock.pass_by(-3600)
    for _ in range(17):
        assert inside.get("/leader/").path == "/leader/"
        clock.pass_by(30 * 60)
    assert inside.get("/leader/").path == "/account/sign-in"


def test_signing_out_ends_it_at_the_server_too(inside):
    name = "__Host-staff"
    kept = inside.client.get_cookie(name, domain="svar.example").value
    inside.post("/account/sign-out", {"csrf_token": inside.page.first("input[name=csrf_token]")["value"]})
    inside.client.set_cookie(name, kept, domain="svar.example")
    assert inside.get("/leader/").path == "/account/sign-in"


def test_a_new_password_ends_every_other_sign_in(app, inside, public_url):
    other = type(inside)(app, public_url)
    sign_in(other)
    new = "en helt annen setning"
    inside.get("/account/password").submit({"old": PASSWORD, "new": new, "again": new})
    assert inside.page.first(".done").text == "Passordet er byttet. Du er logget ut alle andre steder."
    assert inside.get("/leader/").path == "/leader/"
    assert other.get("/leader/").path == "/account/sign-in"
    assert sign_in(other, new).path == "/leader/"


def test_a_short_password_and_one_typed_twice_differently_are_refused(inside):
    inside.get("/account/password").submit({"old": PASSWORD, "new": "kort", "again": "kort"}, status=400)
    long = "en helt annen setning"
    inside.get("/account/password").submit({"old": PASSWORD, "new": long, "again": long + "!"}, status=400)


@ON_SQLITE
@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"],
)
def test_signing_in_leads_nowhere_else(browser, leader, target, public_url):
    assert leader.email == EMAIL
    browser.get("/account/sign-in")
    sent = {"email": EMAIL, "password": PASSWORD, "csrf_token": browser.token()}
    reply = browser.client.post(
        "/account/sign-in", query_string={"next": target}, data=sent, base_url=public_url
    )
    assert reply.location == "/account/"


def test_signing_in_goes_on_to_the_page_that_was_asked_for(browser, leader):
    assert leader.email == EMAIL
    assert browser.get("/account/password").path == "/account/sign-in"
    sent = {"email": EMAIL, "password": PASSWORD, "csrf_token": browser.token()}
    assert browser.post("/account/sign-in?next=/account/password", sent).path == "/account/password"
