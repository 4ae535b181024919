"""Every file that anybody saves is named by unit, survey and language, or by what it holds, in one place."""

import inspect
import re
import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest

from reports.pdf import report
from survey.background import jobs as working
from survey.background.slips import slip_orders
from survey.operations.installation import Installation
from survey.store.repositories import accounts, actions
from survey.store.tables import PLACED_ROLES
from survey.web.platform.context import EXTENSION
from survey.web.platform.file_names import joined_name
from tests.pages import Browser, saved_name
from tests.paths import REPOSITORY
from tests.roles import grant_role
from tests.survey.publication.test_reports import AGREED
from tests.survey.web.test_permissions import HASHED, PASSWORD
from tests.waves import (
    CLOSES,
    OPENS,
    REFERENCE,
    TODAY,
    drafted,
    on_sqlite_alone,
    opened,
    place,
    sealed,
    simulated,
)

__all__ = ["on_sqlite_alone"]
WEB = REPOSITORY / "survey" / "web"
ROUND = {"half": "2026-1", "edition": "skole", "instrument": REFERENCE}
WORDED = {"instrument": REFERENCE, "edition": "skole", "tongue": "nn"}


class Saving:
    """A browser that may open everything, and the surveys of which it saves files."""

    def __init__(self, app, home, address):
        self.app, self.home, self.address = app, home, address
        self.sealed = sealed(home, simulated(20), opens_on=OPENS, closes_on=TODAY)
        actions.add(home.database, self.sealed, replace(AGREED, due=TODAY + timedelta(days=90)))
        self.open = opened(home, "Asken", title="Høst 2026 «ny»")
        later = {"opens_on": CLOSES + timedelta(days=1), "closes_on": CLOSES + timedelta(days=9)}
        self.linked = opened(home, "Bjørka", title="Med lenke", open_link=True)
        self.split = drafted(home, "Asken", title="Vår 2027", split_key=True, **later)
        account = accounts.add(home.database, "hun@example.org", HASHED, "nb")
        for role in ("leader", "owner", "editor"):
            grant_role(home.database, account, role, place(home).key if role in PLACED_ROLES else None)
        apart = accounts.add(home.database, "forsker@example.org", HASHED, "nb")
        grant_role(home.database, apart, "researcher", None)
        grant_role(home.database, account, "leader", self.linked.unit_key)
        self.browser, self.researcher = (self.signed_in(each.email) for each in (account, apart))
        self.token = self.browser.get(f"/leader/{self.open.unit_key}/{self.open.key}").token()

    def signed_in(self, email):
        browser = Browser(self.app, self.address)
        return browser.get("/account/sign-in").submit({"email": email, "password": PASSWORD})

    def reply(self, endpoint, wave=None, send=None, **values):
        wave = wave or self.sealed
        known = {"unit": wave.unit_key, "wave": wave.key, **values}
        method = "GET" if send is None else "POST"
        rule = next(each for each in self.app.url_map.iter_rules(endpoint) if method in each.methods)
        with self.app.test_request_context(base_url=self.address):
            path = rule.build(known)[1]
        sent = {"csrf_token": self.token, **send} if send is not None else None
        browser = self.researcher if endpoint.startswith("researcher") else self.browser
        return browser.client.open(path, method=method, data=sent, base_url=self.address)

    def name(self, endpoint, wave=None, send=None, **values):
        with self.reply(endpoint, wave, send, **values) as reply:
            assert reply.status_code == 200, (endpoint, reply.status_code)
            return saved_name(reply)

    def work(self):
        working.run_waiting(self.app.extensions[EXTENSION].installation)


@pytest.fixture
def saving(app, home, public_url, monkeypatch):
    monkeypatch.setattr(slip_orders, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(Installation, "today", TODAY)  # posters look at it, in place of the request's clock
    monkeypatch.setattr(report, "report", lambda *_: b"%PDF-")
    return Saving(app, home, public_url)


def test_every_file_is_named_by_unit_survey_and_language_or_by_what_it_holds(saving):
    saving.reply("leader.print_slips", saving.open, {"count": "3"})
    saving.reply("owner.make_reports", send={})
    saving.work()
    saving.reply("owner.release_round", send={}, **ROUND)
    new, old = "Asken-Høst-2026-ny-nb", "Asken-Vår-2026-nb"
    wanted = {
        "leader.print_slips": (f"slips-{new}.pdf", saving.open, {"count": "2"}, {}),
        "leader.download_slips": (f"slips-{new}.pdf", saving.open, None, {}),
        "leader.print_poster": ("poster-Bjørka-Med-lenke-nb.pdf", saving.linked, {}, {}),
        "leader.print_turnout_poster": (f"turnout-{new}.pdf", saving.open, None, {}),
        "leader.print_key_sheets": ("key-sheets-Asken-Vår-2027-nb.pdf", saving.split, {}, {}),
        "leader.paper_form": ("paper-Asken-Høst-2026-ny-en.pdf", saving.open, None, {"tongue": "en"}),
        "leader.code_sheet": (f"code-sheet-{new}.pdf", saving.open, None, {"tongue": "nb"}),
        "leader.print_look_back_sheet": (f"look-back-{old}.pdf", None, None, {}),
        "leader.look_back_days": (f"look-back-{old}.ics", None, None, {}),
        "leader.picture": (f"overview-{old}.png", None, None, {}),
        "leader.report": (f"report-{old}.pdf", None, None, {}),
        "leader.download_results": (f"slides-{old}.pptx", None, None, {"kind": "slides"}),
        "owner.download_reports": ("reports-Asken.zip", None, None, {}),
        "instrument_editor.download_version": (
            "paper-learning_community-1-0-0-skole-nn.pdf",
            None,
            None,
            {**WORDED, "form": "paper.pdf"},
        ),
    }
    found = {
        endpoint: saving.name(endpoint, wave, send, **values)
        for endpoint, (_, wave, send, values) in wanted.items()
    }
    assert found == {endpoint: name for endpoint, (name, *_) in wanted.items()}
    assert wanted.keys() <= senders(saving.app)


def senders(app):
    """The routes whose function sends a file."""
    source = {endpoint: inspect.getsource(view) for endpoint, view in app.view_functions.items()}
    return {
        endpoint for endpoint, text in source.items() if re.search(r"download(_made)?\(|_printed\(", text)
    }


def test_no_other_module_sends_a_file_or_makes_a_name_for_one():
    texts = {path.relative_to(WEB).as_posix(): path.read_text("utf-8") for path in WEB.rglob("*.py")}
    holding = {
        word: {name for name, text in texts.items() if word in text}
        for word in ("send_file", "send_from_directory", "Content-Disposition", "FileName(")
    }
    assert holding == {
        "send_file": {"platform/rendering.py"},
        "send_from_directory": set(),
        "Content-Disposition": {"platform/rendering.py"},  # of what lies in a bucket
        "FileName(": {"platform/file_names.py"},
    }


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("slips", "Vår/../2026 «ny»", "nb"), "slips-Vår-2026-ny-nb.pdf"),
        (
            ("slips", unicodedata.normalize("NFD", "Ærø børnehåndværk"), "da"),
            "slips-Ærø-børnehåndværk-da.pdf",
        ),
        (("slips", "CON: \\ | ? * \n", "...", "nn"), "slips-CON-nn.pdf"),
        (("slips", "a" * 200), f"slips-{'a' * 40}.pdf"),
    ],
)
def test_a_name_holds_what_every_file_system_takes(parts, name):
    assert joined_name(*parts, ending="pdf") == name
