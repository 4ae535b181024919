"""The owner of a round wants the codes of its units: by the files, by the pages, by what the pages read."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import select

from survey.accounts import passwords
from survey.background import jobs
from survey.background.slips import round_slips
from survey.collection import round_planning, slip_password
from survey.collection.round_planning import Planner, RoundPlan
from survey.store.repositories import accounts, units, waves
from survey.store.tables import metadata
from survey.web.permissions import ROUTES
from survey.web.platform.context import EXTENSION
from tests.pages import Browser
from tests.roles import grant_role
from tests.waves import REFERENCE

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
PLAN = RoundPlan("Høst 2026", REFERENCE, date(2026, 10, 5), date(2026, 10, 23))


@pytest.fixture
def engine_name():
    """The pages are the same on PostgreSQL; what is stored is tested there beside the printing."""
    return "sqlite"


@pytest.fixture
def town(home):
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    for name in ("Alm", "Eik"):
        units.add(home.database, name, "workplace", "skole", top.key, invited=4)
    return top


@pytest.fixture
def found(home, town):
    planner = Planner(home.database, home.keys, home.policy)
    chosen = [each.key for each in units.subtree(home.database, town.key)[1:]]
    return round_planning.plan_round(planner, town.key, PLAN, chosen)


@pytest.fixture
def signed_in(app, home, public_url):
    def sign_in(email, role, unit_key):
        holder = accounts.add(home.database, email, HASHED, "nb")
        grant_role(home.database, holder, role, unit_key)
        browser = Browser(app, public_url)
        return browser.get("/account/sign-in").submit({"email": email, "password": PASSWORD})

    return sign_in


def ordered(app, browser, town, found):
    """Order the slips as the owner does, and fetch them: the files in the ZIP by name."""
    address = f"/owner/{town.key}/planned/{found.key}/slips"
    browser.get(f"/owner/{town.key}/planned/{found.key}")
    assert address in [each["href"] for each in browser.page.select("main a")]
    browser.get(address).submit(press="Bestill lappene")
    here = app.extensions[EXTENSION].installation
    assert round_slips.latest_order(here, found).is_underway
    jobs.run_waiting(here)
    reply = browser.get(browser.get(address).page.first("main a.button")["href"]).reply
    with zipfile.ZipFile(BytesIO(reply.data)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    reply.close()
    return files


def test_an_owner_opens_no_file_of_slips_by_anything_within_reach(app, home, signed_in, town, found):
    owner = signed_in("eier@example.org", "owner", town.key)
    files = ordered(app, owner, town, found)
    alm, eik = sorted(waves.of_planned_round(home.database, found.id), key=lambda each: each.unit_name)
    secrets = [slip_password.password_of(home.keys, each.key) for each in (alm, eik)]
    # every page that an owner comes to, and each leader's page that one might try
    board = f"/owner/{town.key}/planned/{found.key}"
    pages = [owner.get(path).reply.text for path in (board, f"{board}/slips", f"/owner/{town.key}/history")]
    pages.append(files["contents.html"].decode())
    for wave in (alm, eik):
        for path in ("", "/slip-file", "/slip-file.pdf", "/slips"):
            reply = owner.client.get(f"/leader/{wave.unit_key}/{wave.key}{path}", base_url=owner.address)
            assert reply.status_code in {403, 404}
            pages.append(reply.text)
    # and every value of every row, whatever page reads it
    with home.database.reading() as connection:
        stored = [str(value) for table in metadata.sorted_tables for row in connection.execute(select(table))
                  for value in row]  # fmt: skip
    tried = set(re.findall(r"[\w-]{4,}", " ".join([*pages, *stored]))) | {"", PASSWORD, found.key}
    assert len(tried) > 100
    assert not tried & {*secrets, *(each.replace("-", "") for each in secrets)}
    locked = [pdf for name, pdf in files.items() if name.endswith(".pdf")]
    assert len(locked) == 2
    likely = {each for each in tried if len(each) >= 12} | {""}
    for pdf in locked:
        for word in sorted(likely)[:200]:
            with pytest.raises(pikepdf.PasswordError, match="invalid password"):
                pikepdf.open(BytesIO(pdf), password=word)


def test_the_leader_alone_is_shown_the_password_and_fetches_the_same_file(app, home, signed_in, town, found):
    owner = signed_in("eier@example.org", "owner", town.key)
    files = ordered(app, owner, town, found)
    alm, eik = sorted(waves.of_planned_round(home.database, found.id), key=lambda each: each.unit_name)
    leader = signed_in("leder@example.org", "leader", alm.unit_key)
    own = f"/leader/{alm.unit_key}/{alm.key}"
    assert f"{own}/slip-file" in [each["href"] for each in leader.get(own).page.select("main a")]
    password = leader.get(f"{own}/slip-file").page.first("main code").text
    [mine] = [pdf for name, pdf in files.items() if alm.key in name]
    reply = leader.get(f"{own}/slip-file.pdf").reply
    assert reply.data == mine
    with pikepdf.open(BytesIO(mine), password=password) as opened:
        assert len(opened.pages) == 2
    for each in ("/slip-file", "/slip-file.pdf"):
        leader.get(f"/leader/{eik.unit_key}/{eik.key}{each}", status=404)
        assert (
            leader.client.get(f"/leader/{alm.unit_key}/{eik.key}{each}", base_url=leader.address).status_code
            == 404
        )
    # who ordered them, for which survey and how many, is in the unit's history
    leader.get(f"/leader/{alm.unit_key}/access")
    told = [row.text for row in leader.page.select("tbody tr") if "Høst 2026 · 4" in row.text]
    assert len(told) == 1
    assert "eier@example.org" in told[0]


def test_no_page_of_another_role_than_the_leaders_holds_a_password():
    assert {name for name in ROUTES if "slip_file" in name} == {
        "leader.slip_file",
        "leader.download_slip_file",
    }
    assert ROUTES["leader.slip_file"] == ROUTES["leader.print_slips"]
    assert ROUTES["leader.download_slip_file"] == ROUTES["leader.print_slips"]
