"""Owners: a round, released once as a whole, with its units beside it."""

import csv
import io

import pytest

from survey.accounts import passwords
from survey.publication import rounds
from survey.publication.rounds import Round
from survey.store.repositories import accounts, releases, units
from tests.policies import POLICY
from tests.roles import grant_role
from tests.waves import REFERENCE, alike, closed_with_sheets, opened, sealed, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
SPRING = Round("2026-1", "skole", REFERENCE)
UNITS = {"Alm": 24, "=Bjerk": 23, "Eik": 22, "Gran": 21, "Hegg": 7}


@pytest.fixture
def over(home):
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    for name in UNITS:
        units.add(home.database, name, "workplace", "skole", top.key)
    for seed, (name, number) in enumerate(UNITS.items()):
        sealed(home, simulated(number, seed), unit=name, invited=30)
    return top


@pytest.fixture
def owner(browser, home, over):
    holder = accounts.add(home.database, "hun@example.org", HASHED, "nb")
    grant_role(home.database, holder, "owner", over.key)
    return browser.get("/account/sign-in").submit({"email": "hun@example.org", "password": PASSWORD})


@pytest.fixture
def address(over):
    return f"/owner/{over.key}/round/2026-1/skole/{REFERENCE}"


def column(page, region, place=0):
    return [row.select("td")[place].text for row in page.select(f"[aria-labelledby={region}] tbody tr")]


def test_a_round_is_released_once_with_the_whole_beside_its_units(owner, home, address):
    owner.get("/owner/")
    assert [each.text for each in owner.page.select("main .state")] == ["Ikke frigitt"]
    assert owner.page.first("main li a")["href"] == address
    assert owner.get(address).page.select("table") == []
    assert releases.present(home.database).entries == ()
    owner.submit(press="Frigi runden nå")
    assert owner.page.first(".done").text.startswith("Runden er frigitt.")
    assert len(column(owner.page, "whole")) == 9
    assert all("," in mean for mean in column(owner.page, "whole"))
    assert "97 av 150 inviterte" in owner.page.text
    assert "5 enheter" in owner.page.text
    assert owner.page.select("main button") == []
    assert [each.text for each in owner.get("/owner/").page.select("main .state")] == ["Frigitt"]


def test_the_figures_of_the_page_are_its_file_and_no_cell_is_a_formula(owner, address):
    owner.get(address).submit(press="Frigi runden nå")
    shown = column(owner.page, "whole")
    rows = list(csv.DictReader(io.StringIO(owner.get(f"{address}/figures.csv").reply.text)))
    assert len(rows) == 9 * (1 + len(UNITS))
    assert [row["mean"].replace(".", ",") for row in rows[:9]] == shown
    assert {row["mean_coding"] for row in rows[:9]} == {"exact"}
    assert {row["place"] for row in rows} == {"Fjordby", "'=Bjerk", "Alm", "Eik", "Gran", "Hegg"}
    small = [row for row in rows if row["place"] == "Hegg"]
    assert {(row["n"], row["mean"], row["mean_coding"], row["interval_low"]) for row in small} == {
        ("", "", "", "")
    }


def test_a_mean_that_lies_beyond_its_number_is_in_words_on_the_page_and_a_column_of_its_file(
    owner, home, over, address
):
    owner.get(address).submit(press="Frigi runden nå")
    note = "«Over» og «under»: Snittet ligger forbi tallet"
    assert note not in owner.page.text
    elsewhere = units.add(home.database, "Fjellby", "municipality", None, None)
    for seed, name in enumerate(("Furu", "Older", "Selje")):
        units.add(home.database, name, "workplace", "skole", elsewhere.key)
        sealed(home, [alike(5)] * 22 + simulated(2, seed), unit=name, invited=30)
    grant_role(home.database, accounts.by_email(home.database, "hun@example.org"), "owner", elsewhere.key)
    there = address.replace(over.key, elsewhere.key)
    owner.get(there).submit(press="Frigi runden nå")
    shown = [each.text for each in owner.page.select("[aria-labelledby=units] td")]
    coded = [text for text in shown if text.startswith("over ")]
    assert coded
    assert note in owner.page.text
    rows = list(csv.DictReader(io.StringIO(owner.get(f"{there}/figures.csv").reply.text)))
    in_file = [row for row in rows if row["whole"] == "0" and row["mean_coding"] == "over"]
    assert sorted(f"over {row['mean'].replace('.', ',')}" for row in in_file) == sorted(coded)
    assert {row["interval_low"] for row in in_file} == {""}


def test_what_is_withheld_shows_as_dashes_and_one_sentence_for_the_whole(owner, home, over, address):
    elsewhere = units.add(home.database, "Fjellby", "municipality", None, None)
    units.add(home.database, "Furu", "workplace", "skole", elsewhere.key)
    sealed(home, simulated(12), unit="Furu")
    holder = accounts.by_email(home.database, "hun@example.org")
    grant_role(home.database, holder, "owner", elsewhere.key)
    there = address.replace(over.key, elsewhere.key)
    owner.get(there).submit(press="Frigi runden nå")
    assert owner.page.select("[aria-labelledby=whole]") == []
    assert "Det krever minst 3 enheter" in owner.page.text
    owner.get(address).submit(press="Frigi runden nå")
    assert "–" in [each.text for each in owner.page.select("[aria-labelledby=units] td")]


def test_whoever_releases_at_the_same_moment_as_another_is_told_so_and_shown_the_round_anew(
    owner, home, over, address, monkeypatch
):
    inner = units.add(home.database, "Indre Fjordby", "municipality", None, over.key)

    def add(name):
        units.add(home.database, name, "workplace", "skole", inner.key)
        sealed(home, simulated(20, len(name)), unit=name)

    def overtaken(*asked):
        monkeypatch.undo()
        add("Sein")
        rounds.release_round(home.database, inner.key, SPRING, POLICY)
        return releases.decide(*asked)

    for name in ("Furu", "Older", "Selje"):
        add(name)
    monkeypatch.setattr(releases, "decide", overtaken)
    owner.get(address).submit(press="Frigi runden nå", status=409)
    assert owner.page.first(".faults li").text.startswith("Noen andre frigav samtidig.")
    assert owner.heading == "Fjordby: Januar til juni 2026"
    owner.submit(press="Frigi runden nå")
    assert len(column(owner.page, "whole")) == 9


def test_surveys_under_way_are_a_warning_before_the_release(owner, home, address):
    opened(home, "Alm", title="Igjen")
    assert "1 undersøkelse i denne runden er ikke forseglet ennå." in owner.get(address).page.text
    assert "nøkkelark" not in owner.page.text
    closed_with_sheets(home, [], "Eik", title="Igjen")
    assert "2 undersøkelser i denne runden er ikke forseglet ennå." in owner.get(address).page.text
    assert "1 av dem er stengt og venter på to av de tre nøkkelarkene sine." in owner.page.text


@pytest.mark.parametrize("half", ["2025-2", "2026-2", "x", "2026-"])
def test_a_round_in_which_nothing_is_sealed_is_not_there(owner, address, half):
    token = owner.get(address).token()
    owner.get(address.replace("2026-1", half), status=404)
    owner.get(f"{address.replace('2026-1', half)}/figures.csv", status=404)
    owner.post(address.replace("2026-1", half), {"csrf_token": token}, status=404)


def test_another_owners_round_is_not_there(owner, home, address, over):
    elsewhere = units.add(home.database, "Fjellby", "municipality", None, None)
    token = owner.get(address).token()
    owner.get(address.replace(over.key, elsewhere.key), status=404)
    owner.post(address.replace(over.key, elsewhere.key), {"csrf_token": token}, status=404)
    assert releases.present(home.database).entries == ()
