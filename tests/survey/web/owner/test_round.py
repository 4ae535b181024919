"""Owners: a round, released once as a whole, with its units beside it."""

import csv
import io
import shutil
from datetime import date

import openpyxl
import pytest
from pptx import Presentation

from survey.accounts import passwords
from survey.background import edition_verdicts, jobs
from survey.collection import lifecycle, sealing
from survey.operations.verification import stored_values
from survey.publication import round_release
from survey.publication.rounds import Round
from survey.store.database import open_database
from survey.store.repositories import accounts, releases, units
from survey.web.platform.context import EXTENSION
from tests.keys import key_directory
from tests.pages import saved_name
from tests.policies import POLICY
from tests.pooled import added_pool
from tests.roles import grant_role
from tests.waves import REFERENCE, BareInstallation, answer, closed_with_sheets, opened, sealed, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
SPRING = Round("2026-1", "skole", REFERENCE)
UNITS = {"Alm": 24, "=Bjerk": 23, "Eik": 22, "Gran": 21, "Hegg": 7}


@pytest.fixture(scope="module")
def filled(tmp_path_factory, sqlite_template):
    """A municipality whose units have all sealed a wave of the spring: made once, copied for each test."""
    folder = tmp_path_factory.mktemp("round")
    shutil.copy(sqlite_template, folder)
    keys = key_directory(folder / "keys")
    home = BareInstallation(open_database(f"sqlite:///{folder}/kjennetegn.db"), keys)
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    for name in UNITS:
        units.add(home.database, name, "workplace", "skole", top.key)
    for seed, (name, number) in enumerate(UNITS.items()):
        sealed(home, simulated(number, seed), unit=name, invited=30)
    home.database.close()
    return folder


@pytest.fixture
def database_url(filled, tmp_path):
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    (tmp_path / "keys").chmod(0o700)
    return f"sqlite:///{tmp_path}/kjennetegn.db"


@pytest.fixture
def over(home):
    return next(each for each in units.every(home.database) if each.name == "Fjordby")


@pytest.fixture
def owner(browser, home, over):
    holder = accounts.add(home.database, "hun@example.org", HASHED, "nb")
    grant_role(home.database, holder, "owner", over.key)
    return browser.get("/account/sign-in").submit({"email": "hun@example.org", "password": PASSWORD})


@pytest.fixture
def address(over):
    return f"/owner/{over.key}/round/2026-1/skole/{REFERENCE}"


def release(owner, address):
    owner.get(f"{address}/release")
    return owner.submit(press="Frigi runden for godt")


def column(page, region, place=0):
    return [row.select("td")[place].text for row in page.select(f"[aria-labelledby={region}] tbody tr")]


def test_a_round_is_released_once_with_the_whole_beside_its_units(owner, home, address):
    owner.get("/owner/")
    assert [each.text for each in owner.page.select("main .state")] == ["Ikke frigitt"]
    assert owner.page.first("main li a")["href"] == address
    assert owner.get(address).page.select("table, form[method=post] .button") == []
    assert owner.page.first("main a.button")["href"] == f"{address}/release"
    assert (
        owner.get(f"{address}/release").page.first(".lead").text
        == "5 enheter er forseglet, og 0 er det ikke."
    )
    assert releases.present(home.database).entries == ()
    owner.submit(press="Frigi runden for godt")
    assert owner.path == address
    assert owner.page.first(".done").text.startswith("Runden er frigitt.")
    assert len(column(owner.page, "whole")) == 9
    assert all("," in mean for mean in column(owner.page, "whole"))
    assert "97 av 150 inviterte" in owner.page.text
    assert "5 enheter var forseglet da, og 0 var det ikke." in owner.page.text
    assert owner.page.select("main button") == []
    # asked for again, there is nothing to confirm
    assert owner.get(f"{address}/release").path == address
    assert [each.text for each in owner.get("/owner/").page.select("main .state")] == ["Frigitt"]


def table_of(reply):
    return list(csv.reader(io.StringIO(reply.data.decode("utf-8-sig")), delimiter=";"))


def test_no_page_and_no_file_lists_a_unit_beside_a_figure(owner, address):
    release(owner, address)
    for table in owner.page.select("table"):
        named = [row.first("th").text for row in table.select("tbody tr")]
        assert set(named).isdisjoint(UNITS) or {cell.text for cell in table.select("tbody td")} <= {
            "forseglet, tall vises",
            "forseglet, ingen tall vises",
        }
    rows = list(
        csv.reader(
            io.StringIO(owner.get(f"{address}/figures.csv").reply.data.decode("utf-8-sig")), delimiter=";"
        )
    )
    book = openpyxl.load_workbook(io.BytesIO(owner.get(f"{address}/figures.xlsx").reply.data))
    deck = Presentation(io.BytesIO(owner.get(f"{address}/slides.pptx").reply.data))
    shown = [cell for row in rows for cell in row]
    shown += [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    shown += [
        shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame
    ]
    for slide in deck.slides:
        tables = [shape.table for shape in slide.shapes if shape.has_table]
        shown += [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert len(shown) > 200
    assert not [text for text in shown if any(name.strip("=") in text for name in UNITS)]


def test_the_totals_of_the_page_are_its_files(owner, address):
    release(owner, address)
    shown = [each.split()[0] for each in column(owner.page, "whole")]
    reply = owner.get(f"{address}/figures.csv").reply
    assert saved_name(reply) == "round-Fjordby-2026-1-skole-learning_community-1-0-0-nb.csv"
    assert reply.data.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig")), delimiter=";"))
    assert [row["Snitt"] for row in rows] == shown
    assert {row["Runde"] for row in rows} == {"Januar til juni 2026"}
    book = openpyxl.load_workbook(io.BytesIO(owner.get(f"{address}/figures.xlsx").reply.data)).worksheets[0]
    place = [cell.value for cell in book[1]].index("Snitt")
    assert [f"{row[place].value:.2f}".replace(".", ",") for row in book.iter_rows(min_row=2)] == shown
    owner.get(address.replace("2026-1", "2025-1") + "/figures.csv", status=404)


def test_nothing_is_sent_of_a_round_that_is_not_released(owner, address):
    for name in ("figures.csv", "figures.xlsx", "slides.pptx", "report.pdf", "units.svg"):
        owner.get(f"{address}/{name}", status=404)


def add_kindergartens(home, over):
    """Add three units of another edition, sealed as the rest."""
    for seed, name in enumerate(("Furu", "Older", "Selje")):
        units.add(home.database, name, "workplace", "barnehage", over.key)
        sealed(home, simulated(22, seed), unit=name, invited=30)


def decide(app):
    """Let the worker find out what is due; return how many verdicts that was."""
    installation = app.extensions[EXTENSION].installation
    found = list(edition_verdicts.due(installation))
    for each in found:
        edition_verdicts.order(installation, each, now=jobs.seconds())
    jobs.run_waiting(installation)
    return len(found)


UNDECIDED, APART = "blir regnet ut nå", "Det er ikke vist at det samme svaret betyr det samme"


def test_totals_of_two_editions_stand_side_by_side_once_pools_show_that_they_may(
    owner, home, app, over, address
):
    add_kindergartens(home, over)
    release(owner, address)
    assert owner.page.select("[aria-labelledby=editions]") == []
    release(owner, address.replace("skole", "barnehage"))
    assert owner.get(address).page.select("[aria-labelledby=editions]") == []
    assert APART in owner.page.first("main").text
    assert len(owner.get(f"{address}/figures.csv").reply.data.splitlines()) == 1 + 9
    added_pool(home, units=60, edition="skole")
    assert decide(app) == 0
    assert APART in owner.get(address).page.first("main").text
    # the same answers in both editions
    added_pool(home, units=60, edition="barnehage")
    assert UNDECIDED in owner.get(address).page.first("main").text
    assert owner.page.select("[aria-labelledby=editions]") == []
    assert decide(app) == 1
    assert decide(app) == 0
    assert list(stored_values.problems(home.database)) == []
    heads = [each.text for each in owner.get(address).page.select("[aria-labelledby=editions] thead th")]
    assert len(heads) == 3
    own = column(owner.page, "editions", 1)
    assert own == column(owner.page, "whole")
    rows = list(
        csv.reader(
            io.StringIO(owner.get(f"{address}/figures.csv").reply.data.decode("utf-8-sig")), delimiter=";"
        )
    )
    assert len(rows) == 1 + 2 * 9


def test_what_is_sealed_after_the_release_is_said_so_and_the_round_stays_released(owner, home, over, address):
    release(owner, address)
    before = column(owner.page, "whole")
    units.add(home.database, "Sein", "workplace", "skole", over.key)
    sealed(home, simulated(20), unit="Sein", invited=30)
    owner.get("/owner/")
    assert [each.text for each in owner.page.select("main .state")] == ["Frigitt"]
    assert "1 forseglet etter frigivingen" in owner.page.text
    assert column(owner.get(address).page, "whole") == before
    assert "1 undersøkelse ble forseglet etter frigivingen." in owner.page.text
    owner.get(f"{address}/release")
    assert owner.heading == "Frigi det som ble forseglet senere?"
    owner.submit(press="Frigi det som ble forseglet senere")
    assert column(owner.page, "whole") == before
    assert "5 enheter var forseglet da" in owner.page.text
    states = dict(zip(column_heads(owner.page), column(owner.page, "units"), strict=True))
    assert states["Sein"] == "forseglet, tall vises"


def column_heads(page):
    return [row.first("th").text for row in page.select("[aria-labelledby=units] tbody tr")]


def test_what_is_withheld_is_one_sentence_for_the_whole(owner, home, over, address):
    elsewhere = units.add(home.database, "Fjellby", "municipality", None, None)
    units.add(home.database, "Furu", "workplace", "skole", elsewhere.key)
    sealed(home, simulated(12), unit="Furu")
    holder = accounts.by_email(home.database, "hun@example.org")
    grant_role(home.database, holder, "owner", elsewhere.key)
    release(owner, address.replace(over.key, elsewhere.key))
    assert owner.page.select("[aria-labelledby=whole]") == []
    assert "Det krever minst 3 enheter" in owner.page.text


def test_whoever_releases_at_the_same_moment_as_another_is_told_so_and_shown_the_round_anew(
    owner, home, over, address, monkeypatch
):
    inner = units.add(home.database, "Indre Fjordby", "municipality", None, over.key)

    def add(name):
        units.add(home.database, name, "workplace", "skole", inner.key)
        sealed(home, simulated(20, len(name)), unit=name)

    def overtaken(*asked, **along):
        monkeypatch.undo()
        add("Sein")
        round_release.release_round(home.database, inner.key, SPRING, POLICY, date(2026, 4, 1))
        return releases.decide(*asked, **along)

    for name in ("Furu", "Older", "Selje"):
        add(name)
    monkeypatch.setattr(releases, "decide", overtaken)
    owner.get(f"{address}/release").submit(press="Frigi runden for godt", status=409)
    assert owner.page.first(".faults li").text.startswith("Noen andre frigav resultater samtidig.")
    assert owner.heading == "Frigi runden?"
    owner.submit(press="Frigi runden for godt")
    assert len(column(owner.page, "whole")) == 9


def test_the_round_has_its_dots_and_a_report_in_the_readers_language(owner, address):
    owner.get(f"{address}/report.pdf", status=404)
    owner.get(f"{address}/units.svg", status=404)
    release(owner, address)
    image = owner.page.first("main picture img")
    assert not any(name in image["alt"] for name in ("Alm", "Bjerk", "Eik", "Gran", "Hegg"))
    for source in (image["src"], owner.page.first("main picture source")["srcset"]):
        drawing = owner.client.get(source, base_url=owner.address)
        assert drawing.mimetype == "image/svg+xml"
        assert not any(name in drawing.text for name in ("Alm", "Bjerk", "Eik", "Gran", "Hegg"))
    assert "Det ble ikke frigitt noe samlet tall for nøyaktig disse enhetene året før" in owner.page.text
    link = next(each["href"] for each in owner.page.select("main p.go a") if each["href"].endswith(".pdf"))
    saved = owner.client.get(link, base_url=owner.address)
    assert saved.mimetype == "application/pdf"
    assert saved.data.startswith(b"%PDF")
    owner.get(f"{address}/places.svg", status=404)


def test_last_years_total_stands_beside_this_years_where_it_is_of_the_same_units(owner, home, address):
    last_year = {"opens_on": date(2025, 3, 3), "closes_on": date(2025, 3, 21)}
    for seed, (name, number) in enumerate(UNITS.items()):
        wave = opened(home, name, invited=30, **last_year)
        answer(home, wave, simulated(number, seed + 9), today=date(2025, 3, 10))
        lifecycle.close(home.database, wave.key)
        sealing.seal(home.database, home.keys, home.policy, wave.key)
    release(owner, address.replace("2026-1", "2025-1"))
    release(owner, address)
    heads = [each.text for each in owner.page.select("[aria-labelledby=whole] thead th")][1:]
    assert heads == ["Januar til juni 2026", "Januar til juni 2025"]
    earlier = column(owner.page, "whole", 1)
    assert len(earlier) == 9
    assert earlier == column(owner.get(address.replace("2026-1", "2025-1")).page, "whole")


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
    owner.post(address.replace("2026-1", half) + "/release", {"csrf_token": token}, status=404)


def test_another_owners_round_is_not_there(owner, home, address, over):
    elsewhere = units.add(home.database, "Fjellby", "municipality", None, None)
    token = owner.get(address).token()
    owner.get(address.replace(over.key, elsewhere.key), status=404)
    owner.post(address.replace(over.key, elsewhere.key) + "/release", {"csrf_token": token}, status=404)
    assert releases.present(home.database).entries == ()


def test_totals_of_editions_whose_pools_do_not_show_it_stay_apart_and_are_tried_again_when_more_is_added(
    owner, home, app, over, address
):
    add_kindergartens(home, over)
    release(owner, address)
    release(owner, address.replace("skole", "barnehage"))
    # of two hundred people each too little is told to show anything
    for edition in ("skole", "barnehage"):
        added_pool(home, edition=edition)
    assert decide(app) == 1
    assert APART in owner.get(address).page.first("main").text
    assert owner.page.select("[aria-labelledby=editions]") == []
    assert len(owner.get(f"{address}/figures.csv").reply.data.splitlines()) == 1 + 9
    added_pool(home, edition="skole", half="2026-1")
    assert UNDECIDED in owner.get(address).page.first("main").text
    assert decide(app) == 1
