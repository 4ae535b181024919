"""Every page of second factors, each in one language."""

import json

import pyotp

from survey.accounts import passwords
from survey.store.repositories import accounts
from survey.web.platform.context import EXTENSION
from tests.authenticator import Authenticator
from tests.browser_pages import ADDRESS, PASSWORD
from tests.pages import Browser
from tests.roles import grant_role

HASHED = passwords.hash_password(PASSWORD)
REASON = "Rakett"


def with_factors(site, language):
    """The pages on which second factors are set up, asked for and lost, and what operators do then."""
    operators = [_operator(site, f"{name}-{language}@example.org", language) for name in ("kari", "ola")]
    (first, one), (_, other) = operators
    yield "how I sign in", one.get("/account/factors").reply.text
    yield "a passkey to be added", one.get("/account/passkeys/new").reply.text
    asked = json.loads(one.page.first("#passkey-form")["data-options"])
    said = {"passkey": Authenticator(ADDRESS).make(asked), "name": "Telefon"}
    page = one.submit(said, press=one.page.first("#passkey-form button").text).reply.text
    yield "recovery codes", page
    one.get("/account/code-app")
    key = one.page.first("main p.address").text
    yield "an app to be set up", one.reply.text.replace(key, "")
    wrong = one.submit({"code": "x"}, "/account/code-app", 400).reply.text
    yield "a code that does not fit", wrong.replace(key, "")
    code = pyotp.TOTP(key.replace(" ", "")).at(int(site.app.extensions[EXTENSION].clock()))
    yield "an app that is set up", one.submit({"code": code}, "/account/code-app").reply.text
    yield "an app to be removed", one.get("/account/code-app/remove").reply.text
    yield (
        "a passkey to be removed",
        one.get(one.get("/account/factors").page.first("ul a")["href"]).reply.text,
    )
    yield "a factor to be shown once more", one.get("/account/proof").reply.text
    stranger = Browser(site.app, ADDRESS)
    yield "a passkey in place of a password", stranger.get(f"/account/passkey?language={language}").reply.text
    stranger.get("/account/sign-in").submit({"email": first.email, "password": PASSWORD})
    yield "a second factor", stranger.reply.text
    where = f"/operator/accounts/{first.id}"
    yield "a lost factor", other.get(f"{where}/lost-factor").reply.text
    yield "a lost factor, no reason", other.submit({"reason": ""}, status=400).reply.text
    third, _ = _operator(site, f"ina-{language}@example.org", language)
    yield "what was asked for an account", other.submit({"reason": REASON}).reply.text
    yield "what was asked for the own account", one.get("/account/factors").reply.text
    agreeing = Browser(site.app, ADDRESS)
    agreeing.get("/account/sign-in").submit({"email": third.email, "password": PASSWORD})
    yield "before one agrees", agreeing.get(f"{where}/lost-factor/agree").reply.text
    yield "a link for a lost factor", agreeing.submit().reply.text
    link = agreeing.page.first("main p.address").text.removeprefix(ADDRESS)
    yield "a way in", stranger.get(link).reply.text


def _operator(site, email, language):
    """Somebody who has been an operator for long, and a browser signed in."""
    added = accounts.add(site.home.database, email, HASHED, language)
    holder = grant_role(site.home.database, added, "operator", None)
    browser = Browser(site.app, ADDRESS)
    browser.get(f"/account/sign-in?language={language}").submit({"email": email, "password": PASSWORD})
    return holder, browser
