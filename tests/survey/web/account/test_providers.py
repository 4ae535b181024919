"""Signing in at a provider: who is let in as whom, and who is told what."""

from survey.store.repositories import access_history, accounts, identities
from survey.web.account.sent_away import _LASTS_SECONDS
from tests.openid.running import parameters
from tests.survey.web.account.conftest import EMAIL, PASSWORD
from tests.waves import on_sqlite_alone, place

engine_name = on_sqlite_alone


def test_whoever_has_an_account_signs_in_by_a_verified_address(open_site, provider):
    open_site.browser.get("/account/sign-in").page.first("a.button")
    assert open_site.sign_in(provider).path == "/leader/"
    [linked] = identities.of_account(open_site.database, open_site.leader.id)
    assert linked.issuer == provider.issuer


def test_it_is_asked_for_by_code_with_a_challenge_a_state_and_a_nonce(open_site):
    asked = parameters(open_site.sent_to())
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"] == "openid email"
    assert asked["redirect_uri"] == "https://svar.example/account/sign-in/here/return"
    assert min(len(asked[name]) for name in ("code_challenge", "state", "nonce")) >= 43
    again = parameters(open_site.sent_to())
    assert {asked[name] == again[name] for name in ("code_challenge", "state", "nonce")} == {False}


def test_once_linked_the_person_counts_and_not_the_address(open_site, provider):
    open_site.sign_in(provider)
    accounts.change_address(open_site.database, open_site.leader, "gift@example.org", by="drift", now=9)
    assert open_site.sign_in(provider).path == "/leader/"
