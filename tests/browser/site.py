"""A service with surveys in every state, and accounts of everybody who signs in to it."""

from datetime import timedelta

from survey.accounts import passwords
from survey.background.jobs import run_waiting
from survey.collection import code_issuing, lifecycle, sealing, staff_results
from survey.store.repositories import accounts, units
from survey.web.platform.context import EXTENSION
from tests import waves
from tests.browser_pages import EMAIL, PASSWORD, RESEARCHER
from tests.roles import grant_role
from tests.waves import BareInstallation


class Site:
    """The address of a running service, with a sealed, a drafted and an open survey in it."""

    def __init__(self, address, app):
        installation, today = app.extensions[EXTENSION].installation, app.extensions[EXTENSION].today
        self.address, self.app, self.installation = address, app, installation
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
            home, waves.simulated(8), "Asken", title="Høst 2028", **dates
        )
        self.linked = waves.opened(home, "Bjørka", title="Høst 2026 på nettbrett", open_link=True, **dates)
        self.ended = waves.closed(home, [], "Asken", title="Avsluttet", **dates)
        days = {"opens_on": today, "closes_on": today + timedelta(days=9)}
        self.closed_early = waves.opened(home, "Grana", title="Stengt tidlig", **days)
        lifecycle.close(home.database, self.closed_early.key, today)
        days["opens_on"] += timedelta(days=1)
        self.ahead = waves.opened(home, "Furua", title="Åpnet på forhånd", **days)
        self.lost = waves.closed(home, [], "Asken", title="Tapt", **dates)
        home.keys.destroy_urn(self.lost.key)
        self.open = waves.opened(home, "Asken", title="Høst 2026", invited=200, background="role@1", **dates)
        holder = accounts.add(home.database, EMAIL, passwords.hash_password(PASSWORD), "nb")
        for led in (self.linked, self.closed_early, self.ahead):
            grant_role(home.database, holder, "leader", led.unit_key)
        for role in ("leader", "owner"):
            grant_role(home.database, holder, role, self.open.unit_key)
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
        self.shown = staff_results.show_staff(self.home.database, wave.key, dates["closes_on"])
        return town

    def work(self):
        """Do what waits for a worker."""
        run_waiting(self.installation)

    def code(self):
        return code_issuing.issue(self.home.database, self.home.keys, self.open.key, 1)[0]
