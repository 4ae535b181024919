"""Somebody looks for a trace of the profiles that people were shown of their own answers."""

import re

from flask import session
from sqlalchemy import select

import survey
from survey.collection import code_issuing
from survey.settings import Settings
from survey.store.tables import metadata
from survey.store.ttl_cache import TtlCache
from survey.web.platform.context import EXTENSION
from survey.web.respondent import answer_views
from survey.web.respondent.receipt import OwnProfile
from tests.keys import make_installation
from tests.pages import Browser
from tests.stored import files, statements
from tests.waves import BareInstallation, opened, version

ADDRESS = "https://svar.example"


def nothing_shown(answers, _wording):
    return OwnProfile((), answers.version.scale, "", "")


def left_behind(folder, capfd):
    """All that sending leaves: statements, rows, files, the cookie, what later pages show, and the log."""
    settings = make_installation(
        Settings(f"sqlite:///{folder}/kjennetegn.db", folder / "keys", "0123456789abcdef" * 2, ADDRESS)
    )
    app = survey.create_app(settings)
    house = app.extensions[EXTENSION]
    # what is read again after a second depends on how busy the machine is
    house.database.cache = TtlCache(clock=lambda: 0.0)
    home = BareInstallation(house.database, house.keys)
    wave = opened(home, opens_on=house.today, closes_on=house.today)
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    browser = Browser(app, ADDRESS)
    browser.get(f"/c/{code}").get("/answer/start?language=nb").get("/answer/1")
    said = {f"item_{item.id}": "4" for item in version().items[:8]}
    token = browser.submit(said, "review").token()
    capfd.readouterr()
    with statements(home.database) as asked:
        browser.post("/answer/send", {"csrf_token": token})
    shown = browser.page.select("meter")
    value = browser.client.get_cookie("__Host-answers", domain="svar.example").value
    with app.test_request_context("/answer", headers={"Cookie": f"__Host-answers={value}"}):
        held = {name: len(str(part)) for name, part in session.items()}
    log = capfd.readouterr()
    browser.get("/answer/receipt")
    kept = {
        "statements": asked,
        "rows": rows(home.database),
        "files": sorted(re.sub("[0-9a-f]{16}", "key", each.name) for each in folder.rglob("*")),
        "sizes": [each.stat().st_size for each in files(home.database, journals=False)],
        "cookie": held,
        "log": log.out + log.err,
        "later": bool(browser.page.select("meter, .own")),
    }
    home.database.close()
    return shown, kept


def rows(database):
    """How long every value of every row is: what is encrypted is never the same, but always as long."""
    with database.reading() as connection:
        return {
            table.name: sorted(
                [len(each) if isinstance(each, (bytes, str)) else each for each in row]
                for row in connection.execute(select(table))
            )
            for table in metadata.sorted_tables
        }


def test_showing_a_profile_leaves_no_more_than_showing_none(tmp_path, capfd, monkeypatch):
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    shown, with_it = left_behind(tmp_path / "with", capfd)
    monkeypatch.setattr(answer_views, "own_profile", nothing_shown)
    hidden, without = left_behind(tmp_path / "without", capfd)
    assert (len(shown), len(hidden)) == (2, 0)
    assert with_it == without
    assert not with_it["later"]
