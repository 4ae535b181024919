"""People who sign in where the shipped policy holds: operators and owners need a second factor."""

import json

import pyotp
import pytest

import survey
from reports.disclosure.policy_file import DEFAULT_POLICY
from survey.accounts import passwords
from survey.settings import Settings
from survey.store.repositories import accounts
from survey.web.platform.context import EXTENSION
from tests.authenticator import Authenticator
from tests.keys import key_directory
from tests.pages import Browser
from tests.roles import grant_role
from tests.waves import BareInstallation, place

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
DAY = 86400


class Holder:
    """Somebody with an account, and a browser of theirs."""

    def __init__(self, app, account, address):
        self.app, self.account, self.address = app, account, address
        self.browser = Browser(app, address)
        self.secret = self.codes = None
        self.device = Authenticator(address)

    @property
    def clock(self):
        return self.app.extensions[EXTENSION].clock

    def elsewhere(self):
        """The same person at another browser."""
        other = Holder(self.app, self.account, self.address)
        other.secret, other.codes, other.device = self.secret, self.codes, self.device
        return other

    def sign_in(self, password=PASSWORD, status=200, path="/account/sign-in"):
        fields = {"email": self.account.email, "password": password}
        return self.browser.get(path).submit(fields, status=status)

    def code(self, steps=0):
        """What the app shows now, or that many half minutes later."""
        return pyotp.TOTP(self.secret).at(int(self.clock()), counter_offset=steps)

    def set_up_app(self):
        """Set up an app, and keep the recovery codes that come with it."""
        page = self.browser.get("/account/code-app").page
        self.secret = page.first("main p.address").text.replace(" ", "")
        self.browser.submit({"code": self.code()}, press="/account/code-app")
        self.codes = self.shown_codes() or self.codes
        self.clock.pass_by(60)

    def shown_codes(self):
        return [each.text for each in self.browser.page.select("ol.codes code")]

    def asked(self):
        """What the page asks of the browser."""
        return json.loads(self.browser.page.first("#passkey-form")["data-options"])

    def give(self, said, status=200, **fields):
        """Send what the browser says, as the script does."""
        return self.browser.submit({"passkey": said, **fields}, press=self.signing, status=status)

    @property
    def signing(self):
        return self.browser.page.first("#passkey-form button").text

    def add_passkey(self, name="Telefon", **client):
        self.browser.get("/account/passkeys/new")
        self.give(self.device.make(self.asked(), **client), name=name)
        self.codes = self.shown_codes() or self.codes


@pytest.fixture
def app(tmp_path, database_url, public_url, clock):
    key_directory(tmp_path / "keys")
    settings = Settings(
        database_url, tmp_path / "keys", "0123456789abcdef" * 2, public_url, policy=DEFAULT_POLICY
    )
    made = survey.create_app(settings)
    made.extensions[EXTENSION].clock = clock
    made.session_interface.clock = clock
    yield made
    made.extensions[EXTENSION].database.close()


@pytest.fixture
def home(app):
    house = app.extensions[EXTENSION]
    return BareInstallation(house.database, house.keys)


@pytest.fixture
def holder(app, home, public_url):
    """Makes somebody with a role, given some days ago."""

    def make(role, name=None):
        place(home)
        added = accounts.add(home.database, f"{name or role}@example.org", HASHED, "en")
        where = place(home).key if role in {"leader", "owner"} else None
        grant_role(home.database, added, role, where)
        return Holder(app, accounts.by_id(home.database, added.id), public_url)

    return make
