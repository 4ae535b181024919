"""Walks over the pages of signing in elsewhere, on providers that are never asked anything."""

from contextlib import contextmanager
from unittest.mock import patch

from survey.accounts import entry_links, password_links
from survey.openid.client import ProviderClient
from survey.openid.provider import Provider, ProviderName, SignInMethods
from survey.store.repositories import accounts, identities
from survey.web.account.providers import offers
from survey.web.platform.context import EXTENSION
from tests.browser_pages import ADDRESS, EMAIL, PASSWORD
from tests.pages import Browser
from tests.roles import grant_role

NAME = "Skoleporten"


@contextmanager
def offering(app, *, passwords=True):
    """The application offers two providers for as long as this is entered."""
    here = app.extensions[EXTENSION]
    described = [
        Provider(
            key,
            ProviderName({"": NAME}),
            f"https://{key}.example.org",
            "kjennetegn",
            "secret",
            two_factors={"amr": ("mfa",)},
        )
        for key in ("one", "other")
    ]
    methods = SignInMethods({each.key: each for each in described}, passwords)
    clients = {each.key: ProviderClient(each, here.clock) for each in described}
    with (
        patch.object(here, "sign_in", methods),
        patch.object(here, "providers", clients),
        patch.dict(app.jinja_env.globals, {"offers_providers": True}),
    ):
        yield


def signing_in_elsewhere(site, language):
    """The pages of everybody who signs in, from the button to the way out."""
    here, browser = site.app.extensions[EXTENSION], Browser(site.app, ADDRESS)
    database, now = here.database, here.now
    # another for each language: links and identities are used up
    email = f"{language}@example.org"
    holder = accounts.by_email(database, email) or accounts.add(database, email, "", "nb")
    grant_role(database, holder, "leader", site.open.unit_key)
    with offering(site.app):
        yield "ways to sign in", browser.get(f"/account/sign-in?language={language}").reply.text
        link = password_links.issue(database, here.policy, here.settings, holder, by="", now=now)
        path = link.removeprefix(here.settings.public_url)
        yield "a link and providers", browser.get(path).reply.text
        yield "on to a provider", browser.submit(press=browser.page.first("main button").text).reply.text
        yield "an answer to nothing", browser.get("/account/sign-in/one/return", 400).reply.text
        with offering(site.app, passwords=False):
            yield "no passwords", browser.get("/account/sign-in").reply.text
            yield "a link and no passwords", browser.get(path).reply.text
        entry = entry_links.issue(database, here.settings, holder, by="", now=now)
        yield "signing in once", browser.get(entry.removeprefix(here.settings.public_url)).reply.text
        identities.link(database, holder, "https://one.example.org", email, by=email, now=now)
        identities.link(database, holder, "https://gone.example.org", email, by=email, now=now)
        browser.submit()
        yield "identities", browser.get("/account/identities").reply.text
        yield "a factor to be shown at a provider", browser.get("/account/proof").reply.text
        out = (offers.OfferedProvider("one", NAME), "https://one.example.org/end")
        with patch.object(offers, "way_out", lambda: out):
            token = {"csrf_token": browser.token()}
            yield "signed out", browser.post("/account/sign-out", token).reply.text
        yield from _operating(site, language, holder)


def _operating(site, language, holder):
    browser = Browser(site.app, ADDRESS)
    browser.get(f"/account/sign-in?language={language}").submit({"email": EMAIL, "password": PASSWORD})
    yield "an account with identities", browser.get(f"/operator/accounts/{holder.id}").reply.text
    removal = browser.page.first("main .card li a[href*=identities]")["href"]
    yield "an identity to be removed", browser.get(removal).reply.text
