"""Answers that a provider did not give to this sign-in of this browser: each is a page with what to do."""

import time
from urllib.parse import urlencode

import pytest

from instruments.languages import LANGUAGES
from survey.store.repositories import accounts, identities
from survey.web.account.guessing import MOST_TRIES
from survey.web.account.providers.sent_away import _LASTS_SECONDS
from tests.openid.running import parameters
from tests.survey.web.account.conftest import EMAIL, PASSWORD
from tests.waves import on_sqlite_alone

engine_name = on_sqlite_alone
STALE = "begun in this browser within the last quarter of an hour"


@pytest.fixture
def answer(open_site, provider):
    """The provider's true answer to a sign-in that this browser began."""
    return provider.answer(open_site.sent_to(), "kari")


def told(site):
    return site.browser.page.first("main .lead").text


def altered(answer, **changed):
    """The same answer with other parameters; those that are None are left out."""
    said = {**parameters(answer), **changed}
    kept = {name: value for name, value in said.items() if value is not None}
    return f"{answer.partition('?')[0]}?{urlencode(kept)}"


def nobody_was_let_in(site):
    assert site.browser.get("/leader/").path == "/account/sign-in"
    assert identities.of_account(site.database, site.leader.id) == []
    return True


@pytest.mark.parametrize("changed", [{"state": "x" * 43}, {"state": ""}, {"state": None}])
def test_an_answer_with_another_state_is_none(open_site, answer, changed):
    open_site.come_back(altered(answer, **changed), 400)
    assert STALE in told(open_site)
    assert nobody_was_let_in(open_site)


def test_an_answer_that_is_brought_into_another_browser_is_none(open_site, answer):
    other = open_site.another_browser()
    open_site.come_back(answer, 400, other)
    assert open_site.come_back(answer).path == "/leader/"


def test_an_answer_counts_once(open_site, answer):
    open_site.come_back(answer)
    open_site.come_back(answer.replace("?", "?language=en&"), 400)
    assert STALE in told(open_site)


def test_an_answer_with_the_cookie_of_before_is_refused_by_the_provider(open_site, answer):
    kept = open_site.browser.client.get_cookie("__Host-staff", domain="svar.example").value
    open_site.come_back(answer)
    thief = open_site.another_browser()
    thief.client.set_cookie("__Host-staff", kept, domain="svar.example")
    open_site.come_back(answer, 400, thief)
    assert "the same answer came twice" in thief.page.first("main .lead").text


def test_an_answer_that_comes_late_is_none(open_site, answer):
    open_site.context.clock = lambda: time.time() + _LASTS_SECONDS + 1
    open_site.come_back(answer, 400)
    assert STALE in told(open_site)


def test_an_answer_that_comes_to_the_address_of_another_provider_is_none(open_site, answer):
    open_site.come_back(answer.replace("/here/", "/there/"), 400)
    assert STALE in told(open_site)
    # and it is used up: nobody can try the other one afterwards
    open_site.come_back(answer, 400)


@pytest.mark.parametrize("sender", ["https://there.example", "", None])
def test_an_answer_of_another_sender_is_not_used(open_site, answer, sender):
    open_site.come_back(altered(answer, iss=sender), 400)
    assert "is not proven to be its answer" in told(open_site)
    assert nobody_was_let_in(open_site)


@pytest.mark.parametrize("code", ["", "x", None])
def test_an_answer_without_its_code_is_not_used(open_site, answer, code):
    open_site.come_back(altered(answer, code=code), 400)
    assert nobody_was_let_in(open_site)


def test_an_answer_that_says_something_twice_is_not_used(open_site, answer):
    open_site.come_back(f"{answer}&code=x", 400)
    assert "is not proven to be its answer" in told(open_site)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sign_in_that_was_broken_off_is_told_in_each_language(open_site, provider, language):
    open_site.browser.get(f"/account/sign-in?language={language}")
    open_site.come_back(provider.answer(open_site.sent_to(), "kari", cancel="1"), 403)
    assert open_site.browser.page["lang"] == language
    assert "Skoleporten" in told(open_site)
    assert nobody_was_let_in(open_site)


def test_what_an_answer_says_of_an_error_is_neither_shown_nor_logged(open_site, answer, capsys):
    made_up = "<b>ring 12345678</b>"
    open_site.come_back(altered(answer, code=None, error=made_up, error_description=made_up), 503)
    assert "12345678" not in open_site.browser.reply.text.replace("language=", "").partition("<main")[2]
    assert "12345678" not in capsys.readouterr().err


def test_whoever_makes_somebody_link_an_identity_has_no_form_token(open_site):
    open_site.browser.get("/account/sign-in").submit({"email": EMAIL, "password": PASSWORD})
    open_site.browser.post("/account/identities/here/link", {}, status=403)
    # and the address that the page leads to does nothing by itself
    open_site.browser.get("/account/sign-in/here/go", 400)


def test_an_identity_is_linked_to_nobody_who_has_signed_in_since(open_site, provider):
    """A browser that two share: one goes to the provider, another signs in meanwhile."""
    open_site.browser.get("/account/sign-in").submit({"email": EMAIL, "password": PASSWORD})
    open_site.browser.get("/account/identities").submit(press="/account/identities/here/link")
    answer = provider.answer(open_site.led_on(), "kari")
    other = accounts.add(open_site.database, "ola@example.org", open_site.leader.password_hash, "nb")
    open_site.browser.get("/account/sign-in").submit({"email": other.email, "password": PASSWORD})
    open_site.come_back(answer, 400)
    assert identities.of_account(open_site.database, other.id) == []


def test_strangers_who_guess_passwords_keep_nobody_from_signing_in_elsewhere(open_site, provider):
    stranger = open_site.another_browser()
    for _ in range(MOST_TRIES):
        stranger.get("/account/sign-in").submit({"email": EMAIL, "password": "noe helt annet"}, status=403)
    stranger.submit({"email": EMAIL, "password": PASSWORD}, status=429)
    assert open_site.sign_in(provider).path == "/leader/"
    # the device is known from then on, and a password is looked at on it
    open_site.browser.post("/account/sign-out", {"csrf_token": open_site.browser.token()})
    open_site.browser.get("/account/sign-in").submit({"email": EMAIL, "password": PASSWORD})
    assert open_site.browser.path == "/leader/"
