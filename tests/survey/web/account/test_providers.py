"""Signing in at a provider: who is let in as whom, who is told what, and what there is without passwords."""

import re
import time
from urllib.parse import urlsplit

import pytest

from survey.accounts import entry_links, password_links
from survey.store.repositories import access_history, accounts, identities, waiting_accounts
from survey.web.account import arrival
from survey.web.platform.context import EXTENSION
from survey.web.platform.sign_ins import Visitor
from tests.openid.running import parameters
from tests.roles import grant_role
from tests.survey.web.account.conftest import EMAIL, PASSWORD, described
from tests.waves import on_sqlite_alone, place

# what is stored is tested on both in test_identities.py
engine_name = on_sqlite_alone
WRONG = "another secret than the one that the provider knows"


def by_password(site, status=200):
    return site.browser.get("/account/sign-in").submit({"email": EMAIL, "password": PASSWORD}, status=status)


def acts(site):
    return [
        (each.kind, each.about) for each in access_history.acts_on_unit(site.database, [place(site.home).key])
    ]


def test_whoever_has_an_account_signs_in_by_a_verified_address_and_is_linked(open_site, provider):
    offered = open_site.browser.get("/account/sign-in?language=nb").page.select("main a.button")
    assert [each.text for each in offered] == ["Logg inn med Skoleporten", "Logg inn med there"]
    assert open_site.sign_in(provider).path == "/leader/"
    [linked] = identities.of_account(open_site.database, open_site.leader.id)
    assert linked.issuer == provider.issuer
    assert ("identity-linked", f"{EMAIL} · 127.0.0.1") in acts(open_site)


def test_results_are_shown_from_the_day_after_the_first_time(open_site, provider):
    open_site.sign_in(provider)
    found = accounts.by_email(open_site.database, EMAIL)
    with open_site.app.app_context():
        assert not Visitor(found).sees_results_of(place(open_site.home).key)
        open_site.context.clock = lambda: time.time() + 24 * 60 * 60
        assert Visitor(found).sees_results_of(place(open_site.home).key)


def test_it_is_asked_for_by_code_with_a_challenge_a_state_and_a_nonce(open_site):
    asked = parameters(open_site.sent_to())
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"] == "openid email"
    assert asked["redirect_uri"] == "https://svar.example/account/sign-in/here/return"
    assert min(len(asked[name]) for name in ("code_challenge", "state", "nonce")) >= 43
    again = parameters(open_site.sent_to())
    assert {asked[name] == again[name] for name in ("code_challenge", "state", "nonce")} == {False}


def test_once_linked_the_person_counts_and_not_the_address(open_site, provider):
    open_site.sign_in(provider)
    accounts.change_address(open_site.database, open_site.leader, "gift@example.org", by="drift", now=9)
    assert open_site.sign_in(provider).path == "/leader/"


def test_signing_in_goes_on_to_the_page_that_was_asked_for(open_site, provider):
    assert open_site.browser.get("/account/password").path == "/account/sign-in"
    button = open_site.browser.page.first("main a.button")
    assert open_site.sign_in(provider, path=button["href"]).path == "/account/password"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/x" * 200])
def test_signing_in_leads_nowhere_else(open_site, provider, target):
    sent = open_site.sent_to(f"/account/sign-in/here?next={target}")
    answer = provider.answer(sent, "kari").removeprefix(open_site.public_url)
    assert open_site.browser.client.get(answer, base_url=open_site.public_url).location == "/account/"


def test_a_stranger_is_told_so_and_whom_to_ask_and_gets_no_account(open_site, provider):
    before = len(accounts.every(open_site.database))
    open_site.sign_in(provider, "ola", status=403)
    assert open_site.browser.heading == "You have no account here"
    told = open_site.browser.page.first("main .lead").text
    assert "those who run the service" in told
    assert "ola@example.org" in told
    assert len(accounts.every(open_site.database)) == before


def test_an_address_that_is_not_verified_opens_no_account(open_site, provider):
    open_site.sign_in(provider, "kari-unverified", status=403)
    assert "does not say for certain" in open_site.browser.page.first("main .lead").text
    assert identities.of_account(open_site.database, open_site.leader.id) == []


def test_an_address_that_is_not_verified_counts_in_a_domain_that_is_the_organisations_own(
    make_site, provider
):
    vouched = make_site(described(provider, "here", 'vouches_for = ["example.org"]'))
    assert vouched.sign_in(provider, "kari-unverified").path == "/leader/"


def test_an_address_that_somebody_else_has_now_opens_no_account(open_site, provider):
    open_site.sign_in(provider)
    provider.forget()
    open_site.browser = open_site.another_browser()
    open_site.sign_in(provider, "kari-other", status=403)
    assert "linked to another person there" in open_site.browser.page.first("main .lead").text


def test_a_claim_that_has_to_be_there_keeps_others_out(make_site, provider):
    required = '[provider.here.required]\nemail = ["@fjordby.kommune.no"]'
    make_site(described(provider, "here", required)).sign_in(provider, status=403)


def test_a_level_that_is_too_low_is_not_let_in_and_another_is(make_site, provider):
    site = make_site(described(provider, "here", 'accepted_acr = ["two"]'))
    site.sign_in(provider, status=403)
    assert "not safe enough" in site.browser.page.first("main .lead").text
    provider.forget()
    assert site.sign_in(provider, "kari-strong").path == "/leader/"


@pytest.mark.parametrize(("who", "is_two"), [("kari", False), ("kari-strong", True)])
def test_two_factors_there_are_two_factors_here_where_the_settings_say_so(
    make_site, provider, who, is_two, monkeypatch
):
    site = make_site(described(provider, "here", '[provider.here.two_factors]\namr = ["otp"]'))
    seen, admit = [], arrival.admit
    monkeypatch.setattr(
        arrival,
        "admit",
        lambda *given, **also: seen.append(also["second_factor_done"]) or admit(*given, **also),
    )
    site.sign_in(provider, who)
    assert seen == [is_two]


def test_the_service_proves_itself_by_a_key_where_it_has_one(make_site, provider, tmp_path):
    key = tmp_path / "key.pem"
    key.write_text(provider.test("key").text, "utf-8")
    key.chmod(0o600)
    named = (
        described(provider)
        .replace('"by-secret"', '"by-key"')
        .replace("client_secret_file", "private_key_file")
    )
    site = make_site(named.replace("FOLDER/secret", str(key)) + 'private_key_id = "ours"\n')
    assert site.sign_in(provider).path == "/leader/"


def test_a_secret_that_is_wrong_is_a_matter_of_the_settings_and_is_logged(
    make_site, provider, capsys, tmp_path
):
    wrong = tmp_path / "wrong"
    wrong.write_text(WRONG, "utf-8")
    wrong.chmod(0o600)
    site = make_site(described(provider).replace("FOLDER/secret", str(wrong)))
    site.sign_in(provider, status=503)
    assert "a matter of its settings" in site.browser.page.first("main .lead").text
    logged = capsys.readouterr().err
    assert '"error": "invalid_client"' in logged
    assert WRONG not in logged


def test_a_provider_that_is_away_is_said_so_and_a_password_still_works(make_site, provider, capsys):
    site = make_site(described(provider).replace(provider.issuer, "http://127.0.0.1:9"))
    capsys.readouterr()
    for _ in range(2):
        site.browser.get("/account/sign-in/here?language=nb", status=503)
        assert site.browser.heading == "Du kan ikke logge inn der nå"
    # said once, and not asked again at once
    assert capsys.readouterr().err.count("provider-away") == 1
    assert by_password(site).path == "/leader/"


def test_a_key_that_the_provider_has_changed_is_found_at_once(open_site, provider):
    open_site.sign_in(provider)
    provider.test("turn-keys")
    provider.forget()
    # keys are asked for anew at most every half minute
    open_site.context.clock = lambda: time.time() + 31
    assert open_site.sign_in(provider).path == "/leader/"


def test_signing_out_leads_to_the_provider_to_sign_out_there_too(open_site, provider):
    open_site.sign_in(provider)
    open_site.browser.post("/account/sign-out", {"csrf_token": open_site.browser.token()})
    assert open_site.browser.heading == "Du er logget ut her"
    leave = open_site.led_on()
    said = parameters(leave)
    assert leave.startswith(f"{provider.issuer}/session/end?")
    assert said["post_logout_redirect_uri"] == "https://svar.example/account/sign-in"
    assert said["id_token_hint"].count(".") == 2
    assert provider.browser.get(leave, timeout=10).status_code == 200
    assert open_site.browser.get("/leader/").path == "/account/sign-in"


def test_whoever_signed_out_at_the_provider_is_signed_out_here(open_site, provider):
    open_site.sign_in(provider)
    address = "/account/sign-in/here/ended"
    for token, status in (("x", 400), (provider.test("notice?sub=ola").text, 200)):
        reply = open_site.browser.client.post(
            address, data={"logout_token": token}, base_url=open_site.public_url
        )
        assert reply.status_code == status
    assert open_site.browser.get("/leader/").path == "/leader/"
    notice = provider.test("notice?sub=kari").text
    open_site.browser.client.post(address, data={"logout_token": notice}, base_url=open_site.public_url)
    assert open_site.browser.get("/leader/").path == "/account/sign-in"


def test_whoever_is_signed_in_links_an_identity_and_removes_it(open_site, provider):
    by_password(open_site)
    open_site.browser.get("/account/identities").submit(press="/account/identities/here/link")
    answer = provider.answer(open_site.led_on(), "kari-unverified")
    assert open_site.come_back(answer).path == "/account/identities"
    assert [each[0] for each in acts(open_site)][:1] == ["identity-linked"]
    open_site.browser.submit(press="/account/identities/here/remove")
    assert open_site.browser.path == "/account/identities"
    assert identities.of_account(open_site.database, open_site.leader.id) == []
    assert [each[0] for each in acts(open_site)][:1] == ["identity-removed"]


def test_an_identity_of_another_account_is_not_linked(open_site, provider):
    open_site.sign_in(provider)
    other = accounts.add(open_site.database, "ola@example.org", open_site.leader.password_hash, "nb")
    grant_role(open_site.database, other, "editor", None)
    open_site.browser = open_site.another_browser()
    open_site.browser.get("/account/sign-in").submit({"email": "ola@example.org", "password": PASSWORD})
    open_site.browser.get("/account/identities").submit(press="/account/identities/here/link")
    answer = provider.answer(open_site.led_on(), "kari")
    open_site.come_back(answer, status=409)


def test_an_operator_sees_an_identity_and_removes_it(open_site, provider):
    open_site.sign_in(provider)
    operator = accounts.add(open_site.database, "drift@example.org", open_site.leader.password_hash, "nb")
    grant_role(open_site.database, operator, "operator", None)
    browser = open_site.another_browser()
    browser.get("/account/sign-in").submit({"email": operator.email, "password": PASSWORD})
    browser.get(f"/operator/accounts/{open_site.leader.id}")
    browser.get(browser.page.first("main .card li a[href*=identities]")["href"]).submit()
    assert browser.page.first(".done").text == "Koblingen er fjernet."
    assert open_site.browser.get("/leader/").path == "/account/sign-in"
    assert ("identity-removed", f"{EMAIL} · 127.0.0.1") in acts(open_site)


def without_passwords(make_site, provider):
    return make_site("passwords = false\n" + described(provider))


def test_without_passwords_there_is_no_field_for_one_and_none_is_taken(make_site, provider):
    site = without_passwords(make_site, provider)
    assert site.browser.get("/account/sign-in").page.first("input[type=password]") is None
    assert site.sign_in(provider).path == "/leader/"
    sent = {"email": EMAIL, "password": PASSWORD, "csrf_token": site.browser.token()}
    site.browser.post("/account/sign-in", sent, status=403)
    site.browser.get("/account/identities").submit(press="/account/identities/here/remove", status=409)
    assert site.browser.heading == "Det må være igjen én måte å logge inn på"


def invited(site, email="ny@example.org"):
    holder = accounts.add(site.database, email, "", "nb")
    grant_role(site.database, holder, "editor", None)
    here = site.app.extensions[EXTENSION]
    link = password_links.issue(
        site.database, here.policy, here.settings, holder, by="drift", now=int(time.time())
    )
    return holder, link.removeprefix(site.public_url)


def test_a_link_to_choose_a_password_leads_to_a_provider_instead(make_site, provider):
    site = without_passwords(make_site, provider)
    holder, link = invited(site)
    assert site.browser.get(link).page.first("input[type=password]") is None
    site.browser.submit()
    answer = provider.answer(site.led_on(), "anybody-unverified")
    assert site.come_back(answer).path == "/editor/"
    assert [each.email for each in waiting_accounts.every(site.database)] == []
    # the link is used up, and one that is made anew ends what it led to
    site.browser.get(link, status=410)
    here = site.app.extensions[EXTENSION]
    password_links.issue(site.database, here.policy, here.settings, holder, by="drift", now=int(time.time()))
    assert identities.of_account(site.database, holder.id) == []


def test_the_command_line_lets_somebody_in_once_whatever_the_settings_say(make_site, provider):
    site = without_passwords(make_site, provider)
    here = site.app.extensions[EXTENSION]
    link = entry_links.issue(
        site.database, here.settings, site.leader, by="command line", now=int(time.time())
    )
    path = urlsplit(link).path
    site.browser.get(path).get(path).submit()
    assert site.browser.path == "/leader/"
    site.browser.get(path, status=410)
    again = entry_links.issue(
        site.database, here.settings, site.leader, by="command line", now=int(time.time())
    )
    here.clock = lambda: time.time() + entry_links.LASTS_SECONDS + 1
    site.browser.get(again, status=410)
    assert [each[0] for each in acts(site)][:2] == ["link-made", "link-made"]


def test_nothing_of_a_sign_in_is_in_the_log_or_in_other_cookies(open_site, provider, capsys):
    sent = open_site.sent_to()
    answer = provider.answer(sent, "kari")
    open_site.come_back(answer)
    logged = capsys.readouterr().err
    secret = [*parameters(answer).values(), *(parameters(sent)[name] for name in ("nonce", "code_challenge"))]
    assert [each for each in secret if each in logged and each != provider.issuer] == []
    assert EMAIL not in logged
    assert re.search(r'"provider": "here".*"event": "signed-in"', logged)
    kept = {each.key for each in open_site.browser.client._cookies.values()}
    assert kept == {"__Host-staff", "__Secure-device"}
