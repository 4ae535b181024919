"""Operators: units and leaders from a sheet, from the file to the links for first passwords."""

import io
import zipfile
from dataclasses import replace
from urllib.parse import urlsplit

import openpyxl
import pypdf
import pytest

from survey.store.repositories import access_history, accounts, units
from survey.unit_import import grid, held_sheets
from survey.web.operator.first_password_views import MOST_AT_ONCE
from survey.web.platform import uploads
from survey.web.platform.context import EXTENSION
from tests.pages import Browser
from tests.reports.fonts import are_ours, fonts_of
from tests.reports.validating import faults
from tests.roles import grant_role
from tests.survey.unit_import.sheets import ASKEN, ROWS, TOWN, content, numbered, workbook
from tests.survey.web.operator.conftest import HASHED, OPERATOR, PASSWORD


def uploaded(operator, file=None, name="enheter.csv", status=200):
    """The page that follows on sending a file."""
    given = (io.BytesIO(content() if file is None else file), name)
    return operator.get("/operator/import").submit({"sheet": given}, status=status)


def facts(browser):
    names, values = browser.page.select("main .facts dt"), browser.page.select("main .facts dd")
    return {name.text: value.text for name, value in zip(names, values, strict=True)}


def told(browser):
    """The faults that the page lists: row, column, what is wrong and what to do."""
    rows = browser.page.select("[aria-labelledby=faults] tbody tr")
    return [[each.text for each in row.select("th, td")] for row in rows]


def imported(operator, file=None):
    return uploaded(operator, file).submit(press="Lagre alt sammen")


def sheets_held(app):
    folder = app.extensions[EXTENSION].settings.files_directory / "sheets"
    return sorted(folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("file", [content(encoding="cp1252"), workbook()])
def test_a_sheet_is_shown_stored_in_one_act_and_the_same_again_does_nothing(operator, home, app, file):
    uploaded(operator, file)
    assert operator.path == "/operator/import/preview"
    assert facts(operator)["Enheter som blir opprettet"] == "3"
    assert (facts(operator)["Kontoer som blir opprettet"], facts(operator)["Roller som blir gitt"]) == (
        "2",
        "3",
    )
    row = operator.page.select("[aria-labelledby=made] tbody tr")[1]
    assert [each.text for each in row.select("th, td")] == [
        "Asken skole, 974760673", "Arbeidsplass, Skole", "Fjordby", "kari@skole.no", "Nynorsk, 24",
    ]  # fmt: skip
    assert units.every(home.database) == ()
    operator.submit(press="Lagre alt sammen")
    assert operator.path == "/operator/first-passwords"
    said = operator.page.first(".done").text
    assert said.startswith("3 enheter er opprettet. 2 kontoer er opprettet. 3 roller er gitt.")
    assert {each.name for each in units.every(home.database)} == {row[1] for row in ROWS}
    assert sheets_held(app) == []
    uploaded(operator, file)
    assert (
        operator.page.first("main .lead").text == "Alt i arket er lagret fra før. Det er ingenting å gjøre."
    )
    assert facts(operator)["Enheter som forblir som de er"] == "3"
    assert not [each for each in operator.page.select("main button") if each.text == "Lagre alt sammen"]


def test_every_fault_of_every_row_is_listed_and_nothing_can_be_stored(operator, home):
    wrong = ("974760674", "", "Rakett", "", "Fjellby", "", "kari", "0")
    twice = ("", "Asken skole", "", "skole", "Fjordby", "", "", "")
    uploaded(operator, content([TOWN, ASKEN, wrong, twice]))
    assert [row[:2] for row in told(operator)] == [
        ["Rad 4", "Organisasjonsnummer"], ["Rad 4", "Type"], ["Rad 4", "Leders e-post"],
        ["Rad 4", "Inviterte"], ["Rad 4", "Navn"], ["Rad 5", "–"],
    ]  # fmt: skip
    assert told(operator)[0][2:] == [
        "Det siste sifferet i organisasjonsnummeret 974760674 stemmer ikke med de andre.",
        "Slå opp nummeret og rett det: Et siffer er feil, eller to har byttet plass.",
    ]
    assert told(operator)[-1][2] == "Raden gjelder den samme enheten som rad 3."
    assert "Det er 6 feil i arket. Det gjelder 2 rader." in operator.page.first("main .lead").text
    assert not operator.page.select("input[name=shown]")
    operator.post("/operator/import/preview", {"csrf_token": operator.token(), "shown": "x"}, status=409)
    assert units.every(home.database) == ()


@pytest.mark.parametrize("language", ["nn", "da", "en"])
def test_faults_are_told_in_the_readers_language(operator, language):
    uploaded(operator, content([TOWN, ("", "Alm", "", "", "Fjordby", "", "", "")]))
    norwegian = told(operator)
    operator.get(f"/operator/import/preview?language={language}")
    assert len(told(operator)) == len(norwegian) == 1
    assert told(operator)[0][2] != norwegian[0][2]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"%PDF-1.7", "verken en arbeidsbok"),
        (content(rows=()), "ingen enheter i arket"),
        (content(headings=("a", "b")), "kolonneoverskrifter"),
        (content(numbered(grid.MOST_ROWS + 1)), "mer enn 5000 rader"),
        (b"", "ingen enheter i arket"),
    ],
)
def test_a_file_that_is_no_sheet_is_told_beside_its_field_and_is_not_kept(operator, app, file, said):
    uploaded(operator, file, status=400)
    assert operator.page.first(".faults a")["href"] == "#sheet"
    assert said in operator.page.first("#sheet-error-1").text
    assert sheets_held(app) == []


def test_no_file_is_told_so(operator):
    operator.get("/operator/import").submit({"sheet": (io.BytesIO(), "")}, status=400)
    assert operator.page.first("#sheet-error-1").text == "Velg en fil."


def test_only_operators_send_large_files_and_not_endless_ones(operator, stranger, public_url, monkeypatch):
    large = content([(*row[:6], "", "") for row in numbered(4000)])
    assert len(large) > 64 * 1024
    sent = {"csrf_token": operator.get("/operator/import").token(), "sheet": (io.BytesIO(large), "a.csv")}
    # what follows is larger than the pages that tests read
    reply = operator.client.post("/operator/import", data=sent, base_url=public_url)
    assert reply.location == "/operator/import/preview"
    assert "4001" in operator.client.get(reply.location, base_url=public_url).text
    bounded = replace(uploads._UPLOADS["operator.read_sheet"], most_bytes=100 * 1024)
    monkeypatch.setattr(uploads, "_UPLOADS", {"operator.read_sheet": bounded})
    uploaded(operator, bytes(200 * 1024), status=400)
    token = stranger.get("/account/sign-in").token()
    stranger.post(
        "/operator/import", {"csrf_token": token, "sheet": (io.BytesIO(large), "a.csv")}, status=413
    )


def test_what_changed_since_it_was_shown_is_shown_again_and_not_stored(operator, home):
    uploaded(operator)
    units.add(home.database, "Fjordby", "municipality", None, None)
    operator.submit(press="Lagre alt sammen", status=409)
    assert operator.page.first(".faults li").text.startswith("Noe er endret i mellomtiden.")
    assert facts(operator)["Enheter som blir opprettet"] == "2"
    assert len(units.every(home.database)) == 1
    operator.submit(press="Lagre alt sammen")
    assert len(units.every(home.database)) == 3


def test_a_held_sheet_is_nobody_elses_and_ends_with_the_next_and_when_it_is_removed(
    operator, app, home, public_url
):
    uploaded(operator)
    [held] = sheets_held(app)
    assert b"Fjordby" not in held.read_bytes()
    other = Browser(app, public_url)
    holder = accounts.add(home.database, "ny-drift@example.org", HASHED, "nb")
    grant_role(home.database, holder, "operator", None)
    other.get("/account/sign-in").submit({"email": "ny-drift@example.org", "password": PASSWORD})
    other.get("/operator/import/preview", status=410)
    uploaded(operator, content([TOWN]))
    [next_one] = sheets_held(app)
    assert next_one != held
    operator.submit(press="Fjern arket uten å lagre noe")
    assert operator.page.first(".done").text == "Arket er fjernet, og ingenting er lagret."
    assert sheets_held(app) == []
    operator.get("/operator/import/preview", status=410)


def test_a_sheet_that_was_forgotten_by_the_worker_is_asked_for_again(operator, app, clock):
    uploaded(operator)
    settings, kept = app.extensions[EXTENSION].settings, app.extensions[EXTENSION].policy.retention.sign_ins
    held_sheets.forget_old(settings, int(clock()) + kept - kept)
    assert len(sheets_held(app)) == 1
    held_sheets.forget_old(settings, int(clock()) + 1)
    assert sheets_held(app) == []
    operator.get("/operator/import/preview", status=410)


def test_nobody_gives_themselves_a_role_by_a_sheet(operator):
    uploaded(operator, content([TOWN, (*ASKEN[:6], OPERATOR, "")]))
    assert [row[1] for row in told(operator)] == ["Leders e-post"]


def test_the_units_there_are_come_as_a_sheet_that_changes_nothing(operator, home):
    imported(operator)
    for language in ("nb", "da"):
        operator.get(f"/operator/units.csv?language={language}")
        assert operator.reply.headers["Content-Disposition"].endswith(f"-{language}.csv")
        sheet = operator.reply.data
        assert sheet.startswith(b"\xef\xbb\xbf")
        operator.get("/operator/import?language=nb")
        uploaded(operator, sheet)
        assert facts(operator)["Enheter som forblir som de er"] == "3"
    assert "ola@skole.no" in sheet.decode()
    assert len(units.every(home.database)) == 3


def packed(operator):
    """The two files of links that the last reply holds: the pages of one, and the rows of the other."""
    assert operator.reply.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(operator.reply.data)) as whole:
        pdf, book = (whole.read(name) for name in sorted(whole.namelist()))
    rows = openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True)
    return pdf, list(rows)


def test_links_come_once_as_a_list_to_print_and_one_to_send_by_and_work(operator, stranger):
    imported(operator)
    operator.submit(press="Lag lenker – Har aldri fått en lenke")
    pdf, (headings, *rows) = packed(operator)
    assert faults(pdf) == []
    assert are_ours(fonts_of(pdf))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert all(each in text for each in ("kari@skole.no", "Bjerka barnehage", "12. mars 2026"))
    assert headings == ("E-postadresse", "Enheter", "Lenke", "Virker til")
    assert [(row[0], row[1]) for row in rows] == [
        ("kari@skole.no", "Asken skole, Bjerka barnehage"),
        ("ola@skole.no", "Bjerka barnehage"),
    ]
    stranger.get(urlsplit(rows[0][2]).path).submit({"new": PASSWORD, "again": PASSWORD})
    stranger.submit({"email": "kari@skole.no", "password": PASSWORD})
    assert stranger.path == "/leader/"
    operator.get("/operator/first-passwords")
    counted = [each.text for each in operator.page.select("main h2")]
    assert [each.rpartition(": ")[2] for each in counted] == ["0", "0", "1"]


def test_new_links_end_those_before_and_old_ones_are_counted_apart(operator, stranger, clock, app):
    imported(operator)
    operator.submit(press="Lag lenker – Har aldri fått en lenke")
    first = packed(operator)[1][1][2]
    operator.get("/operator/first-passwords").submit(press="Lag lenker – Har en lenke som fortsatt virker")
    second = packed(operator)[1][1][2]
    stranger.get(urlsplit(first).path, status=410)
    stranger.get(urlsplit(second).path)
    clock.pass_by(app.extensions[EXTENSION].policy.retention.password_links + 1)
    operator.get("/account/sign-in").submit({"email": OPERATOR, "password": PASSWORD})
    operator.get("/operator/first-passwords")
    assert [each.text.rpartition(": ")[2] for each in operator.page.select("main h2")] == ["0", "2", "0"]


def test_so_many_links_are_made_at_a_time_and_then_the_others(operator, monkeypatch):
    assert MOST_AT_ONCE >= 40
    monkeypatch.setattr("survey.web.operator.first_password_views.MOST_AT_ONCE", 2)
    imported(operator, content(numbered(3)))
    operator.submit(press="Lag lenker – Har aldri fått en lenke")
    assert len(packed(operator)[1]) == 1 + 2
    operator.get("/operator/first-passwords").submit(press="Lag lenker – Har aldri fått en lenke")
    assert len(packed(operator)[1]) == 1 + 1
    token = operator.get("/operator/first-passwords").token()
    operator.post("/operator/first-passwords", {"csrf_token": token, "group": "new"})
    assert operator.page.first(".done").text == "Det er ingen igjen."
    operator.post("/operator/first-passwords", {"csrf_token": token, "group": "all"}, status=404)


def test_leaders_see_that_a_link_was_made_for_who_sees_their_results(operator, home):
    imported(operator)
    operator.submit(press="Lag lenker – Har aldri fått en lenke")
    nursery = next(each for each in units.every(home.database) if each.edition == "barnehage")
    acts = access_history.acts_on_unit(home.database, [nursery.key])
    assert {(each.kind, each.about, each.done_by) for each in acts if each.kind == "link-made"} == {
        ("link-made", "kari@skole.no", OPERATOR), ("link-made", "ola@skole.no", OPERATOR),
    }  # fmt: skip
