"""Two factors at a provider, and showing there once more that it is you, against a real provider."""

import time

import pytest
from sqlalchemy import update

from reports.disclosure.policy_file import DEFAULT_POLICY
from survey.openid.client import ProvenIdentity
from survey.openid.provider import Provider, ProviderName
from survey.store.repositories import accounts, second_factors
from survey.store.repositories import sign_ins as sessions
from survey.store.tables import sign_in
from tests.openid.running import parameters
from tests.roles import grant_role
from tests.survey.web.account.conftest import EMAIL, PASSWORD, described
from tests.waves import on_sqlite_alone

engine_name = on_sqlite_alone
TWO_FACTORS = ('acr = ["two"]', 'amr = ["otp"]', 'acr = ["other"]\namr = ["hwk", "otp"]')
TWO = f"[provider.here.two_factors]\n{TWO_FACTORS[1]}"
HOUR = 60 * 60


def operated(make_site, provider, *settings):
    """A site where the shipped policy holds, and the account is an operator's."""
    site = make_site(described(provider, "here", *settings), DEFAULT_POLICY)
    grant_role(site.database, accounts.by_email(site.database, EMAIL), "operator", None)
    return site


def long_ago(site):
    """Every sign-in began an hour ago, and nothing was shown in it since."""
    with site.database.writing() as connection:
        then = int(time.time()) - HOUR
        connection.execute(update(sign_in).values(began_at=then, proved_at=then))


def shown(site, provider, who="kari", status=200, sent=None, **typed):
    """Somebody signs in at the provider as who they are, to show it."""
    answer = provider.answer(sent or site.sent_to("/account/proof/here?next=/account/code-app"), who, **typed)
    return site.come_back(answer, status)


@pytest.mark.parametrize("said", TWO_FACTORS)
def test_two_factors_there_satisfy_the_duty_and_one_does_not(make_site, provider, said):
    site = operated(make_site, provider, f"[provider.here.two_factors]\n{said}")
    assert site.sign_in(provider).path == "/account/factors"
    assert site.browser.get("/operator/").path == "/account/factors"
    provider.forget()
    site.come_back(provider.answer(site.sent_to(), "kari", two="1"))
    assert site.browser.get("/operator/").path == "/operator/"


def test_two_factors_there_satisfy_nothing_where_no_setting_says_by_which_claim(make_site, provider):
    site = operated(make_site, provider)
    site.come_back(provider.answer(site.sent_to(), "kari", two="1"))
    assert site.browser.get("/operator/").path == "/account/factors"


def test_a_second_factor_here_is_asked_for_after_one_there_and_not_after_two(make_site, provider):
    site = operated(make_site, provider, TWO)
    second_factors.set_code_app(site.database, site.leader, b"x" * 72, 0, site.context.today)
    assert site.sign_in(provider).path == "/account/second-factor"
    provider.forget()
    assert site.come_back(provider.answer(site.sent_to(), "kari", two="1")).path != "/account/second-factor"
    assert site.browser.get("/operator/").path == "/operator/"


def test_whoever_signs_in_at_a_provider_alone_shows_there_that_it_is_them(make_site, provider):
    site = make_site("passwords = false\n" + described(provider))
    site.sign_in(provider)
    long_ago(site)
    assert site.browser.get("/account/code-app").path == "/account/proof"
    assert site.browser.page.first("main input[type=password]") is None
    sent = site.sent_to(site.browser.page.first("main a.button")["href"])
    assert (parameters(sent)["prompt"], parameters(sent)["max_age"]) == ("login", "0")
    assert shown(site, provider, sent=sent).path == "/account/code-app"


def test_nobody_else_shows_it_and_no_sign_in_of_before(make_site, provider):
    site = make_site(described(provider))
    site.sign_in(provider)
    long_ago(site)
    provider.forget()
    shown(site, provider, "kari-other", 403)
    assert "koblet til denne kontoen" in site.browser.page.first("main .lead").text
    provider.forget()
    # as if the sign-in there were of a minute before
    site.context.clock = lambda: time.time() + 60
    sent = site.sent_to("/account/proof/here")
    site.context.clock = time.time
    shown(site, provider, status=403, sent=sent)
    assert "nettopp har logget inn der" in site.browser.page.first("main .lead").text
    # nor does what was sent away for something else, or by a sign-in that has ended since
    site.sign_in(provider)
    long_ago(site)
    sent = site.sent_to("/account/proof/here")
    assert site.browser.get("/account/code-app").path == "/account/proof"
    sessions.end_all(site.database, site.leader.id)
    shown(site, provider, status=400, sent=sent)


@pytest.mark.parametrize("said", [None, True, "", "1796000000", [1796000000], 1796000000 - 31])
def test_a_provider_that_does_not_say_when_somebody_signed_in_shows_nothing(said):
    moment = 1796000000
    somebody = Provider("here", ProviderName({"": "Skoleporten"}), "https://id.example.org", "us", "secret")
    assert ProvenIdentity(somebody, "kari", {"auth_time": moment - 30}, "").is_since(moment)
    assert not ProvenIdentity(somebody, "kari", {"auth_time": said}, "").is_since(moment)


def test_one_factor_there_does_not_stand_in_for_two(make_site, provider):
    site = operated(make_site, provider, TWO)
    site.come_back(provider.answer(site.sent_to(), "kari", two="1"))
    long_ago(site)
    shown(site, provider, status=403)
    assert "ikke sikker nok" in site.browser.page.first("main .lead").text
    assert shown(site, provider, two="1").path == "/account/code-app"


def test_a_provider_that_never_says_two_factors_is_not_offered_to_show_two(make_site, provider):
    site = make_site(described(provider))
    site.sign_in(provider)
    offered = site.browser.get("/account/proof").page.select("main a.button")
    assert [each["href"] for each in offered] == ["/account/proof/here"]
    second_factors.set_code_app(site.database, site.leader, b"x" * 72, 0, site.context.today)
    assert site.browser.get("/account/proof").page.select("main a.button") == []
    shown(site, provider, status=403, sent=site.sent_to("/account/proof/here"))


def test_a_password_shows_nothing_where_nobody_signs_in_by_one(make_site, provider):
    site = make_site("passwords = false\n" + described(provider))
    site.sign_in(provider)
    long_ago(site)
    site.browser.get("/account/proof")
    sent = {"password": PASSWORD, "csrf_token": site.browser.token()}
    site.browser.post("/account/proof", sent, status=403)
    assert site.browser.get("/account/code-app").path == "/account/proof"
