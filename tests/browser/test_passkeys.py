"""A passkey in Chromium: made, used in place of a password and after one, and what works without scripts."""

import socket
import threading
from contextlib import closing
from datetime import datetime

import pytest
from werkzeug.serving import make_server

import survey
from reports.disclosure.policy_file import DEFAULT_POLICY
from survey.accounts import passwords
from survey.settings import Settings
from survey.store.repositories import accounts, second_factors
from survey.web.platform.context import EXTENSION
from tests.browser.following import follow
from tests.keys import make_installation
from tests.roles import grant_role
from tests.survey.cli.days import OSLO

EMAIL, PASSWORD = "drift@example.org", "en lang setning her"
PHONE = {"width": 360, "height": 740}
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The application at http://localhost, which browsers take for a safe place, and an operator."""
    folder = tmp_path_factory.mktemp("passkeys")
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    address, secret = f"http://localhost:{port}", "0123456789abcdef" * 2
    app = survey.create_app(
        make_installation(
            Settings(f"sqlite:///{folder}/k.db", folder / "keys", secret, address, policy=DEFAULT_POLICY)
        )
    )
    database = app.extensions[EXTENSION].database
    added = accounts.add(database, EMAIL, passwords.hash_password(PASSWORD), "nb")
    holder = grant_role(database, added, "operator", None)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address, database, holder
    server.shutdown()
    thread.join()
    server.server_close()
    database.close()


@pytest.fixture
def page(chromium, served):
    """A page on a telephone that keeps passkeys."""
    context = chromium.new_context(viewport=PHONE, locale="nb-NO", base_url=served[0])
    opened = context.new_page()
    device = context.new_cdp_session(opened)
    device.send("WebAuthn.enable")
    opened.device = device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    opened.cdp = device
    yield opened
    context.close()


def sign_in(page):
    page.goto("/account/sign-in")
    page.get_by_label("E-postadresse").fill(EMAIL)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn").click()


def sign_out(page):
    page.get_by_role("button", name="Logg ut").click()
    page.wait_for_url("**/account/sign-in")


def test_a_passkey_is_made_and_used_in_place_of_a_password_and_after_one(page, served):
    _, database, holder = served
    sign_in(page)
    page.wait_for_url("**/account/factors")
    follow(page, 'role=link[name="Legg til en passnøkkel"]')
    assert page.locator("#passkey-without").is_hidden()
    page.get_by_label("Navn på passnøkkelen").fill("Telefon")
    page.get_by_role("button", name="Legg til passnøkkelen").click()
    page.get_by_role("heading", name="Kodene dine for gjenoppretting").wait_for()
    assert page.locator(".codes li").count() == 10
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    [kept] = second_factors.of_account(database, holder.id).passkeys
    assert (kept.name, kept.added_on <= datetime.now(OSLO).date()) == ("Telefon", True)
    follow(page, 'role=link[name="Jeg har skrevet dem ut"]')
    sign_out(page)
    page.get_by_role("link", name="Logg inn med passnøkkel").click()
    page.get_by_role("button", name="Logg inn med passnøkkel").click()
    page.wait_for_url("**/operator/")
    sign_out(page)
    sign_in(page)
    page.get_by_role("button", name="Bruk en passnøkkel").click()
    page.wait_for_url("**/operator/")
    # a device that stops asking who uses it signs in nobody
    page.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": page.device, "isUserVerified": False})
    sign_out(page)
    page.get_by_role("link", name="Logg inn med passnøkkel").click()
    page.get_by_role("button", name="Logg inn med passnøkkel").click()
    failed = page.get_by_role("alert").filter(has_text="Det gikk ikke")
    failed.wait_for()
    assert page.url.endswith("/account/passkey")


def test_without_scripts_the_page_says_what_else_works(phone, served):
    phone.goto(f"{served[0]}/account/passkey")
    assert "Uten det logger du inn med passordet" in phone.locator("#passkey-without").inner_text()
    assert phone.locator("#passkey-form").is_hidden()
