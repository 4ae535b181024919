"""A service at a clock that a walk moves, and somebody who walks through it, whose clicks are counted."""

import threading
from dataclasses import replace
from datetime import date, timedelta

from werkzeug.serving import make_server

import survey
from survey.settings import Settings
from survey.web.platform.context import EXTENSION
from tests.browser.layout import set_size, standing_out_of
from tests.keys import make_installation
from tests.survey.web.conftest import Clock, seconds_of
from tests.waves import BareInstallation

PATIENCE = 30_000  # milliseconds


class Service:
    """A running service with nothing in it, on a day that is moved by hand."""

    def __init__(self, folder, day):
        settings = make_installation(
            Settings(f"sqlite:///{folder}/kjennetegn.db", folder / "keys", "0123456789abcdef" * 2)
        )
        self.app = survey.create_app(replace(settings, public_url="http://localhost"))
        self.here = self.app.extensions[EXTENSION]
        self.clock = self.here.clock = self.app.session_interface.clock = Clock()
        self.clock.seconds = seconds_of(day)
        self.installation = self.here.installation
        self.home = BareInstallation(self.here.database, self.here.keys)
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def today(self):
        return self.here.today

    def pass_until(self, day):
        assert day > self.today
        self.clock.seconds = seconds_of(day)

    def pass_by(self, **time):
        self.pass_until(self.today + timedelta(**time))

    def end(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.here.database.close()


class Walker:
    """A person at a screen: what is pressed and typed is counted since `start_counting`.

    With several sizes of the screen, what is pressed and filled in could be so at each, and is at the last.
    """

    def __init__(self, page, service, sizes=()):
        self.page, self.service = page, service
        self.sizes = sizes or (page.viewport_size,)
        self.clicks = self.typed = 0
        page.set_default_timeout(PATIENCE)

    def start_counting(self):
        self.clicks = self.typed = 0

    def arrive(self, path):
        self.page.goto(f"{self.service.address}{path}")

    def press(self, said):
        """Press the first button or link of that name, as it is read aloud, and look at what comes."""
        target = self._pressable(said)
        with self.page.expect_navigation():
            target.click()
        self.clicks += 1
        self.look()

    def save(self, said):
        """Press what saves a file; its name and what is in it."""
        target = self._pressable(said)
        with self.page.expect_download() as saving:
            target.click()
        self.clicks += 1
        return saving.value.suggested_filename, saving.value.path().read_bytes()

    def type(self, label, value):
        """Type into the field of that label, which is not there yet."""
        field = self.page.get_by_label(label, exact=True).first
        assert field.input_value() != str(value), f"{label} is filled in already"
        assert all(field.is_visible() for _ in self._each_size()), f"{label} is not to be seen"
        field.fill(value.isoformat() if isinstance(value, date) else str(value))
        self.typed += 1

    def choose(self, label, option):
        """Choose from a list, or one of several answers."""
        if option is None:
            self.page.get_by_label(label, exact=True).first.check(force=True)
        else:
            self.page.get_by_label(label, exact=True).first.select_option(label=option)
        self.clicks += 1

    def look(self):
        """See that nothing stands out of the page, and that it is no error."""
        for size in self._each_size():
            assert not standing_out_of(self.page), (self.page.url, size)
        assert not self.page.title().startswith("Feil"), self.page.locator("main").inner_text()

    @property
    def text(self):
        return " ".join(self.page.locator("main").inner_text().split())

    def _each_size(self):
        for size in self.sizes:
            if size != self.page.viewport_size:
                set_size(self.page, size)
            yield size

    def _pressable(self, said):
        """What is called so, which a press would reach at each size."""
        for _ in self._each_size():
            found = self._at(said)
            found.click(trial=True)
        return found

    def _at(self, said):
        for role in ("button", "link"):
            found = self.page.get_by_role(role, name=said)
            if found.count():
                return found.first
        raise AssertionError(f"nothing to press called {said!r}: {self.page.locator('main').inner_text()}")
