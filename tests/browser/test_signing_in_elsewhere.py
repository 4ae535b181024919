"""A leader signs in at a provider with a telephone, and out again there too."""

import threading

import pytest
from werkzeug.serving import make_server

import survey
from survey.settings import Settings
from survey.store.repositories import accounts
from survey.web.platform.context import EXTENSION
from tests.browser.following import follow
from tests.keys import make_installation
from tests.openid.running import SECRET, running_provider
from tests.roles import grant_role
from tests.waves import BareInstallation, place

EMAIL = "kari@example.org"


@pytest.fixture
def elsewhere(tmp_path):
    """The address of a service at which a leader signs in at a provider."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    address = f"http://localhost:{server.server_port}"
    with running_provider(address) as provider:
        secret, file = tmp_path / "secret", tmp_path / "sign-in.toml"
        secret.write_text(SECRET, "utf-8")
        secret.chmod(0o600)
        described = {"name": "Skoleporten", "issuer": provider.issuer, "client_id": "by-secret"}
        described["client_secret_file"] = str(secret)
        lines = "\n".join(f'{key} = "{value}"' for key, value in described.items())
        file.write_text(f"[provider.here]\n{lines}\n", "utf-8")
        database = f"sqlite:///{tmp_path}/kjennetegn.db"
        settings = Settings(database, tmp_path / "keys", "0123456789abcdef" * 2, address, sign_in=file)
        server.app = survey.create_app(make_installation(settings))
        house = server.app.extensions[EXTENSION]
        unit = place(BareInstallation(house.database, house.keys))
        holder = accounts.add(house.database, EMAIL, "", "nb")
        grant_role(house.database, holder, "leader", unit.key)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield address
        server.shutdown()
        thread.join()
        server.server_close()
        house.database.close()


def fits(page):
    """Whether nothing of the page is wider than the screen."""
    return page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_a_leader_signs_in_at_a_provider_and_out_there_too(elsewhere, phone):
    refused = []
    phone.on("console", lambda said: refused.append(said.text))
    phone.goto(f"{elsewhere}/leader/")
    assert fits(phone)
    follow(phone, "text=Logg inn med Skoleporten")
    phone.fill("input[name=sub]", "kari")
    follow(phone, "text=Sign in")
    assert phone.url == f"{elsewhere}/leader/"
    # what is kept of it lies in the cookie of the staff's pages alone
    assert {each["name"] for each in phone.context.cookies(elsewhere)} == {"staff"}
    follow(phone, "text=Min innlogging")
    follow(phone, "main a[href$=identities]")
    assert fits(phone)
    follow(phone, "text=Fjern koblingen")
    assert "Det må være igjen én måte å logge inn på" in phone.inner_text("h1")
    phone.goto(f"{elsewhere}/leader/")
    follow(phone, "text=Logg ut")
    assert phone.inner_text("h1") == "Du er logget ut her"
    assert fits(phone)
    follow(phone, "text=Logg ut hos Skoleporten også")
    assert not phone.url.startswith(elsewhere)
    # a form that led to another host would be refused by the browser, redirects too
    assert [text for text in refused if "Content Security Policy" in text and elsewhere in text] == []
    phone.goto(f"{elsewhere}/leader/")
    assert phone.url.startswith(f"{elsewhere}/account/sign-in")
