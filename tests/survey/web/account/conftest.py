"""An application at which people sign in at a real provider."""

import time

import pytest

import survey
from survey.accounts import passwords
from survey.settings import Settings
from survey.store.repositories import accounts
from survey.web.platform.context import EXTENSION
from tests.keys import key_directory
from tests.openid.running import SECRET, running_provider
from tests.pages import Browser
from tests.roles import grant_role
from tests.waves import BareInstallation, place

EMAIL = "kari@example.org"
PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture(scope="session")
def started_provider():
    """One for all tests of a process."""
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(started_provider):
    started_provider.forget()
    return started_provider


class OpenSite:
    """An application with providers, a leader who has an account, and a browser."""

    def __init__(self, app, public_url):
        self.app, self.public_url = app, public_url
        house = app.extensions[EXTENSION]
        self.context, self.database = house, house.database
        self.home = BareInstallation(house.database, house.keys)
        holder = accounts.add(self.database, EMAIL, HASHED, "nb")
        self.leader = grant_role(self.database, holder, "leader", place(self.home).key)
        self.browser = Browser(app, public_url)

    def another_browser(self):
        return Browser(self.app, self.public_url)

    def sent_to(self, path="/account/sign-in/here", browser=None):
        """Where a browser is sent from there."""
        reply = (browser or self.browser).client.get(path, base_url=self.public_url)
        assert reply.status_code == 303, reply.text
        return reply.location

    def led_on(self):
        """Where the page's link leads."""
        return self.sent_to(self.browser.page.first("main a.button")["href"])

    def come_back(self, answer, status=200, browser=None):
        """The browser follows the provider's answer."""
        return (browser or self.browser).get(answer.removeprefix(self.public_url), status)

    def sign_in(self, provider, who="kari", status=200, path="/account/sign-in/here"):
        return self.come_back(provider.answer(self.sent_to(path), who), status)


@pytest.fixture
def make_site(tmp_path, database_url, public_url):
    """Makes the application on what a file of providers says, with the file's secrets beside it."""
    made = []

    def make(text, policy=None):
        key_directory(tmp_path / "keys")
        (tmp_path / "secret").write_text(f"{SECRET}\n", "utf-8")
        (tmp_path / "secret").chmod(0o600)
        file = tmp_path / "sign-in.toml"
        file.write_text(text.replace("FOLDER", str(tmp_path)), "utf-8")
        settings = Settings(
            database_url, tmp_path / "keys", "0123456789abcdef" * 2, public_url, sign_in=file, policy=policy
        )
        app = survey.create_app(settings)
        app.extensions[EXTENSION].clock = time.time
        made.append(app)
        return OpenSite(app, public_url)

    yield make
    for app in made:
        app.extensions[EXTENSION].database.close()


def described(provider, key="here", *lines):
    """The table of the running provider in a file of providers."""
    given = [
        f"[provider.{key}]",
        f'issuer = "{provider.issuer}"',
        'client_id = "by-secret"',
        'client_secret_file = "FOLDER/secret"',
        *lines,
    ]
    return "\n".join(given) + "\n"


@pytest.fixture
def open_site(make_site, provider):
    elsewhere = described(provider, "there").replace(provider.issuer, "https://there.example")
    return make_site(described(provider, "here", 'name = "Skoleporten"') + elsewhere)
