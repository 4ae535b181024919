"""A real server on a free port and a real Chromium, one of each for a test file's process."""

import threading
from dataclasses import replace

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

import survey
from survey.accounts import passwords
from survey.background.jobs import run
from survey.collection import code_issuing, lifecycle, sealing
from survey.settings import Settings
from survey.store.repositories import accounts, jobs, units
from survey.web.platform.context import EXTENSION
from tests import waves
from tests.roles import grant_role
from tests.waves import BareInstallation

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EMAIL, PASSWORD = "leder@example.org", "en lang setning her"
RESEARCHER = "forsker@example.org"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


class Site:
    """The address of a running service, with a sealed, a drafted and an open survey in it."""

    def __init__(self, address, installation, today):
        self.address, self.installation = address, installation
        self.home = home = BareInstallation(installation.database, installation.keys)
        dates = {"opens_on": today, "closes_on": today}
        ended = waves.opened(home, title="Vår 2026", background="role@1", **dates)
        said = ["with_learners", "supporting_others"] * 9
        waves.answer(home, ended, waves.simulated(18), today, said)
        lifecycle.close(home.database, ended.key)
        self.sealed = sealing.seal(home.database, home.keys, home.policy, ended.key)
        self.draft = waves.drafted(home, "Asken", title="Vår 2027", **dates)
        self.split_draft = waves.drafted(home, "Asken", title="Vår 2028", split_key=True, **dates)
        self.split_closed, self.sheets = waves.closed_with_sheets(
            home, [], "Asken", title="Høst 2028", **dates
        )
        self.open = waves.opened(home, "Asken", title="Høst 2026", invited=200, background="role@1", **dates)
        holder = accounts.add(home.database, EMAIL, passwords.hash_password(PASSWORD), "nb")
        place = waves.place(home).key
        grant_role(home.database, holder, "leader", place)
        grant_role(home.database, holder, "owner", place)
        for role in ("editor", "operator"):
            grant_role(home.database, holder, role, None)
        # who leads or owns units is not told of others' as a researcher is
        researcher = accounts.add(home.database, RESEARCHER, passwords.hash_password(PASSWORD), "nb")
        grant_role(home.database, researcher, "researcher", None)
        self.owned = self._owned(dates)
        grant_role(home.database, holder, "owner", self.owned.key)

    def _owned(self, dates):
        """A municipality of three schools, one with a very long name, each with a sealed survey."""
        town = units.add(self.home.database, "Fjordby kommune", "municipality", None, None)
        names = ("Alm skole", "Bjerkealleen-og-omegns oppvekstsenter", "Eik skole")
        for seed, name in enumerate(names):
            units.add(self.home.database, name, "workplace", "skole", town.key)
            wave = waves.opened(self.home, name, title="Vår", **dates)
            waves.answer(self.home, wave, waves.simulated(16, seed), dates["opens_on"])
            lifecycle.close(self.home.database, wave.key)
            sealing.seal(self.home.database, self.home.keys, self.home.policy, wave.key)
        return town

    def work(self):
        """Do what waits for a worker."""
        for key in jobs.queued(self.home.database):
            run(self.installation, key)

    def code(self):
        return code_issuing.issue(self.home.database, self.home.keys, self.open.key, 1)[0]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(f"sqlite:///{folder}/kjennetegn.db", folder / "keys", "0123456789abcdef" * 2)
    app = survey.create_app(replace(settings, public_url="http://localhost"))
    house = app.extensions[EXTENSION]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", house.installation, house.today)
    server.shutdown()
    thread.join()
    server.server_close()
    house.database.close()


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium):
    """A page on a telephone, without JavaScript."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, locale="nb-NO")
    yield context.new_page()
    context.close()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request, chromium):
    """A page with JavaScript, which the tests need to look into it; the service sends none."""
    context = chromium.new_context(viewport=request.param, locale="nb-NO", bypass_csp=True)
    yield context.new_page()
    context.close()
