"""Owners: a round of many units is released by a worker, and its page says how far it has come."""

import os
import time

import pytest
from sqlalchemy import select

from instruments.problems import refuse
from survey import job_files
from survey.accounts import passwords
from survey.background import jobs, round_releases
from survey.background.tasks.held_task import HeldTask
from survey.operations import marks
from survey.publication import round_release
from survey.store.act_tables import unit_act
from survey.store.repositories import accounts, releases, units
from survey.web.platform.context import EXTENSION
from tests.roles import OPERATOR, grant_role
from tests.waves import REFERENCE, sealed, simulated
from tests.worked import underway

PASSWORD = "en lang setning her"
UNITS = {"Alm": 24, "Bjerk": 23, "Eik": 22}


@pytest.fixture
def installation(app):
    return app.extensions[EXTENSION].installation


@pytest.fixture
def over(home):
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    for name, n in UNITS.items():
        units.add(home.database, name, "workplace", "skole", top.key)
        sealed(home, simulated(n, n), unit=name, invited=30)
    return top


@pytest.fixture
def owner(browser, home, over):
    holder = accounts.add(home.database, "hun@example.org", passwords.hash_password(PASSWORD), "nb")
    grant_role(home.database, holder, "owner", over.key)
    return browser.get("/account/sign-in").submit({"email": "hun@example.org", "password": PASSWORD})


@pytest.fixture
def address(over):
    return f"/owner/{over.key}/round/2026-1/skole/{REFERENCE}"


@pytest.fixture(autouse=True)
def _large(monkeypatch):
    """A round of three units takes longer than a request may."""
    monkeypatch.setattr(round_releases, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(round_release, "_TOLD_EVERY", 2)


def column(page, region):
    return [row.first("td").text for row in page.select(f"[aria-labelledby={region}] tbody tr")]


def acts_of(home, kind):
    with home.database.reading() as connection:
        return connection.execute(select(unit_act).where(unit_act.c.kind == kind)).all()


def test_a_large_round_is_released_by_a_worker_for_whoever_ordered_it(owner, home, installation, address):
    owner.get(f"{address}/release").submit(press="Frigi runden for godt")
    assert owner.path == address
    assert releases.present(home.database).entries == ()
    assert "Frigivelsen venter på tur." in owner.page.text
    assert owner.page.select("progress")
    assert owner.page.select("main a[href$=release], meta[http-equiv=refresh]") == []
    assert owner.get(f"{address}?follow").page.select("meta[http-equiv=refresh]")
    # asked for again it is the same work
    assert owner.get(f"{address}/release").path == address
    assert len(underway(home.database)) == 1
    jobs.run_waiting(installation)
    owner.get(f"{address}?follow")
    assert owner.page.select("progress, meta[http-equiv=refresh]") == []
    assert len(column(owner.page, "whole")) == 9
    done = [each.done_by for each in acts_of(home, "round-released")]
    assert set(done) == {"hun@example.org"}


def test_a_page_that_waits_for_a_worker_says_where_none_runs(owner, installation, address):
    owner.get(f"{address}/release").submit(press="Frigi runden for godt")
    assert "Akkurat nå skjer det ingenting" in owner.page.text
    assert "Arbeidet fortsetter" not in owner.page.text
    files = job_files.at(installation.settings)
    marks.write(files, marks.ROUND, {})
    assert "Arbeidet fortsetter" in owner.get(address).page.text
    assert "Akkurat nå skjer det ingenting" not in owner.page.text
    long_ago = time.time() - 3600
    os.utime(installation.settings.files_directory / marks.ROUND, (long_ago, long_ago))
    assert "Akkurat nå skjer det ingenting" in owner.get(address).page.text


def test_a_release_whose_worker_is_killed_is_taken_up_again_and_made_once(
    owner, home, installation, address, monkeypatch
):
    owner.get(f"{address}/release").submit(press="Frigi runden for godt")
    steps = []

    def killed(_held, done, total):
        steps.append((done, total))
        if done > total // 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as once:
        once.setattr(HeldTask, "note", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.run_next(installation)
    assert len(steps) > 2
    assert releases.present(home.database).entries == ()
    monkeypatch.setattr(jobs, "seconds", lambda: int(time.time()) + 600)
    jobs.requeue_stale(installation)
    # and again after it was stored, before the task could end
    with monkeypatch.context() as once:
        once.setattr(HeldTask, "finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            jobs.run_next(installation)
    released = releases.present(home.database)
    assert released.entries != ()
    monkeypatch.setattr(jobs, "seconds", lambda: int(time.time()) + 1200)
    jobs.requeue_stale(installation)
    jobs.run_waiting(installation)
    assert underway(home.database) == []
    assert releases.present(home.database) == released
    told = [each.unit_key for each in acts_of(home, "round-released")]
    assert len(told) == len(set(told)) == len(UNITS) + 1
    assert len(column(owner.get(address).page, "whole")) == 9


def test_a_release_that_another_overtook_says_so_on_the_page_of_the_round(
    owner, installation, address, monkeypatch
):
    owner.get(f"{address}/release").submit(press="Frigi runden for godt")

    def overtaken(*_, **__):
        raise refuse("released-meanwhile", "Another came first.", "Look again.")

    monkeypatch.setattr(round_release, "release_round", overtaken)
    jobs.run_waiting(installation)
    said = owner.get(address).page.first("[role=status]").text
    assert said.startswith("En annen frigivelse, av enheter som overlapper med disse, kom først")
    assert owner.page.first("main a.button")["href"] == f"{address}/release"


def test_a_release_by_somebody_who_owns_the_units_no_more_is_not_made_and_others_may(
    owner, home, over, installation, address
):
    owner.get(f"{address}/release").submit(press="Frigi runden for godt")
    former = accounts.by_email(home.database, "hun@example.org")
    accounts.revoke_role(home.database, former, "owner", over.key, by=OPERATOR, now=int(time.time()))
    jobs.run_waiting(installation)
    assert releases.present(home.database).entries == ()
    holder = accounts.add(home.database, "han@example.org", passwords.hash_password(PASSWORD), "nb")
    grant_role(home.database, holder, "owner", over.key)
    owner.get("/account/sign-in").submit({"email": "han@example.org", "password": PASSWORD})
    said = owner.get(address).page.first("[role=status]").text
    assert said.startswith("Runden ble ikke frigitt, fordi den som bestilte frigivelsen, ikke lenger eier")
    owner.get(f"/owner/{over.key}/history")
    assert "Frigivelse av en runde: hun@example.org" in owner.page.text
    owner.get(f"{address}/release").submit(press="Frigi runden for godt")
    jobs.run_waiting(installation)
    assert {each.done_by for each in acts_of(home, "round-released")} == {"han@example.org"}
