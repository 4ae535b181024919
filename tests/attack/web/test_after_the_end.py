"""Whoever has kept a page, a session or an address reads nothing once a role or a survey's time is over."""

from datetime import timedelta

import pytest

from survey.accounts import passwords
from survey.store.repositories import accounts, role_endings, sealed, units, waves
from survey.store.repositories.waves import years_after
from tests.pages import Browser
from tests.policies import POLICY
from tests.roles import grant_role
from tests.survey.web.conftest import seconds_of
from tests.waves import CLOSES, TODAY, on_sqlite_alone, place, simulated
from tests.waves import sealed as sealed_wave

engine_name = on_sqlite_alone

PASSWORD = "en lang setning her"
DAY = 24 * 60 * 60


@pytest.fixture
def leader(home):
    place(home)
    holder = accounts.add(home.database, "leder@example.org", passwords.hash_password(PASSWORD), "nb")
    return grant_role(home.database, holder, "leader", place(home).key)


@pytest.fixture
def profile(home):
    wave = sealed_wave(home, simulated(22), invited=30, unit="Asken")
    return f"/leader/{wave.unit_key}/{wave.key}/profile"


@pytest.fixture
def signed_in(app, public_url, leader):
    def sign_in():
        browser = Browser(app, public_url)
        browser.get("/account/sign-in").submit({"email": leader.email, "password": PASSWORD})
        return browser

    return sign_in


@pytest.fixture
def read(monkeypatch):
    """The name of every reading of sealed statistics."""
    calls = []
    for name in ("of_wave", "of_waves", "of_unit", "whole"):
        original = getattr(sealed, name)
        monkeypatch.setattr(
            sealed, name, lambda *given, name=name, original=original: calls.append(name) or original(*given)
        )
    return calls


@pytest.fixture
def browsing(signed_in, read):
    """What signs the leader in, and what is read of sealed statistics."""
    return signed_in, read


def test_a_role_whose_last_day_is_over_reads_nothing_at_the_very_next_request(
    home, clock, leader, profile, browsing
):
    signed_in, read = browsing
    given = {"today": TODAY, "by": "drift", "now": clock()}
    role_endings.end_role_on(home.database, leader.id, "leader", place(home).key, TODAY, **given)
    # an hour before midnight in Oslo, in a session that lasts beyond it
    clock.seconds = seconds_of(TODAY) + 10 * 60 * 60
    browser = signed_in()
    browser.get(profile)
    assert read
    read.clear()
    clock.pass_by(20 * 60)
    browser.get(profile)
    clock.pass_by(41 * 60)
    read.clear()
    for page in (profile, profile.replace("profile", "report.pdf"), f"/leader/{place(home).key}/access"):
        browser.get(page, status=403)
    assert read == []
    # nothing has noted it yet, and nobody is among those who read the results
    assert accounts.by_id(home.database, leader.id).memberships
    upwards = units.upwards(home.database, place(home).key)
    assert accounts.with_access_to(home.database, upwards, TODAY + timedelta(days=1)) == []


def test_results_are_shown_on_their_last_day_and_to_nobody_after_it_where_no_worker_runs(
    home, clock, profile, signed_in
):
    last = years_after(CLOSES, POLICY.retention.results_years)
    clock.seconds = seconds_of(last)
    browser = signed_in()
    browser.get(profile)
    day = browser.get(profile.removesuffix("/profile")).page.text
    assert f"{last.day}. mars {last.year}" in day
    clock.pass_by(DAY)
    signed_in().get(profile, status=404)
    assert waves.every(home.database) == ()
    with home.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sealed_wave").scalar() == 0


def test_an_account_whose_time_without_a_role_is_over_signs_in_no_more(home, clock, leader, signed_in):
    accounts.revoke_role(home.database, leader, "leader", place(home).key, by="drift", now=clock())
    clock.pass_by(POLICY.retention.accounts_without_role)
    browser = signed_in()
    browser.get("/account/password")
    clock.pass_by(1)
    assert browser.get("/account/password").path == "/account/sign-in"
    assert signed_in().get("/account/password").path == "/account/sign-in"
