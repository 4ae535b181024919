"""Owners: all reports of what is below them, made by a worker and fetched as one file."""

import zipfile
from io import BytesIO

import pytest

from instruments.problems import refuse
from reports.pdf import report
from survey.accounts import passwords
from survey.background import jobs
from survey.store.repositories import accounts, job_tasks, units
from survey.store.repositories import jobs as rows
from survey.web.platform.context import EXTENSION
from tests.buckets import IN_BOTH
from tests.pages import saved_name
from tests.roles import grant_role
from tests.waves import place, release_below, sealed, simulated
from tests.worked import underway

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def installation(app):
    return app.extensions[EXTENSION].installation


@pytest.fixture
def over(home):
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    units.add(home.database, "Alm", "workplace", "skole", top.key)
    sealed(home, simulated(22), unit="Alm", invited=30)
    release_below(home, top.key)
    return top


@pytest.fixture
def owner(browser, home, over):
    holder = accounts.add(home.database, "hun@example.org", HASHED, "nb")
    grant_role(home.database, holder, "owner", over.key)
    return browser.get("/account/sign-in").submit({"email": "hun@example.org", "password": PASSWORD})


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(report, "report", lambda profile, language: f"{profile.audience}{language}".encode())


def asked(home):
    [key] = underway(home.database)
    return key


def refreshes(owner):
    return owner.page.select("meta[http-equiv=refresh]")


@IN_BOTH
def test_an_owner_asks_for_all_reports_watches_them_and_fetches_them(owner, over, installation):
    address = f"/owner/{over.key}/reports"
    assert owner.get("/owner/").page.first(f'main a[href="{address}"]').text == "Alle rapporter: Fjordby"
    assert not refreshes(owner.get(address))
    owner.submit(press="Lag alle rapportene")
    assert owner.path == address
    for _ in range(2):  # what is to be made, and the first of it
        jobs.run_next(installation)
    bar = owner.get(address).page.first("progress")
    assert (bar["value"], bar["max"]) == ("1", "3")
    assert "1 av 3" in owner.page.first("main").text
    jobs.run_waiting(installation)
    assert not refreshes(owner.get(address))
    link = owner.page.first("main a.button")["href"]
    assert link == f"{address}.zip"
    fetched = owner.get(link).reply
    with zipfile.ZipFile(BytesIO(fetched.data)) as packed:
        assert {name.split("/")[0] for name in packed.namelist()} == {"nb", "nn", "en"}
    fetched.close()
    assert saved_name(fetched) == "reports-Fjordby.zip"


def test_a_page_updates_itself_only_for_those_who_ask_and_only_until_the_end(owner, over, installation):
    address = f"/owner/{over.key}/reports"
    owner.get(address).submit(press="Lag alle rapportene")
    assert not refreshes(owner)
    assert [each["href"] for each in owner.page.select("main p a")][-1] == "?follow"
    assert len(refreshes(owner.get(f"{address}?follow"))) == 1
    assert owner.page.first("progress") is not None
    jobs.run_waiting(installation)
    assert not refreshes(owner.get(f"{address}?follow"))


def test_asking_twice_starts_the_work_once(owner, home, over):
    token = owner.get(f"/owner/{over.key}/reports").token()
    for _ in range(2):
        owner.post(f"/owner/{over.key}/reports", {"csrf_token": token, "languages": ["nb", "nn"]})
    assert asked(home)


def test_reports_that_could_not_be_made_say_so_and_may_be_asked_for_again(owner, home, over):
    owner.get(f"/owner/{over.key}/reports").submit(press="Lag alle rapportene")
    assert asked(home)
    job_tasks.fail(home.database, job_tasks.claim(home.database, now=jobs.seconds()), "job-broken", now=0)
    owner.get(f"/owner/{over.key}/reports")
    assert "job-broken" in owner.page.first("[role=status]").text
    owner.get(f"/owner/{over.key}/reports.zip", status=404)
    owner.get(f"/owner/{over.key}/reports").submit(press="Lag alle rapportene")
    assert asked(home)


def test_a_report_that_could_not_be_made_is_named_and_the_others_are_fetched(
    owner, over, installation, monkeypatch
):
    def refusing(_, language):
        if language == "nn":
            raise refuse("sealed-damaged", "Its statistics are damaged.", "Restore them.")
        return b"%PDF"

    monkeypatch.setattr(report, "report", refusing)
    address = f"/owner/{over.key}/reports"
    owner.get(address).submit(press="Lag alle rapportene")
    jobs.run_waiting(installation)
    owner.get(address)
    assert owner.page.first("[role=status]").text.startswith("2 ")
    assert "1 rapport kunne ikke lages." in owner.page.first("main").text
    [named] = [each for each in owner.page.select("main li") if each.select("span[lang=nn]")]
    assert " ".join(named.text.split()) == "Alm (Nynorsk)"
    assert owner.page.first("main a.button")["href"] == f"{address}.zip"


def test_the_reports_of_places_that_are_not_below_are_not_there(owner, home, installation):
    elsewhere = place(home, "Eika").key
    rows.add(
        home.database,
        "reports-under",
        {"unit": elsewhere, "reader": "owner", "languages": "nb nn en"},
        now=jobs.seconds(),
    )
    jobs.run_waiting(installation)
    token = owner.get("/owner/").token()
    for path in (f"/owner/{elsewhere}/reports", f"/owner/{elsewhere}/reports.zip"):
        owner.get(path, status=404)
    owner.post(f"/owner/{elsewhere}/reports", {"csrf_token": token}, status=404)
    assert underway(home.database) == []


def test_an_owner_chooses_the_languages_of_the_reports(owner, home, over, installation):
    address = f"/owner/{over.key}/reports"
    ticked = [each["value"] for each in owner.get(address).page.select("input[name=languages][checked]")]
    assert ticked == ["nb", "nn", "en"]
    sent = {"csrf_token": owner.token(), "languages": ["nn", "en", "xx"]}
    owner.post(address, sent)
    jobs.run_waiting(installation)
    fetched = owner.get(f"{address}.zip").reply
    with zipfile.ZipFile(BytesIO(fetched.data)) as packed:
        assert {name.split("/")[0] for name in packed.namelist()} == {"nn", "en"}
    fetched.close()
    ticked = [each["value"] for each in owner.get(address).page.select("input[name=languages][checked]")]
    assert ticked == ["nn", "en"]
    owner.post(address, {"csrf_token": owner.token()}, status=400)
    assert "Velg minst ett språk." in owner.page.text
    assert underway(home.database) == []
