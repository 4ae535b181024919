"""While something is away every page says so, nothing that was typed is lost, and all is well afterwards."""

import errno
from contextlib import contextmanager

import pytest

from instruments.languages import LANGUAGES
from survey.accounts import passwords
from survey.collection import code_issuing, stored_urn
from survey.store.passing_faults import AWAY, FILES, unavailable_by
from survey.store.repositories import accounts
from tests.log_lines import log_lines
from tests.roles import grant_role
from tests.waves import opened, place

PASSWORD = "en lang setning her"


@pytest.fixture
def engine_name():
    """What a page says is the same on PostgreSQL; there `tests/survey/cli/test_outage.py` ends the server."""
    return "sqlite"


@pytest.fixture
def outage(home):
    """Something that keeps the database away for as long as it is entered."""

    @contextmanager
    def lasting():
        outages = home.database.outages
        home.database.cache._kept.clear()
        outages._clock = lambda: 100.0
        outages.begin(AWAY)
        yield
        outages.end(written=False)

    return lasting


def hidden(browser):
    fields = browser.page.select("main form input[type=hidden]")
    return {each["name"]: each["value"] for each in fields}


def test_answers_survive_an_outage_at_every_step_and_count_once(home, browser, outage):
    wave = opened(home)
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    with outage():
        browser.get("/").submit({"code": code}, "Start", status=503)
        assert hidden(browser)["code"] == code
    browser.submit()
    assert browser.path == "/answer/start"
    browser.get("/answer/1?language=nb")
    first = {each["name"]: "4" for each in browser.page.select("input[type=radio]")}
    with outage():
        browser.submit(first, "forward", status=503)
        assert browser.reply.headers["Retry-After"] == "10"
        assert browser.heading == "Vi får ikke gjort det akkurat nå"
        assert first.items() <= hidden(browser).items()
        browser.submit(status=503)  # too early
        assert first.items() <= hidden(browser).items()
        # another language would be another page, without what was typed
        assert browser.page.select("nav.tongues a") == []
    browser.submit()
    assert browser.path == "/answer/2"
    browser.get("/answer/review")
    with outage():
        browser.submit(status=503)
        browser.get("/answer/review", status=503)
        assert "nettleseren din" in browser.page.first(".lead").text
        assert browser.page.first("main a.button")["href"] == "?"
    browser.get("/answer/review").submit()
    assert browser.path == "/answer/send"
    assert stored_urn.count(home.database, stored_urn.open_urn(home.keys, wave), wave) == 1


def test_it_is_said_in_every_language_and_what_the_address_asks_for_stays_asked_for(browser, home, outage):
    wave = opened(home)
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    with outage():
        told = {tag: browser.get(f"/c/{code}?language={tag}", status=503).heading for tag in LANGUAGES}
        assert browser.page.first("main a.button")["href"].startswith("?language=")
    assert len(set(told.values())) == len(told)


@pytest.fixture
def leader(browser, home):
    holder = accounts.add(home.database, "leder@example.org", passwords.hash_password(PASSWORD), "en")
    grant_role(home.database, holder, "leader", place(home).key)
    return browser


def test_a_password_is_on_no_page_and_other_forms_of_staff_are_sent_again(leader, home, outage):
    signed_out = leader.get("/account/sign-in")
    with outage():
        signed_out.submit({"email": "leder@example.org", "password": PASSWORD}, status=503)
        assert PASSWORD not in leader.reply.text
        assert "type it again" in leader.page.first(".lead").text
    leader.get("/account/sign-in").submit({"email": "leder@example.org", "password": PASSWORD})
    leader.get(f"/leader/{place(home).key}/new")
    with outage():
        leader.submit({"title": "Høst «1»"}, status=503)
        assert hidden(leader)["title"] == "Høst «1»"
        assert "do not know whether" in leader.page.first(".lead").text


def test_a_program_is_told_when_to_ask_again(app, browser, home):
    def meet():
        raise unavailable_by(AWAY, home.database.place)

    app.view_functions["api.description"] = meet
    reply = browser.client.get("/api/v1/openapi.json", base_url=browser.address)
    assert (reply.status_code, reply.mimetype) == (503, "application/problem+json")
    assert reply.json["type"] == f"urn:kjennetegn:problem:{AWAY}"
    assert reply.headers["Retry-After"] == "10"


def test_the_check_of_machines_names_what_is_away(browser, outage):
    with outage():
        reply = browser.client.get("/health", base_url=browser.address)
    assert reply.status_code == 503
    assert reply.json["checks"]["database"] == AWAY


def test_a_disk_without_room_for_a_file_is_told_and_another_fault_of_files_is_ours(app, browser, capsys):
    def meet():
        raise OSError(met, "/srv/files/somebody")

    app.view_functions["respondent.privacy"] = meet
    for met in (errno.ENOSPC, errno.ENOSPC, errno.EACCES):
        browser.get("/privacy", status=503 if met == errno.ENOSPC else 500)
    full, other = log_lines(capsys.readouterr().err)
    assert (full["event"], full["code"]) == ("unavailable", FILES)
    assert other["code"] == "unexpected-PermissionError"
